"""The computer's clock or the platforms' jumps by hours, in both directions."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from faults.stories import (
    COMMENT,
    CREATE,
    HOUR,
    REPLY,
    answers,
    engineer_says,
    lark_refuses,
    lark_returns_hours_later,
    posts_and_loses_lark,
    until_shown,
    wait_and_poll,
)
from house import ACME, GLOBEX, House, Story, close_house, open_house

from syncd import config
from syncd.app import App
from syncd.core.model import DeliveryState, Ms
from syncd.sandbox.box import Sandbox
from syncd.store.store import Store

SWEPT_HOURS = (3, 26, 8 * 24)
JUMPS = [-26 * HOUR, -2 * HOUR, 2 * HOUR, 26 * HOUR]


@dataclass
class OwnClock:
    """A clock that can be wrong."""

    box: Sandbox
    wrong_by_ms: int = 0
    ahead_ms: int = 0
    """What the platforms' clocks were set back by."""

    def now(self) -> Ms:
        return Ms(self.steady() + self.wrong_by_ms)

    def steady(self) -> Ms:
        return Ms(self.box.world.clock.now_ms() + self.ahead_ms)

    def jump(self, *, seconds: int) -> None:
        self.wrong_by_ms += seconds * 1000

    def platforms_jump(self, *, seconds: int) -> None:
        """Move the clocks of Lark and Jira, which stand in Date headers and in stamps."""
        self.box.world.clock.move(seconds=seconds)
        self.ahead_ms -= seconds * 1000


@pytest.fixture
def clock(box: Sandbox) -> OwnClock:
    return OwnClock(box)


@pytest.fixture
def house(box: Sandbox, url: str, tmp_path: Path, clock: OwnClock) -> Iterator[House]:
    path = tmp_path / "config.toml"
    path.write_text(box.config_toml(store_url=url), encoding="utf-8")
    store = Store.open(url, clock=clock.now, steady=clock.steady)
    built = House(box, App(config.load(path), store, lambda: clock.steady() / 1000), url)
    open_house(built)
    yield built
    close_house(built)


def wait_and_look(house: House, *seconds: float) -> None:
    for wait in seconds:
        house.time_passes(seconds=wait)
        house.tidy()


def answered(house: House, text: str) -> Story:
    """Return a ticket of which the chat was shown that answer."""
    story = house.files("aiko", ACME)
    engineer_says(house, story, text)
    house.poll()
    return story


@pytest.mark.parametrize("jump", JUMPS)
def test_a_jump_between_answers_changes_nothing(
    house: House, clock: OwnClock, fault_row, jump: int
) -> None:
    story = answered(house, "before")
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


@pytest.mark.parametrize("jump", JUMPS)
def test_what_is_looked_for_in_the_chat_is_found_though_the_clock_was_wrong_when_it_was_sent(
    house: House, clock: OwnClock, jump: int
) -> None:
    story = house.files("aiko", ACME)
    clock.jump(seconds=jump)
    posts_and_loses_lark(house, story, "once")
    lark_returns_hours_later(house)
    assert answers(house, story) == ["once"]
    assert house.undelivered() == []


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


@pytest.mark.parametrize("jump", JUMPS)
def test_a_platform_whose_clock_jumps_loses_no_answer(
    house: House, clock: OwnClock, fault_row, jump: int
) -> None:
    story = answered(house, "before")
    clock.platforms_jump(seconds=jump)
    engineer_says(house, story, "meanwhile")
    wait_and_poll(house, 1, 5)
    clock.platforms_jump(seconds=-jump)
    engineer_says(house, story, "after")
    wait_and_poll(house, 1, 5)
    for hours in SWEPT_HOURS:
        house.sweeps(hours)
    until_shown(house, story, ["before", "meanwhile", "after"])
    assert house.undelivered() == []
    fault_row(
        "Jira's clock jumps by 2 or 26 hours, forward or back, and back again",
        "each answer once, at the latest with the next sweep",
        "`sweep_found` where the poll looked past it",
    )


@pytest.mark.parametrize("jump", [-5 * HOUR, 5 * HOUR])
def test_a_reply_in_doubt_is_found_soon_after_the_jump(
    house: House, clock: OwnClock, jump: int
) -> None:
    story = house.files("aiko", ACME)
    house.fail("jsm", COMMENT, "drop_after")
    house.says("aiko", ACME, "first", thread=story.root)
    clock.jump(seconds=jump)
    house.says("aiko", ACME, "second", thread=story.root)
    wait_and_look(house, 5, 30, 60)
    assert house.deliveries(DeliveryState.DOUBT) == []
    first, second = house.box.jira_people.comments(story.key)
    assert "first" in str(first)
    assert "second" in str(second)


