"""The Links, the mapping of threads and tickets, one to one; and the tickets' cards."""

import json
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, TypeAlias

from sqlalchemy import Row, Select, bindparam, func, select, update

from syncd.core.model import (
    SUMMARY,
    ChatId,
    Link,
    MessageId,
    PersonId,
    Thread,
    TicketId,
    TicketKey,
)
from syncd.core.ticket_card.card import TicketCard
from syncd.core.ticket_card.listed import Listed
from syncd.store.failures import Conflict
from syncd.store.portable import chunks, insert_once, put
from syncd.store.schema import links, requests, ticket_cards
from syncd.store.tables.rows import Rows, columns, noun

Told: TypeAlias = Callable[[Link], bool]
_OF_THREAD = select(links).where(links.c.thread_root == bindparam("id"))
_OF_TICKET = select(links).where(links.c.ticket_id == bindparam("id"))
_OF_TICKETS = select(links).where(links.c.ticket_id.in_(bindparam("ids", expanding=True)))
_RECENT = 500
"""Tickets of a group or a person that are looked through for open ones, the newest first."""
_NEWEST = (links.c.created_ms.desc(), links.c.thread_root)
_WITH_STATE = select(links, ticket_cards.c.resolved).outerjoin(
    ticket_cards, ticket_cards.c.ticket_id == links.c.ticket_id
)
_OF_CHAT = _WITH_STATE.where(links.c.chat_id == bindparam("id")).order_by(*_NEWEST).limit(_RECENT)
_OF_ASKER = _WITH_STATE.where(links.c.asker == bindparam("id")).order_by(*_NEWEST).limit(_RECENT)
_KEYED = select(links).where(links.c.ticket_key == bindparam("key")).order_by(*_NEWEST).limit(1)
_TYPED = select(requests.c.id, requests.c.form_values).where(
    requests.c.id.in_(bindparam("ids", expanding=True))
)
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
        found = self._run(select(links).order_by(*_NEWEST).limit(limit))
        return [_link(row) for row in found]

    def named(self, key: TicketKey) -> Link | None:
        """Return the Link of the ticket that has that key, None when none has."""
        row = self._run(_KEYED, key=key).first()
        return _link(row) if row else None

    def open_in(self, chat_id: ChatId, most: int, told: Told = lambda link: True) -> list[Listed]:
        """Return tickets of that chat that were not resolved when last read, newest first; of
        those only what may be `told` of."""
        return self._listed(_OF_CHAT, chat_id, ChatId(""), most, told)

    def open_of(
        self, asker: PersonId, chat_id: ChatId, most: int, told: Told = lambda link: True
    ) -> list[Listed]:
        """Return such tickets that this person asked for in that chat; empty: in any."""
        return self._listed(_OF_ASKER, asker, chat_id, most, told)

    def _listed(
        self, found: Select[Any], id: str, chat_id: ChatId, most: int, told: Told
    ) -> list[Listed]:
        rows = [row for row in self._run(found, id=id) if not row.resolved]
        here = (_link(row) for row in rows if chat_id in ("", row.chat_id))
        open = list(islice((link for link in here if told(link)), most))
        asked = self._run(_TYPED, ids=[link.request_id for link in open])
        titles = {row.id: _title(row.form_values) for row in asked}
        return [Listed(link, titles.get(link.request_id, "")) for link in open]

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


def _title(typed: str) -> str:
    summary = json.loads(typed).get(SUMMARY, "")
    return summary if isinstance(summary, str) else ""


def _row(link: Link) -> dict[str, Any]:
    return columns(link, links, thread_root=link.thread.root, chat_id=link.thread.chat_id)


def _link(row: Row[Any]) -> Link:
    return noun(Link, row, thread=Thread(row.chat_id, row.thread_root))
