"""Lark does what it was asked, and its answer is lost."""

import pytest
from faults.stories import (
    MESSAGE,
    REPLY,
    answers,
    engineer_says,
    lark_returns_hours_later,
    posts_and_loses_lark,
    wait_and_poll,
)
from house import ACME, GLOBEX, House

from syncd.core.model import DeliveryState


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_post_whose_answer_is_lost_is_shown_once(house: House, fault_row, kind: str) -> None:
    acme, globex = house.files("aiko", ACME), house.files("ben", GLOBEX)
    house.fail("lark", REPLY, kind, times=2)
    house.fail("lark", MESSAGE, kind, times=2)
    for story in (acme, globex):
        engineer_says(house, story, "first")
        house.time_passes(seconds=1)
        engineer_says(house, story, "second")
    wait_and_poll(house, 1, 20, 20, 20)
    assert answers(house, acme) == ["first", "second"]
    assert answers(house, globex, GLOBEX) == ["first", "second"]
    assert house.undelivered() == []
    fault_row(
        "Lark's answer to a post is lost",
        "the post once, the next one after it",
        "the delivery READY; it is sent again with the same uuid",
    )


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_after_the_uuids_hour_the_chat_is_read_before_anything_is_sent_again(
    house: House, fault_row, kind: str
) -> None:
    story = house.files("aiko", ACME)
    outage = posts_and_loses_lark(house, story, "once", kind)
    lark_returns_hours_later(house)
    assert outage.hits > 0
    assert answers(house, story) == ["once"]
    assert house.undelivered() == []
    fault_row(
        "Lark's answer to a post is lost, and Lark then fails for longer than its uuid lives",
        "the post once",
        "DOUBT until the chat was read back",
    )


def test_what_the_groups_owner_deleted_while_its_answer_was_lost_is_not_posted_again(
    house: House,
) -> None:
    story = house.files("aiko", ACME)
    posts_and_loses_lark(house, story, "once")
    (shown,) = [m for m in house.thread("chen", ACME, story.root) if "once" in m.text]
    house.box.lark_people.delete_as_owner(shown.message_id)
    lark_returns_hours_later(house)
    posts = [m for m in house.thread("chen", ACME, story.root) if "once" in m.text]
    assert [post.message_id for post in posts if not post.recalled] == []
    (listed,) = house.deliveries(DeliveryState.DEAD)
    assert "nobody can tell" in listed.reason


def test_when_the_chat_cannot_tell_nothing_is_sent_twice(house: House, fault_row) -> None:
    story = house.files("aiko", ACME)
    house.box.lark_state.switches.stub_cards = True
    posts_and_loses_lark(house, story, "at most once")
    lark_returns_hours_later(house)
    assert answers(house, story) == ["at most once"]
    dead = house.deliveries(DeliveryState.DEAD)
    assert [type(d.command).__name__ for d in dead] == ["PostUpdate"]
    assert dead[0].reason
    fault_row(
        "the same, and Lark gives back stubs in which no post can be recognised",
        "the post at most once",
        "DEAD, listed with the reason; requeue puts it in DOUBT",
    )
