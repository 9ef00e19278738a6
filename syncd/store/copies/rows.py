"""Every row of every table, as plain values that each kind of database takes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import Any, TypeAlias

from sqlalchemy import (
    Connection,
    LargeBinary,
    Select,
    column,
    exists,
    func,
    insert,
    inspect,
    select,
)
from sqlalchemy import table as named_table

from syncd.core.errors import StoreError
from syncd.store.schema import cache, leases, metadata
from syncd.store.tables.cache import CacheKind

Value: TypeAlias = str | int | bytes | None
Row: TypeAlias = tuple[Value, ...]

_AT_ONCE = 500
"""Rows that are read, and written, by one statement."""
_OWN_TO_A_PLACE = {leases.name}
"""Tables of which no copy is made: who holds what holds it in that one database."""


@dataclass(frozen=True)
class Block:
    """The rows of one table."""

    table: str
    columns: tuple[str, ...]
    raw: tuple[str, ...]
    """Those of the columns that hold bytes."""
    rows: Iterable[Row]


def read(connection: Connection) -> Iterator[Block]:
    """Yield all tables, each with its rows as they come; read one before you go to the next."""
    for table in metadata.sorted_tables:
        if table.name not in _OWN_TO_A_PLACE:
            columns = tuple(one.name for one in table.c)
            raw = tuple(one.name for one in table.c if isinstance(one.type, LargeBinary))
            every = select(table)
            if table is cache:
                every = every.where(cache.c.kind != CacheKind.PROCESS)
            yield Block(table.name, columns, raw, _rows(connection, every))


def write(connection: Connection, blocks: Iterable[Block]) -> dict[str, int]:
    """Insert all rows; return how many each table got."""
    counts: dict[str, int] = {}
    for block in blocks:
        # No types: the tables may be those of an earlier version.
        into = insert(named_table(block.table, *map(column, block.columns)))
        counts[block.table] = 0
        left = iter(block.rows)
        while rows := list(islice(left, _AT_ONCE)):
            values = [dict(zip(block.columns, row, strict=True)) for row in rows]
            connection.execute(into, values)
            counts[block.table] += len(rows)
    return counts


def count(connection: Connection) -> dict[str, int]:
    """Return how many rows each table has; it reads all of them."""
    tables = metadata.sorted_tables
    every = {table.name: select(func.count()).select_from(table) for table in tables}
    return {name: int(connection.execute(one).scalar_one()) for name, one in every.items()}


def refuse_filled(connection: Connection, shown: str) -> None:
    """Raise StoreError when any table holds a row."""
    there = set(inspect(connection).get_table_names())
    for table in metadata.sorted_tables:
        held = select(exists(select(*table.primary_key.columns)))
        if table.name in there and connection.execute(held).scalar():
            raise StoreError(
                f"The database {shown} is not empty; nothing is overwritten. Name another one, "
                "or put this one out of the way first."
            )


def _rows(connection: Connection, every: Select[Any]) -> Iterator[Row]:
    for row in connection.execute(every, execution_options={"yield_per": _AT_ONCE}):
        yield tuple(map(_plain, row))


def _plain(value: Any) -> Value:
    """Return what any driver takes; a word of an enumeration as its letters."""
    if isinstance(value, Enum):
        return str(value.value)
    return bytes(value) if isinstance(value, memoryview | bytearray) else value
