"""A copy of everything: into a file and out of it, from any kind of database into any other."""

import gzip
import json
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import databases
import pytest
from sqlalchemy import (
    Boolean,
    LargeBinary,
    NullPool,
    Table,
    create_engine,
    insert,
    make_url,
    select,
)
from stored_nouns import tell

from syncd import log
from syncd.core.errors import StoreError
from syncd.core.model import Ms
from syncd.core.operators.resumed import floor_of
from syncd.loops.resuming import resume
from syncd.store.copies import copying, rows
from syncd.store.schema import leases, metadata
from syncd.store.store import Store
from syncd.store.tables.cache import CacheKind
from syncd.store.tx import Tx

NOW = Ms(1_700_000_000_000)
_WORDS = "声 \U0001f41b 'quoted', \\n and\n\tso on"


@pytest.fixture(params=databases.names())
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of another database, without tables."""
    with databases.empty(request.param, tmp_path) as made:
        yield made


@contextmanager
def opened(url: str) -> Iterator[Store]:
    with closing(Store.open(url, clock=lambda: NOW)) as store:
        yield store


def backed_up(url: str, file: Path) -> dict[str, int]:
    with opened(url) as store:
        return copying.back_up(store, file)


def restored(file: Path, url: str) -> None:
    with opened(url) as store:
        copying.restore(file, store, lambda: NOW)


def poured(source: str, target: str) -> None:
    with opened(source) as left, opened(target) as filled:
        copying.pour(left, filled)


def filled(table: Table) -> dict[str, object]:
    """A row in which every column holds something that could get lost on the way."""
    row: dict[str, object] = {}
    for column in table.columns:
        words = getattr(column.type, "words", None)
        if words:
            row[column.name] = next(iter(words))
        elif isinstance(column.type, LargeBinary):
            row[column.name] = bytes(range(256))
        elif isinstance(column.type, Boolean):
            row[column.name] = True
        elif column.type.python_type is int:
            small = "small" in type(column.type).__name__.lower()
            row[column.name] = 7 if small or "INTEGER" in str(column.type) else 1_700_000_000_000
        else:
            row[column.name] = _WORDS if len(row) % 2 else "plain"
    return row


def fill(url: str) -> None:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        for table in metadata.sorted_tables:
            connection.execute(insert(table).values(**filled(table)))


def held(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything but who holds what, which is true of one database only."""
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return {
            table.name: sorted(tuple(row) for row in connection.execute(select(table)))
            for table in metadata.sorted_tables
            if table is not leases
        }


def test_every_table_comes_whole_out_of_a_file(url: str, elsewhere: str, tmp_path: Path) -> None:
    fill(url)
    file = tmp_path / "backup.gz"
    counts = backed_up(url, file)
    assert counts == dict.fromkeys(held(url), 1)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    restored(file, elsewhere)
    before, after = held(url), held(elsewhere)
    (mark,) = [row for row in after["cursors"] if row[0] == "restored"]
    after["cursors"].remove(mark)
    assert after == before
    with opened(elsewhere) as store:
        store.check_schema()


def test_a_copy_of_the_sqlite_file_is_taken_as_of_when_syncd_last_wrote_it(
    elsewhere: str, tmp_path: Path
) -> None:
    with databases.fresh("sqlite", tmp_path) as url:
        fill(url)
        with opened(url) as store:
            store.write(lambda tx: tx.cache.put(CacheKind.PROCESS, "p1", "{}"))
        copy = tmp_path / "copy.db"
        with closing(sqlite3.connect(make_url(url).database or "")) as held_open:
            held_open.execute("VACUUM INTO ?", (str(copy),))
        restored(copy, elsewhere)
        before, after = held(url), held(elsewhere)
    (mark,) = [row for row in after["cursors"] if row[0] == "restored"]
    assert mark == ("restored", NOW, NOW)
    after["cursors"].remove(mark)
    before["cache"] = [row for row in before["cache"] if row[0] != CacheKind.PROCESS]
    assert after == before


def test_a_sqlite_file_that_is_in_use_or_not_ours_is_refused(
    elsewhere: str, tmp_path: Path
) -> None:
    ours, strange = tmp_path / "ours.db", tmp_path / "strange.db"
    with closing(sqlite3.connect(strange)) as other:
        other.execute("CREATE TABLE people (name TEXT)")
    with pytest.raises(StoreError, match=r"strange.db is no database of this syncd: .*no tables"):
        restored(strange, elsewhere)
    with opened(f"sqlite:///{ours}") as daemon:
        daemon.migrate()
        daemon.lock()
        with pytest.raises(StoreError, match=r"syncd runs on .*ours.db; restore a copy"):
            restored(ours, elsewhere)
    restored(ours, elsewhere)


