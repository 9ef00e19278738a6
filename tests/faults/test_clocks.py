"""The computer's clock jumps by hours, in both directions; the world's does not."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from faults.stories import REPLY, answers, engineer_says, lark_refuses, until_shown, wait_and_poll
from house import ACME, GLOBEX, House, close_house, open_house

from syncd import config
from syncd.app import build
from syncd.core.model import Ms
from syncd.sandbox.box import Sandbox
from syncd.store.store import Store

HOUR = 3600
JUMPS = [-26 * HOUR, -2 * HOUR, 2 * HOUR, 26 * HOUR]


@dataclass
class OwnClock:
    """A clock that can be wrong."""

    box: Sandbox
    wrong_by_ms: int = 0

    def now(self) -> Ms:
        return Ms(self.box.world.clock.now_ms() + self.wrong_by_ms)

    def steady(self) -> Ms:
        return Ms(self.box.world.clock.now_ms())

    def jump(self, *, seconds: int) -> None:
        self.wrong_by_ms += seconds * 1000


@pytest.fixture
def clock(box: Sandbox) -> OwnClock:
    return OwnClock(box)


@pytest.fixture
def house(box: Sandbox, url: str, tmp_path: Path, clock: OwnClock) -> Iterator[House]:
    path = tmp_path / "config.toml"
    path.write_text(box.config_toml(store_url=url), encoding="utf-8")
    store = Store.open(url, clock=clock.now, steady=clock.steady)
    built = House(box, build(config.load(path), store), url)
    open_house(built)
    yield built
    close_house(built)


@pytest.mark.parametrize("jump", JUMPS)
def test_a_jump_between_answers_changes_nothing(
    house: House, clock: OwnClock, fault_row, jump: int
) -> None:
    story = house.files("aiko", ACME)
    engineer_says(house, story, "before")
    house.poll()
    clock.jump(seconds=jump)
    engineer_says(house, story, "after")
    house.says("chen", ACME, "I see", thread=story.root)
    wait_and_poll(house, 1, 5)
    assert sorted(answers(house, story)) == ["after", "before"]
    assert len(house.box.jira_people.comments(story.key)) == 3
    assert house.undelivered() == []
    fault_row(
        "the clock jumps by 2 or 26 hours, forward or back",
        "nothing; each answer once",
        "nothing",
    )


@pytest.mark.parametrize("jump", [-26 * HOUR, 2 * HOUR])
def test_what_waits_for_a_moment_does_not_wait_for_a_day(
    house: House, clock: OwnClock, fault_row, jump: int
) -> None:
    story = house.files("aiko", ACME)
    lark_refuses(house, REPLY, 230020)
    engineer_says(house, story, "soon")
    house.poll()
    assert answers(house, story) == []
    clock.jump(seconds=jump)
    wait_and_poll(house, 10)
    until_shown(house, story, ["soon"])
    fault_row(
        "the clock is set back while a delivery waits",
        "the update within minutes, not after hours",
        "nothing",
    )


@pytest.mark.parametrize("jump", [-2 * HOUR, 2 * HOUR])
def test_a_form_survives_the_jump(house: House, clock: OwnClock, fault_row, jump: int) -> None:
    house.asks("ben", GLOBEX)
    clock.jump(seconds=jump)
    house.tidy()
    house.submits("ben", GLOBEX)
    assert house.ticket_keys() == ["HELP-1"]
    fault_row("the clock jumps while a form is open", "the form still works", "nothing")
