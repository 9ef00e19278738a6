"""The history, append-only; retention deletes old entries."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, or_, select

from syncd.core.model import CommentId, DeliveryId, Ms, TicketId
from syncd.core.operators.history import (
    EDITED,
    HIDDEN,
    POST,
    SKIPPED,
    WAITS,
    WITHDRAWN,
    Entry,
    presentable,
)
from syncd.store.portable import FEW, Scope, begins, chunks
from syncd.store.schema import history
from syncd.store.tables.rows import Rows, columns, noun

_IDS = ("thread_root", "message_id", "request_id", "delivery_id", "ticket_id")
_BEGIN = ("thread_root", "message_id", "request_id", "delivery_id")
_NAMED_BY = (*_IDS, "ticket_key")
_NOTES = (POST, SKIPPED, HIDDEN, WAITS, EDITED, WITHDRAWN)
_ROUNDS = 4
"""How many links are followed from the thing that was named: message, thread, request, others."""


_ADD = insert(history)


class History(Rows):
    """Entries are gathered during a transaction and written at its end, in one statement."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self._gathered: list[Entry] = []

    def note(self, *entries: Entry) -> None:
        """Write these down together with the rest of this transaction."""
        self._gathered += entries

    def flush(self) -> None:
        """Write what was gathered; the store calls this before it commits."""
        rows = [self._row(entry) for entry in self._gathered]
        self._gathered.clear()
        if rows:
            self._connection.execute(_ADD, rows)

    def last_notes(self, ticket_id: TicketId) -> dict[CommentId, str]:
        """Return what was last decided on each comment of the ticket, as `what: why`."""
        found = (
            select(history.c.comment_id, history.c.what, history.c.detail)
            .where(
                history.c.ticket_id == ticket_id,
                history.c.comment_id != "",
                history.c.what.in_(_NOTES),
            )
            .order_by(history.c.id)
        )
        return {row.comment_id: f"{row.what}: {row.detail}" for row in self._run(found)}

    def became(self, id: DeliveryId) -> str:
        """Return what has become of a delivery that has another id now, empty when unknown."""
        found = (
            select(history.c.detail)
            .where(history.c.delivery_id == id, history.c.what == "public again")
            .order_by(history.c.id.desc())
            .limit(1)
        )
        return self._run(found).scalar() or ""

    def trace(self, named: str) -> list[Entry]:
        """Return every entry of what `named` belongs to, oldest first; empty when unknown.

        `named` is a ticket's key, or the id of a message, a delivery or a Request.
        """
        rows = self._read([history.c[column] == named for column in _NAMED_BY])
        known: set[tuple[str, str]] = set()
        for _ in range(_ROUNDS):
            fresh = _ids(rows.values()) - known
            if not fresh:
                break
            known |= fresh
            rows |= self._of(fresh)
        return [noun(Entry, rows[id]) for id in sorted(rows, key=lambda id: (rows[id].at_ms, id))]

    def beginning(self, letters: str, limit: int) -> list[str]:
        """Return ids of messages, Requests and deliveries that begin so."""
        found: set[str] = set()
        for column in (history.c[name] for name in _BEGIN):
            which = select(column).where(begins(column, letters)).distinct().limit(limit)
            found |= set(self._run(which).scalars())
        return sorted(found)

    def sweep(self, before: Ms, limit: int = FEW) -> int:
        """Delete entries from before then, a few at a time."""
        old = select(history.c.id).where(history.c.at_ms < before)
        ids = list(self._run(old.order_by(history.c.at_ms).limit(limit)).scalars())
        if not ids:
            return 0
        return self._run(delete(history).where(history.c.id.in_(ids))).rowcount

    def _of(self, ids: set[tuple[str, str]]) -> dict[str, Row[Any]]:
        """Return the rows that name one of these; a thread is named by its first message."""
        found: dict[str, Row[Any]] = {}
        for column in _IDS:
            kind = _kind(column)
            for some in chunks(sorted(value for of, value in ids if of == kind)):
                found |= self._read([history.c[column].in_(some)])
        return found

    def _read(self, which: list[ColumnElement[bool]]) -> dict[str, Row[Any]]:
        rows = self._run(select(history).where(or_(*which)))
        return {row.id: row for row in rows}

    def _row(self, entry: Entry) -> dict[str, Any]:
        id, now = self._scope.ids.next(self._scope.now), self._scope.now
        return columns(entry, history, id=id, at_ms=now, detail=presentable(entry.detail))


def _kind(column: str) -> str:
    return "message_id" if column == "thread_root" else column


def _ids(rows: Iterable[Row[Any]]) -> set[tuple[str, str]]:
    named = ((_kind(column), row._mapping[column]) for row in rows for column in _IDS)
    return {(kind, value) for kind, value in named if value}
