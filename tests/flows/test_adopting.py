"""A ticket that exists already gets a thread, where it belongs to the group, and nothing of any
other is told."""

from dataclasses import replace

import databases
import pytest
from house import ACME, GLOBEX, House

from syncd.core.model import ChatId, DeliveryState, RequestState
from syncd.core.operators.serving import ChatDecision
from syncd.sandbox.lark.shown import Shown

url = databases.fresh_on(databases.SQLITE)

ACME_INC, GLOBEX_INC = "27", "28"


@pytest.fixture
def house(make_house) -> House:
    return made(make_house)


def made(make_house, **more: object) -> House:
    """Two groups whose organizations are set, as the operator does it."""
    house: House = make_house(**more)
    for chat, company in ((ACME, ACME_INC), (GLOBEX, GLOBEX_INC)):
        serves(house, chat, organization=company)
    return house


def serves(house: House, chat: str, **keys: object) -> None:
    """Let an operator decide how a chat is served; it stays enabled."""
    with house.app.store.begin() as tx:
        before = tx.chats.decided(ChatId(chat)) or ChatDecision(ChatId(chat), enabled=True)
        tx.chats.set(replace(before, **keys))


def ticket(house: House, company: str = GLOBEX_INC, title: str = "Invoices are wrong") -> str:
    """Let a customer make a ticket in the portal, shared with a company."""
    key = house.box.jira_people.create_ticket("ben", title)
    if company:
        house.box.jira_people.share(key, company)
    return key


def of_another_desk(house: House) -> str:
    """Let a customer make a ticket on a desk that the group does not have; the company has it."""
    key = house.box.jira_people.create_ticket("ben", "SECRET title", request_type="20")
    assert key == "BILL-1"
    house.box.jira_people.share(key, GLOBEX_INC)
    return key


def adopts(house: House, person: str, chat: str, key: str, **where: object) -> str:
    return house.says(person, chat, f"@Support Bot adopt {key}", **where)


def cards(house: House, person: str, chat: str, root: str) -> list[Shown]:
    return [m for m in house.thread(person, chat, root) if m.kind == "card"]


def test_a_ticket_of_the_company_gets_a_thread_with_its_card_and_its_buttons(house: House) -> None:
    house.box.jira_state.switches.customer_transitions = {"11", "31"}
    key = ticket(house)
    root = adopts(house, "ben", GLOBEX, key)
    (card,) = cards(house, "dora", GLOBEX, root)
    assert card.title == f"{key}: Invoices are wrong"
    assert f"/servicedesk/customer/portal/2/{key}" in str(card.links)
    house.poll()
    house.time_passes(seconds=10)
    house.settle()
    (card,) = cards(house, "dora", GLOBEX, root)
    house.clicks("dora", card, "resolve")
    assert house.box.jira_people.ticket(key).status == "Resolved"
    assert house.told("ben") == []
    assert house.undelivered() == []


def test_what_becomes_public_from_then_on_is_shown_and_nothing_that_was_there(
    house: House,
) -> None:
    desk, key = house.box.jira_people, ticket(house)
    desk.comment("erin", key, "an answer of last week")
    flipped = desk.comment("erin", key, "a note of last week", public=False)
    desk.comment("erin", key, "LEAK-note for ever", public=False)
    root = adopts(house, "ben", GLOBEX, key)
    house.poll()
    assert house.posts("dora", GLOBEX) == []
    desk.comment("erin", key, "an answer of today")
    house.poll()
    desk.flip(key, flipped, public=True)
    house.rereads()
    house.poll()
    said = [m.text for m in house.posts("dora", GLOBEX)]
    assert ["an answer of today" in text for text in said] == [True, False]
    assert "a note of last week" in said[1]
    assert "an answer of last week" not in str(said)
    assert len(cards(house, "dora", GLOBEX, root)) == 1
    assert "LEAK" not in house.sent_to_lark()
    assert house.undelivered() == []


def test_on_premium_the_thread_and_the_ticket_are_one_conversation(house: House) -> None:
    desk, key = house.box.jira_people, ticket(house, ACME_INC)
    root = house.says("aiko", ACME, "our invoices, again")
    adopts(house, "aiko", ACME, key, thread=root)
    house.says("chen", ACME, "node 4, too", thread=root)
    (comment,) = desk.comments(key)
    assert "node 4, too" in comment.text
    desk.comment("erin", key, "we are on it")
    house.poll()
    said = [m.text for m in cards(house, "aiko", ACME, root)]
    assert len(said) == 2
    assert "we are on it" in said[1]
    assert house.undelivered() == []


