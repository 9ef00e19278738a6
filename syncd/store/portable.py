"""Statements that every database of ours understands in the same way."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from syncd.core.model import Ms
from syncd.store.ids import IdSource

T = TypeVar("T")

FAR_MS = 65 * 60_000
"""A time this far ahead was never asked for; it means that the clock was set back."""

FEW = 200
"""What one background transaction touches at most, because a click waits behind it."""


@dataclass(frozen=True)
class Scope:
    """One transaction, its moment, and where its ids come from."""

    connection: Connection
    now: Ms
    lease_now: Ms
    """Like `now`, but on a clock that nobody sets back where we have one (SQLite)."""
    ids: IdSource
    writes: bool


def is_due(moment: Column[int], now: Ms) -> ColumnElement[bool]:
    """Match moments that have come, and those so far ahead that the clock was set back."""
    return or_(moment <= now, moment > now + FAR_MS)


def insert_once(connection: Connection, table: Table, row: Mapping[str, Any], *keys: str) -> bool:
    """Insert the row; False when one that shares a unique key is there.

    `keys` names the unique keys, the columns of one joined by `+`; a None matches nothing. Looks
    first, and inserts inside a savepoint, because a failed statement ends a transaction on
    PostgreSQL.
    """
    told = [key for key in keys if all(row[part] is not None for part in key.split("+"))]
    same = or_(*(_matches(table, row, key) for key in told))
    there = select(*table.primary_key.columns).where(same).limit(1)
    if connection.execute(there).first() is not None:
        return False
    try:
        with connection.begin_nested():
            connection.execute(insert(table).values(**row))
    except IntegrityError:
        if connection.execute(there).first() is None:
            raise
        return False
    return True


def put(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert the row, or replace the one with its primary key."""
    names = [column.name for column in table.primary_key.columns]
    rest = {name: value for name, value in row.items() if name not in names}
    replace = update(table).where(_matches(table, row, "+".join(names))).values(**rest)
    if connection.execute(replace).rowcount == 0 and not insert_once(
        connection, table, row, "+".join(names)
    ):
        connection.execute(replace)


def chunks(items: Iterable[T], size: int = FEW) -> Iterator[list[T]]:
    """Yield the items in lists short enough for one IN (...)."""
    listed = list(items)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]


def _matches(table: Table, row: Mapping[str, Any], key: str) -> ColumnElement[bool]:
    return and_(*(table.c[part] == row[part] for part in key.split("+")))
