"""One sandbox world and one syncd a test, on every database that is named."""

import logging
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import databases
import engine as engines
import internal
import openapi
import pytest
import structlog
from engine import Engine
from house import UNHURRIED, House, build_house, close_house, open_house

from syncd import log
from syncd.chat.lark.connection.timing import Timing
from syncd.sandbox.box import Sandbox


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox() as opened:
        before = {name: os.environ.get(name) for name in opened.environment()}
        os.environ.update(opened.environment())
        yield opened
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        wrong = openapi.check_calls(opened.world.journal.calls("jsm"))
        assert not wrong, "\n".join(wrong)
        assert internal.got_out(opened) == [], "what was never public reached Lark"


url = databases.fresh_on(*databases.names())
_ON_EVERY_SERVER = (
    "test_intake.py",
    "test_order.py",
    "test_takeover.py",
    "test_taking.py",
    "test_two_polls.py",
)
"""What a database decides is told on each of them; any other story on SQLite, and every eighth
one on a server as well."""
_HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave a story to one of the servers, always the same, or to none."""
    mine = [i for i in items if i.path.parent == _HERE and i.path.name not in _ON_EVERY_SERVER]
    databases.leave_to_one_server(config, items, mine, one_in=8)


Builder = Callable[..., House]


@pytest.fixture
def timing() -> Timing:
    """How long the long connection waits; stories about lateness have the product's own."""
    return UNHURRIED


@pytest.fixture
def make_house(
    box: Sandbox, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, timing: Timing
) -> Iterator[Builder]:
    """Build a syncd with a changed configuration: `make_house(**{"jsm.unknown_reporter": ...})`."""
    monkeypatch.setenv("SYNCD_STORE__URL", url)
    built: list[House] = []

    def make(**changes: Any) -> House:
        house = build_house(box, url, tmp_path, changes, timing)
        built.append(house)
        open_house(house)
        return house

    yield make
    # The story is over: nothing that is still on its way has to be waited for.
    for connection in box.lark_state.delivery.connections.all():
        connection.cut()
    for house in built:
        close_house(house)


@pytest.fixture
def engine(box: Sandbox) -> Iterator[Engine]:
    """An engine that translates."""
    with engines.serving() as opened:
        opened.seen = partial(internal.hidden_in, box)
        yield opened
        assert opened.leaked == [], "what was not public that moment reached the engine"
        told = internal.told_to(box, "\n".join(opened.asked))
        assert told == [], "what was never public reached the engine"


@pytest.fixture
def house(make_house: Builder) -> House:
    return make_house()


@pytest.fixture
def begins(capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[[], Callable[[], str]]]:
    """Begin to log as the daemon does; the function that comes back tells what was said."""
    handlers, level = logging.root.handlers, logging.root.level

    def begin() -> Callable[[], str]:
        log.configure((), terminal=False, level="debug")
        return lambda: "".join(capfd.readouterr())

    yield begin
    logging.root.handlers, logging.root.level = handlers, level
    logging.getLogger("syncd").setLevel(logging.NOTSET)
    structlog.reset_defaults()
