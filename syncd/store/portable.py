"""Statements that every database of ours understands in the same way.

Building one costs several times what running it does, so each is built once, with named gaps:
https://docs.sqlalchemy.org/en/21/core/connections.html#sql-compilation-caching
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Insert,
    Integer,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from syncd.core.model import Ms
from syncd.store.ids import IdSource

T = TypeVar("T")

FAR_MS = 65 * 60_000
"""Longer than any wait that is ever asked for: a time further ahead means that the clock was set
back."""

FEW = 200
"""The rows that one background transaction touches at most, because a click may wait behind it."""


@dataclass(frozen=True)
class Scope:
    """One transaction, its moment, and where its ids come from."""

    connection: Connection
    now: Ms
    lease_now: Ms
    """Like `now`; on SQLite by the monotonic clock."""
    ids: IdSource
    writes: bool


NOW = bindparam("now", type_=BigInteger)
LEASE_NOW = bindparam("lease_now", type_=BigInteger)
MOST = bindparam("most", type_=Integer)


def is_due(moment: Column[int], now: ColumnElement[int]) -> ColumnElement[bool]:
    """Match moments that have come, and those more than `FAR_MS` ahead: the clock was set back."""
    return or_(moment <= now, moment > now + FAR_MS)


def among(column: ColumnElement[Any], words: Iterable[str]) -> ColumnElement[bool]:
    """Match the words, whose number is fixed, so that the statement need not be filled in anew."""
    return column.in_([literal(word, column.type) for word in words])


def begins(column: ColumnElement[str], beginning: str) -> ColumnElement[bool]:
    """Match ids that begin so, by an index; ids hold nothing that sorts after `~`."""
    return and_(column >= beginning, column < beginning + "~")


def insert_once(connection: Connection, table: Table, row: Mapping[str, Any], *keys: str) -> bool:
    """Insert the row; False when one that shares a unique key is there.

    `keys` names the unique keys, the columns of one joined by `+`; a None matches nothing. Looks
    first, and inserts inside a savepoint, because a failed statement ends a transaction on
    PostgreSQL.
    """
    told = [key for key in keys if all(row[part] is not None for part in key.split("+"))]
    there = _there(table, tuple(told))
    if connection.execute(there, row).first() is not None:
        return False
    try:
        with connection.begin_nested():
            connection.execute(_insert(table), row)
    except IntegrityError:
        if connection.execute(there, row).first() is None:
            raise
        return False
    return True


def put(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert the row, or replace the one with its primary key."""
    names = [column.name for column in table.primary_key.columns]
    values = {f"its_{name}" if name in names else name: value for name, value in row.items()}
    replace = _replace(table)
    if connection.execute(replace, values).rowcount == 0 and not insert_once(
        connection, table, row, "+".join(names)
    ):
        connection.execute(replace, values)


def chunks(items: Iterable[T], size: int = FEW) -> Iterator[list[T]]:
    """Yield the items in lists short enough for one IN (...)."""
    listed = list(items)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]


@cache
def _there(table: Table, keys: tuple[str, ...]) -> Select[Any]:
    same = (and_(*(table.c[part] == bindparam(part) for part in k.split("+"))) for k in keys)
    return select(*table.primary_key.columns).where(or_(*same)).limit(1)


@cache
def _insert(table: Table) -> Insert:
    return insert(table)


@cache
def _replace(table: Table) -> Update:
    same = (column == bindparam(f"its_{column.name}") for column in table.primary_key.columns)
    return update(table).where(*same)
