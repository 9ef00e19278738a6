"""Whoever asked is asked once how satisfied they are, and the helpdesk hears what they say."""

import json

import databases
import hostile
import internal
import pytest
from house import ACME, GLOBEX, INITECH, House, Story
from test_injection import is_harmless_in_jira, is_harmless_in_lark

from syncd.core.model import DeliveryState
from syncd.sandbox.jsm.records import Comment
from syncd.sandbox.lark.shown import Shown

# On SQLite alone: the pause between two changes of a card passes.
url = databases.fresh_on(databases.SQLITE)

FEEDBACK = "POST /rest/servicedeskapi/request/[^/]+/feedback"
COMMENT = "POST /rest/api/3/issue/[^/]+/comment"


@pytest.fixture
def house(make_house) -> House:
    house: House = make_house(
        **{"defaults.satisfaction": True, "jsm.doubt_grace_seconds": 0.05},
    )
    return house


def works(house: House) -> None:
    house.poll()
    house.time_passes(seconds=10)
    house.settle()


def resolved(house: House, person: str, chat: str) -> Story:
    story = house.files(person, chat)
    works(house)
    house.box.jira_people.resolve(story.key)
    works(house)
    return story


def questions(house: House, person: str, *chats: str) -> list[Shown]:
    """The cards that ask this person how satisfied they are, wherever these stand."""
    people = house.box.lark_people
    seen = [*people.direct(person), *(m for chat in chats for m in people.view(person, chat))]
    seen += [reply for message in seen for reply in message.thread]
    return [m for m in seen if any(f.name == "rating" for f in m.fields) and not m.recalled]


def rates(house: House, person: str, card: Shown, stars: str, sentence: str = "") -> str:
    offered = [option.text for option in card.field_named("rating").options]
    (chosen,) = [text for text in offered if text.startswith(stars)]
    click = house.clicks(person, card, "submit", rating=chosen, sentence=sentence)
    return str(click.toast.content)


def given(house: House, story: Story) -> tuple[int, str]:
    ticket = house.box.jira_people.ticket(story.key)
    return ticket.rating, ticket.rating_said


def notes(house: House, story: Story) -> list[Comment]:
    return [c for c in house.box.jira_people.comments(story.key) if c.internal]


def posts(house: House) -> list[int]:
    return [c.status for c in house.box.world.journal.calls("jsm", "/feedback", "POST")]


def test_nobody_is_asked_where_nobody_wants_that(make_house) -> None:
    house: House = make_house()
    resolved(house, "ben", GLOBEX)
    assert questions(house, "ben", GLOBEX) == []
    assert [d.command.kind() for d in house.deliveries(DeliveryState.DONE)].count("AskRating") == 0


@pytest.mark.parametrize(
    ("person", "other", "chat"), [("ben", "dora", GLOBEX), ("aiko", "chen", ACME)]
)
def test_the_asker_alone_is_asked_once_and_the_helpdesk_has_the_answer(
    house: House, person: str, other: str, chat: str
) -> None:
    house.box.jira_state.switches.anybody_rates = True
    story = resolved(house, person, chat)
    works(house)
    (card,) = questions(house, person, chat)
    assert story.key in card.title
    assert questions(house, other, chat) == []
    assert rates(house, person, card, "4", "Quick, thanks!")
    assert given(house, story) == (4, "Quick, thanks!")
    assert questions(house, person, chat) == [], "the card is gone"
    works(house)
    assert questions(house, person, chat) == []
    assert notes(house, story) == []
    assert house.undelivered() == []


def test_a_rating_without_a_sentence_will_do(house: House) -> None:
    house.box.jira_state.switches.anybody_rates = True
    story = resolved(house, "ben", GLOBEX)
    (card,) = questions(house, "ben")
    rates(house, "ben", card, "1")
    assert given(house, story) == (1, "")
    (body,) = [json.loads(c.request) for c in house.box.world.journal.calls("jsm", "/feedback")]
    assert body == {"type": "csat", "rating": 1}


