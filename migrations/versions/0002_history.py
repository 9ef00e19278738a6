"""What happened, step by step; and a way to what was settled long ago."""

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from syncd.store.ddl import create_index, create_table

revision = "0002"
down_revision = "0001"

KEY = (
    sa.String(191)
    .with_variant(
        mysql.VARCHAR(191, charset="utf8mb4", collation="utf8mb4_bin"), "mysql", "mariadb"
    )
    .with_variant(sa.String(191, collation="C"), "postgresql")
)
BODY = sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")


def upgrade() -> None:
    create_table(
        "history",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
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
    create_index("ix_outbox_settled", "outbox", "settled_ms")
