"""Messages and comments that are the same remark."""

from sqlalchemy import select

from syncd.core.model import CommentId, MessageId, Origin, TicketId, Twin
from syncd.store.portable import Scope, insert_once
from syncd.store.schema import twins


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
        found = select(twins.c.comment_id).where(twins.c.ticket_id == ticket_id)
        return {CommentId(id) for id in self._connection.execute(found).scalars()}

    def shown_of(self, ticket_id: TicketId) -> dict[CommentId, MessageId]:
        """Return the messages of ours that show comments of the ticket."""
        found = select(twins.c.comment_id, twins.c.message_id).where(
            twins.c.ticket_id == ticket_id, twins.c.origin == Origin.HELPDESK
        )
        return {
            CommentId(row.comment_id): MessageId(row.message_id)
            for row in self._connection.execute(found)
        }

    def of_message(self, message_id: MessageId) -> Twin | None:
        found = select(twins).where(twins.c.message_id == message_id)
        row = self._connection.execute(found).first()
        if row is None:
            return None
        return Twin(
            message_id=MessageId(row.message_id),
            ticket_id=TicketId(row.ticket_id),
            comment_id=CommentId(row.comment_id),
            origin=Origin(row.origin),
        )