def test_a_form_that_may_not_have_come_is_offered_anew_soon_after_the_clock_was_set_back(
    house: House, clock: OwnClock
) -> None:
    house.fail("lark", "POST /open-apis/ephemeral", "drop_before")
    root = house.asks("ben", GLOBEX)
    clock.jump(seconds=-5 * HOUR)
    wait_and_look(house, 5, 60)
    assert house.deliveries(DeliveryState.DOUBT) == []
    (offer,) = house.thread("ben", GLOBEX, root)
    assert offer.buttons


@pytest.mark.parametrize("jump", [-5 * HOUR, 5 * HOUR])
def test_a_create_in_doubt_is_sent_again_after_the_grace_neither_sooner_nor_hours_later(
    house: House, clock: OwnClock, jump: int
) -> None:
    house.files("aiko", ACME)
    house.fail("jsm", CREATE, "drop_before")
    house.asks("ben", GLOBEX)
    house.submits("ben", GLOBEX)
    wait_and_look(house, 1, 6)
    clock.jump(seconds=jump)
    wait_and_look(house, *[30] * 9)
    assert house.ticket_keys() == ["HELP-1"], "sent again before the grace was over"
    wait_and_look(house, *[60] * 8)
    assert house.ticket_keys() == ["HELP-1", "HELP-2"]


@pytest.mark.parametrize(
    ("jump", "back"), [(2 * HOUR, 0), (2 * HOUR, -2 * HOUR), (26 * HOUR, -26 * HOUR)]
)
def test_a_post_that_was_sent_by_a_clock_that_was_ahead_is_found(
    house: House, clock: OwnClock, fault_row, jump: int, back: int
) -> None:
    story = house.files("aiko", ACME)
    clock.jump(seconds=jump)
    house.fail("lark", REPLY, "drop_after", times=-1)
    engineer_says(house, story, "once only")
    house.poll()
    house.time_passes(seconds=2 * HOUR)
    house.box.world.faults.clear()
    house.settle()
    clock.jump(seconds=back)
    assert len(house.deliveries(DeliveryState.DOUBT)) == 1
    wait_and_look(house, 10)
    assert answers(house, story) == ["once only"]
    assert house.undelivered() == []
    fault_row(
        "the clock is hours ahead of Lark's while a post's answer is lost, or is set back then",
        "the post once",
        "DOUBT until the chat was read back",
    )


@pytest.mark.parametrize("jump", JUMPS)
def test_what_was_restricted_or_corrected_while_it_waited_is_not_said_as_it_was(
    house: House, clock: OwnClock, fault_row, jump: int
) -> None:
    """Seed 502705: by its age it has waited, and a clock that was set back makes it young."""
    people = house.box.jira_people
    story = house.files("aiko", ACME)
    corrected = people.comment("erin", story.key, "the password is CANARY")
    restricted = people.comment("erin", story.key, "CANARY for the team")
    house.polls()
    people.edit(story.key, corrected, "ask me for the password")
    people.restrict(story.key, restricted, "Service Desk Team")
    house.time_passes(seconds=10)
    clock.jump(seconds=jump)
    house.settle()
    assert answers(house, story) == ["ask me for the password"]
    assert "CANARY" not in house.sent_to_lark()
    fault_row(
        "the clock is set back or ahead while a comment waits, and meanwhile it is restricted to a"
        " role",
        "nothing of it",
        "WITHHELD with the reason",
    )


def test_a_key_that_lark_has_forgotten_is_not_used_again_because_the_clock_was_set_back(
    house: House, clock: OwnClock
) -> None:
    story = house.files("aiko", ACME)
    house.fail("lark", REPLY, "drop_after")
    house.fail("lark", "(GET|POST) /open-apis/im", "refuse", times=-1, status=503)
    engineer_says(house, story, "once")
    house.poll()
    clock.jump(seconds=-HOUR)
    wait_and_poll(house, HOUR + 60)
    house.box.world.faults.clear()
    wait_and_poll(house, 300, 300, 300, 300)
    assert answers(house, story) == ["once"]
    assert house.undelivered() == []


def test_replies_reach_the_ticket_of_a_thread_in_which_an_older_request_seems_newer(
    house: House, clock: OwnClock
) -> None:
    root = house.asks("aiko", ACME)
    house.clicks("aiko", house.form("aiko", ACME), "cancel")
    clock.jump(seconds=-2 * HOUR)
    house.says("aiko", ACME, "@Support Bot now it is down", thread=root)
    house.submits("aiko", ACME)
    (key,) = house.ticket_keys()
    house.says("aiko", ACME, "and getting worse", thread=root)
    assert "and getting worse" in str(house.box.jira_people.comments(key))
