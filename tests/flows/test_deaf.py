"""The connection is open and nothing comes over it: a canary notices and the history is read."""

import databases
import pytest
from house import ACME, GLOBEX, LOBBY, House

from syncd.sandbox.lark.connection.delivery import ACKED

HALF_AN_HOUR = 1800

# On SQLite alone: whether something is late is told by the clock, which is moved here.
url = databases.fresh_on(databases.SQLITE)


@pytest.fixture
def house(make_house) -> House:
    """A house that has listened for a while; its operators sit in the lobby."""
    house: House = make_house(**{"alerts.chat": LOBBY, "limits.open_forms_per_person": 100})
    listens(house)
    house.files("ben", GLOBEX)
    half_an_hour_passes(house)
    return house


def listens(house: House) -> None:
    state = house.app.socket.state
    assert house.box.lark_people.wait_until(lambda: state().connected_since is not None)
    house.app.catchup.run_once()


def half_an_hour_passes(house: House) -> int:
    """Run the jobs once after half an hour; return how many messages the canary found missing."""
    house.time_passes(seconds=HALF_AN_HOUR)
    missed: int = house.app.canary.run_once()
    house.app.alarms.run_once()
    house.settle()
    return missed


def goes_deaf(house: House) -> None:
    """Another program connects as the same app and takes what comes."""
    house.box.lark_state.switches.events_go_elsewhere = True


def hears_again(house: House) -> None:
    house.box.lark_state.switches.events_go_elsewhere = False


def connection_is_new(house: House, before: int | None) -> None:
    state = house.app.socket.state
    people = house.box.lark_people
    assert people.wait_until(lambda: state().connected_since not in (None, before), 20)
    house.app.catchup.run_once()
    house.settle()


def history_calls(house: House) -> int:
    calls = house.box.world.journal.calls("lark", "/im/v1/messages", "GET")
    return len(calls)


def told(house: House) -> list[str]:
    """Return what the operators read of deafness; a new connection takes its moment, too."""
    cards = [m.text for m in house.box.lark_people.view("dora", LOBBY) if m.kind == "card"]
    return [text for text in cards if "do not arrive" in text]


def asks_in_vain(house: House, person: str, chat: str, text: str, **where: str) -> str:
    message = house.box.lark_people.say(person, chat, f"@Support Bot {text}", **where)
    house.settle()
    return message


def test_a_mention_that_went_elsewhere_is_found_and_answered(house: House) -> None:
    goes_deaf(house)
    before = house.app.socket.state().connected_since
    asks_in_vain(house, "ben", GLOBEX, "is anybody there?")
    assert not [m for m in house.box.lark_people.view("ben", GLOBEX) if m.fields]
    house.time_passes(seconds=600)
    assert half_an_hour_passes(house) == 1
    assert len(told(house)) == 1
    connection_is_new(house, before)
    assert "found late" in house.form("ben", GLOBEX).text
    hears_again(house)
    house.submits("ben", GLOBEX)
    house.asks("dora", GLOBEX, "and now?")
    assert half_an_hour_passes(house) == 0
    assert "Over after" in told(house)[1]
    assert house.ticket_keys() == ["HELP-1", "HELP-2"]


def test_what_was_missed_in_every_chat_and_thread_is_read_however_long_ago(house: House) -> None:
    story = house.files("aiko", ACME)
    assert half_an_hour_passes(house) == 0
    goes_deaf(house)
    before = house.app.socket.state().connected_since
    house.box.lark_people.say("chen", ACME, "有人吗", thread=story.root)
    house.time_passes(seconds=7200)
    asks_in_vain(house, "dora", GLOBEX, "hello?")
    while not half_an_hour_passes(house):
        assert history_calls(house) < 5
    connection_is_new(house, before)
    (comment,) = house.box.jira_people.comments(story.key)
    assert "有人吗" in str(comment.body)
    assert house.form("dora", GLOBEX).private


def test_a_look_costs_one_call_and_a_young_connection_none(house: House) -> None:
    before = history_calls(house)
    assert half_an_hour_passes(house) == 0
    assert history_calls(house) == before + 1
    house.app.socket.reconnect()
    connection_is_new(house, house.app.socket.state().connected_since)
    assert house.app.canary.run_once() == 0
    assert told(house) == []


def test_what_is_still_on_its_way_is_not_missed(house: House) -> None:
    house.time_passes(seconds=HALF_AN_HOUR)
    goes_deaf(house)
    asks_in_vain(house, "dora", GLOBEX, "just now")
    assert house.app.canary.run_once() == 0
    house.time_passes(seconds=180)
    assert house.app.canary.run_once() == 1


def test_what_was_said_before_the_bot_joined_is_not_missed(house: House) -> None:
    people = house.box.lark_people
    people.remove_bot(GLOBEX)
    house.time_passes(seconds=60)
    people.say("dora", GLOBEX, "just among us")
    house.time_passes(seconds=60)
    people.add_bot(GLOBEX)
    events = house.box.lark_state.delivery.about(GLOBEX)
    assert people.wait_until(lambda: all(event.status == ACKED for event in events))
    house.settle()
    assert half_an_hour_passes(house) == 0
    assert told(house) == []
    goes_deaf(house)
    asks_in_vain(house, "dora", GLOBEX, "and now?")
    assert half_an_hour_passes(house) == 1


def test_what_arrived_so_long_ago_that_nothing_is_kept_of_it_is_not_missed(house: House) -> None:
    house.says("dora", GLOBEX, "among us")
    house.time_passes(seconds=20 * 86_400)
    assert house.app.sweeper.run_once() > 0
    assert half_an_hour_passes(house) == 0
    assert told(house) == []


def test_without_the_scope_it_cannot_tell_and_says_so_once(house: House, capsys) -> None:
    house.box.lark_state.switches.scopes.discard("im:message.group_msg")
    goes_deaf(house)
    asks_in_vain(house, "dora", GLOBEX, "hello?")
    assert [half_an_hour_passes(house) for _ in range(3)] == [0, 0, 0]
    assert capsys.readouterr().out.count("canary_cannot_tell") == 1
    assert told(house) == []


def test_deafness_that_lasts_is_looked_into_less_and_less_often(house: House) -> None:
    goes_deaf(house)
    found = []
    for number in range(8):
        asks_in_vain(house, "dora", GLOBEX, f"hello {number}?")
        before = house.app.socket.state().connected_since
        found.append(half_an_hour_passes(house))
        if found[-1]:
            connection_is_new(house, before)
    assert [number for number, missed in enumerate(found) if missed] == [0, 1, 3, 7]
    assert len(told(house)) == 1
    forms = [m for m in house.box.lark_people.view("dora", GLOBEX) if m.fields]
    assert len(forms) == 8


def test_when_only_mentions_are_delivered_nobody_is_alarmed_by_the_rest_for_long(
    house: House,
) -> None:
    for _ in range(2):
        goes_deaf(house)
        before = house.app.socket.state().connected_since
        house.box.lark_people.say("dora", GLOBEX, "not for the bot")
        house.time_passes(seconds=300)
        assert half_an_hour_passes(house) == 1
        connection_is_new(house, before)
        hears_again(house)
        house.time_passes(seconds=300)
    half_an_hour_passes(house)
    goes_deaf(house)
    house.box.lark_people.say("dora", GLOBEX, "nor is this")
    hears_again(house)
    house.asks("ben", GLOBEX, "this is")
    assert half_an_hour_passes(house) == 0
    assert "Over after" in told(house)[-1]
