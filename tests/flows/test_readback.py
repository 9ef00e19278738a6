"""A message whose answer was lost is looked for once Lark has forgotten its key."""

import pytest
from house import ACME, GLOBEX, House

from syncd.core.model import DeliveryState

REPLY = "POST /open-apis/im/v1/messages/[^/]+/reply"


def lose_answers(house: House, route: str, kind: str) -> None:
    house.fail("lark", route, kind, times=-1)


def two_hours_later(house: House) -> None:
    house.time_passes(seconds=2 * 3600)
    house.box.world.faults.clear()


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_within_the_hour_the_same_key_shows_it_once(house: House, kind: str) -> None:
    story = house.files("aiko", ACME)
    house.fail("lark", REPLY, kind)
    house.box.jira_people.comment("erin", story.key, "once only")
    house.poll()
    house.time_passes(seconds=120)
    house.settle()
    shown = [m.text for m in house.thread("chen", ACME, story.root)]
    assert sum("once only" in text for text in shown) == 1
    assert house.undelivered() == []


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_after_the_hour_it_is_read_back_first(house: House, kind: str) -> None:
    story = house.files("aiko", ACME)
    lose_answers(house, REPLY, kind)
    house.box.jira_people.comment("erin", story.key, "once only")
    house.poll()
    two_hours_later(house)
    house.settle()
    assert len(house.deliveries(DeliveryState.DOUBT)) == 1
    house.tidy()
    house.settle()
    shown = [m.text for m in house.thread("chen", ACME, story.root)]
    assert sum("once only" in text for text in shown) == 1
    assert house.undelivered() == []


def test_in_a_group_it_is_read_back_from_the_groups_history(house: House) -> None:
    story = house.files("ben", GLOBEX)
    lose_answers(house, r"POST /open-apis/im/v1/messages$", "drop_after")
    house.box.jira_people.comment("erin", story.key, "once only")
    house.poll()
    two_hours_later(house)
    house.settle()
    house.tidy()
    assert len(house.posts("dora", GLOBEX)) == 1
    assert house.undelivered() == []


def test_what_cannot_be_told_is_listed_and_never_sent_again(house: House) -> None:
    story = house.files("aiko", ACME)
    house.box.lark_state.switches.stub_cards = True
    lose_answers(house, REPLY, "drop_after")
    house.box.jira_people.comment("erin", story.key, "once only")
    house.poll()
    two_hours_later(house)
    house.settle()
    house.tidy()
    house.tidy()
    assert len(house.thread("chen", ACME, story.root)) == 2
    (dead,) = house.deliveries(DeliveryState.DEAD)
    assert "nobody can tell" in dead.reason