def test_where_the_helpdesk_takes_none_of_the_bot_it_becomes_one_internal_note(
    house: House,
) -> None:
    story = resolved(house, "aiko", ACME)
    (card,) = questions(house, "aiko", ACME)
    rates(house, "aiko", card, "2", "遅すぎました\nWAITED-4711 hours")
    works(house)
    assert posts(house) == [403]
    assert given(house, story) == (0, "")
    (note,) = notes(house, story)
    assert not note.public
    assert "Aiko Tanaka" in note.text
    assert "2" in note.text
    assert "WAITED-4711 hours" in note.text
    portal = house.box.jira_people.portal_view(story.key)
    assert "WAITED-4711" not in str(portal)
    shown = str([house.thread(who, ACME, story.root) for who in ("aiko", "chen")])
    assert "WAITED-4711" not in shown
    assert internal.sent(house.box, "WAITED-4711") == []
    house.box.jira_people.flip(story.key, str(note.id), public=True)
    house.box.jira_people.comment("erin", story.key, "Sorry for that.")
    works(house)
    house.rereads()
    assert internal.sent(house.box, "WAITED-4711") == [], "also once an engineer makes it public"
    assert house.undelivered() == []


def test_where_nobody_wants_the_note_whoever_rated_is_told(make_house) -> None:
    house: House = make_house(
        **{"defaults.satisfaction": True, "jsm.on_rating_refused": "tell"},
    )
    story = resolved(house, "ben", GLOBEX)
    (card,) = questions(house, "ben")
    rates(house, "ben", card, "5", "Great")
    assert f"Your rating of {story.key} did not reach the support team" in house.told("ben")[-1]
    assert house.told("dora") == []
    assert notes(house, story) == []
    assert house.undelivered() == []


def test_the_first_answer_counts(house: House) -> None:
    house.box.jira_state.switches.anybody_rates = True
    # Where the card stays: Lark takes it back no more.
    house.fail("lark", "DELETE /open-apis/im/v1/messages/[^/]+", "refuse", times=-1, status=400)
    house.fail("lark", "PATCH /open-apis/im/v1/messages/[^/]+", "refuse", times=-1, status=400)
    story = resolved(house, "ben", GLOBEX)
    (card,) = questions(house, "ben")
    rates(house, "ben", card, "5", "Great")
    assert "the first one counts" in rates(house, "ben", card, "1", "Bad")
    assert given(house, story) == (5, "Great")
    assert posts(house) == [201]


def test_after_it_was_opened_again_the_next_resolution_is_asked_about_once(house: House) -> None:
    house.box.jira_state.switches.anybody_rates = True
    story = resolved(house, "ben", GLOBEX)
    (card,) = questions(house, "ben")
    rates(house, "ben", card, "2", "Not yet")
    house.box.jira_people.transition(story.key, "Waiting for support")
    works(house)
    assert questions(house, "ben") == []
    house.box.jira_people.resolve(story.key)
    works(house)
    works(house)
    (card,) = questions(house, "ben")
    rates(house, "ben", card, "5", "Now it works")
    assert given(house, story) == (5, "Now it works")


def test_people_of_other_companies_are_asked_in_the_thread_and_nobody_else_can_answer(
    house: House,
) -> None:
    house.box.jira_state.switches.anybody_rates = True
    house.box.lark_state.limits.enforced = False
    root = house.asks("mei", INITECH, "集群挂了")
    offer = next(m for m in house.thread("mei", INITECH, root) if m.buttons)
    house.clicks("mei", offer, "open_form")
    house.submits("mei", INITECH, reporter="mei@initech.example")
    (key,) = house.ticket_keys()
    works(house)
    house.box.jira_people.resolve(key)
    works(house)
    (card,) = questions(house, "omar", INITECH)
    assert "林梅" in card.text
    assert "mei@initech" not in str(card)
    assert "只有提出该工单的人" in rates(house, "omar", card, "1", "Never!")
    assert posts(house) == []
    rates(house, "mei", card, "5", "很快")
    assert given(house, Story(root, key)) == (5, "很快")
    assert questions(house, "omar", INITECH) == []
    assert house.undelivered() == []