@pytest.mark.parametrize(
    "which", ["is none", "another company's", "nobody's", "another desk's", "no request"]
)
def test_the_refusal_is_the_same_whatever_there_is(house: House, which: str) -> None:
    desk = house.box.jira_people
    key = {
        "is none": lambda: "HELP-999",
        "another company's": lambda: ticket(house, ACME_INC, "SECRET title"),
        "nobody's": lambda: ticket(house, "", "SECRET title"),
        "another desk's": lambda: of_another_desk(house),
        "no request": lambda: desk.create_ticket("ben", "SECRET title", request_type=""),
    }[which]()
    root = adopts(house, "ben", GLOBEX, key)
    (told,) = house.told("ben")
    assert told.replace(key, "KEY") == (
        "KEY cannot be brought here: there is no such ticket, or it is none of this group."
    )
    assert house.thread("dora", GLOBEX, root) == []
    assert house.told("dora") == []
    assert "SECRET" not in house.sent_to_lark()
    assert house.undelivered() == []


@pytest.mark.parametrize("status", [403, 404])
def test_whatever_jira_refuses_with_it_is_the_same_too(house: House, status: int) -> None:
    key = ticket(house)
    house.fail("jsm", f"GET /rest/servicedeskapi/request/{key}", "refuse", status=status)
    adopts(house, "ben", GLOBEX, key)
    (told,) = house.told("ben")
    assert "there is no such ticket, or it is none of this group" in told
    assert house.undelivered() == []


def test_a_ticket_has_one_thread_and_nobody_hears_where_the_other_is(house: House) -> None:
    key = ticket(house, title="SECRET title")
    house.box.jira_people.share(key, ACME_INC)
    first = adopts(house, "aiko", ACME, key)
    before = len(house.sent_to_lark())
    adopts(house, "ben", GLOBEX, key)
    (told,) = house.told("ben")
    assert told == f"{key} has a thread already, and a ticket has one only."
    assert "SECRET" not in house.sent_to_lark()[before:]
    adopts(house, "chen", ACME, key, thread=first)
    (again,) = house.told("chen")
    assert key in again
    assert len(cards(house, "aiko", ACME, first)) == 1
    with house.app.store.read() as tx:
        assert tx.links.count() == 1
    assert house.undelivered() == []


def test_a_thread_has_one_ticket_and_an_open_form_keeps_its_thread(house: House) -> None:
    story, other = house.files("ben", GLOBEX), ticket(house)
    adopts(house, "dora", GLOBEX, other, thread=story.root)
    asked = house.asks("ben", GLOBEX, "something else")
    adopts(house, "dora", GLOBEX, other, thread=asked)
    told = house.told("dora")
    assert len(told) == 2
    assert {f"{other} cannot be brought here: this thread has" in said for said in told} == {True}
    house.submits("ben", GLOBEX)
    assert len(house.ticket_keys()) == 3
    assert house.undelivered() == []


def test_where_no_organization_is_set_only_people_who_are_named_may(house: House) -> None:
    key = ticket(house, "")
    serves(house, GLOBEX, organization="")
    for allowed in (None, ("anyone",), ("own",), ("ou_dora",), ()):
        serves(house, GLOBEX, may_adopt=allowed)
        adopts(house, "ben", GLOBEX, key)
    told = house.told("ben")
    assert len(told) == 5
    assert all("You may not bring tickets here" in said for said in told)
    asked = house.box.world.journal.calls("jsm", f"/request/{key}")
    assert asked == [], "Jira is not even asked"
    serves(house, GLOBEX, may_adopt=("ou_dora",))
    root = adopts(house, "dora", GLOBEX, key)
    assert len(cards(house, "ben", GLOBEX, root)) == 1


@pytest.mark.parametrize(
    ("organization", "allowed", "can_be"),
    [
        ("", ("anyone",), False),
        ("", ("own",), False),
        ("", ("ou_dora",), True),
        (GLOBEX_INC, ("anyone",), True),
        (GLOBEX_INC, (), False),
    ],
)
def test_help_says_the_word_only_where_somebody_may(
    house: House, organization: str, allowed: tuple[str, ...], can_be: bool
) -> None:
    serves(house, GLOBEX, organization=organization, may_adopt=allowed)
    house.says("ben", GLOBEX, "@Support Bot help")
    said = str([m.text for m in house.box.lark_people.direct("ben")])
    assert "“mine” for your open tickets" in said
    assert ("adopt" in said) is can_be
    assert "{" not in said


def test_an_operator_says_who_may_even_in_the_company(house: House) -> None:
    key = ticket(house)
    serves(house, GLOBEX, may_adopt=("ou_dora",))
    adopts(house, "ben", GLOBEX, key)
    assert "You may not bring tickets here" in str(house.told("ben"))
    serves(house, GLOBEX, may_adopt=("own",))
    root = adopts(house, "ben", GLOBEX, key)
    assert len(cards(house, "dora", GLOBEX, root)) == 1


