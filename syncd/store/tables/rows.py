"""What the tables of a transaction share: running statements, and rows as frozen dataclasses.

A field of a dataclass is held by the column of the same name; only what differs is named.
"""

from dataclasses import fields
from functools import cache
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Column, CursorResult, Executable, Row, Select, Table, select

from syncd.core.model import Ms
from syncd.store.portable import Scope

T = TypeVar("T")


class Rows:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._connection = scope.connection

    def _run(self, statement: Executable, **gaps: object) -> CursorResult[Any]:
        return self._connection.execute(statement, gaps or None)

    def _held(self, one: Select[Any], **gaps: object) -> Row[Any] | None:
        """Return the row; in a write transaction nobody else can change it meanwhile."""
        return self._run(_locking(one) if self._scope.writes else one, **gaps).first()

    def _old(
        self, moment: Column[int], since: Ms, before: Ms, limit: int
    ) -> tuple[list[Row[Any]], Ms]:
        """Return rows whose moment is in `since`..`before`, oldest first, and where to go on.

        Whichever they are, so that no statement walks more than those. The last moment is looked
        at again, since more rows may share it: fewer than `limit`, as each was written by a
        transaction of its own.
        """
        aged = select(moment.table).where(moment >= max(since, 1), moment < before)
        rows = list(self._run(aged.order_by(moment, moment.table.c.id).limit(limit)))
        return rows, Ms(rows[-1]._mapping[moment.name]) if rows else since


class Swept(NamedTuple):
    """What one step of a sweep did."""

    touched: int
    more: bool
    """Whether the next step may find something at once."""
    reached: Ms = Ms(0)
    """Where to go on, for a sweep that has a cursor."""


def noun(kind: type[T], row: Row[Any], /, **differing: object) -> T:
    """Return the row as that dataclass."""
    held = row._mapping
    same = {name: held[name] for name in _fields(kind) if name in held and name not in differing}
    return kind(**same, **differing)


def columns(noun: object, table: Table, **differing: object) -> dict[str, Any]:
    """Return the dataclass as a row of the table."""
    same = {name: getattr(noun, name) for name in _fields(type(noun)) if name in table.c}
    return same | differing


def _fields(kind: Any) -> list[str]:
    return [field.name for field in fields(kind)]


@cache
def _locking(one: Select[Any]) -> Select[Any]:
    return one.with_for_update()
