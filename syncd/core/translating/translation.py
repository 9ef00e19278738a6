"""A translation as it is kept, and as it stands below the words that it is of."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from syncd.core import text
from syncd.core.model import CommentId, Ms, TicketId
from syncd.core.text import (
    Anchor,
    Body,
    Code,
    Mention,
    Node,
    Paragraph,
    Rule,
    Text,
    inside,
)

MONTH_MS = 31 * 24 * 3_600_000
"""No month is longer."""
_MOST = 12_000
"""What a comment that is translated, and its translation, may weigh each: a card takes 28,000 bytes
for both, and the comment must not be shortened for its translation."""
_NODE = 30
_SIGN = 6
"""Bytes that a part of the layout, and a sign which has to be escaped, take at most."""


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
    """Tell whether it may have no room in a message beside another one of that size."""
    return sum(map(_weight, body)) > _MOST


def _weight(node: Node) -> int:
    """Return how many bytes of a card it takes at most."""
    match node:
        case Text(said) | Code(said) | Mention(said):
            return _NODE + _bytes(said)
        case Anchor(said, url):
            return _NODE + _bytes(said) + 2 * _bytes(url)
        case _:
            return _NODE + sum(map(_weight, inside(node)))


def _bytes(said: str) -> int:
    letters = sum(c.isalnum() or c == " " for c in said)
    return len(said.encode("utf-8", "replace")) + (_SIGN - 1) * (len(said) - letters)


def month_of(now: Ms) -> str:
    """Return the month in UTC, like 2026-11."""
    return f"{datetime.fromtimestamp(now / 1000, UTC):%Y-%m}"


def budget_of(now: Ms) -> str:
    """Return the name of the budget of characters that may go to the engine in this month."""
    return f"translated:{month_of(now)}"
