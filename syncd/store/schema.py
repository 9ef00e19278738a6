"""The tables. `migrations/` builds them; a test holds the two together."""

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    UniqueConstraint,
)

from syncd.core.model import DeliveryState, Origin, RequestState, SeenVerdict
from syncd.store.columns import Body, Key, Moment, Raw


class InboxState(StrEnum):
    NEW = "NEW"
    DONE = "DONE"
    DEAD = "DEAD"


metadata = MetaData()


def _one_of(table: str, column: str, words: Iterable[str]) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=f"ck_{table}_{column}")


inbox = Table(
    "inbox",
    metadata,
    Column("id", Key(), primary_key=True),
    Column("source", Key(), nullable=False),
    Column("event_id", Key(), nullable=False),
    Column("message_id", Key(), nullable=True),
    Column("kind", Key(), nullable=False),
    Column("raw", Raw, nullable=False),
    Column("state", Key(), nullable=False),
    Column("received_ms", Moment(), nullable=False),
    Column("closed_ms", Moment(), nullable=False),
    Column("not_before", Moment(), nullable=False),
    Column("attempts", Integer(), nullable=False),
    Column("token", Key(), nullable=False),
    Column("lease_until", Moment(), nullable=False),
    Column("note", Body(), nullable=False),
    UniqueConstraint("source", "event_id", name="uq_inbox_event"),
    UniqueConstraint("source", "message_id", name="uq_inbox_message"),
    _one_of("inbox", "state", InboxState),
    Index("ix_inbox_state", "state", "id"),
    Index("ix_inbox_received", "received_ms"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Key(), primary_key=True),
    Column("destination", Key(), nullable=False),
    Column("lane", Key(), nullable=False),
    Column("dedupe_key", Key(), nullable=False),
    Column("kind", Key(), nullable=False),
    Column("command", Body(), nullable=False),
    Column("thread_root", Key(), nullable=False),
    Column("chat_id", Key(), nullable=False),
    Column("request_id", Key(), nullable=False),
    Column("state", Key(), nullable=False),
    Column("priority", SmallInteger(), nullable=False),
    Column("enqueued_ms", Moment(), nullable=False),
    Column("not_before", Moment(), nullable=False),
    Column("tries", Integer(), nullable=False),
    Column("attempts", Integer(), nullable=False),
    Column("first_sent_ms", Moment(), nullable=False),
    Column("was_uncertain", Boolean(), nullable=False),
    Column("token", Key(), nullable=False),
    Column("lease_until", Moment(), nullable=False),
    Column("reason", Body(), nullable=False),
    Column("result", Body(), nullable=False),
    Column("note", Body(), nullable=False),
    Column("settled_ms", Moment(), nullable=False),
    UniqueConstraint("dedupe_key", name="uq_outbox_dedupe_key"),
    _one_of("outbox", "state", DeliveryState),
    Index("ix_outbox_claim", "destination", "state", "priority", "id"),
    Index("ix_outbox_state", "state", "id"),
    Index("ix_outbox_lane", "lane", "state", "id"),
    Index("ix_outbox_thread", "thread_root", "state"),
    Index("ix_outbox_request", "request_id"),
    Index("ix_outbox_settled", "settled_ms"),
)

requests = Table(
    "requests",
    metadata,
    Column("id", Key(), primary_key=True),
    Column("chat_id", Key(), nullable=False),
    Column("thread_root", Key(), nullable=False),
    Column("top_level", Boolean(), nullable=False),
    Column("asker", Key(), nullable=False),
    Column("state", Key(), nullable=False),
    Column("form_values", Body(), nullable=False),
    Column("created_ms", Moment(), nullable=False),
    Column("expires_ms", Moment(), nullable=False),
    Column("rounds", Integer(), nullable=False),
    Column("submitted_ms", Moment(), nullable=False),
    Column("slow_told", Boolean(), nullable=False),
    Column("card_place", Key(), nullable=True),
    Column("card_message_id", Key(), nullable=True),
    Column("ticket_id", Key(), nullable=False),
    Column("ticket_key", Key(), nullable=False),
    Column("own_address", Body(), nullable=False),
    Column("problem", Body(), nullable=False),
    _one_of("requests", "state", RequestState),
    Index("ix_requests_thread", "thread_root", "created_ms"),
    Index("ix_requests_expiry", "state", "expires_ms"),
    Index("ix_requests_submitted", "state", "submitted_ms"),
    Index("ix_requests_created", "created_ms"),
)

