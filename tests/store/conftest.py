from collections.abc import Callable, Iterator
from pathlib import Path

import databases
import pytest

from syncd.core.model import Ms
from syncd.store.store import Store

# What only a database server can show.
collect_ignore = [] if databases.servers() else ["test_store_servers.py"]


class Time:
    """A clock that stands still until a test moves it; SQLite goes by it, servers do not."""

    def __init__(self) -> None:
        self.ms = Ms(1_700_000_000_000)

    def __call__(self) -> Ms:
        return self.ms

    def move(self, ms: int) -> None:
        self.ms = Ms(self.ms + ms)


Opener = Callable[[], Store]


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(params=databases.names())
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with databases.fresh(request.param, tmp_path) as address:
        yield address


@pytest.fixture(params=databases.names())
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with databases.empty(request.param, tmp_path) as address:
        yield address


@pytest.fixture
def sqlite_url(tmp_path: Path) -> Iterator[str]:
    with databases.fresh(databases.SQLITE, tmp_path) as address:
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
