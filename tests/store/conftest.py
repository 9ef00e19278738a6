from collections.abc import Iterator
from pathlib import Path

import databases
import pytest
from still_clock import Time

from syncd.store.store import Store

# What only a database server can show.
collect_ignore = [] if databases.servers() else ["test_store_servers.py"]


@pytest.fixture
def time() -> Time:
    return Time()


url = databases.fresh_on(*databases.names())
sqlite_url = databases.fresh_on(databases.SQLITE)


@pytest.fixture(params=databases.names())
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with databases.empty(request.param, tmp_path) as address:
        yield address


@pytest.fixture
def store(url: str, time: Time) -> Iterator[Store]:
    opened = Store.open(url, clock=time)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(sqlite_url: str, time: Time) -> Iterator[Store]:
    opened = Store.open(sqlite_url, clock=time)
    yield opened
    opened.close()