links = Table(
    "links",
    metadata,
    Column("thread_root", Key(), primary_key=True),
    Column("chat_id", Key(), nullable=False),
    Column("ticket_id", Key(), nullable=False),
    Column("ticket_key", Key(), nullable=False),
    Column("request_id", Key(), nullable=False),
    Column("asker", Key(), nullable=False),
    Column("created_ms", Moment(), nullable=False),
    Column("title", Body(), nullable=False),
    Column("status", Body(), nullable=False),
    Column("portal_path", Body(), nullable=False),
    Column("updated_seen", Key(), nullable=False),
    Column("check_due", Boolean(), nullable=False),
    Column("due_ms", Moment(), nullable=False),
    UniqueConstraint("ticket_id", name="uq_links_ticket"),
    Index("ix_links_due", "check_due", "due_ms"),
    Index("ix_links_created", "created_ms"),
)

seen_comments = Table(
    "seen_comments",
    metadata,
    Column("ticket_id", Key(), primary_key=True),
    Column("comment_id", Key(), primary_key=True),
    Column("verdict", Key(), nullable=False),
    Column("updated_ms", Moment(), nullable=False),
    _one_of("seen_comments", "verdict", SeenVerdict),
    Index("ix_seen_recent", "verdict", "comment_id"),
)

twins = Table(
    "twins",
    metadata,
    Column("message_id", Key(), primary_key=True),
    Column("ticket_id", Key(), nullable=False),
    Column("comment_id", Key(), nullable=False),
    Column("origin", Key(), nullable=False),
    UniqueConstraint("ticket_id", "comment_id", name="uq_twins_comment"),
    _one_of("twins", "origin", Origin),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", Key(), primary_key=True),
    Column("position", BigInteger(), nullable=False),
    Column("at_ms", Moment(), nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Key(), primary_key=True),
    Column("owner", Key(), nullable=False),
    Column("generation", BigInteger(), nullable=False),
    Column("lease_until", Moment(), nullable=False),
)

chats = Table(
    "chats",
    metadata,
    Column("chat_id", Key(), primary_key=True),
    Column("enabled", Boolean(), nullable=False),
    Column("name", Body(), nullable=False),
    Column("plan", Key(), nullable=True),
    Column("language", Key(), nullable=True),
    Column("changed_ms", Moment(), nullable=False),
)

cache = Table(
    "cache",
    metadata,
    Column("kind", Key(), primary_key=True),
    Column("name", Key(), primary_key=True),
    Column("body", Body(), nullable=False),
    Column("at_ms", Moment(), nullable=False),
    Index("ix_cache_at", "at_ms"),
)

history = Table(
    "history",
    metadata,
    Column("id", Key(), primary_key=True),
    Column("at_ms", Moment(), nullable=False),
    Column("chat_id", Key(), nullable=False),
    Column("thread_root", Key(), nullable=False),
    Column("request_id", Key(), nullable=False),
    Column("ticket_id", Key(), nullable=False),
    Column("ticket_key", Key(), nullable=False),
    Column("comment_id", Key(), nullable=False),
    Column("message_id", Key(), nullable=False),
    Column("delivery_id", Key(), nullable=False),
    Column("what", Key(), nullable=False),
    Column("detail", Body(), nullable=False),
    Index("ix_history_at", "at_ms"),
    Index("ix_history_thread", "thread_root"),
    Index("ix_history_request", "request_id"),
    Index("ix_history_ticket", "ticket_id"),
    Index("ix_history_key", "ticket_key"),
    Index("ix_history_message", "message_id"),
    Index("ix_history_delivery", "delivery_id"),
)
