"""The tables. `migrations/` builds them; a test holds the two together."""

from enum import StrEnum
from typing import Any

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
from sqlalchemy.types import TypeEngine

from syncd.core.model import (
    DeliveryState,
    FormWay,
    Language,
    Origin,
    Plan,
    ReporterRule,
    RequestState,
    SeenVerdict,
)
from syncd.core.watching import Reason
from syncd.store.columns import Body, Key, Moment, Raw, Word


class InboxState(StrEnum):
    NEW = "NEW"
    DONE = "DONE"
    DEAD = "DEAD"


metadata = MetaData()


def _all(kind: type[TypeEngine[Any]], *names: str) -> list[Column[Any]]:
    """Columns of that type, none of which may be NULL."""
    return [Column(name, kind(), nullable=False) for name in names]


def _word(table: str, name: str, words: type[StrEnum], *, primary_key: bool = False) -> Column[Any]:
    """A column that holds a word of these and nothing else."""
    listed = ", ".join(f"'{word}'" for word in words)
    check = CheckConstraint(f"{name} IN ({listed})", name=f"ck_{table}_{name}")
    return Column(name, Word(words), check, primary_key=primary_key, nullable=False)


inbox = Table(
    "inbox",
    metadata,
    Column("id", Key(), primary_key=True),
    Column("message_id", Key(), nullable=True),
    Column("raw", Raw, nullable=False),
    _word("inbox", "state", InboxState),
    *_all(Key, "source", "event_id", "kind", "conversation", "turn", "token"),
    *_all(Body, "note"),
    *_all(Moment, "received_ms", "closed_ms", "not_before", "lease_until"),
    *_all(Integer, "attempts"),
    *_all(Boolean, "in_thread"),
    UniqueConstraint("source", "event_id", name="uq_inbox_event"),
    UniqueConstraint("source", "message_id", name="uq_inbox_message"),
    Index("ix_inbox_state", "state", "id"),
    Index("ix_inbox_conversation", "conversation", "state", "turn"),
    Index("ix_inbox_received", "received_ms"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Key(), primary_key=True),
    _word("outbox", "state", DeliveryState),
    *_all(Key, "destination", "lane", "dedupe_key", "kind", "token", "failed_by"),
    *_all(Key, "thread_root", "chat_id", "person", "request_id"),
    *_all(Body, "command", "reason", "note"),
    *_all(Moment, "enqueued_ms", "written_ms", "not_before", "first_sent_ms", "lease_until"),
    *_all(Moment, "settled_ms"),
    *_all(Integer, "tries", "attempts", "failures"),
    *_all(SmallInteger, "priority"),
    *_all(BigInteger, "turn"),
    *_all(Boolean, "was_uncertain", "worried"),
    UniqueConstraint("dedupe_key", name="uq_outbox_dedupe_key"),
    Index("ix_outbox_claim", "destination", "state", "priority", "turn", "id", "not_before"),
    Index("ix_outbox_source", "destination", "state", "chat_id", "person", "turn"),
    Index("ix_outbox_state", "state", "id"),
    Index("ix_outbox_lane", "lane", "state", "id", "priority"),
    Index("ix_outbox_thread", "thread_root", "state"),
    Index("ix_outbox_request", "request_id"),
    Index("ix_outbox_settled", "settled_ms"),
)

requests = Table(
    "requests",
    metadata,
    Column("id", Key(), primary_key=True),
    _word("requests", "state", RequestState),
    Column("card_place", Key(), nullable=True),
    Column("card_message_id", Key(), nullable=True),
    Column("kind", Key(), nullable=True),
    *_all(Key, "chat_id", "thread_root", "asker", "ticket_id", "ticket_key", "answers"),
    *_all(Body, "form_values", "own_address", "problem", "said", "layout", "quoted"),
    *_all(Moment, "created_ms", "expires_ms", "submitted_ms", "offer_ms", "context_ms"),
    *_all(Integer, "rounds"),
    *_all(Boolean, "top_level", "slow_told", "said_apart", "wordless"),
    Index("ix_requests_thread", "thread_root", "created_ms"),
    Index("ix_requests_expiry", "state", "expires_ms"),
    Index("ix_requests_submitted", "state", "submitted_ms"),
    Index("ix_requests_created", "created_ms"),
    Index("ix_requests_offer", "state", "offer_ms"),
    Index("ix_requests_asker", "asker", "state", "created_ms"),
)

links = Table(
    "links",
    metadata,
    Column("thread_root", Key(), primary_key=True),
    *_all(Key, "chat_id", "ticket_id", "ticket_key", "request_id", "asker", "updated_seen"),
    *_all(Body, "portal_path"),
    *_all(Moment, "created_ms"),
    *_all(Boolean, "muted"),
    UniqueConstraint("ticket_id", name="uq_links_ticket"),
    Index("ix_links_created", "created_ms"),
    Index("ix_links_chat", "chat_id", "created_ms"),
    Index("ix_links_asker", "asker", "created_ms"),
    Index("ix_links_key", "ticket_key"),
)

