"""A translation as it is kept, and as it stands below the words that it is of."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from syncd.core import text
from syncd.core.model import CommentId, Ms, TicketId
from syncd.core.text import Body, Paragraph, Rule, Text

MONTH_MS = 31 * 24 * 3_600_000
"""No month is longer."""
MOST_BYTES = 10_000
"""Of a comment that is translated, and of its translation, as they are kept: a card takes 28,000
for both, and the comment must not be shortened for its translation."""


@dataclass(frozen=True)
class Translation:
    """One version of a comment in another language."""

    ticket_id: TicketId
    comment_id: CommentId
    into: str
    digest: str
    """Of the words that it is of: it never stands below others."""
    body: str
    """A text tree, as `core.text.dump` writes it."""

    @property
    def name(self) -> str:
        """Under which it is kept; a newer one takes its place."""
        return name_of(self.ticket_id, self.comment_id, self.into)

    def dump(self) -> str:
        return json.dumps({"of": self.digest, "body": self.body}, ensure_ascii=False)


def name_of(ticket_id: TicketId, comment_id: CommentId, into: str) -> str:
    return f"{ticket_id}:{comment_id}:{into}"


def kept_of(stored: str | None, digest: str) -> Body:
    """Return the translation of exactly those words; empty where that is not kept."""
    if not stored or not digest:
        return ()
    kept = json.loads(stored)
    return text.load(kept["body"]) if kept["of"] == digest else ()


def below(body: Body, translation: Body, label: str) -> Body:
    """Return the words with their translation, which says that a machine made it."""
    if not translation:
        return body
    return (*body, Rule(), Paragraph((Text(label, ("em",)),)), *translation)


def is_too_long(body: Body) -> bool:
    return len(text.dump(body).encode("utf-8", "replace")) > MOST_BYTES


def month_of(now: Ms) -> str:
    """Return the month in UTC, like 2026-11."""
    return f"{datetime.fromtimestamp(now / 1000, UTC):%Y-%m}"


def budget_of(now: Ms) -> str:
    """Return the name of the budget of characters that may go to the engine in this month."""
    return f"translated:{month_of(now)}"