def test_a_ticket_that_was_opened_again_meanwhile_is_not_asked_about(house: House) -> None:
    story = house.files("ben", GLOBEX)
    works(house)
    house.fail("lark", "POST /open-apis/im/v1/messages$", "refuse", times=-1, status=503)
    house.box.jira_people.resolve(story.key)
    works(house)
    assert questions(house, "ben") == []
    house.box.jira_people.transition(story.key, "Waiting for support")
    house.poll()
    house.box.world.faults.clear()
    house.until(lambda: house.undelivered() == [], step=60)
    assert questions(house, "ben") == []


@pytest.mark.parametrize("replaced", [True, False], ids=["replaced", "refused"])
def test_feedback_whose_answer_is_lost_is_given_once(house: House, replaced: bool) -> None:
    switches = house.box.jira_state.switches
    switches.anybody_rates, switches.feedback_is_replaced = True, replaced
    story = resolved(house, "ben", GLOBEX)
    (card,) = questions(house, "ben")
    house.fail("jsm", FEEDBACK, "drop_after")
    rates(house, "ben", card, "4", "Fine")
    house.until(lambda: house.undelivered() == [], step=60)
    assert given(house, story) == (4, "Fine")
    assert notes(house, story) == [], "it is there, whatever the second try was answered"


def test_a_note_whose_answer_is_lost_is_found_and_not_written_twice(house: House) -> None:
    story = resolved(house, "ben", GLOBEX)
    (card,) = questions(house, "ben")
    house.fail("jsm", COMMENT, "drop_after")
    rates(house, "ben", card, "4", "Fine")

    def known() -> bool:
        house.tidy()
        return house.undelivered() == []

    house.until(known, step=40)
    assert len(notes(house, story)) == 1


def test_while_the_helpdesk_is_down_the_rating_waits(house: House) -> None:
    house.box.jira_state.switches.anybody_rates = True
    story = resolved(house, "ben", GLOBEX)
    (card,) = questions(house, "ben")
    down = house.fail("jsm", FEEDBACK, "refuse", times=-1, status=503)
    rates(house, "ben", card, "3", "So so")
    assert given(house, story) == (0, "")
    house.box.world.faults.clear()
    assert down
    house.until(lambda: given(house, story) == (3, "So so"), step=60)
    assert house.undelivered() == []


def test_a_rating_that_reaches_nothing_is_told(house: House) -> None:
    story = resolved(house, "ben", GLOBEX)
    (card,) = questions(house, "ben")
    house.box.jira_state.switches.comments_per_issue = 0
    rates(house, "ben", card, "3", "So so")
    house.until(lambda: house.told("ben"), step=60)
    assert f"Your rating of {story.key} did not reach the support team" in house.told("ben")[-1]
    assert "So so" not in str([d.reason for d in house.undelivered()])
    assert "So so" not in str(house.told("ben"))


@pytest.mark.parametrize("strings", [hostile.LARK, hostile.JIRA], ids=["lark", "jira"])
@pytest.mark.parametrize("takes", [True, False], ids=["feedback", "note"])
def test_the_sentence_is_only_words_in_the_helpdesk(
    house: House, strings: tuple[str, ...], takes: bool
) -> None:
    house.box.jira_state.switches.anybody_rates = takes
    story = resolved(house, "aiko", ACME)
    (card,) = questions(house, "aiko", ACME)
    sentence = "\n".join(strings)[:1000]
    rates(house, "aiko", card, "3", sentence)
    works(house)
    if takes:
        assert hostile.words(given(house, story)[1]) == hostile.words(sentence)
    else:
        (note,) = notes(house, story)
        is_harmless_in_jira(note.body)
        assert hostile.words(sentence) in hostile.words(note.text)
    is_harmless_in_lark(house)
