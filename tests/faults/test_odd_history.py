"""Lark answers a reading of its history with a success that holds nothing."""

import json

import pytest
from faults.stories import REPLY, answers, engineer_says, wait_and_poll
from house import ACME, GLOBEX, House

from syncd.core.model import ChatId, DeliveryId, Ms
from syncd.core.views import InChat

LIST = "GET /open-apis/im/v1/messages$"
ONE = "GET /open-apis/im/v1/messages/[^/]+$"
HOUR = 3600


def lark_answers(house: House, route: str, body: str, *, times: int = -1) -> None:
    headers = {"content-type": "application/json"}
    house.fail("lark", route, "refuse", status=200, body=body, headers=headers, times=times)


@pytest.mark.parametrize(
    "data", ["{}", "null", '{"items": null}', '{"items": [], "has_more": true}']
)
def test_a_history_without_items_does_not_prove_that_a_post_is_absent(
    house: House, data: str
) -> None:
    story = house.files("aiko", ACME)
    house.fail("lark", REPLY, "drop_after")
    house.fail("lark", "(GET|POST) /open-apis/im", "refuse", times=-1, status=503)
    engineer_says(house, story, "once")
    house.poll()
    wait_and_poll(house, HOUR + 60)
    house.box.world.faults.clear()
    lark_answers(house, LIST, '{"code": 0, "msg": "success", "data": ' + data + "}")
    wait_and_poll(house, 300, 300)
    house.box.world.faults.clear()
    wait_and_poll(house, 300, 300, 300)
    assert answers(house, story) == ["once"]
    assert house.undelivered() == []


@pytest.mark.parametrize("data", ["{}", '{"items": []}'])
def test_a_root_that_is_not_told_does_not_prove_that_a_post_is_absent(
    house: House, data: str
) -> None:
    story = house.files("aiko", ACME)
    house.fail("lark", REPLY, "drop_after")
    house.fail("lark", "(GET|POST) /open-apis/im", "refuse", times=-1, status=503)
    engineer_says(house, story, "once")
    house.poll()
    wait_and_poll(house, HOUR + 60)
    house.box.world.faults.clear()
    lark_answers(house, ONE, '{"code": 0, "msg": "success", "data": ' + data + "}")
    wait_and_poll(house, 300, 300)
    house.box.world.faults.clear()
    wait_and_poll(house, 300, 300, 300)
    assert answers(house, story) == ["once"]


def test_what_was_missed_is_read_though_the_history_came_without_items_once(house: House) -> None:
    app, people = house.app, house.box.lark_people
    app.catchup.run_once()
    house.time_passes(seconds=1200)
    house.box.lark_state.switches.events_go_elsewhere = True
    people.say("dora", GLOBEX, "@Support Bot is anybody there?")
    house.box.lark_state.switches.events_go_elsewhere = False
    before = app.socket.state().connected_since
    lark_answers(house, LIST, '{"code": 0, "msg": "success", "data": {}}')
    app.socket.reconnect()
    assert people.wait_until(lambda: app.socket.state().connected_since not in (None, before), 20)
    app.catchup.run_once()
    house.box.world.faults.clear()
    app.catchup.run_once()
    house.settle()
    assert [m.text for m in people.view("dora", GLOBEX) if m.fields]


def test_a_message_that_does_not_say_when_it_was_written_hides_none_behind_it(
    house: House,
) -> None:
    app = house.app.config.lark.app_id
    now = house.box.world.clock.now_ms()
    undated = {"message_id": "om_odd", "sender": {"id": "ou_dora", "sender_type": "user"}}
    ours = {
        "message_id": "om_ours",
        "create_time": str(now),
        "sender": {"id": app, "sender_type": "app"},
        "body": {"content": "ref=01KEY"},
    }
    page = {"items": [undated, ours], "has_more": False}
    lark_answers(house, LIST, json.dumps({"code": 0, "msg": "success", "data": page}))
    messenger, since = house.app.messenger, Ms(now - 1000)
    assert (
        messenger.find(InChat(ChatId(ACME)), [DeliveryId("01KEY")], since).message_id == "om_ours"
    )
    assert len(list(messenger.since(InChat(ChatId(ACME)), since))) == 1
