"""A copy from a database into a file, from a file into a database, from one database to another."""

from pathlib import Path

from sqlalchemy import Connection, delete, insert

from syncd import __version__
from syncd.core.operators.resumed import FLOOR, RESTORED, RESUMED
from syncd.store import migration
from syncd.store.copies import file, rows
from syncd.store.copies.file import Header
from syncd.store.schema import cursors
from syncd.store.store import Store


def back_up(store: Store, path: Path) -> dict[str, int]:
    """Write all that is kept into a file, as it is at one moment; return the rows by table.

    The daemon may run. StoreError when the tables are not this version's, or the file cannot be
    written.
    """
    store.check_schema()
    taken_ms = store.now()
    with store.snapshot() as connection:
        header = Header(__version__, migration.version(connection), store.kind, taken_ms)
        return file.write(path, header, rows.read(connection))


def header_of(path: Path) -> Header:
    """Return what a backup says of itself; StoreError when it is none."""
    with file.opened(path) as (header, _):
        return header


def restore(path: Path, into: Store) -> dict[str, int]:
    """Fill an empty database from a backup, and have the daemon look first for what may have been
    sent since; return the rows by table.

    StoreError, and the database as empty as before, when it cannot be done.
    """
    with file.opened(path) as (header, blocks), into.filling(header.migration) as connection:
        counts = rows.write(connection, blocks)
        _mark_restored(connection, header)
    into.migrate()  # Where the copy is of an older version.
    return counts


def pour(source: Store, target: Store) -> dict[str, int]:
    """Fill an empty database from another one, which nobody may write meanwhile."""
    source.check_schema()
    with source.snapshot() as read:
        version = migration.version(read)
        with target.filling(version) as connection:
            return rows.write(connection, rows.read(read))


def _mark_restored(connection: Connection, header: Header) -> None:
    floors = cursors.c.name.startswith(FLOOR, autoescape=True)
    ours = cursors.c.name.in_((RESTORED, RESUMED)) | floors
    connection.execute(delete(cursors).where(ours))
    row = {"name": RESTORED, "position": header.taken_ms, "at_ms": header.taken_ms}
    connection.execute(insert(cursors), row)
