"""A copy from a database into a file, from a file into a database, from one database to another."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, delete, func, insert, select

from syncd import __version__
from syncd.core.errors import StoreError
from syncd.core.model import Ms
from syncd.core.operators.resumed import FLOOR, RESTORED, RESUMED
from syncd.store import migration
from syncd.store.copies import file, rows
from syncd.store.copies.file import Header
from syncd.store.copies.rows import Block
from syncd.store.schema import cache, cursors
from syncd.store.store import Clock, Store
from syncd.store.tables.cache import CacheKind

# https://www.sqlite.org/fileformat.html#magic_header_string
_SQLITE_BEGINS = b"SQLite format 3\x00"


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


def restore(path: Path, into: Store, clock: Clock) -> tuple[Ms, dict[str, int]]:
    """Fill an empty database from a backup, or from a SQLite file that a tool for it has copied,
    and have the daemon look first for what may have been sent since.

    Return as of when the copy is, and its rows by table. StoreError, and the database as empty as
    before, when it cannot be done.
    """
    with _opened(path, clock) as (header, blocks), into.filling(header.migration) as connection:
        counts = rows.write(connection, blocks)
        _mark_restored(connection, header)
    into.migrate()  # Where the copy is of an older version.
    return header.taken_ms, counts


def pour(source: Store, target: Store) -> dict[str, int]:
    """Fill an empty database from another one, which nobody may write meanwhile."""
    source.check_schema()
    with source.snapshot() as read:
        version = migration.version(read)
        with target.filling(version) as connection:
            return rows.write(connection, rows.read(read))


@contextmanager
def _opened(path: Path, clock: Clock) -> Iterator[tuple[Header, Iterator[Block]]]:
    if not _is_sqlite(path):
        with file.opened(path) as backup:
            yield backup
        return
    with closing(Store.open(f"sqlite:///{path}", clock=clock)) as copy:
        if copy.holder() is not None:
            raise StoreError(f"syncd runs on {path}; restore a copy of it.")
        try:
            copy.check_schema()
        except StoreError as failure:
            raise StoreError(f"{path} is no database of this syncd: {failure}") from failure
        with copy.snapshot() as connection:
            version = migration.version(connection)
            yield Header(__version__, version, copy.kind, _alive(connection)), rows.read(connection)


def _is_sqlite(path: Path) -> bool:
    try:
        with path.open("rb") as opened:
            return opened.read(len(_SQLITE_BEGINS)) == _SQLITE_BEGINS
    except OSError as failure:
        raise StoreError(f"{path} cannot be read: {failure.strerror}.") from failure


def _alive(connection: Connection) -> Ms:
    """Return when syncd last wrote there: each process says every few seconds that it runs."""
    spoke = select(func.max(cache.c.at_ms)).where(cache.c.kind == CacheKind.PROCESS)
    moved = select(func.max(cursors.c.at_ms))
    found = [connection.execute(one).scalar() or 0 for one in (spoke, moved)]
    return Ms(max(1, *found))


def _mark_restored(connection: Connection, header: Header) -> None:
    floors = cursors.c.name.startswith(FLOOR, autoescape=True)
    ours = cursors.c.name.in_((RESTORED, RESUMED)) | floors
    connection.execute(delete(cursors).where(ours))
    row = {"name": RESTORED, "position": header.taken_ms, "at_ms": header.taken_ms}
    connection.execute(insert(cursors), row)
