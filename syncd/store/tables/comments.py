"""What became of each comment that was handled, and which message is the same remark."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import bindparam, select

from syncd.core.model import (
    CommentId,
    MessageId,
    Ms,
    SeenComment,
    TicketId,
    Twin,
)
from syncd.store.portable import chunks, insert_once, put
from syncd.store.schema import seen_comments, twins
from syncd.store.tables.rows import Rows, columns, noun

_OF = select(seen_comments).where(seen_comments.c.ticket_id == bindparam("ticket_id"))
_RECENT = select(seen_comments).where(
    seen_comments.c.ticket_id.in_(bindparam("ticket_ids", expanding=True)),
    seen_comments.c.updated_ms >= bindparam("since"),
)
_OF_TICKET = twins.c.ticket_id == bindparam("ticket_id")
_TICKET = select(twins.c.ticket_id).where(twins.c.message_id == bindparam("message_id"))
_TWINS = select(twins).where(_OF_TICKET).order_by(twins.c.message_id)
_OF_MESSAGE = select(twins).where(twins.c.message_id == bindparam("message_id"))
_AMONG = select(twins.c.message_id).where(
    twins.c.message_id.in_(bindparam("message_ids", expanding=True))
)


class Seen(Rows):
    def of(self, ticket_id: TicketId) -> dict[CommentId, SeenComment]:
        """Return the ticket's comments that were handled."""
        found = self._run(_OF, ticket_id=ticket_id)
        return {row.comment_id: noun(SeenComment, row) for row in found}

    def recent(self, ticket_ids: Iterable[str], since: Ms) -> dict[str, list[SeenComment]]:
        """Return what became of these tickets' comments since then, by ticket."""
        found: dict[str, list[SeenComment]] = defaultdict(list)
        for some in chunks(ticket_ids):
            for row in self._run(_RECENT, ticket_ids=some, since=since):
                found[row.ticket_id].append(noun(SeenComment, row))
        return found

    def put(self, seen: SeenComment) -> None:
        """Write down, or write over, what became of the comment."""
        put(self._connection, seen_comments, columns(seen, seen_comments))


class Twins(Rows):
    def put(self, twin: Twin) -> bool:
        """Pair the two; False when the message is paired already."""
        return insert_once(self._connection, twins, columns(twin, twins), "message_id")

    def of_ticket(self, ticket_id: TicketId) -> list[Twin]:
        """Return the pairs of the ticket's comments, also those whose message was taken away."""
        return [noun(Twin, row) for row in self._run(_TWINS, ticket_id=ticket_id)]

    def of_message(self, message_id: MessageId) -> Twin | None:
        """Return the pair of the message, None where it has no comment."""
        row = self._run(_OF_MESSAGE, message_id=message_id).first()
        return noun(Twin, row) if row else None

    def ticket_of(self, message_id: MessageId) -> TicketId | None:
        """Return the ticket of the comment that this message shows, or became."""
        return self._run(_TICKET, message_id=message_id).scalar()

    def among(self, message_ids: Iterable[MessageId]) -> set[MessageId]:
        """Return those of the messages that have a comment."""
        return set(self._run(_AMONG, message_ids=sorted(message_ids)).scalars())
