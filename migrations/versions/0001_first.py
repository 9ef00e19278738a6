"""The first tables."""

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from syncd.store.ddl import create_index, create_table

revision = "0001"
down_revision = None

KEY = (
    sa.String(191)
    .with_variant(
        mysql.VARCHAR(191, charset="utf8mb4", collation="utf8mb4_bin"), "mysql", "mariadb"
    )
    .with_variant(sa.String(191, collation="C"), "postgresql")
)
BODY = sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")
RAW = sa.LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb")
MOMENT = sa.BigInteger()

LOOK_REASONS = "changes sweep read shown portal missing where duplicate"
REQUEST_STATES = "ASKED SUBMITTED FILED REFUSED FAILED EXPIRED CANCELLED"


def upgrade() -> None:
    inbox()
    outbox()
    requests()
    links()
    ticket_cards()
    looks()
    seen_comments()
    twins()
    cursors()
    leases()
    chats()
    cache()
    history()
    facts()
    budgets()


def budgets() -> None:
    create_table(
        "budgets",
        sa.Column("name", KEY, primary_key=True),
        sa.Column("until_ms", MOMENT, nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
    )
    create_index("ix_budgets_until", "budgets", "until_ms")


def facts() -> None:
    create_table(
        "anchors",
        sa.Column("message_id", KEY, primary_key=True),
        sa.Column("root", KEY, nullable=False),
        sa.Column("at_ms", MOMENT, nullable=False),
    )
    create_index("ix_anchors_root", "anchors", "root", "at_ms")
    create_table(
        "outages",
        sa.Column("name", KEY, primary_key=True),
        sa.Column("began_ms", MOMENT, nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
    )
    create_table(
        "gaps",
        sa.Column("since_ms", MOMENT, primary_key=True, autoincrement=False),
        sa.Column("found_ms", MOMENT, primary_key=True, autoincrement=False),
    )
    create_table(
        "joined",
        sa.Column("chat_id", KEY, primary_key=True),
        sa.Column("at_ms", MOMENT, nullable=False),
    )
    create_table(
        "site",
        sa.Column("name", KEY, primary_key=True),
        sa.Column("address", BODY, nullable=False),
    )


def one_of(name: str, column: str, words: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words.split())
    return sa.CheckConstraint(f"{column} IN ({listed})", name=name)


def inbox() -> None:
    create_table(
        "inbox",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("source", KEY, nullable=False),
        sa.Column("event_id", KEY, nullable=False),
        sa.Column("message_id", KEY, nullable=True),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("conversation", KEY, nullable=False),
        sa.Column("turn", KEY, nullable=False),
        sa.Column("in_thread", sa.Boolean(), nullable=False),
        sa.Column("raw", RAW, nullable=False),
        sa.Column("state", KEY, nullable=False),
        sa.Column("received_ms", MOMENT, nullable=False),
        sa.Column("closed_ms", MOMENT, nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("token", KEY, nullable=False),
        sa.Column("lease_until", MOMENT, nullable=False),
        sa.Column("note", BODY, nullable=False),
        sa.UniqueConstraint("source", "event_id", name="uq_inbox_event"),
        sa.UniqueConstraint("source", "message_id", name="uq_inbox_message"),
        one_of("ck_inbox_state", "state", "NEW DONE DEAD"),
    )
    create_index("ix_inbox_state", "inbox", "state", "id")
    create_index("ix_inbox_conversation", "inbox", "conversation", "state", "turn")
    create_index("ix_inbox_received", "inbox", "received_ms")


def outbox() -> None:
    create_table(
        "outbox",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("destination", KEY, nullable=False),
        sa.Column("lane", KEY, nullable=False),
        sa.Column("dedupe_key", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("command", BODY, nullable=False),
        sa.Column("thread_root", KEY, nullable=False),
        sa.Column("chat_id", KEY, nullable=False),
        sa.Column("person", KEY, nullable=False),
        sa.Column("request_id", KEY, nullable=False),
        sa.Column("state", KEY, nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("turn", sa.BigInteger(), nullable=False),
        sa.Column("enqueued_ms", MOMENT, nullable=False),
        sa.Column("written_ms", MOMENT, nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_by", KEY, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_sent_ms", MOMENT, nullable=False),
        sa.Column("was_uncertain", sa.Boolean(), nullable=False),
        sa.Column("worried", sa.Boolean(), nullable=False),
        sa.Column("token", KEY, nullable=False),
        sa.Column("lease_until", MOMENT, nullable=False),
        sa.Column("reason", BODY, nullable=False),
        sa.Column("note", BODY, nullable=False),
        sa.Column("settled_ms", MOMENT, nullable=False),
        sa.UniqueConstraint("dedupe_key", name="uq_outbox_dedupe_key"),
        one_of("ck_outbox_state", "state", "READY LEASED SENDING DONE WITHHELD DOUBT DEAD"),
    )
    create_index(
        "ix_outbox_claim", "outbox", "destination", "state", "priority", "turn", "id", "not_before"
    )
    create_index("ix_outbox_source", "outbox", "destination", "state", "chat_id", "person", "turn")
    create_index("ix_outbox_state", "outbox", "state", "id")
    create_index("ix_outbox_lane", "outbox", "lane", "state", "id", "priority")
    create_index("ix_outbox_thread", "outbox", "thread_root", "state")
    create_index("ix_outbox_request", "outbox", "request_id")
    create_index("ix_outbox_settled", "outbox", "settled_ms")


def requests() -> None:
    create_table(
        "requests",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("chat_id", KEY, nullable=False),
        sa.Column("thread_root", KEY, nullable=False),
        sa.Column("top_level", sa.Boolean(), nullable=False),
        sa.Column("asker", KEY, nullable=False),
        sa.Column("state", KEY, nullable=False),
        sa.Column("form_values", BODY, nullable=False),
        sa.Column("created_ms", MOMENT, nullable=False),
        sa.Column("expires_ms", MOMENT, nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("submitted_ms", MOMENT, nullable=False),
        sa.Column("offer_ms", MOMENT, nullable=False),
        sa.Column("context_ms", MOMENT, nullable=False),
        sa.Column("slow_told", sa.Boolean(), nullable=False),
        sa.Column("card_place", KEY, nullable=True),
        sa.Column("card_message_id", KEY, nullable=True),
        sa.Column("kind", KEY, nullable=True),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("ticket_key", KEY, nullable=False),
        sa.Column("own_address", BODY, nullable=False),
        sa.Column("problem", BODY, nullable=False),
        sa.Column("said", BODY, nullable=False),
        sa.Column("layout", BODY, nullable=False),
        sa.Column("said_apart", sa.Boolean(), nullable=False),
        sa.Column("wordless", sa.Boolean(), nullable=False),
        sa.Column("answers", KEY, nullable=False),
        sa.Column("quoted", BODY, nullable=False),
        one_of(
            "ck_requests_state", "state", "ASKED SUBMITTED FILED REFUSED FAILED EXPIRED CANCELLED"
        ),
    )
    create_index("ix_requests_thread", "requests", "thread_root", "created_ms")
    create_index("ix_requests_expiry", "requests", "state", "expires_ms")
    create_index("ix_requests_submitted", "requests", "state", "submitted_ms")
    create_index("ix_requests_created", "requests", "created_ms")
    create_index("ix_requests_offer", "requests", "state", "offer_ms")
    create_index("ix_requests_asker", "requests", "asker", "state", "created_ms")


def links() -> None:
    create_table(
        "links",
        sa.Column("thread_root", KEY, primary_key=True),
        sa.Column("chat_id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("ticket_key", KEY, nullable=False),
        sa.Column("request_id", KEY, nullable=False),
        sa.Column("asker", KEY, nullable=False),
        sa.Column("created_ms", MOMENT, nullable=False),
        sa.Column("portal_path", BODY, nullable=False),
        sa.Column("updated_seen", KEY, nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("ticket_id", name="uq_links_ticket"),
    )
    create_index("ix_links_created", "links", "created_ms")
    create_index("ix_links_chat", "links", "chat_id", "created_ms")
    create_index("ix_links_asker", "links", "asker", "created_ms")
    create_index("ix_links_key", "links", "ticket_key")


def ticket_cards() -> None:
    create_table(
        "ticket_cards",
        sa.Column("ticket_id", KEY, primary_key=True),
        sa.Column("message_id", KEY, nullable=False),
        sa.Column("mark", KEY, nullable=False),
        sa.Column("face", KEY, nullable=False),
        sa.Column("shows", KEY, nullable=False),
        sa.Column("status", KEY, nullable=False),
        sa.Column("assignee", KEY, nullable=False),
        sa.Column("state", KEY, nullable=False),
        sa.Column("moves", KEY, nullable=False),
        sa.Column("question", KEY, nullable=False),
        sa.Column("answer_by", MOMENT, nullable=False),
        sa.Column("changed_ms", MOMENT, nullable=False),
        sa.Column("asked_ms", MOMENT, nullable=False),
        sa.Column("resolved", sa.Boolean(), nullable=False),
        sa.Column("told_resolved", sa.Boolean(), nullable=False),
    )


def looks() -> None:
    create_table(
        "looks",
        sa.Column("reason", KEY, primary_key=True),
        sa.Column("subject", KEY, primary_key=True),
        sa.Column("due_ms", MOMENT, nullable=False),
        sa.Column("asked_ms", MOMENT, nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("failing_since_ms", MOMENT, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("problem", BODY, nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        one_of(
            "ck_looks_reason",
            "reason",
            "changes sweep read fresh shown portal missing where duplicate",
        ),
    )
    create_index("ix_looks_due", "looks", "reason", "due_ms", "subject")
    create_index("ix_looks_failing", "looks", "failing_since_ms")
    create_index("ix_looks_asked", "looks", "asked_ms")


def seen_comments() -> None:
    create_table(
        "seen_comments",
        sa.Column("ticket_id", KEY, primary_key=True),
        sa.Column("comment_id", KEY, primary_key=True),
        sa.Column("verdict", KEY, nullable=False),
        sa.Column("updated_ms", MOMENT, nullable=False),
        sa.Column("edited_ms", MOMENT, nullable=False),
        sa.Column("again_ms", MOMENT, nullable=False),
        sa.Column("digest", KEY, nullable=False),
        sa.Column("shown", KEY, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        one_of("ck_seen_comments_verdict", "verdict", "TOLD SKIPPED HIDDEN WITHHELD WITHDRAWN"),
    )


def twins() -> None:
    create_table(
        "twins",
        sa.Column("message_id", KEY, primary_key=True),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("comment_id", KEY, nullable=False),
        sa.Column("origin", KEY, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("corrects", sa.Boolean(), nullable=False),
        one_of("ck_twins_origin", "origin", "chat helpdesk"),
    )
    create_index("ix_twins_comment", "twins", "ticket_id", "comment_id")


def cursors() -> None:
    create_table(
        "cursors",
        sa.Column("name", KEY, primary_key=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("at_ms", MOMENT, nullable=False),
    )


def leases() -> None:
    create_table(
        "leases",
        sa.Column("name", KEY, primary_key=True),
        sa.Column("owner", KEY, nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=False),
    )


def chats() -> None:
    create_table(
        "chats",
        sa.Column("chat_id", KEY, primary_key=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("name", BODY, nullable=False),
        sa.Column("plan", KEY, nullable=True),
        sa.Column("language", KEY, nullable=True),
        sa.Column("reporter", KEY, nullable=True),
        sa.Column("form", KEY, nullable=True),
        sa.Column("allowed_domains", BODY, nullable=True),
        sa.Column("escalate_to", KEY, nullable=True),
        sa.Column("desks", BODY, nullable=True),
        sa.Column("zone", KEY, nullable=True),
        sa.Column("organization", KEY, nullable=True),
        sa.Column("presets", BODY, nullable=True),
        sa.Column("announce", BODY, nullable=True),
        sa.Column("card", BODY, nullable=True),
        sa.Column("participants", sa.Boolean(), nullable=True),
        sa.Column("may_adopt", BODY, nullable=True),
        sa.Column("may_submit", BODY, nullable=True),
        sa.Column("may_close", BODY, nullable=True),
        sa.Column("satisfaction", sa.Boolean(), nullable=True),
        sa.Column("into", BODY, nullable=True),
        sa.Column("changed_ms", MOMENT, nullable=False),
    )


def cache() -> None:
    create_table(
        "cache",
        sa.Column("kind", KEY, primary_key=True),
        sa.Column("name", KEY, primary_key=True),
        sa.Column("body", BODY, nullable=False),
        sa.Column("at_ms", MOMENT, nullable=False),
    )
    create_index("ix_cache_at", "cache", "kind", "at_ms")


def history() -> None:
    create_table(
        "history",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("at_ms", MOMENT, nullable=False),
        sa.Column("chat_id", KEY, nullable=False),
        sa.Column("thread_root", KEY, nullable=False),
        sa.Column("request_id", KEY, nullable=False),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("ticket_key", KEY, nullable=False),
        sa.Column("comment_id", KEY, nullable=False),
        sa.Column("message_id", KEY, nullable=False),
        sa.Column("delivery_id", KEY, nullable=False),
        sa.Column("what", KEY, nullable=False),
        sa.Column("detail", BODY, nullable=False),
    )
    create_index("ix_history_at", "history", "at_ms")
    create_index("ix_history_thread", "history", "thread_root")
    create_index("ix_history_request", "history", "request_id")
    create_index("ix_history_ticket", "history", "ticket_id")
    create_index("ix_history_key", "history", "ticket_key")
    create_index("ix_history_message", "history", "message_id")
    create_index("ix_history_delivery", "history", "delivery_id")
