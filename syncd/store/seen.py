"""What became of each comment that was handled."""

from typing import Any

from sqlalchemy import Row, bindparam, select

from syncd.core.model import CommentId, Ms, SeenComment, SeenVerdict, TicketId
from syncd.store.portable import Scope, put
from syncd.store.schema import seen_comments

_OF = select(seen_comments).where(seen_comments.c.ticket_id == bindparam("ticket_id"))
_RECENT = (
    select(seen_comments)
    .where(
        seen_comments.c.verdict == bindparam("verdict"),
        seen_comments.c.updated_ms >= bindparam("since"),
        seen_comments.c.comment_id > bindparam("after"),
    )
    .order_by(seen_comments.c.comment_id)
    .limit(bindparam("most"))
)


class Seen:
    def __init__(self, scope: Scope) -> None:
        self._connection = scope.connection

    def of(self, ticket_id: TicketId) -> dict[CommentId, SeenComment]:
        """Return the ticket's comments that were handled."""
        found = self._connection.execute(_OF, {"ticket_id": ticket_id})
        return {CommentId(row.comment_id): _seen(row) for row in found}

    def recent(self, verdict: SeenVerdict, since: Ms, after: str, limit: int) -> list[SeenComment]:
        """Return what got that verdict since then, by comment id above `after`."""
        asked = {"verdict": verdict, "since": since, "after": after, "most": limit}
        return [_seen(row) for row in self._connection.execute(_RECENT, asked)]

    def put(self, seen: SeenComment) -> None:
        """Write down, or write over, what became of the comment."""
        row = {
            "ticket_id": seen.ticket_id,
            "comment_id": seen.comment_id,
            "verdict": seen.verdict,
            "updated_ms": seen.updated_ms,
        }
        put(self._connection, seen_comments, row)


def _seen(row: Row[Any]) -> SeenComment:
    return SeenComment(
        ticket_id=TicketId(row.ticket_id),
        comment_id=CommentId(row.comment_id),
        verdict=SeenVerdict(row.verdict),
        updated_ms=Ms(row.updated_ms),
    )