def test_without_a_key_it_is_told_how_and_a_question_or_a_sentence_opens_a_form(
    house: House,
) -> None:
    house.says("ben", GLOBEX, "@Support Bot adopt")
    (told,) = house.told("ben")
    assert "adopt HELP-7" in told
    house.says("ben", GLOBEX, "@Support Bot please adopt HELP-7")
    assert house.form("ben", GLOBEX).fields
    house.says("ben", "p2p", "adopt HELP-7")
    assert "mention me in your support group" in house.told("ben")[-1]


def test_an_outage_of_jira_delays_it_and_loses_nothing(house: House) -> None:
    key = ticket(house)
    house.fail("jsm", "GET /rest/servicedeskapi/request/", "refuse", times=3, status=503)
    root = adopts(house, "ben", GLOBEX, key)
    house.until(lambda: cards(house, "ben", GLOBEX, root))
    assert house.told("ben") == []
    assert house.undelivered() == []


def test_comments_that_cannot_be_read_for_a_while_delay_it_and_lose_nothing(house: House) -> None:
    house.box.jira_state.switches.comment_field_limit = 5
    key = ticket(house)
    for n in range(12):
        house.box.jira_people.comment("erin", key, f"c{n}")
    house.fail("jsm", "GET /rest/api/3/issue/.*/comment", "refuse", times=1, status=503)
    root = adopts(house, "ben", GLOBEX, key)
    house.until(lambda: cards(house, "ben", GLOBEX, root), step=60)
    assert house.told("ben") == []
    assert house.undelivered() == []


def test_lists_tell_its_title(house: House) -> None:
    adopts(house, "ben", GLOBEX, ticket(house))
    house.says("ben", GLOBEX, "@Support Bot list")
    assert "Invoices are wrong" in str(house.told("ben"))
    house.says("ben", GLOBEX, "@Support Bot mine")
    assert "Invoices are wrong" in str(house.told("ben")[-1])


def test_a_resolved_ticket_is_not_told_as_news(house: House) -> None:
    key = ticket(house)
    house.box.jira_people.resolve(key)
    root = adopts(house, "ben", GLOBEX, key)
    for _ in range(2):
        house.poll()
        house.time_passes(seconds=10)
        house.settle()
    (card,) = cards(house, "ben", GLOBEX, root)
    assert "Resolved" in card.text


def test_of_a_crowd_that_wants_one_ticket_at_once_one_gets_it(house: House) -> None:
    key, lark = ticket(house), house.box.lark_people
    house.box.jira_people.share(key, ACME_INC)
    crowd = [("ben", GLOBEX), ("dora", GLOBEX), ("aiko", ACME), ("chen", ACME)]
    wanted = [(p, c, lark.say(p, c, f"@Support Bot adopt {key}")) for p, c in crowd * 2]
    assert all([lark.wait_delivered(message) for _, _, message in wanted])
    house.settle()
    assert sum(len(cards(house, *one)) for one in wanted) == 1
    refused = [said for person, _ in crowd for said in house.told(person)]
    assert len(refused) == 7
    assert all("a thread already" in s or "すでにスレッド" in s for s in refused)
    house.box.jira_people.comment("erin", key, "for one of you")
    house.poll()
    seen = [m for person, chat in crowd[::2] for m in lark.view(person, chat)]
    seen += [m for one in wanted for m in house.thread(*one)]
    assert len([m for m in seen if "for one of you" in m.text]) == 1
    assert house.undelivered() == []


def test_a_ticket_whose_own_create_is_in_doubt_keeps_the_thread_that_adopted_it(
    house: House,
) -> None:
    house.asks("ben", GLOBEX)
    house.fail("jsm", "POST /rest/servicedeskapi/request$", "drop_after")
    house.submits("ben", GLOBEX)
    (key,) = house.ticket_keys()
    house.box.jira_people.share(key, GLOBEX_INC)
    root = adopts(house, "dora", GLOBEX, key)
    assert len(cards(house, "dora", GLOBEX, root)) == 1
    for wait in (1, 3, 6, 11, 15, 30, 60):
        house.time_passes(seconds=wait)
        house.tidy()
        house.settle()
    (told,) = [said for said in house.told("ben") if "has a thread already" in said]
    assert f"/servicedesk/customer/portal/2/{key}" in told
    assert house.deliveries(DeliveryState.DOUBT) == []
    with house.app.store.read() as tx:
        assert tx.requests.counts() == {RequestState.FILED: 2}
        assert tx.links.count() == 1
    assert house.ticket_keys() == [key]
    assert house.undelivered() == []