ticket_cards = Table(
    "ticket_cards",
    metadata,
    Column("ticket_id", Key(), primary_key=True),
    *_all(Key, "message_id", "mark", "face", "shows", "status", "assignee", "state", "moves"),
    *_all(Key, "question"),
    *_all(Moment, "answer_by", "changed_ms", "asked_ms"),
    *_all(Boolean, "resolved", "told_resolved"),
)

looks = Table(
    "looks",
    metadata,
    _word("looks", "reason", Reason, primary_key=True),
    Column("subject", Key(), primary_key=True),
    *_all(Body, "problem"),
    *_all(Moment, "due_ms", "asked_ms", "failing_since_ms"),
    *_all(Integer, "looks", "failures"),
    *_all(Boolean, "told"),
    Index("ix_looks_due", "reason", "due_ms", "subject"),
    Index("ix_looks_failing", "failing_since_ms"),
    Index("ix_looks_asked", "asked_ms"),
)

seen_comments = Table(
    "seen_comments",
    metadata,
    Column("ticket_id", Key(), primary_key=True),
    Column("comment_id", Key(), primary_key=True),
    _word("seen_comments", "verdict", SeenVerdict),
    *_all(Moment, "updated_ms", "edited_ms", "again_ms"),
    *_all(Key, "digest", "shown"),
    *_all(Integer, "times", "edits"),
)

twins = Table(
    "twins",
    metadata,
    Column("message_id", Key(), primary_key=True),
    _word("twins", "origin", Origin),
    *_all(Key, "ticket_id", "comment_id"),
    *_all(Integer, "times"),
    *_all(Boolean, "corrects"),
    Index("ix_twins_comment", "ticket_id", "comment_id"),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", Key(), primary_key=True),
    *_all(Moment, "at_ms"),
    *_all(BigInteger, "position"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Key(), primary_key=True),
    *_all(Key, "owner"),
    *_all(Moment, "lease_until"),
    *_all(BigInteger, "generation"),
)

chats = Table(
    "chats",
    metadata,
    Column("chat_id", Key(), primary_key=True),
    Column("plan", Word(Plan), nullable=True),
    Column("language", Word(Language), nullable=True),
    Column("reporter", Word(ReporterRule), nullable=True),
    Column("form", Word(FormWay), nullable=True),
    Column("allowed_domains", Body(), nullable=True),
    Column("escalate_to", Key(), nullable=True),
    Column("desks", Body(), nullable=True),
    Column("zone", Key(), nullable=True),
    Column("organization", Key(), nullable=True),
    Column("presets", Body(), nullable=True),
    Column("announce", Body(), nullable=True),
    Column("card", Body(), nullable=True),
    Column("participants", Boolean(), nullable=True),
    Column("may_adopt", Body(), nullable=True),
    Column("may_submit", Body(), nullable=True),
    Column("may_close", Body(), nullable=True),
    Column("satisfaction", Boolean(), nullable=True),
    Column("into", Body(), nullable=True),
    *_all(Body, "name"),
    *_all(Moment, "changed_ms"),
    *_all(Boolean, "enabled"),
)

budgets = Table(
    "budgets",
    metadata,
    Column("name", Key(), primary_key=True),
    *_all(Moment, "until_ms"),
    *_all(Integer, "used"),
    Index("ix_budgets_until", "until_ms"),
)

anchors = Table(
    "anchors",
    metadata,
    Column("message_id", Key(), primary_key=True),
    *_all(Key, "root"),
    *_all(Moment, "at_ms"),
    Index("ix_anchors_root", "root", "at_ms"),
)

outages = Table(
    "outages",
    metadata,
    Column("name", Key(), primary_key=True),
    *_all(Moment, "began_ms"),
    *_all(Boolean, "told"),
)

gaps = Table(
    "gaps",
    metadata,
    Column("since_ms", Moment(), primary_key=True, autoincrement=False),
    Column("found_ms", Moment(), primary_key=True, autoincrement=False),
)

joined = Table(
    "joined",
    metadata,
    Column("chat_id", Key(), primary_key=True),
    *_all(Moment, "at_ms"),
)

site = Table(
    "site",
    metadata,
    Column("name", Key(), primary_key=True),
    *_all(Body, "address"),
)

cache = Table(
    "cache",
    metadata,
    Column("kind", Key(), primary_key=True),
    Column("name", Key(), primary_key=True),
    *_all(Body, "body"),
    *_all(Moment, "at_ms"),
    Index("ix_cache_at", "kind", "at_ms"),
)

history = Table(
    "history",
    metadata,
    Column("id", Key(), primary_key=True),
    *_all(Key, "what", "chat_id", "thread_root", "message_id", "request_id", "delivery_id"),
    *_all(Key, "ticket_id", "ticket_key", "comment_id"),
    *_all(Body, "detail"),
    *_all(Moment, "at_ms"),
    Index("ix_history_at", "at_ms"),
    Index("ix_history_thread", "thread_root"),
    Index("ix_history_request", "request_id"),
    Index("ix_history_ticket", "ticket_id"),
    Index("ix_history_key", "ticket_key"),
    Index("ix_history_message", "message_id"),
    Index("ix_history_delivery", "delivery_id"),
)
