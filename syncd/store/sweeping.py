"""Walking through rows that are older than what is kept, a few at a time."""

from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, Table, select

from syncd.core.model import Ms


def old_rows(
    connection: Connection,
    table: Table,
    moment: Column[int],
    since: Ms,
    before: Ms,
    which: ColumnElement[bool],
    limit: int,
) -> tuple[list[Row[Any]], Ms]:
    """Return rows whose moment is in `since`..`before`, oldest first, and where to go on.

    The last moment is looked at again, since more rows may share it: fewer than `limit`, as each
    was written by a transaction of its own, or all of those that `which` still matches.
    """
    aged = select(table).where(moment >= max(since, 1), moment < before, which)
    rows = list(connection.execute(aged.order_by(moment, table.c.id).limit(limit)))
    return rows, Ms(rows[-1]._mapping[moment.name]) if rows else since