def test_every_table_moves_whole(url: str, elsewhere: str) -> None:
    fill(url)
    poured(url, elsewhere)
    assert held(elsewhere) == held(url)


def test_what_is_written_meanwhile_is_whole_in_a_copy_or_not_at_all(url: str) -> None:
    """One transaction writes into two tables."""
    with opened(url) as store, store.snapshot() as connection:
        counts = {}
        for block in rows.read(connection):
            counts[block.table] = len(list(block.rows))
            with opened(url) as other:
                other.write(lambda tx: tx.outbox.put(tell(os.urandom(4).hex())))
    assert set(counts.values()) == {0}
    assert len(held(url)["outbox"]) == len(held(url)["history"]) == len(counts)


def test_an_earlier_backup_is_replaced_and_nothing_else(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "backup.gz"
    backed_up(sqlite_url, file)
    backed_up(sqlite_url, file)
    database = tmp_path / "syncd.db"
    before = database.read_bytes()
    with pytest.raises(StoreError, match="no backup"):
        backed_up(sqlite_url, database)
    assert database.read_bytes() == before
    assert [path.name for path in tmp_path.glob(".*")] == []


def lines_of(file: Path) -> list[str]:
    return gzip.decompress(file.read_bytes()).decode().splitlines(keepends=True)


@pytest.mark.parametrize("harm", ["cut", "lost row", "no end", "other", "empty", "not ours"])
def test_a_damaged_file_leaves_the_database_empty(
    sqlite_url: str, tmp_path: Path, harm: str
) -> None:
    fill(sqlite_url)
    file, target = tmp_path / "backup.gz", tmp_path / "new.db"
    backed_up(sqlite_url, file)
    lines = lines_of(file)
    broken = {
        "lost row": lines[:2] + lines[3:],
        "no end": lines[:-1],
        "other": [*lines[:2], '{"table": 7}\n', *lines[3:]],
        "not ours": ["hello\n"],
    }
    if harm in broken:
        file.write_bytes(gzip.compress("".join(broken[harm]).encode()))
    else:
        file.write_bytes(file.read_bytes()[:-20] if harm == "cut" else b"")
    with pytest.raises(StoreError, match=r"damaged|no backup"):
        restored(file, f"sqlite:///{target}")
    poured(sqlite_url, f"sqlite:///{target}")


@pytest.mark.parametrize(("key", "value"), [("syncd_copy", 2), ("migration", "9999")])
def test_a_copy_of_a_newer_syncd_is_refused(
    sqlite_url: str, tmp_path: Path, key: str, value: object
) -> None:
    file = tmp_path / "backup.gz"
    backed_up(sqlite_url, file)
    first, *rest = lines_of(file)
    changed = json.dumps(json.loads(first) | {key: value}) + "\n"
    file.write_bytes(gzip.compress("".join([changed, *rest]).encode()))
    with pytest.raises(StoreError, match="newer syncd"):
        restored(file, f"sqlite:///{tmp_path / 'new.db'}")


def test_a_database_that_holds_anything_is_not_filled(url: str, tmp_path: Path) -> None:
    file = tmp_path / "backup.gz"
    backed_up(url, file)
    restored(file, url)
    with pytest.raises(StoreError, match="not empty"):
        restored(file, url)
    with pytest.raises(StoreError, match="not empty"):
        poured(url, url)


def test_after_a_restore_the_ticket_numbers_of_each_project_are_those_of_the_backup(
    sqlite_url: str, tmp_path: Path
) -> None:
    file, later = tmp_path / "backup.gz", f"sqlite:///{tmp_path / 'later.db'}"
    with opened(sqlite_url) as store:
        store.write(lambda tx: tx.cursors.set(floor_of("GONE"), Ms(4)))
        for project, floor in (("HELP", 7), ("BILL", 2)):
            store.write(partial(put_floor, project=project, floor=floor))
        copying.back_up(store, file)
    restored(file, later)
    with opened(later) as store:
        resume(store, log.get("store"))
        store.write(partial(put_floor, project="HELP", floor=9))
        with store.read() as tx:
            floors = [tx.cursors.get(floor_of(one)) for one in ("HELP", "BILL", "NEW", "GONE")]
    assert floors == [7, 2, 0, 0]


def put_floor(tx: Tx, project: str, floor: int) -> None:
    tx.cache.put("key_floor", project, str(floor))
