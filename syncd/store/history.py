"""What happened, step by step; rows are only ever added, and swept when they are old."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, or_, select

from syncd.core.history import HIDDEN, POST, SKIPPED, WAITS, WITHDRAWN, Step, presentable
from syncd.core.model import CommentId, DeliveryId, Ms, TicketId
from syncd.store.portable import FEW, Scope, chunks
from syncd.store.schema import history

_IDS = ("thread_root", "message_id", "request_id", "delivery_id", "ticket_id")
_NAMED_BY = (*_IDS, "ticket_key")
_NOTES = (POST, SKIPPED, HIDDEN, WAITS, WITHDRAWN)
_ROUNDS = 4
"""How many links are followed from the thing that was named: message, thread, request, others."""


_ADD = insert(history)


class History:
    """Steps are gathered during a transaction and written at its end, in one statement."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._connection = scope.connection
        self._gathered: list[Step] = []

    def note(self, *steps: Step) -> None:
        """Write these steps down together with the rest of this transaction."""
        self._gathered += steps

    def flush(self) -> None:
        """Write what was gathered; the store calls this before it commits."""
        rows = [self._row(step) for step in self._gathered]
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
        rows = self._connection.execute(found)
        return {CommentId(row.comment_id): f"{row.what}: {row.detail}" for row in rows}

    def became(self, id: DeliveryId) -> str:
        """Return what has become of a delivery that has another id now, empty when unknown."""
        found = (
            select(history.c.detail)
            .where(history.c.delivery_id == id, history.c.what == "public again")
            .order_by(history.c.id.desc())
            .limit(1)
        )
        return self._connection.execute(found).scalar() or ""

    def trace(self, named: str) -> list[Step]:
        """Return every step of what `named` belongs to, oldest first; empty when unknown.

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
        return [_step(rows[id]) for id in sorted(rows, key=lambda id: (rows[id].at_ms, id))]

    def sweep(self, before: Ms, limit: int = FEW) -> int:
        """Delete steps from before then, a few at a time."""
        old = select(history.c.id).where(history.c.at_ms < before)
        ids = list(self._connection.execute(old.order_by(history.c.at_ms).limit(limit)).scalars())
        if not ids:
            return 0
        return self._connection.execute(delete(history).where(history.c.id.in_(ids))).rowcount

    def _of(self, ids: set[tuple[str, str]]) -> dict[str, Row[Any]]:
        """Return the rows that name one of these; a thread is named by its first message."""
        found: dict[str, Row[Any]] = {}
        for column in _IDS:
            kind = _kind(column)
            for some in chunks(sorted(value for of, value in ids if of == kind)):
                found |= self._read([history.c[column].in_(some)])
        return found

    def _read(self, which: list[ColumnElement[bool]]) -> dict[str, Row[Any]]:
        rows = self._connection.execute(select(history).where(or_(*which)))
        return {row.id: row for row in rows}

    def _row(self, step: Step) -> dict[str, Any]:
        row = {field.name: getattr(step, field.name) for field in fields(Step)}
        id = self._scope.ids.next(self._scope.now)
        return {**row, "id": id, "at_ms": self._scope.now, "detail": presentable(step.detail)}


def _kind(column: str) -> str:
    return "message_id" if column == "thread_root" else column


def _ids(rows: Iterable[Row[Any]]) -> set[tuple[str, str]]:
    named = ((_kind(column), row._mapping[column]) for row in rows for column in _IDS)
    return {(kind, value) for kind, value in named if value}


def _step(row: Row[Any]) -> Step:
    return Step(**{field.name: row._mapping[field.name] for field in fields(Step)})
