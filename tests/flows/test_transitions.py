"""A ticket is closed, opened again or escalated from its thread, where the desk offers that."""

import databases
import pytest
from house import ACME, GLOBEX, House, Story

from syncd.core.model import DeliveryState
from syncd.core.watching import Reason
from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.site import BOT_ACCOUNT_ID
from syncd.sandbox.lark.shown import Shown

# On SQLite alone: the pause between two changes of a card passes.
url = databases.fresh_on(databases.SQLITE)

RESOLVE, NOT_RESOLVED, REOPEN, ESCALATE = "11", "21", "31", "41"
MADE = "POST /rest/servicedeskapi/request/[^/]+/transition"


@pytest.fixture
def house(make_house) -> House:
    house: House = make_house(**{"jsm.doubt_grace_seconds": 0.05})
    offers(house, RESOLVE, NOT_RESOLVED, REOPEN, ESCALATE)
    return house


def offers(house: House, *ids: str) -> None:
    """Let the desk's administrator say what the portal shows."""
    house.box.jira_state.switches.customer_transitions = set(ids)


def works(house: House) -> None:
    """Let the poll find what changed, and the pause between two changes of a card pass."""
    house.poll()
    house.time_passes(seconds=10)
    house.settle()


def files(house: House, person: str, chat: str) -> Story:
    story = house.files(person, chat)
    works(house)
    return story


def card(house: House, person: str, chat: str, story: Story) -> Shown:
    return next(m for m in house.thread(person, chat, story.root) if m.kind == "card")


def buttons(house: House, person: str, chat: str, story: Story) -> list[str]:
    return [b.name for b in card(house, person, chat, story).buttons if b.value]


def status(house: House, story: Story) -> str:
    return house.box.jira_people.ticket(story.key).status


def made(house: House) -> int:
    calls = house.box.world.journal.calls("jsm", "/transition", "POST")
    return len([call for call in calls if call.status == 204])


def notes(house: House, story: Story) -> list[str]:
    return [comment.text for comment in house.box.jira_people.comments(story.key)]


def looks_until_it_is_known(house: House) -> None:
    def known() -> bool:
        house.tidy()
        return house.undelivered() == []

    house.until(known, step=40)


def test_the_card_offers_what_the_desk_offers_and_nothing_else(house: House) -> None:
    story = files(house, "ben", GLOBEX)
    assert buttons(house, "ben", GLOBEX, story) == ["resolve", "escalate"]
    offers(house)
    house.box.jira_people.transition(story.key, "In progress")
    works(house)
    assert buttons(house, "ben", GLOBEX, story) == []
    offers(house, NOT_RESOLVED)
    house.box.jira_people.transition(story.key, "Waiting for customer")
    works(house)
    assert buttons(house, "ben", GLOBEX, story) == []


def test_a_desk_that_offers_nothing_gets_no_button_and_no_change_of_its_card(make_house) -> None:
    house: House = make_house()
    story = files(house, "ben", GLOBEX)
    assert buttons(house, "ben", GLOBEX, story) == []
    assert house.box.world.journal.calls("lark", "/im/v1/messages/", "PATCH") == []


@pytest.mark.parametrize(
    ("chat", "asker", "other"), [(GLOBEX, "ben", "dora"), (ACME, "aiko", "chen")]
)
def test_whoever_is_in_the_group_closes_a_ticket_and_opens_it_again(
    house: House, chat: str, asker: str, other: str
) -> None:
    story = files(house, asker, chat)
    shown = card(house, other, chat, story)
    assert shown.button("resolve").asks
    assert not shown.button("escalate").asks
    click = house.clicks(other, shown, "resolve")
    assert click.toast.type == "info"
    assert status(house, story) == "Resolved"
    (note,) = notes(house, story)
    assert "Resolve this issue" in note
    works(house)
    works(house)
    assert "Resolved" in card(house, asker, chat, story).text
    assert buttons(house, asker, chat, story) == ["reopen"]
    said = [m.text for m in house.thread(asker, chat, story.root) if m.kind == "card"]
    assert not [text for text in said if "Resolve this issue" in text], "its own note is no news"
    house.clicks(asker, card(house, asker, chat, story), "reopen")
    works(house)
    assert status(house, story) == "Waiting for support"
    assert buttons(house, asker, chat, story) == ["resolve", "escalate"]
    assert made(house) == 2
    assert house.undelivered() == []


@pytest.mark.parametrize(("chat", "asker"), [(GLOBEX, "ben"), (ACME, "aiko")])
def test_the_words_do_the_same_and_are_no_comments(house: House, chat: str, asker: str) -> None:
    story = files(house, asker, chat)
    for word, after in (
        ("escalate", site.INTERNAL_STATUS),
        ("close", "Resolved"),
        ("reopen", "Waiting for support"),
    ):
        house.says(asker, chat, f"@Support Bot {word}", thread=story.root)
        assert status(house, story) == after
        works(house)
    assert len(notes(house, story)) == made(house) == 3
    assert house.undelivered() == []


