"""Which comments of a ticket are news, and in what order."""

from collections.abc import Iterable, Mapping

from syncd.core.model import Comment, CommentId, Ms, SeenComment, SeenVerdict, Ticket

CANDIDATES = (SeenVerdict.HIDDEN, SeenVerdict.WITHHELD, SeenVerdict.WITHDRAWN)
"""Verdicts on comments that are shown when they become public."""


# Jira does not say when a comment became public, and nothing promises that this moves a stamp:
# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/
def changes(seen: Mapping[CommentId, SeenComment], ticket: Ticket) -> tuple[Comment, ...]:
    """Return the comments not yet told or skipped, also hidden and withheld ones.

    In the order in which they became public, as far as that can be known.

    A comment that an earlier read saw hidden sorts by its last change, all others by when they were
    written. One that was withdrawn was seen hidden.
    """
    fresh = [c for c in oldest_first(ticket.comments) if not _handled(seen.get(c.id))]
    return tuple(sorted(fresh, key=lambda c: _public_since(c, seen.get(c.id))))


def _public_since(comment: Comment, seen: SeenComment | None) -> Ms:
    was_hidden = seen is not None and seen.verdict in (SeenVerdict.HIDDEN, SeenVerdict.WITHDRAWN)
    return max(comment.created_ms, comment.updated_ms) if was_hidden else comment.created_ms


def oldest_first(comments: Iterable[Comment]) -> list[Comment]:
    """Return the comments in the order in which they were written."""
    return sorted(comments, key=lambda c: (c.created_ms, len(c.id), c.id))


def not_listed(seen: Mapping[CommentId, SeenComment], ticket: Ticket) -> list[CommentId]:
    """Return the comments that were queued for the chat and that the ticket's list leaves out."""
    listed = {comment.id for comment in ticket.comments}
    told = (id for id, one in seen.items() if one.verdict is SeenVerdict.TOLD)
    return [id for id in told if id not in listed]


def _handled(seen: SeenComment | None) -> bool:
    return seen is not None and seen.verdict not in CANDIDATES
