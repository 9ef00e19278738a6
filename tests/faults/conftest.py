"""Worlds that go wrong on purpose, and the rows of the fault matrix that passing tests leave."""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import databases
import flows.conftest as flows
import internal
import openapi
import pytest
from faults import rows
from faults.rows import Row
from faults.stories import NONSENSE

from syncd.chat.lark.connection.timing import Timing
from syncd.sandbox.box import Sandbox

make_house, house = flows.make_house, flows.house

_ROWS = pytest.StashKey[list[Row]]()
_PROVEN = pytest.StashKey[list[Row]]()
_WRITE_TO = "FAULT_ROWS"

FaultRow = Callable[[str, str, str], None]


@pytest.fixture
def timing() -> Timing:
    """The product's own: what is late is part of the story."""
    return Timing()


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox() as opened:
        with pytest.MonkeyPatch.context() as environment:
            for name, value in opened.environment().items():
                environment.setenv(name, value)
            yield opened
        calls = opened.world.journal.calls("jsm")
        # What a fault answers is meant to be wrong; what syncd asked is not.
        asked = [replace(c, status=0) if c.response in NONSENSE else c for c in calls]
        wrong = openapi.check_calls(asked)
        assert not wrong, "\n".join(wrong)
        assert internal.got_out(opened) == [], "what was never public reached Lark"


url = databases.fresh_on(databases.SQLITE)


@pytest.fixture
def fault_row(request: pytest.FixtureRequest) -> FaultRow:
    """Say what this test proves; the fault matrix has the row only if the test passes."""
    name = request.node.nodeid.partition("[")[0]

    def say(fault: str, person: str, operator: str) -> None:
        request.node.stash.setdefault(_ROWS, []).append(Row(fault, person, operator, name))

    return say


@pytest.fixture
def proven(request: pytest.FixtureRequest) -> list[Row]:
    """Return the rows that this run has proven so far."""
    return request.config.stash.setdefault(_PROVEN, [])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Compare with what is published when everything else has run."""
    items.sort(key=lambda item: "test_published" in item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Iterator[None] | pytest.TestReport:
    report = yield
    if report.when == "teardown" and report.passed and item.stash.get(_FINE, False):
        found = item.config.stash.setdefault(_PROVEN, [])
        found += [row for row in item.stash.get(_ROWS, []) if row not in found]
    if report.when == "call":
        item.stash[_FINE] = report.passed
    return report


_FINE = pytest.StashKey[bool]()


def pytest_sessionfinish(session: pytest.Session) -> None:
    target = os.environ.get(_WRITE_TO)
    if target:
        rows.save(session.config.stash.get(_PROVEN, []), Path(target))


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and not t.daemon]
    for thread in left:
        thread.join(10)
    assert not any(t.is_alive() for t in left), left