def test_a_second_press_moves_nothing_twice(house: House) -> None:
    story = files(house, "ben", GLOBEX)
    shown = card(house, "ben", GLOBEX, story)
    for person in ("ben", "ben", "dora"):
        house.clicks(person, shown, "escalate")
    house.time_passes(seconds=60)
    house.clicks("dora", shown, "escalate")
    assert made(house) == 1
    assert [t for t in house.told("dora") if "is as it was" in t]
    assert house.undelivered() == []


def test_what_is_not_offered_any_more_is_told_to_whoever_clicked_and_to_nobody_else(
    house: House,
) -> None:
    story = files(house, "ben", GLOBEX)
    shown = card(house, "dora", GLOBEX, story)
    house.box.jira_people.resolve(story.key)
    house.clicks("dora", shown, "resolve")
    (told,) = house.told("dora")
    assert f"{story.key} is as it was" in told
    assert house.told("ben") == []
    assert made(house) == 0
    assert house.undelivered() == []


@pytest.mark.parametrize("how", [400, 403, 404])
def test_what_jira_refuses_is_told_with_its_reason_listed_and_not_tried_again(
    house: House, how: int
) -> None:
    story = files(house, "ben", GLOBEX)
    why = '{"errorMessage": "The workflow wants a resolution first."}'
    house.fail("jsm", MADE, "refuse", status=how, body=why)
    house.clicks("ben", card(house, "ben", GLOBEX, story), "resolve")
    house.until(lambda: house.told("ben"), step=60)
    assert "The workflow wants a resolution first." in house.told("ben")[-1]
    assert status(house, story) == "Waiting for support"
    assert [dead.command.kind() for dead in house.undelivered()] == ["MoveTicket"]


def test_a_ticket_that_somebody_changes_just_now_is_moved_a_moment_later(house: House) -> None:
    story = files(house, "ben", GLOBEX)
    house.fail("jsm", MADE, "refuse", status=409)
    house.clicks("ben", card(house, "ben", GLOBEX, story), "resolve")
    house.until(lambda: made(house) == 1, step=60)
    assert status(house, story) == "Resolved"
    assert house.told("ben") == []


def test_a_button_that_is_not_offered_any_more_leaves_the_card(house: House) -> None:
    story = files(house, "ben", GLOBEX)
    offers(house, ESCALATE)
    house.clicks("ben", card(house, "ben", GLOBEX, story), "resolve")
    house.time_passes(seconds=10)
    house.app.watch.look(Reason.READ)
    house.settle()
    assert f"{story.key} is as it was" in house.told("ben")[-1]
    assert buttons(house, "ben", GLOBEX, story) == ["escalate"]


def test_a_transition_whose_answer_is_lost_is_found_and_not_made_again(house: House) -> None:
    story = files(house, "aiko", ACME)
    house.fail("jsm", MADE, "drop_after")
    house.clicks("aiko", card(house, "aiko", ACME, story), "escalate")
    house.says("aiko", ACME, "still down", thread=story.root)
    looks_until_it_is_known(house)
    works(house)
    assert len(house.box.world.journal.calls("jsm", "/transition", "POST")) == 1
    assert status(house, story) == site.INTERNAL_STATUS
    assert len([note for note in notes(house, story) if "Escalate" in note]) == 1
    assert "still down" in notes(house, story)[-1]
    assert not [m for m in house.thread("aiko", ACME, story.root) if "Escalate" in m.text]


def test_where_its_note_is_gone_nothing_is_made_again_and_somebody_is_told(house: House) -> None:
    story = files(house, "ben", GLOBEX)
    house.fail("jsm", MADE, "drop_after")
    house.clicks("ben", card(house, "ben", GLOBEX, story), "resolve")
    (note,) = house.box.jira_people.comments(story.key)
    house.box.jira_people.delete(story.key, str(note.id))
    looks_until_it_is_known(house)
    assert len(house.box.world.journal.calls("jsm", "/transition", "POST")) == 1
    assert notes(house, story) == []
    assert "another status" in house.told("ben")[-1]


def test_a_note_that_is_not_listed_yet_is_looked_for_and_never_shown(house: House) -> None:
    story = files(house, "aiko", ACME)
    nothing = '{"startAt": 0, "maxResults": 50, "total": 0, "comments": []}'
    ours = {"X-AACCOUNTID": BOT_ACCOUNT_ID, "Content-Type": "application/json"}
    listing = "GET .*/issue/[^/]+/comment"
    hidden = house.fail("jsm", listing, "refuse", status=200, body=nothing, headers=ours)
    house.clicks("aiko", card(house, "aiko", ACME, story), "escalate")
    assert hidden.hits == 1
    assert [delivery.command.kind() for delivery in house.undelivered()] == ["MoveTicket"]
    looks_until_it_is_known(house)
    works(house)
    assert made(house) == len(notes(house, story)) == 1
    assert not [m for m in house.thread("aiko", ACME, story.root) if "Escalate" in m.text]
    assert not [told for told in house.told("aiko") if story.key in told]


