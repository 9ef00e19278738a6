"""THE mapping: thread <-> ticket."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, Select, bindparam, exists, func, select, true, update

from syncd.core.model import (
    ChatId,
    Link,
    MessageId,
    Ms,
    PersonId,
    RequestId,
    SeenVerdict,
    Thread,
    TicketId,
    TicketKey,
)
from syncd.store.failures import Conflict
from syncd.store.portable import FEW, NOW, Scope, chunks, insert_once, is_due
from syncd.store.schema import links, seen_comments

_OF_THREAD = select(links).where(links.c.thread_root == bindparam("id"))
_OF_TICKET = select(links).where(links.c.ticket_id == bindparam("id"))
_HELD = {found: found.with_for_update() for found in (_OF_THREAD, _OF_TICKET)}
_OF_TICKETS = select(links).where(links.c.ticket_id.in_(bindparam("ids", expanding=True)))
_SAVE = update(links).where(
    links.c.thread_root == bindparam("its_thread"), links.c.ticket_id == bindparam("its_ticket")
)
_DUE = (
    select(links)
    .where(links.c.check_due == true(), is_due(links.c.due_ms, NOW))
    .order_by(links.c.due_ms, links.c.created_ms, links.c.thread_root)
    .limit(bindparam("most"))
)
_AFTER = (
    select(links)
    .where(links.c.thread_root > bindparam("root"))
    .order_by(links.c.thread_root)
    .limit(bindparam("most"))
)
_WITH_SHOWN = (
    select(links)
    .where(
        links.c.ticket_id > bindparam("after"),
        exists().where(
            seen_comments.c.ticket_id == links.c.ticket_id,
            seen_comments.c.verdict == SeenVerdict.TOLD,
            seen_comments.c.updated_ms >= bindparam("since"),
        ),
    )
    .order_by(links.c.ticket_id)
    .limit(bindparam("most"))
)


class Links:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._connection = scope.connection

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
            rows = self._connection.execute(_OF_TICKETS, {"ids": some})
            found.update({TicketId(row.ticket_id): _link(row) for row in rows})
        return found

    def add(self, link: Link) -> bool:
        """Link the two; False when the thread or the ticket is linked already."""
        return insert_once(self._connection, links, _row(link), "thread_root", "ticket_id")

    def save(self, link: Link) -> None:
        """Write the Link as it is now; Conflict when that thread has no such Link any more."""
        same = {"its_thread": link.thread.root, "its_ticket": link.ticket_id}
        if self._connection.execute(_SAVE, {**_row(link), **same}).rowcount != 1:
            raise Conflict(f"thread {link.thread.root} is no longer linked to {link.ticket_key}")

    def due(self, limit: int = FEW) -> list[Link]:
        """Return Links whose ticket is to be read in the next cycle, oldest first."""
        asked = {"now": self._scope.now, "most": limit}
        return [_link(row) for row in self._connection.execute(_DUE, asked)]

    def count(self) -> int:
        found = self._connection.execute(select(func.count()).select_from(links))
        return int(found.scalar_one())

    def recent(self, limit: int) -> list[Link]:
        """Return the Links made last, newest first."""
        newest = (links.c.created_ms.desc(), links.c.thread_root)
        found = self._connection.execute(select(links).order_by(*newest).limit(limit))
        return [_link(row) for row in found]

    def after(self, root: str, limit: int) -> list[Link]:
        """Return Links by their threads' roots above that one."""
        asked = {"root": root, "most": limit}
        return [_link(row) for row in self._connection.execute(_AFTER, asked)]

    def with_shown(self, since: Ms, after: str, limit: int) -> list[Link]:
        """Return Links of which a comment was told since then, by ticket id above `after`."""
        asked = {"since": since, "after": after, "most": limit}
        return [_link(row) for row in self._connection.execute(_WITH_SHOWN, asked)]

    def _one(self, found: Select[Any], id: str) -> Link | None:
        asked = _HELD[found] if self._scope.writes else found
        row = self._connection.execute(asked, {"id": id}).first()
        return _link(row) if row else None


def _row(link: Link) -> dict[str, Any]:
    return {
        "thread_root": link.thread.root,
        "chat_id": link.thread.chat_id,
        "ticket_id": link.ticket_id,
        "ticket_key": link.ticket_key,
        "request_id": link.request_id,
        "asker": link.asker,
        "created_ms": link.created_ms,
        "title": link.title,
        "status": link.status,
        "portal_path": link.portal_path,
        "updated_seen": link.updated_seen,
        "check_due": link.check_due,
        "due_ms": link.due_ms,
    }


def _link(row: Row[Any]) -> Link:
    return Link(
        thread=Thread(ChatId(row.chat_id), MessageId(row.thread_root)),
        ticket_id=TicketId(row.ticket_id),
        ticket_key=TicketKey(row.ticket_key),
        request_id=RequestId(row.request_id),
        asker=PersonId(row.asker),
        created_ms=Ms(row.created_ms),
        title=row.title,
        status=row.status,
        portal_path=row.portal_path,
        updated_seen=row.updated_seen,
        check_due=row.check_due,
        due_ms=Ms(row.due_ms),
    )
