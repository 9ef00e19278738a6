"""The menu of people's chat with the bot says the same words as they do, and is answered alike."""

import databases
import pytest
from house import ACME, GLOBEX, House

url = databases.fresh_on(databases.SQLITE)

MENU = "application.bot.menu_v6"


def presses(house: House, person: str, key: object, **more: object) -> None:
    who = house.box.world.person(person)
    body = {
        "operator": {"operator_name": who.name, "operator_id": {"open_id": who.open_id}},
        "event_key": key,
        "timestamp": house.box.world.clock.now_ms() // 1000,
    }
    event = house.box.lark_people.something_else(MENU, body | more)
    assert house.box.lark_people.wait_delivered(event)
    house.settle()


def test_an_entry_is_answered_as_its_word_is(house: House) -> None:
    story = house.files("aiko", ACME)
    presses(house, "aiko", "mine")
    house.time_passes(seconds=120)
    house.says("aiko", "p2p", "mine")
    by_menu, by_word = [said for said in house.told("aiko") if story.key in said]
    assert by_menu == by_word
    assert house.undelivered() == []


def test_it_tells_nobody_of_anybody_elses(house: House) -> None:
    story = house.files("aiko", ACME)
    for word in ("mine", "list", f"status {story.key}"):
        presses(house, "ben", word)
    assert "our cluster is down" not in str(house.told("ben"))
    assert len(house.told("ben")) == 3


@pytest.mark.parametrize("key", ["help", "", "close", "adopt HELP-1", "mute", "what?", 7, None])
def test_whatever_else_an_entry_says_is_pointed_to_the_groups(house: House, key: object) -> None:
    house.files("ben", GLOBEX)
    presses(house, "ben", key)
    (told,) = house.told("ben")
    assert "mention me in your support group" in told
    assert house.undelivered() == []


def test_one_that_names_nobody_is_no_event_and_stops_nothing(house: House) -> None:
    presses(house, "ben", "help", operator={})
    presses(house, "ben", "help", timestamp="soon")
    assert len(house.told("ben")) == 1


def test_however_often_it_is_pressed_it_is_answered_once_a_minute(house: House) -> None:
    for _ in range(4):
        presses(house, "ben", "mine")
    assert len(house.told("ben")) == 1
