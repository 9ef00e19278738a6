"""Who writes in a ticket's thread becomes a participant of its request, where the chat wants it."""

from collections.abc import Callable

import databases
import pytest
from house import ACME, INITECH, LOBBY, House

from syncd.config.sections import ChatConfig
from syncd.core.model import ChatId, DeliveryState, Plan, Preset
from syncd.core.operators.serving import ChatDecision
from syncd.sandbox.journal import Call
from syncd.sandbox.lark.shown import Shown

url = databases.fresh_on(databases.SQLITE)

ROUTE = "POST /rest/servicedeskapi/request/[^/]+/participant"
DOMAINS = ("acme.example",)
CHATS = (
    ChatConfig(id=ACME, name="ACME", plan=Plan.PREMIUM, participants=True, allowed_domains=DOMAINS),
    ChatConfig(id=INITECH, name="Initech", plan=Plan.PREMIUM, participants=True),
)

Builder = Callable[..., House]


@pytest.fixture
def house(make_house: Builder) -> House:
    built = make_house(chats=CHATS, **{"alerts.chat": LOBBY})
    with built.box.world.lock:
        state = built.box.jira_state
        state.desk_customers.add(state.create_customer("chen@acme.example", "陈伟").account_id)
    return built


def calls(house: House) -> list[Call]:
    asked = house.box.world.journal.calls("jsm", "/rest/servicedeskapi/request/", "POST")
    return [call for call in asked if call.path.endswith("/participant")]


def participants(house: House, key: str) -> list[str]:
    accounts = {a.account_id: a.email for a in house.box.jira_state.accounts()}
    return [accounts[one] for one in house.box.jira_people.ticket(key).participants]


@pytest.mark.parametrize("adopter", ["aiko", "chen"])
def test_whoever_brought_a_ticket_that_exists_already_is_not_its_asker(
    house: House, adopter: str
) -> None:
    with house.app.store.begin() as tx:
        tx.chats.set(ChatDecision(ChatId(ACME), enabled=True, organization="27"))
    key = house.box.jira_people.create_ticket("ben", "Invoices are wrong")
    house.box.jira_people.share(key, "27")
    root = house.says(adopter, ACME, f"@Support Bot adopt {key}")
    for words in ("node 4, too", "and node 5"):
        house.says("chen", ACME, words, thread=root)
    assert participants(house, key) == ["chen@acme.example"]
    assert len(calls(house)) == 1
    assert house.undelivered() == []


def test_each_other_author_is_added_once_and_the_asker_is_not(house: House) -> None:
    story = house.files("aiko", ACME)
    house.says("aiko", ACME, "since noon", thread=story.root)
    assert participants(house, story.key) == []
    for words in ("node 3, too", "and node 4"):
        house.says("chen", ACME, words, thread=story.root)
    assert participants(house, story.key) == ["chen@acme.example"]
    assert len(calls(house)) == 1
    house.says("erin", ACME, "I am reading along", thread=story.root)
    assert participants(house, story.key) == ["chen@acme.example"], "erin is not of that company"
    assert len(house.box.jira_people.comments(story.key)) == 4
    assert "chen@acme.example" not in house.sent_to_lark()
    assert house.undelivered() == []


def test_nobody_is_invited_for_it_and_off_by_default_nobody_is_looked_for(
    make_house: Builder,
) -> None:
    for chats in ((CHATS[0],), (CHATS[0].model_copy(update={"participants": None}),)):
        house = make_house(chats=chats)
        story = house.files("aiko", ACME)
        house.box.world.journal.clear()
        house.says("chen", ACME, "node 3, too", thread=story.root)
        assert participants(house, story.key) == []
        assert calls(house) == []
        contacts = [c for c in house.box.world.journal.calls("lark") if "/contact/" in c.path]
        assert len(contacts) <= 1, "as for any reply"
        asked = house.box.world.journal.calls("jsm", "/rest/servicedeskapi/servicedesk/1/customer")
        assert bool(asked) is bool(chats[0].participants)
        house.app.socket.stop()


