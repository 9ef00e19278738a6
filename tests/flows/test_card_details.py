"""What the ticket's card shows besides title and status, where its chat wants that."""

import re
from dataclasses import replace

import databases
import hostile
import pytest
from house import ACME, GLOBEX, House, Story
from test_injection import chunks, is_harmless_in_lark

from syncd.core.kinds.living.refresh_card import RefreshCard
from syncd.core.model import DeliveryState
from syncd.core.ticket_card.details import LONGEST, NO_DETAILS, Details
from syncd.sandbox.jsm.records import OnPortal
from syncd.sandbox.lark.shown import Shown

# On SQLite alone: the pause between two changes of a card passes.
url = databases.fresh_on(databases.SQLITE)

ALL = ("assignee", "priority", "updated")


def works(house: House) -> None:
    """Let the poll find what changed, and the pause between two changes of a card pass."""
    house.poll()
    house.time_passes(seconds=10)
    house.settle()


def said(house: House, person: str, chat: str, story: Story) -> list[Shown]:
    return house.thread(person, chat, story.root)


def calls(house: House, side: str, route: str, method: str) -> int:
    made = house.box.world.journal.calls(side, "", method)
    return len([call for call in made if re.fullmatch(route, call.path) and call.status == 200])


REQUEST = "/rest/servicedeskapi/request/[^/]+"
OFFERED = "/rest/servicedeskapi/request/[^/]+/transition"
CHANGED = "/open-apis/im/v1/messages/[^/]+"


@pytest.mark.parametrize(
    ("person", "chat", "words"),
    [
        ("ben", GLOBEX, ("Assigned to: Erin Engineer", "Priority: High", "Last update: ")),
        ("aiko", ACME, ("担当者：Erin Engineer", "優先度：High", "最終更新：")),
    ],
)
def test_the_card_tells_who_works_on_it_how_urgent_it_is_and_when_there_was_news(
    make_house, person: str, chat: str, words: tuple[str, ...]
) -> None:
    house: House = make_house(**{"defaults.card": ALL})
    story = house.files(person, chat)
    house.box.jira_people.assign(story.key, "erin")
    house.box.jira_people.prioritize(story.key, "High")
    works(house)
    (card,) = said(house, person, chat, story)
    assert [word for word in words if word not in card.text] == []
    house.box.jira_people.assign(story.key, "")
    house.box.jira_state.switches.priorities = False
    works(house)
    (card,) = said(house, person, chat, story)
    assert "Erin" not in card.text
    assert "High" not in card.text
    assert house.undelivered() == []


def test_by_default_a_card_shows_none_of_it_and_is_not_changed_for_it(house: House) -> None:
    story = house.files("ben", GLOBEX)
    house.box.jira_people.assign(story.key, "erin")
    house.box.jira_people.prioritize(story.key, "High")
    house.box.jira_people.comment("erin", story.key, "We look at it.")
    works(house)
    (card,) = said(house, "ben", GLOBEX, story)
    assert "Erin" not in card.text
    assert "High" not in card.text
    assert calls(house, "lark", CHANGED, "PATCH") == 0
    ended = [done.command for done in house.deliveries(DeliveryState.DONE)]
    (refresh,) = [one for one in ended if isinstance(one, RefreshCard)]
    assert Details.load(refresh.details) == NO_DETAILS, "and nothing of it is kept"


def test_an_update_moves_the_time_on_the_card_and_an_internal_note_does_not(make_house) -> None:
    house: House = make_house(**{"defaults.card": ("updated",)})
    story = house.files("ben", GLOBEX)
    works(house)
    (card,) = said(house, "ben", GLOBEX, story)
    house.time_passes(seconds=3600)
    house.box.jira_people.comment("erin", story.key, "INTERNAL who is this?", public=False)
    house.box.jira_people.assign(story.key, "erin")
    works(house)
    (same,) = said(house, "ben", GLOBEX, story)
    assert same.text == card.text
    asked = calls(house, "jsm", REQUEST, "GET")
    house.time_passes(seconds=3600)
    house.box.jira_people.comment("erin", story.key, "We look at it.")
    works(house)
    works(house)
    (newer,) = said(house, "ben", GLOBEX, story)
    assert newer.text != card.text
    assert "Last update: " in newer.text
    assert calls(house, "jsm", REQUEST, "GET") - asked == 1, "the portal, for the card"
    works(house)
    assert said(house, "ben", GLOBEX, story) == [newer]


