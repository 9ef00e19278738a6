"""Messages and comments that are the same remark."""

from collections.abc import Iterable

from sqlalchemy import bindparam, select

from syncd.core.model import CommentId, MessageId, Origin, TicketId, Twin
from syncd.store.portable import Scope, insert_once
from syncd.store.schema import twins

_OF_TICKET = twins.c.ticket_id == bindparam("ticket_id")
_COMMENTS = select(twins.c.comment_id).where(_OF_TICKET)
_SHOWN = select(twins.c.comment_id, twins.c.message_id).where(
    _OF_TICKET, twins.c.origin == Origin.HELPDESK
)
_AMONG = select(twins.c.message_id).where(
    twins.c.message_id.in_(bindparam("message_ids", expanding=True))
)


class Twins:
    def __init__(self, scope: Scope) -> None:
        self._connection = scope.connection

    def put(self, twin: Twin) -> bool:
        """Pair the two; False when the message or the comment is paired already."""
        row = {
            "message_id": twin.message_id,
            "ticket_id": twin.ticket_id,
            "comment_id": twin.comment_id,
            "origin": twin.origin,
        }
        return insert_once(self._connection, twins, row, "message_id", "ticket_id+comment_id")

    def of_ticket(self, ticket_id: TicketId) -> set[CommentId]:
        """Return the ticket's comments that have a message."""
        found = self._connection.execute(_COMMENTS, {"ticket_id": ticket_id})
        return {CommentId(id) for id in found.scalars()}

    def among(self, message_ids: Iterable[MessageId]) -> set[MessageId]:
        """Return those of the messages that have a comment."""
        found = self._connection.execute(_AMONG, {"message_ids": sorted(message_ids)})
        return {MessageId(id) for id in found.scalars()}

    def shown_of(self, ticket_id: TicketId) -> dict[CommentId, MessageId]:
        """Return the messages of ours that show comments of the ticket."""
        found = self._connection.execute(_SHOWN, {"ticket_id": ticket_id})
        return {CommentId(row.comment_id): MessageId(row.message_id) for row in found}
