"""Codes of Lark: one that nobody knows ends nothing at once, and one that says it is gone, does."""

import json

import databases
import pytest
from house import ACME, LOBBY, House

from syncd.core.model import DeliveryState

REPLY = "POST /open-apis/im/v1/messages/[^/]+/reply"

# On SQLite alone: nothing here is a database's business.
url = databases.fresh_on(databases.SQLITE)


@pytest.fixture
def house(make_house) -> House:
    house: House = make_house(**{"alerts.chat": LOBBY})
    return house


def refuses(house: House, code: int) -> None:
    body = json.dumps({"code": code, "msg": "refused on purpose"})
    house.fail("lark", REPLY, "refuse", status=400, body=body, times=-1)


def alarms(house: House) -> list[str]:
    return [m.text for m in house.box.lark_people.view("dora", LOBBY) if m.kind == "card"]


def test_an_update_that_lark_refuses_for_an_unknown_reason_waits_and_comes(house: House) -> None:
    story = house.files("aiko", ACME)
    refuses(house, 987654321)
    house.box.jira_people.comment("erin", story.key, "first")
    house.box.jira_people.comment("erin", story.key, "second")
    house.poll()
    for _ in range(5):
        house.time_passes(seconds=61)
        house.settle()
    assert house.deliveries(DeliveryState.DEAD) == []
    (alarm,) = alarms(house)
    assert "987654321" in alarm
    house.box.world.faults.clear()
    house.time_passes(seconds=61)
    house.until(lambda: not house.undelivered(), step=0)
    first, second = [m.text for m in house.thread("chen", ACME, story.root)][-2:]
    assert ("first" in first, "second" in second) == (True, True)


@pytest.mark.parametrize("code", [231003, 230011])
def test_an_answer_below_a_message_that_is_gone_is_shown_above(house: House, code: int) -> None:
    story = house.files("aiko", ACME)
    refuses(house, code)
    house.box.jira_people.comment("erin", story.key, "restart it")
    house.poll()
    assert any("restart it" in post.text for post in house.posts("chen", ACME))
    assert house.undelivered() == []
