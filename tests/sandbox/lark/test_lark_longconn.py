"""Discovery, handshakes, pings, acks and retries."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from syncd.sandbox.lark.connection.delivery import RETRY_AFTER_SECONDS
from syncd.sandbox.lark.connection.frames import encode

Json = dict[str, Any]


def refusal(url: str) -> tuple[str | None, str | None]:
    with pytest.raises(InvalidStatus) as refused:
        connect(url, proxy=None)
    headers = refused.value.response.headers
    return headers.get("Handshake-Status"), headers.get("Handshake-Autherrcode")


def test_endpoint_names_the_host_it_was_asked_at(lark: Any) -> None:
    data = lark.endpoint()["data"]
    assert data["URL"].startswith(f"ws://127.0.0.1:{lark.http.base_url.port}/ws/v2?")
    assert {"device_id", "service_id", "ticket"} <= set(parse_qs(urlsplit(data["URL"]).query))
    assert data["ClientConfig"]["PingInterval"] == 120


def test_wrong_secret_gets_no_address(lark: Any) -> None:
    answer = lark.endpoint("wrong")
    assert (answer["code"], answer["data"]) == (514, None)


def test_ticket_opens_one_connection(lark: Any) -> None:
    url = lark.endpoint()["data"]["URL"]
    with connect(url, proxy=None):
        assert lark.people.wait_connected()
    assert refusal(url)[0] == "514"
    assert refusal(url.replace("ticket=", "ticket=x"))[0] == "514"


def test_no_more_connections_than_the_limit(lark: Any, new_bot: Callable[[], Any]) -> None:
    lark.state.switches.connection_limit = 2
    url = lark.endpoint()["data"]["URL"]
    new_bot()
    new_bot()
    assert lark.people.wait_until(lambda: len(lark.state.delivery.connections.all()) == 2)
    assert lark.endpoint()["code"] == 1000040350
    assert refusal(url) == ("514", "1000040350")


def test_switches_of_the_endpoint(lark: Any) -> None:
    switches = lark.state.switches
    switches.endpoint_code = 1000040343
    assert lark.endpoint()["code"] == 1000040343
    switches.endpoint_502 = True
    assert lark.http.post("/callback/ws/endpoint", json={}).status_code == 502
    switches.endpoint_502, switches.endpoint_code = False, 0
    url = lark.endpoint()["data"]["URL"]
    switches.handshake_status, switches.handshake_auth_code = 403, None
    assert refusal(url) == ("403", None)


def test_pong_carries_the_configuration(lark: Any, bot: Any) -> None:
    pong = bot.ping()
    assert pong.header("type") == "pong"
    assert set(json.loads(pong.payload)) == {
        "ReconnectCount",
        "ReconnectInterval",
        "ReconnectNonce",
        "PingInterval",
    }


def test_partial_pong(lark: Any, bot: Any) -> None:
    lark.state.switches.partial_pong = True
    assert json.loads(bot.ping().payload) == {"PingInterval": 120}


def test_large_event_comes_in_shuffled_fragments(lark: Any, bot: Any) -> None:
    lark.state.switches.fragment_bytes = 100
    message_id = lark.people.say("aiko", "oc_acme", "@Support Bot " + "long " * 100)
    assert lark.people.wait_delivered(message_id)
    assert len(bot.frames) > 5
    assert bot.events[0]["event"]["message"]["message_id"] == message_id


def test_each_event_goes_to_one_connection_and_every_connection_gets_some(
    lark: Any, new_bot: Callable[[], Any]
) -> None:
    bots = [new_bot(), new_bot()]
    assert lark.people.wait_until(lambda: len(lark.state.delivery.connections.all()) == 2)
    ids = [lark.people.say("aiko", "oc_acme", f"{n}") for n in range(60)]
    assert all(lark.people.wait_delivered(i) for i in ids)
    counts = [len(b.events) for b in bots]
    assert sum(counts) == 60
    assert min(counts) > 0


def test_event_refused_with_500_comes_again_until_the_schedule_ends(lark: Any, bot: Any) -> None:
    bot.code = 500
    message_id = lark.people.say("aiko", "oc_acme", "hello")
    (event,) = lark.state.delivery.about(message_id)
    for attempt, wait in enumerate(RETRY_AFTER_SECONDS, start=1):
        assert lark.people.wait_until(lambda n=attempt: len(event.answers) == n)
        assert event.due_ms - lark.world.clock.now_ms() == pytest.approx(wait * 1000, abs=2000)
        lark.world.clock.move(seconds=wait + 1)
    assert lark.people.wait_until(lambda: event.status == "given up")
    assert event.answers == ["500"] * 5
    assert len({e["header"]["event_id"] for e in bot.events}) == 1


def test_event_without_an_ack_comes_again(lark: Any, bot: Any) -> None:
    lark.state.switches.ack_window_seconds = 0.1
    lark.state.switches.retry_scale = 0.001
    bot.code = None
    message_id = lark.people.say("aiko", "oc_acme", "hello")
    assert bot.wait_for(lambda events: len(events) == 1)
    (event,) = lark.state.delivery.about(message_id)
    assert lark.people.wait_until(lambda: event.answers == ["late"])
    bot.code = 200
    assert lark.people.wait_delivered(message_id)
    assert event.answers == ["late", "200"]


def test_late_ack_does_not_count(lark: Any, bot: Any) -> None:
    lark.state.switches.ack_window_seconds = 0.1
    bot.code = None
    message_id = lark.people.say("aiko", "oc_acme", "hello")
    (event,) = lark.state.delivery.about(message_id)
    assert lark.people.wait_until(lambda: event.answers == ["late"])
    bot.ack(bot.frames[0])
    bot.ping()
    assert event.status == "waiting"


def test_ack_that_lost_a_header_does_not_count(lark: Any, bot: Any) -> None:
    bot.code = None
    message_id = lark.people.say("aiko", "oc_acme", "hello")
    assert bot.wait_for(lambda events: len(events) == 1)
    frame = bot.frames[0]
    kept = tuple(h for h in frame.headers if h[0] != "instance_id")
    bot.ack(type(frame)(frame.seq_id, frame.log_id, frame.service, frame.method, kept))
    bot.ping()
    assert "instance_id" not in str(kept)
    assert "not the frame" in lark.state.delivery.protocol_faults[0]
    bot.ack(frame)
    assert lark.people.wait_delivered(message_id)


def test_event_that_nobody_is_connected_for_is_lost(lark: Any, new_bot: Callable[[], Any]) -> None:
    message_id = lark.people.say("aiko", "oc_acme", "hello")
    (event,) = lark.state.delivery.about(message_id)
    assert event.status == "lost"
    lark.state.switches.keep_while_offline = True
    kept = lark.people.say("aiko", "oc_acme", "hello again")
    new_bot()
    assert lark.people.wait_connected()
    lark.world.clock.move(seconds=16)
    assert lark.people.wait_delivered(kept)
    assert event.status == "lost"


def test_connection_cut_in_flight_is_a_failed_attempt(
    lark: Any, bot: Any, new_bot: Callable[[], Any]
) -> None:
    bot.code = None
    message_id = lark.people.say("aiko", "oc_acme", "hello")
    assert bot.wait_for(lambda events: len(events) == 1)
    lark.state.drop_connections()
    (event,) = lark.state.delivery.about(message_id)
    assert lark.people.wait_until(lambda: event.answers == ["cut"])
    new_bot()
    assert lark.people.wait_connected()
    lark.world.clock.move(seconds=16)
    assert lark.people.wait_delivered(message_id)


def test_acked_event_may_come_twice(lark: Any, bot: Any) -> None:
    lark.state.switches.duplicate_events = 1
    lark.people.say("aiko", "oc_acme", "hello")
    assert bot.wait_for(lambda events: len(events) == 2)
    assert bot.events[0] == bot.events[1]
    second = lark.people.say("aiko", "oc_acme", "once")
    assert lark.people.wait_delivered(second)
    assert len(bot.events) == 3


def test_second_event_of_a_message_may_have_an_id_of_its_own(lark: Any, bot: Any) -> None:
    lark.state.switches.duplicate_events = 1
    lark.state.switches.duplicates_have_own_ids = True
    lark.people.say("aiko", "oc_acme", "hello")
    assert bot.wait_for(lambda events: len(events) == 2)
    first, second = bot.events
    assert first["header"]["event_id"] != second["header"]["event_id"]
    assert first["event"] == second["event"]


def test_ack_tells_how_long_it_took(lark: Any, bot: Any) -> None:
    assert lark.people.wait_delivered(lark.people.say("aiko", "oc_acme", "hello"))
    assert lark.state.delivery.protocol_faults == []
    bot.code = None
    message_id = lark.people.say("aiko", "oc_acme", "hello again")
    assert bot.wait_for(lambda events: len(events) == 2)
    bot.socket.send(encode(bot.frames[-1].with_payload(b'{"code":200}')))
    assert lark.people.wait_delivered(message_id)
    assert "how long" in lark.state.delivery.protocol_faults[0]


def test_held_events_come_backwards(lark: Any, bot: Any) -> None:
    lark.state.switches.hold_events = True
    first = lark.people.say("aiko", "oc_acme", "one")
    second = lark.people.say("aiko", "oc_acme", "two")
    lark.state.delivery.release(backwards=True)
    assert lark.people.wait_delivered(first)
    assert lark.people.wait_delivered(second)
    assert [e["event"]["message"]["message_id"] for e in bot.events] == [second, first]


def test_half_open_connection_swallows_everything(lark: Any, new_bot: Callable[[], Any]) -> None:
    bot = new_bot()
    assert lark.people.wait_connected()
    lark.state.switches.ack_window_seconds = 0.2
    lark.state.freeze_connections()
    message_id = lark.people.say("aiko", "oc_acme", "hello")
    (event,) = lark.state.delivery.about(message_id)
    assert lark.people.wait_until(lambda: event.answers == ["late"])
    assert bot.events == []
    assert not bot.socket.ping().wait(0.3)
    lark.state.drop_connections()
    assert bot.ended()


@pytest.mark.parametrize(
    ("scopes", "delivered"),
    [
        ({"im:message.group_msg"}, ["mention", "plain"]),
        ({"im:message.group_at_msg:readonly"}, ["mention"]),
        ({"im:message.p2p_msg:readonly"}, ["direct"]),
        (set(), []),
    ],
)
def test_scopes_decide_what_arrives(
    lark: Any, bot: Any, scopes: set[str], delivered: list[str]
) -> None:
    lark.state.switches.scopes = scopes
    ids = {
        "mention": lark.people.say("aiko", "oc_acme", "@Support Bot hi"),
        "plain": lark.people.say("aiko", "oc_acme", "hi @all"),
        "direct": lark.people.say("aiko", "p2p", "hi"),
    }
    assert [name for name, i in ids.items() if lark.state.delivery.about(i)] == delivered
    assert all(lark.people.wait_delivered(ids[name]) for name in delivered)


def test_bot_hears_neither_itself_nor_chats_it_left(lark: Any, bot: Any) -> None:
    lark.send({"text": "from the bot"})
    lark.people.remove_bot("oc_acme")
    lark.people.say("aiko", "oc_acme", "are you there?")
    lark.people.add_bot("oc_acme")
    lark.people.disband("oc_acme")
    assert bot.wait_for(lambda events: len(events) == 3)
    assert [e["header"]["event_type"] for e in bot.events] == [
        "im.chat.member.bot.deleted_v1",
        "im.chat.member.bot.added_v1",
        "im.chat.disbanded_v1",
    ]


def test_recall_is_told_to_the_bot_and_seen_by_all(lark: Any, bot: Any) -> None:
    message_id = lark.people.say("aiko", "oc_acme", "oops")
    lark.people.recall("aiko", message_id)
    assert bot.wait_for(lambda events: len(events) == 2)
    assert bot.events[1]["event"]["recall_type"] == "message_owner"
    (shown,) = lark.people.view("chen", "oc_acme")
    assert (shown.recalled, shown.text) == (True, "")


def test_recall_is_told_only_where_the_bot_is(lark: Any, bot: Any) -> None:
    message_id = lark.people.say("aiko", "oc_acme", "oops")
    assert lark.people.wait_delivered(message_id)
    lark.people.remove_bot("oc_acme")
    lark.people.recall("aiko", message_id)
    assert [e.event_type for e in lark.state.delivery.events] == [
        "im.message.receive_v1",
        "im.chat.member.bot.deleted_v1",
    ]


def test_events_of_chats_need_their_scopes(lark: Any, bot: Any) -> None:
    message_id = lark.people.say("aiko", "oc_acme", "oops")
    lark.state.switches.scopes = {"im:chat:readonly"}
    lark.people.recall("aiko", message_id)
    lark.people.remove_bot("oc_acme")
    lark.state.switches.scopes = {"im:chat.members:bot_access", "im:message"}
    lark.people.add_bot("oc_acme")
    lark.people.disband("oc_acme")
    assert [e.event_type for e in lark.state.delivery.events] == [
        "im.message.receive_v1",
        "im.chat.member.bot.deleted_v1",
        "im.chat.member.bot.added_v1",
    ]


def test_not_subscribed_means_not_sent(lark: Any, bot: Any) -> None:
    lark.state.switches.subscriptions.discard("im.message.recalled_v1")
    message_id = lark.people.say("aiko", "oc_acme", "oops")
    lark.people.recall("aiko", message_id)
    assert lark.people.wait_delivered(message_id)
    assert [e.event_type for e in lark.state.delivery.events] == ["im.message.receive_v1"]


def test_events_of_any_kind_are_sent(lark: Any, bot: Any) -> None:
    event_id = lark.people.something_else("im.message.reaction.created_v1", {"message_id": "om_x"})
    assert lark.people.wait_delivered(event_id)
    assert bot.events[0]["header"]["event_type"] == "im.message.reaction.created_v1"


def test_click_may_come_in_a_card_frame(lark: Any, bot: Any, form_card: Json) -> None:
    lark.state.switches.callbacks_as_card_frames = True
    card = lark.private(form_card)["data"]["message_id"]
    assert lark.people.click("aiko", card, "cancel").outcome == "ok"
    assert bot.frames[0].header("type") == "card"


def test_people_know_their_chats(lark: Any) -> None:
    lark.people.say("aiko", "p2p", "hi")
    names = [c.name for c in lark.people.chats("aiko")]
    assert names == ["ACME support", "ACME topics", "Lobby"]
    assert [c.name for c in lark.people.chats("ben")] == ["Globex support", "Lobby"]