def test_what_an_operator_decides_counts_from_the_next_word_on(make_house: Builder) -> None:
    """Whether people become participants, and what is answered in their place."""
    severe = Preset("customfield_10041", ("1-Critical",), '"1-Critical"')
    by_file = CHATS[0].model_copy(update={"participants": None})
    house = make_house(chats=(by_file,))
    with house.box.world.lock:
        state = house.box.jira_state
        state.desk_customers.add(state.create_customer("chen@acme.example", "陈伟").account_id)
    house.asks("aiko", ACME)
    assert house.form("aiko", ACME).field_named(severe.field_id).options
    said = ChatDecision(ChatId(ACME), True, participants=True, presets=(severe,))
    house.app.store.write(lambda tx: tx.chats.set(said))
    root = house.asks("aiko", ACME, "another one")
    form = house.form("aiko", ACME)
    assert severe.field_id not in {field.name for field in form.fields}
    house.clicks("aiko", form, "submit")
    (key,) = house.ticket_keys()
    ticket = house.box.jira_people.ticket(key)
    assert ticket.fields[severe.field_id]["value"] == "1-Critical"
    house.says("chen", ACME, "node 3, too", thread=root)
    assert participants(house, key) == ["chen@acme.example"]


@pytest.mark.parametrize("refused", ["the permission", "by the desk"])
def test_a_refusal_is_told_once_a_day_and_keeps_nothing_back(house: House, refused: str) -> None:
    switches = house.box.jira_state.switches
    switches.bot_manages_participants = refused != "the permission"
    switches.desk_takes_participants = refused != "by the desk"
    first, second = house.files("aiko", ACME), house.files("aiko", ACME)
    for story in (first, second):
        house.says("chen", ACME, "node 3, too", thread=story.root)
        assert len(house.box.jira_people.comments(story.key)) == 1
    assert len(calls(house)) == 1, "what was refused is remembered"
    house.settle()
    told = [card.text for card in house.posts("dora", LOBBY) if "AddParticipant" in card.text]
    assert len(told) == 1
    assert house.undelivered() == []
    switches.bot_manages_participants = switches.desk_takes_participants = True
    house.time_passes(seconds=25 * 3600)
    third = house.files("aiko", ACME)
    house.says("chen", ACME, "node 3, too", thread=third.root)
    assert participants(house, third.key) == ["chen@acme.example"]


@pytest.mark.parametrize("how", ["drop_before", "drop_after", "refuse"])
def test_a_lost_answer_adds_nobody_twice_and_holds_up_no_reply(house: House, how: str) -> None:
    story = house.files("aiko", ACME)
    house.fail("jsm", ROUTE, how, **({"status": 503, "times": 3} if how == "refuse" else {}))
    house.says("chen", ACME, "node 3, too", thread=story.root)
    house.says("chen", ACME, "and node 4", thread=story.root)
    assert len(house.box.jira_people.comments(story.key)) == 2
    house.until(lambda: house.undelivered() == [], step=60)
    assert participants(house, story.key) == ["chen@acme.example"]


def test_somebody_of_another_company_is_added_by_the_address_they_gave(house: House) -> None:
    house.box.lark_state.limits.enforced = False
    of_mei = files_abroad(house, "mei")
    house.says("omar", INITECH, "here, too", thread=of_mei)
    assert calls(house) == [], "nobody knows an address of Omar"
    files_abroad(house, "omar")
    house.says("omar", INITECH, "and since noon", thread=of_mei)
    house.says("omar", INITECH, "still", thread=of_mei)
    assert participants(house, "HELP-1") == ["omar@initech.example"]
    assert len(calls(house)) == 1
    state = house.box.lark_state
    shown = [m.content for m in state.in_chat(state.chats[INITECH]) if not m.sender]
    assert "omar@" not in str(shown)


def files_abroad(house: House, person: str) -> str:
    """Let somebody of another company fill in the form in the thread; return its root."""
    root = house.asks(person, INITECH, f"it is down, says {person}")

    def cards() -> list[Shown]:
        house.until(lambda: not house.deliveries(DeliveryState.READY), step=1)
        return [m for m in house.thread("erin", INITECH, root) if not m.recalled]

    button = next(m for m in cards() if any(b.name == "open_form" for b in m.buttons))
    house.clicks(person, button, "open_form")
    (form,) = [m for m in cards() if m.fields]
    typed = {"customfield_10041": "2-Major", "reporter": f"{person}@initech.example"}
    house.clicks(person, form, "submit", **typed)
    assert len(cards()) >= 2
    return root
