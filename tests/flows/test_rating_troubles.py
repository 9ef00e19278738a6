"""A rating that meets trouble keeps nothing else back, and counts for its own resolution alone."""

import databases
import pytest
from house import ACME, GLOBEX, LOBBY, House, Story
from test_satisfaction import FEEDBACK, given, notes, posts, questions, rates, resolved, works

# On SQLite alone: the pause between two changes of a card passes.
url = databases.fresh_on(databases.SQLITE)


@pytest.fixture
def house(make_house) -> House:
    house: House = make_house(
        **{"defaults.satisfaction": True, "jsm.doubt_grace_seconds": 0.05},
    )
    return house


def test_a_reply_arrives_while_feedback_alone_is_down_and_the_rating_becomes_a_note(
    house: House,
) -> None:
    house.box.jira_state.switches.anybody_rates = True
    story = resolved(house, "aiko", ACME)
    (card,) = questions(house, "aiko", ACME)
    house.fail("jsm", FEEDBACK, "refuse", times=-1, status=503)
    rates(house, "aiko", card, "3", "So so")
    house.box.lark_people.say("aiko", ACME, "It is broken AGAIN-77", thread=story.root)

    def arrived() -> bool:
        return "AGAIN-77" in str([c.text for c in house.box.jira_people.comments(story.key)])

    house.settle()
    house.until(arrived, step=10)
    assert notes(house, story) == [], "it is tried for hours"
    house.until(lambda: len(notes(house, story)) == 1, step=1800)
    assert "So so" in notes(house, story)[0].text
    house.until(lambda: house.undelivered() == [], step=60)
    assert given(house, story) == (0, "")


@pytest.mark.parametrize("status", [404, 412])
def test_any_definite_no_becomes_a_note_at_once(house: House, status: int) -> None:
    story = resolved(house, "aiko", ACME)
    (card,) = questions(house, "aiko", ACME)
    house.fail("jsm", FEEDBACK, "refuse", times=1, status=status)
    rates(house, "aiko", card, "3", "So so")
    house.until(lambda: house.undelivered() == [], step=5)
    assert [("So so" in note.text) for note in notes(house, story)] == [True]
    assert house.told("aiko") == []


def opened_and_resolved_again(house: House, story: Story) -> None:
    house.box.jira_people.transition(story.key, "Waiting for support")
    works(house)
    house.box.jira_people.resolve(story.key)
    works(house)


def test_the_question_of_an_earlier_resolution_counts_nothing_any_more(house: House) -> None:
    house.box.jira_state.switches.anybody_rates = True
    story = resolved(house, "ben", GLOBEX)
    (old,) = questions(house, "ben")
    opened_and_resolved_again(house, story)
    (new,) = [card for card in questions(house, "ben") if card.message_id != old.message_id]
    rates(house, "ben", new, "5", "new")
    assert "not the current one any more" in rates(house, "ben", old, "1", "old")
    works(house)
    assert given(house, story) == (5, "new")
    assert posts(house) == [201]
    assert questions(house, "ben") == [], "the old card is gone too"


def test_the_question_of_a_ticket_that_was_opened_again_counts_nothing(house: House) -> None:
    story = resolved(house, "ben", GLOBEX)
    (old,) = questions(house, "ben")
    house.box.jira_people.transition(story.key, "Waiting for support")
    works(house)
    assert "not the current one any more" in rates(house, "ben", old, "1", "old")
    works(house)
    assert notes(house, story) == []
    assert posts(house) == []


def test_after_an_outage_only_the_last_resolution_is_asked_about(house: House) -> None:
    story = house.files("ben", GLOBEX)
    works(house)
    house.box.jira_people.resolve(story.key)
    house.polls()
    house.box.jira_people.transition(story.key, "Waiting for support")
    house.polls()
    house.box.jira_people.resolve(story.key)
    house.polls()
    waiting = [d.command.kind() for d in house.undelivered()]
    assert waiting.count("AskRating") == 2
    house.until(lambda: house.undelivered() == [], step=60)
    assert len(questions(house, "ben", GLOBEX)) == 1


def test_a_note_that_comes_out_public_is_deleted_and_operators_hear_of_it(make_house) -> None:
    wanted = {"defaults.satisfaction": True, "alerts.chat": LOBBY}
    house: House = make_house(**wanted)
    house.box.jira_state.switches.keeps_notes_internal = False
    story = resolved(house, "ben", GLOBEX)
    (card,) = questions(house, "ben")
    rates(house, "ben", card, "2", "LATE-4711")
    house.settle()
    assert "LATE-4711" not in str(house.box.jira_people.comments(story.key))
    assert "did not reach" in house.told("ben")[-1]
    told = [m.text for m in house.box.lark_people.view("dora", LOBBY)]
    assert [text for text in told if "NoteRating" in text]
