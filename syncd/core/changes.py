"""What is new on a ticket."""

from collections.abc import Mapping

from syncd.core.model import Comment, CommentId, SeenComment, SeenVerdict, Ticket


def changes(seen: Mapping[CommentId, SeenComment], ticket: Ticket) -> tuple[Comment, ...]:
    """Return the comments that nobody was told of, oldest first, hidden and withheld ones too."""
    news = (c for c in ticket.comments if not _handled(seen.get(c.id)))
    return tuple(sorted(news, key=lambda c: (c.created_ms, len(c.id), c.id)))


def _handled(seen: SeenComment | None) -> bool:
    return seen is not None and seen.verdict not in (SeenVerdict.HIDDEN, SeenVerdict.WITHHELD)
