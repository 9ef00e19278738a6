"""One sandbox world and one syncd a test, on every database that is named."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import databases
import internal
import openapi
import pytest
from house import House, build_house, close_house, open_house

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


Builder = Callable[..., House]


@pytest.fixture
def make_house(
    box: Sandbox, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Builder]:
    """Build a syncd with a changed configuration: `make_house(**{"jsm.unknown_reporter": ...})`."""
    monkeypatch.setenv("SYNCD_STORE__URL", url)
    built: list[House] = []

    def make(**changes: Any) -> House:
        house = build_house(box, url, tmp_path, changes)
        built.append(house)
        open_house(house)
        return house

    yield make
    for house in built:
        close_house(house)


@pytest.fixture
def house(make_house: Builder) -> House:
    return make_house()
