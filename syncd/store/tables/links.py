"""The Links, the mapping of threads and tickets, one to one; and the tickets' cards."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select, update

from syncd.core.model import Link, MessageId, Thread, TicketId
from syncd.core.ticket_card.card import TicketCard
from syncd.store.failures import Conflict
from syncd.store.portable import chunks, insert_once, put
from syncd.store.schema import links, ticket_cards
from syncd.store.tables.rows import Rows, columns, noun

_OF_THREAD = select(links).where(links.c.thread_root == bindparam("id"))
_OF_TICKET = select(links).where(links.c.ticket_id == bindparam("id"))
_OF_TICKETS = select(links).where(links.c.ticket_id.in_(bindparam("ids", expanding=True)))
_CARD = select(ticket_cards).where(ticket_cards.c.ticket_id == bindparam("id"))
_SAVE = update(links).where(
    links.c.thread_root == bindparam("its_thread"), links.c.ticket_id == bindparam("its_ticket")
)


class Links(Rows):
    def of_thread(self, root: MessageId) -> Link | None:
        """Return the thread's Link; in a write transaction nobody else decides on it meanwhile.

        So on a server, too, a comment that was just written is known by its twin or under way.
        """
        return self._one(_OF_THREAD, root)

    def of_ticket(self, ticket_id: TicketId) -> Link | None:
        """Return the ticket's Link; held as by `of_thread`."""
        return self._one(_OF_TICKET, ticket_id)

    def of_tickets(self, ids: Iterable[TicketId]) -> dict[TicketId, Link]:
        """Return the Links of those tickets that have one."""
        found: dict[TicketId, Link] = {}
        for some in chunks(ids):
            found |= {row.ticket_id: _link(row) for row in self._run(_OF_TICKETS, ids=some)}
        return found

    def add(self, link: Link) -> bool:
        """Link the two; False when the thread or the ticket is linked already."""
        return insert_once(self._connection, links, _row(link), "thread_root", "ticket_id")

    def save(self, link: Link) -> None:
        """Write the Link as it is now; Conflict when that thread has no such Link any more."""
        same = {"its_thread": link.thread.root, "its_ticket": link.ticket_id}
        if self._run(_SAVE, **_row(link), **same).rowcount != 1:
            raise Conflict(f"thread {link.thread.root} is no longer linked to {link.ticket_key}")

    def count(self) -> int:
        return int(self._run(select(func.count()).select_from(links)).scalar_one())

    def recent(self, limit: int) -> list[Link]:
        """Return the Links made last, newest first."""
        newest = (links.c.created_ms.desc(), links.c.thread_root)
        found = self._run(select(links).order_by(*newest).limit(limit))
        return [_link(row) for row in found]

    def _one(self, found: Select[Any], id: str) -> Link | None:
        row = self._held(found, id=id)
        return _link(row) if row else None


class Cards(Rows):
    def of_ticket(self, ticket_id: TicketId) -> TicketCard | None:
        """Return the ticket's card, None for a ticket that was never announced."""
        row = self._run(_CARD, id=ticket_id).first()
        return noun(TicketCard, row) if row else None

    def put(self, card: TicketCard) -> None:
        put(self._connection, ticket_cards, columns(card, ticket_cards))


def _row(link: Link) -> dict[str, Any]:
    return columns(link, links, thread_root=link.thread.root, chat_id=link.thread.chat_id)


def _link(row: Row[Any]) -> Link:
    return noun(Link, row, thread=Thread(row.chat_id, row.thread_root))
