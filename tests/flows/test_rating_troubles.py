"""A rating that meets trouble keeps nothing else back, and counts for its own resolution alone."""

import databases
import pytest
from house import ACME, House
from test_satisfaction import FEEDBACK, given, notes, questions, rates, resolved

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
