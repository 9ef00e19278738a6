"""The card that stands for a ticket in its thread is true, whatever becomes of the ticket."""

import databases
import pytest
from house import ACME, GLOBEX, House, Story

from syncd.sandbox.lark.shown import Shown

# On SQLite alone: days pass.
url = databases.fresh_on(databases.SQLITE)

DAY = 24 * 3600


def told(house: House, person: str, chat: str, story: Story) -> list[Shown]:
    """What the bot said in the thread, in its order."""
    return house.thread(person, chat, story.root)


def works(house: House) -> None:
    """Let the poll find what changed, and the pause between two changes of a card pass."""
    house.poll()
    house.time_passes(seconds=10)
    house.settle()


def changes(house: House) -> int:
    calls = house.box.world.journal.calls("lark", "/im/v1/messages/", "PATCH")
    return len([call for call in calls if call.status == 200])


def test_a_new_ticket_changes_no_card(house: House) -> None:
    house.files("ben", GLOBEX)
    works(house)
    assert changes(house) == 0


@pytest.mark.parametrize(("person", "chat"), [("ben", GLOBEX), ("aiko", ACME)])
def test_the_card_follows_the_ticket_and_that_it_is_resolved_is_said_once(
    house: House, person: str, chat: str
) -> None:
    story = house.files(person, chat)
    desk = house.box.jira_people
    (card,) = told(house, person, chat, story)
    assert "Waiting for support" in card.text
    desk.transition(story.key, "Waiting for customer")
    works(house)
    (card,) = told(house, person, chat, story)
    assert "Waiting for customer" in card.text
    desk.transition(story.key, "Resolved")
    desk.resolve(story.key)
    works(house)
    works(house)
    card, news = told(house, person, chat, story)
    assert "Resolved" in card.text
    assert story.key in news.text
    assert "Resolved" in news.text
    desk.rename(story.key, "The cluster of Berlin")
    works(house)
    card, _ = told(house, person, chat, story)
    assert "The cluster of Berlin" in card.title
    assert changes(house) == 3
    assert house.undelivered() == []


def test_a_desk_may_have_each_status_said(make_house) -> None:
    house: House = make_house(**{"defaults.announce": ("status",)})
    story = house.files("ben", GLOBEX)
    for status in ("Waiting for customer", "In progress"):
        house.box.jira_people.transition(story.key, status)
        works(house)
    _, *news = told(house, "ben", GLOBEX, story)
    assert [message.text.partition(": ")[2] for message in news] == [
        "Waiting for customer",
        "In progress",
    ]


def test_a_card_that_can_be_changed_no_more_gives_way_to_a_new_one(house: House) -> None:
    story = house.files("ben", GLOBEX)
    house.time_passes(seconds=15 * DAY)
    house.box.jira_people.rename(story.key, "The cluster of Berlin")
    works(house)
    assert len(told(house, "ben", GLOBEX, story)) == 1
    house.box.jira_people.transition(story.key, "Waiting for customer")
    works(house)
    _, new = told(house, "ben", GLOBEX, story)
    assert "Waiting for customer" in new.text
    assert "The cluster of Berlin" in new.title
    house.box.jira_people.transition(story.key, "Resolved")
    works(house)
    _, new, news = told(house, "ben", GLOBEX, story)
    assert "Resolved" in new.text
    assert "Resolved" in news.text
    assert changes(house) == 1


def test_a_card_that_was_taken_away_gives_way_to_a_new_one(house: House) -> None:
    story = house.files("ben", GLOBEX)
    (card,) = told(house, "ben", GLOBEX, story)
    house.box.lark_people.delete_as_owner(card.message_id)
    house.box.jira_people.transition(story.key, "Waiting for customer")
    works(house)
    shown = [m for m in told(house, "ben", GLOBEX, story) if not m.recalled]
    assert ["Waiting for customer" in m.text for m in shown] == [True]


def test_a_change_whose_answer_is_lost_is_made_once_more_and_told_once(house: House) -> None:
    story = house.files("ben", GLOBEX)
    house.fail("lark", "PATCH /open-apis/im/v1/messages/[^/]+", "drop_after")
    house.box.jira_people.resolve(story.key)
    house.box.jira_people.transition(story.key, "Resolved")
    works(house)
    house.until(lambda: len(told(house, "ben", GLOBEX, story)) == 2, step=60)
    card, _ = told(house, "ben", GLOBEX, story)
    assert "Resolved" in card.text
    works(house)
    assert len(told(house, "ben", GLOBEX, story)) == 2


@pytest.mark.parametrize("status", [403, 500])
def test_while_the_portal_does_not_tell_comments_do_not_wait_and_the_card_follows_later(
    house: House, status: int
) -> None:
    story = house.files("ben", GLOBEX)
    house.fail("jsm", "GET /rest/servicedeskapi/request/[^/]+$", "refuse", status=status, times=-1)
    house.box.jira_people.transition(story.key, "Resolved")
    house.box.jira_people.comment("erin", story.key, "It is done.")
    works(house)
    assert any("It is done." in m.text for m in house.box.lark_people.view("ben", GLOBEX))
    (card,) = told(house, "ben", GLOBEX, story)
    assert "Waiting for support" in card.text
    house.box.world.faults.clear()
    house.until(lambda: "Resolved" in told(house, "ben", GLOBEX, story)[0].text, step=60)
    assert house.undelivered() == []
