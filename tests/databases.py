"""The databases that tests run on: SQLite always, and those that SYNCD_TEST_DATABASES names.

It holds SQLAlchemy addresses, parted by spaces or commas, each of a server and of a database there
from which others can be created.
"""

import atexit
import os
import re
import secrets
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, NullPool, create_engine, delete, make_url, text

from syncd.core.model import Ms
from syncd.store.schema import metadata
from syncd.store.store import Store

SQLITE = "sqlite"
_VARIABLE = "SYNCD_TEST_DATABASES"

_VERSIONS = Path(__file__).parents[1] / "migrations" / "versions"

_KILL_OTHERS = {
    "postgresql": """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()""",
    "mysql": """SELECT concat('KILL ', id) FROM information_schema.processlist
        WHERE db = database() AND id <> connection_id()""",
}

_spare: dict[str, list[str]] = {}
_made: list[tuple[str, str]] = []


def names() -> list[str]:
    """Return a short name of each database to test on."""
    return [SQLITE, *servers()]


def servers() -> list[str]:
    """Return the names of the database servers among them."""
    return list(_addresses())


def skipped_line() -> str:
    """Return what is to be said when only SQLite was tested, else nothing."""
    if servers():
        return ""
    return f"The store was tested on SQLite only; {_VARIABLE} names no other database."


def fresh_on(*on: str) -> Any:
    """Make a fixture that gives the address of a database with empty tables, on each of these."""

    @pytest.fixture(params=on)
    def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
        with fresh(request.param, tmp_path) as made:
            yield made

    return address


def leave_to_one_server(
    config: pytest.Config, items: list[pytest.Item], stories: list[pytest.Item], one_in: int
) -> None:
    """Take out of `items` what of these stories would be told on more than one of the servers.

    One story of so many is told on a server at all, always on the same. With
    SYNCD_TEST_EVERYWHERE=1 each is told on all that are named.
    """
    if os.environ.get("SYNCD_TEST_EVERYWHERE"):
        return
    left = {item for item in stories if _is_for_another(item, one_in)}
    config.hook.pytest_deselected(items=list(left))
    items[:] = [item for item in items if item not in left]


def _is_for_another(item: pytest.Item, one_in: int) -> bool:
    spec = getattr(item, "callspec", None)
    on = spec.params.get("url") if spec else None
    if on not in servers():
        return False
    number = zlib.crc32(item.nodeid.replace(on, "").encode()) % (one_in * len(servers()))
    return number >= len(servers()) or on != servers()[number]


@contextmanager
def fresh(name: str, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database that has its tables and nothing in them."""
    if name == SQLITE:
        path = tmp_path / "syncd.db"
        path.write_bytes(_migrated_file())
        yield f"sqlite:///{path}"
        return
    spare = _spare.setdefault(name, [])
    url = spare.pop() if spare else _migrated(_create(name))
    yield url
    _wipe(url)
    spare.append(url)


@contextmanager
def empty(name: str, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database without tables; of SQLite, without a file."""
    if name == SQLITE:
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    url = _create(name)
    yield url
    _drop(name, make_url(url).database or "")


def kill_connections(url: str) -> None:
    """Let the server end every connection to that database but the one that asks for it."""
    with create_engine(url, poolclass=NullPool).connect() as connection:
        found = connection.execute(text(_KILL_OTHERS[connection.dialect.name])).scalars().all()
        if connection.dialect.name == "mysql":
            for statement in found:
                connection.execute(text(statement))


@cache
def _addresses() -> dict[str, URL]:
    found: dict[str, URL] = {}
    for word in re.split(r"[\s,]+", os.environ.get(_VARIABLE, "").strip()):
        if word:
            url = make_url(word)
            kind = url.get_backend_name()
            found[kind if kind not in found else f"{kind}-{len(found)}"] = url
    return found


@cache
def head() -> str:
    """Return the version of the newest migration."""
    return max(path.name.partition("_")[0] for path in _VERSIONS.glob("[0-9]*.py"))


@cache
def _migrated_file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        _migrated(f"sqlite:///{path}")
        return path.read_bytes()


def _migrated(url: str) -> str:
    store = Store.open(url, clock=lambda: Ms(0))
    store.migrate()
    store.close()
    return url


def _create(name: str) -> str:
    database = f"syncd_t_{secrets.token_hex(6)}"
    # A default that cannot hold most texts: whatever the tables need, they must say themselves.
    charset = "" if name.startswith("postgresql") else " CHARACTER SET latin1"
    _administer(name, f"CREATE DATABASE {database}{charset}")
    _made.append((name, database))
    return _addresses()[name].set(database=database).render_as_string(hide_password=False)


def _drop(name: str, database: str) -> None:
    force = " WITH (FORCE)" if name.startswith("postgresql") else ""
    _administer(name, f"DROP DATABASE {database}{force}")
    _made.remove((name, database))


@atexit.register
def _drop_all() -> None:
    for name, database in list(_made):
        _drop(name, database)


def _administer(name: str, statement: str) -> None:
    engine = create_engine(_addresses()[name], poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))


def _wipe(url: str) -> None:
    """Leave the database as it was made, also where a test pretended to be a newer version."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": head()})
        for table in metadata.sorted_tables:
            connection.execute(delete(table))
