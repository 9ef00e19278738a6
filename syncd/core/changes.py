"""What is new on a ticket."""

from collections.abc import Iterable, Mapping

from syncd.core.model import Comment, CommentId, Ms, SeenComment, SeenVerdict, Ticket


# Jira does not say when a comment became public, and nothing promises that this moves a stamp:
# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/
def changes(seen: Mapping[CommentId, SeenComment], ticket: Ticket) -> tuple[Comment, ...]:
    """Return the comments that nobody was told of, hidden and withheld ones too, in the order in
    which they became public.

    One that was hidden counts from its last change; where that did not move, and where several
    became public between two readings, from when it was written.
    """
    fresh = [c for c in oldest_first(ticket.comments) if not _handled(seen.get(c.id))]
    return tuple(sorted(fresh, key=lambda c: _public_since(c, seen.get(c.id))))


def _public_since(comment: Comment, seen: SeenComment | None) -> Ms:
    was_hidden = seen is not None and seen.verdict is SeenVerdict.HIDDEN
    return max(comment.created_ms, comment.updated_ms) if was_hidden else comment.created_ms


def oldest_first(comments: Iterable[Comment]) -> list[Comment]:
    """Return the comments in the order in which they were written."""
    return sorted(comments, key=lambda c: (c.created_ms, len(c.id), c.id))


def _handled(seen: SeenComment | None) -> bool:
    return seen is not None and seen.verdict not in (SeenVerdict.HIDDEN, SeenVerdict.WITHHELD)