def test_a_comment_that_the_portal_hides_moves_no_time_on_the_card(make_house) -> None:
    house: House = make_house(**{"defaults.card": ("updated",)})
    story = house.files("aiko", ACME)
    works(house)
    before = [message.text for message in said(house, "chen", ACME, story)]
    house.time_passes(seconds=7200)
    comment = house.box.jira_people.comment("erin", story.key, "hidden one")
    house.box.jira_people.hide_on_portal(story.key, comment, OnPortal.HIDDEN)
    works(house)
    works(house)
    assert [message.text for message in said(house, "chen", ACME, story)] == before


def test_whoever_takes_it_is_said_once_where_the_chat_wants_to_hear_it(make_house) -> None:
    house: House = make_house(**{"defaults.announce": ("assignee",)})
    story = house.files("ben", GLOBEX)
    house.box.jira_people.assign(story.key, "erin")
    works(house)
    works(house)
    card, news = said(house, "ben", GLOBEX, story)
    assert news.text == f"{story.key} is now taken care of by Erin Engineer"
    assert "Erin" not in card.text, "the card does not show what it is not told to show"
    house.box.jira_people.assign(story.key, "")
    works(house)
    assert len(said(house, "ben", GLOBEX, story)) == 2
    assert house.undelivered() == []


def test_what_the_customer_may_do_is_asked_when_the_status_changes_or_the_answer_is_old(
    make_house,
) -> None:
    house: House = make_house(**{"defaults.card": ALL})
    house.box.jira_state.switches.customer_transitions = {"11"}
    story = house.files("ben", GLOBEX)
    works(house)
    assert calls(house, "jsm", OFFERED, "GET") == 1
    house.box.jira_people.rename(story.key, "The cluster of Bonn")
    house.box.jira_people.assign(story.key, "erin")
    works(house)
    (card,) = said(house, "ben", GLOBEX, story)
    assert card.button("resolve").name == "resolve"
    assert calls(house, "jsm", OFFERED, "GET") == 1
    house.box.jira_people.transition(story.key, "In progress")
    works(house)
    assert calls(house, "jsm", OFFERED, "GET") == 2
    house.time_passes(seconds=3600)
    house.box.jira_people.rename(story.key, "The cluster of Berlin")
    works(house)
    assert calls(house, "jsm", OFFERED, "GET") == 3


@pytest.mark.parametrize("strings", chunks(hostile.LARK, 2), ids=lambda s: s[0])
def test_an_assignees_name_and_a_priority_are_only_words_in_the_chat(
    make_house, strings: tuple[str, ...]
) -> None:
    house: House = make_house(
        **{"defaults.card": ALL, "defaults.announce": ("assignee",)},
    )
    joined, people = " ".join(strings), house.box.world.people
    people["erin"] = replace(people["erin"], name=joined)
    story = house.files("aiko", ACME)
    with house.box.world.lock:
        ticket = house.box.jira_state.find(story.key)
        assert ticket is not None
        ticket.fields["priority"] = {"id": "2", "name": joined}
    house.box.jira_people.assign(story.key, "erin")
    works(house)
    card, news = said(house, "chen", ACME, story)
    shown = hostile.words(joined[:LONGEST])
    assert hostile.words(card.text).count(shown) == 2
    assert shown in hostile.words(news.text)
    is_harmless_in_lark(house)


def test_a_name_without_end_is_cut(make_house) -> None:
    wanted = {"defaults.card": ALL, "defaults.announce": ("assignee",)}
    house: House = make_house(**wanted)
    story = house.files("ben", GLOBEX)
    people = house.box.world.people
    people["erin"] = replace(people["erin"], name="E" * 200_000)
    house.box.jira_people.assign(story.key, "erin")
    works(house)
    shown = said(house, "ben", GLOBEX, story)
    assert len(shown) == 2, "the card, and the word of it"
    assert [len(re.findall("E", max(re.findall("E+", m.text), key=len))) for m in shown] == [
        100
    ] * 2
    assert house.undelivered() == []


def test_what_is_offered_in_one_status_is_not_kept_for_another(make_house) -> None:
    house: House = make_house()
    house.box.jira_state.switches.customer_transitions = {"11"}
    story = house.files("ben", GLOBEX)
    works(house)
    house.box.jira_people.transition(story.key, "In progress")
    house.polls()
    house.box.jira_people.resolve(story.key)
    house.time_passes(seconds=10)
    house.settle()
    between = said(house, "ben", GLOBEX, story)[0]
    assert "Resolve" not in [button.text for button in between.buttons], "it is resolved"
    house.box.jira_people.transition(story.key, "In progress")
    works(house)
    works(house)
    after = said(house, "ben", GLOBEX, story)[0]
    assert "In progress" in after.text
    assert "Resolve" in [button.text for button in after.buttons]