@pytest.mark.parametrize("how", ["drop_before", "refuse"])
def test_one_that_never_arrived_is_told_and_holds_up_no_reply(house: House, how: str) -> None:
    story = files(house, "aiko", ACME)
    house.fail("jsm", MADE, how, times=-1)
    house.clicks("aiko", card(house, "aiko", ACME, story), "escalate")
    house.says("chen", ACME, "still down", thread=story.root)

    def carried() -> bool:
        house.tidy()
        return len(notes(house, story)) == 1

    house.until(carried, step=10)
    assert "still down" in notes(house, story)[0]
    assert house.box.world.journal.calls("jsm", "/transition", "POST")[1:] == []
    assert status(house, story) == "Waiting for support"
    house.box.world.faults.clear()
    assert "届きませんでした" in house.told("aiko")[-1]
    assert house.told("chen") == []
    house.says("aiko", ACME, "@Support Bot escalate", thread=story.root)
    assert made(house) == 1


def test_in_a_doubt_that_an_engineer_ends_nothing_is_made_again(house: House) -> None:
    story = files(house, "ben", GLOBEX)
    house.fail("jsm", MADE, "drop_before")
    house.clicks("ben", card(house, "ben", GLOBEX, story), "escalate")
    house.box.jira_people.resolve(story.key)
    looks_until_it_is_known(house)
    assert status(house, story) == "Resolved"
    assert made(house) == 0
    assert [told for told in house.told("ben") if f"{story.key} has another status now" in told]
    assert house.told("dora") == []


def test_of_a_ticket_that_is_gone_nobody_says_that_it_was_moved(house: House) -> None:
    files(house, "ben", GLOBEX)
    story = files(house, "ben", GLOBEX)
    house.fail("jsm", MADE, "drop_before")
    house.clicks("ben", card(house, "ben", GLOBEX, story), "escalate")
    house.box.jira_people.delete_ticket(story.key)

    def told() -> bool:
        house.tidy()
        return bool(house.told("ben"))

    house.until(told, step=40)
    assert f"{story.key} is as it was" not in house.told("ben")[-1]
    assert story.key in house.told("ben")[-1]
    assert made(house) == 0
    assert house.undelivered()


def test_after_a_long_outage_nothing_is_done_that_nobody_expects_any_more(house: House) -> None:
    story = files(house, "ben", GLOBEX)
    house.fail("jsm", MADE.replace("POST", "GET"), "refuse", status=503, times=-1)
    house.clicks("ben", card(house, "ben", GLOBEX, story), "resolve")
    house.time_passes(seconds=2 * 3600)
    house.box.world.faults.clear()
    house.until(lambda: house.told("ben"), step=60)
    assert "once more" in house.told("ben")[-1]
    assert made(house) == 0
    assert house.undelivered() == []


def test_a_word_that_is_taken_back_before_it_is_carried_out_does_nothing(house: House) -> None:
    story = files(house, "aiko", ACME)
    house.fail("jsm", MADE.replace("POST", "GET"), "refuse", status=503, times=-1)
    word = house.says("aiko", ACME, "@Support Bot close", thread=story.root)
    house.box.lark_people.recall("aiko", word)

    def heard() -> bool:
        done = house.deliveries(DeliveryState.DONE)
        return any(delivery.command.kind() == "ReviseComment" for delivery in done)

    house.until(heard, step=10)
    house.box.world.faults.clear()
    house.until(lambda: house.undelivered() == [], step=60)
    assert made(house) == 0
    assert status(house, story) == "Waiting for support"
    assert not [told for told in house.told("aiko") if story.key in told]


def test_without_the_permission_there_is_no_button_and_the_card_stays_true(house: House) -> None:
    house.box.jira_state.switches.bot_transitions_issues = False
    story = files(house, "ben", GLOBEX)
    house.box.jira_people.transition(story.key, "Waiting for customer")
    works(house)
    assert "Waiting for customer" in card(house, "ben", GLOBEX, story).text
    assert buttons(house, "ben", GLOBEX, story) == []


def test_where_transitions_are_denied_the_card_follows_without_buttons(house: House) -> None:
    story = files(house, "ben", GLOBEX)
    house.fail("jsm", MADE.replace("POST", "GET"), "refuse", status=403, times=-1)
    house.box.jira_people.transition(story.key, "Waiting for customer")
    works(house)
    assert "Waiting for customer" in card(house, "ben", GLOBEX, story).text
    assert buttons(house, "ben", GLOBEX, story) == []
    assert house.undelivered() == []


@pytest.mark.parametrize("how", [401, 500])
def test_while_transitions_cannot_be_read_the_card_follows_and_gets_its_buttons_later(
    house: House, how: int
) -> None:
    story = files(house, "ben", GLOBEX)
    house.fail("jsm", MADE.replace("POST", "GET"), "refuse", status=how, times=-1)
    house.box.jira_people.resolve(story.key)
    works(house)
    assert "Resolved" in card(house, "ben", GLOBEX, story).text
    assert [m for m in house.thread("ben", GLOBEX, story.root) if "Resolved" in m.text]
    assert house.undelivered() == []
    house.box.world.faults.clear()
    house.time_passes(seconds=600)
    works(house)
    assert buttons(house, "ben", GLOBEX, story) == ["reopen"]
