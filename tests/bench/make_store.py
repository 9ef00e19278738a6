"""Makes the SQLite store of a daemon that has run for years, in a few minutes.

python -m bench.make_store PATH [--links 300000], in the folder of the tests. Nothing analyses it:
a first start that runs for months has no statistics either.
"""

import argparse
import random
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.life import CHATS, DAY_MS, RETENTION_MS, Life, mixed
from bench.lives import rows
from sqlalchemy import Table
from sqlalchemy.dialects import sqlite

from syncd.core import watching
from syncd.core.model import Ms
from syncd.store import schema
from syncd.store.store import Store

_YEARS_MS = 3 * 365 * DAY_MS
_NEWEST_MS = 600_000
"""The last ticket is so old."""
_DOWN_MS = 60_000
"""The daemon that ran on it stopped so long ago."""
_AT_ONCE = 2000
_BLANKS: dict[type, object] = {bytes: b"", int: 0, bool: False}
_SWEPT = ("swept-outbox", "swept-requests")
_FAST = ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1000000", "temp_store=MEMORY")


class Writer:
    """Inserts rows table by table, with a blank for every column that a row leaves out."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._waiting: dict[Table, list[tuple[object, ...]]] = {}
        self._blank = {
            table: {
                column.name: None if column.nullable else _BLANKS.get(column.type.python_type, "")
                for column in table.columns
            }
            for table in schema.metadata.sorted_tables
        }
        self.made = dict.fromkeys((table.name for table in self._blank), 0)

    def add(self, found: Iterable[tuple[Table, dict[str, Any]]]) -> None:
        for table, row in found:
            blank = self._blank[table]
            if strangers := row.keys() - blank.keys():
                raise LookupError(f"{table.name} has no {', '.join(sorted(strangers))}")
            self._waiting.setdefault(table, []).append(tuple({**blank, **row}.values()))

    def flush(self) -> None:
        for table, waiting in self._waiting.items():
            insert = table.insert().compile(dialect=sqlite.dialect())
            self._connection.executemany(str(insert), waiting)
            self.made[table.name] += len(waiting)
        self._waiting.clear()


def make(path: Path, links: int, now_ms: int, seed: int = 1) -> dict[str, int]:
    """Make the store and return how many rows each table has."""
    store = Store.open(f"sqlite:///{path}", clock=lambda: Ms(now_ms))
    store.migrate()
    store.close()
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in _FAST:
        connection.execute(f"PRAGMA {pragma}")
    writer = Writer(connection)
    with _without_indexes(connection):
        connection.execute("BEGIN")
        for life in lives(links, now_ms, random.Random(seed)):
            writer.add(rows(life))
            if life.number % _AT_ONCE == 0:
                writer.flush()
        writer.add(_house(now_ms))
        writer.flush()
        connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    return writer.made


def lives(links: int, now_ms: int, chance: random.Random) -> Iterator[Life]:
    """Yield the tickets in the order of their creation."""
    first, span = now_ms - _YEARS_MS, _YEARS_MS - _NEWEST_MS
    for number in range(links):
        created = first + span * (number + 1) // links
        yield Life(number, created, now_ms, chance)


def _house(now_ms: int) -> Iterator[tuple[Table, dict[str, Any]]]:
    """What is kept beside the tickets, as the last run left it."""
    stopped = now_ms - _DOWN_MS
    moments = {name: now_ms - RETENTION_MS - _DOWN_MS for name in _SWEPT}
    moments |= {name: stopped for name in ("poll", "heard", "hearing proven")}
    for name, position in moments.items():
        yield schema.cursors, {"name": name, "position": position, "at_ms": stopped}
    for look in watching.sweeps(Ms(stopped)):
        due = watching.swept(look, Ms(stopped - 300_000))
        yield schema.looks, {**asdict(look), "due_ms": due, "asked_ms": stopped}
    for n in range(CHATS):
        yield schema.joined, {"chat_id": f"oc_bench_{n:03d}", "at_ms": now_ms - _YEARS_MS}
    for n in range(2000):
        person = f"ou_{n:032x}"
        body = f'{{"person": "{person}", "name": "Person {n}", "email": "p{n}@acme.example"}}'
        at_ms = now_ms - mixed(n) % RETENTION_MS
        told = {"kind": "profile", "name": person, "body": body, "at_ms": at_ms}
        yield schema.cache, told
    for n in range(CHATS):
        yield (
            schema.chats,
            {
                "chat_id": f"oc_bench_{n:03d}",
                "enabled": True,
                "name": f"Customer {n}",
                "plan": "premium",
                "language": "en",
                "reporter": None,
                "form": None,
                "allowed_domains": None,
                "changed_ms": now_ms - _YEARS_MS,
            },
        )


@contextmanager
def _without_indexes(connection: sqlite3.Connection) -> Iterator[None]:
    """Build the indexes at the end, which takes a fraction of keeping them meanwhile."""
    found = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    indexes = connection.execute(found).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    yield
    for _, sql in indexes:
        connection.execute(sql)


def main() -> None:
    words = argparse.ArgumentParser(description="Make the store of a daemon that ran for years.")
    words.add_argument("path", type=Path)
    words.add_argument("--links", type=int, default=300_000)
    asked = words.parse_args()
    if asked.path.exists():
        raise SystemExit(f"{asked.path} is there already")
    began = time.monotonic()
    made = make(asked.path, asked.links, int(datetime.now(UTC).timestamp() * 1000))
    size = asked.path.stat().st_size / 1e6
    print(*(f"{count:>10,} {name}" for name, count in made.items() if count), sep="\n")
    print(f"{size:,.0f} MB in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
