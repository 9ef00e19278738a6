"""Two desks: a chat offers both, the asker chooses, and each ticket is in its own project."""

from typing import Any

import pytest
from house import ACME, GLOBEX, INITECH, House

from syncd.config.sections import ChatConfig, DeskConfig
from syncd.core.model import DeliveryState, Plan
from syncd.sandbox.lark.shown import Shown

TECHNICAL = DeskConfig(name="technical", service_desk="1", project="HELP", request_types=("10",))
BILLING = DeskConfig(name="billing", service_desk="3", project="BILL", request_types=("20",))
BOTH = ("technical", "billing")
INVOICE, SEVERITY = "customfield_10060", "customfield_10041"
CREATE = "POST /rest/servicedeskapi/request$"
FIELDS_OF_BILLING = "GET .*/servicedesk/3/requesttype/20/field$"


def chat(id: str, *desks: str, **more: Any) -> ChatConfig:
    plain = {"plan": "premium", "language": "en"}
    return ChatConfig(id=id, name=id, desks=desks, **(plain | more))


CHATS = (chat(GLOBEX, *BOTH), chat(ACME, "technical"), chat(INITECH, *BOTH, form="thread"))


@pytest.fixture
def two(make_house) -> House:
    return make_house(desks=(TECHNICAL, BILLING), chats=CHATS)


def names(card: Shown) -> list[str]:
    return [field.name for field in card.fields]


def chooses(
    house: House, kind: str, person: str = "ben", in_chat: str = GLOBEX, **typed: str
) -> Shown:
    """Choose the kind of request on the card that stands there, and return the next one."""
    card = house.form(person, in_chat)
    click = house.clicks(person, card, "submit", request_kind=kind, **typed)
    assert click.toast.type == "info", click.toast.content
    return house.form(person, in_chat)


def bills(house: House, text: str = "invoice 7 is wrong", number: str = "INV-7") -> str:
    """Ask about a bill and return the thread's root."""
    root = house.asks("ben", GLOBEX, text)
    click = house.clicks("ben", chooses(house, "Billing"), "submit", **{INVOICE: number})
    assert click.toast.type == "success", click.toast.content
    return root


def technical(house: House, text: str = "our cluster is down") -> str:
    root = house.asks("ben", GLOBEX, text)
    house.clicks("ben", chooses(house, "Get help"), "submit", **{SEVERITY: "2-Major"})
    return root


def description(house: House, key: str) -> str:
    return house.box.jira_people.ticket(key).description


def told_in(house: House, root: str) -> str:
    return "\n".join(one.text for one in house.thread("dora", GLOBEX, root))


def test_the_first_card_asks_which_and_the_next_what_that_kind_asks(two: House) -> None:
    two.asks("ben", GLOBEX, "invoice 7 is wrong")
    first = two.form("ben", GLOBEX)
    assert names(first) == ["request_kind", "reporter", "summary", "description"]
    offered = [option.text for option in first.field_named("request_kind").options]
    assert offered == ["Get help", "Billing"]
    second = chooses(two, "Billing", summary="Invoice 7 counts twice")
    assert INVOICE in names(second)
    assert SEVERITY not in names(second)
    assert second.field_named("summary").default == "Invoice 7 counts twice"
    two.clicks("ben", second, "submit", **{INVOICE: "INV-7"})
    assert two.ticket_keys() == ["BILL-1"]
    ticket = two.box.jira_people.ticket("BILL-1")
    assert (ticket.summary, ticket.fields[INVOICE]) == ("Invoice 7 counts twice", "INV-7")
    assert "invoice 7 is wrong" in ticket.description


def test_each_ticket_is_in_the_project_of_its_desk_and_announced_in_its_thread(two: House) -> None:
    down, billed = technical(two), bills(two)
    assert sorted(two.ticket_keys()) == ["BILL-1", "HELP-1"]
    assert two.thread("dora", GLOBEX, down)[0].title.startswith("HELP-1")
    (announced,) = two.thread("dora", GLOBEX, billed)
    assert announced.title.startswith("BILL-1")
    assert any("/portal/4/BILL-1" in url for _, url in announced.links)


def test_the_choice_can_be_changed_and_what_was_typed_for_the_other_stays_out(two: House) -> None:
    two.asks("ben", GLOBEX)
    chooses(two, "Get help", summary="Twice on the bill")
    changed = chooses(two, "Billing", **{SEVERITY: "1-Critical", "duedate": "2027-01-01"})
    assert changed.field_named("request_kind").default == "Billing"
    assert changed.field_named("summary").default == "Twice on the bill"
    back = chooses(two, "Get help", **{INVOICE: "INV-8"})
    assert back.field_named(SEVERITY).default == "1-Critical"
    chooses(two, "Billing")
    two.clicks("ben", two.form("ben", GLOBEX), "submit", **{INVOICE: "INV-9"})
    assert two.ticket_keys() == ["BILL-1"]
    assert "10100" not in description(two, "BILL-1")
    assert "no longer asked" not in description(two, "BILL-1")


def test_a_double_click_does_not_skip_the_questions(two: House) -> None:
    two.asks("ben", GLOBEX)
    first = two.form("ben", GLOBEX)
    filled = {f.name: f.default for f in first.fields if f.default} | {"request_kind": "Billing"}
    for _ in range(2):
        two.box.lark_people.click("ben", first.message_id, "submit", filled)
    two.settle()
    assert two.ticket_keys() == []
    two.clicks("ben", two.form("ben", GLOBEX), "submit", **{INVOICE: "INV-7"})
    assert two.ticket_keys() == ["BILL-1"]


def test_an_answer_that_is_wrong_is_told_on_the_card_of_that_kind(two: House) -> None:
    two.asks("ben", GLOBEX)
    card = chooses(two, "Billing")
    click = two.clicks("ben", card, "submit", **{INVOICE: "INV-7", "customfield_10061": "much"})
    assert "Amount" in click.toast.content
    two.clicks("ben", two.form("ben", GLOBEX), "submit", **{INVOICE: "INV-7"})
    assert two.ticket_keys() == ["BILL-1"]


def test_a_chat_with_one_desk_sees_no_choice(two: House) -> None:
    two.asks("aiko", ACME)
    assert names(two.form("aiko", ACME))[:2] == ["reporter", "summary"]
    two.submits("aiko", ACME)
    assert two.ticket_keys() == ["HELP-1"]


def test_kinds_are_called_what_the_helpdesk_calls_them_in_the_chats_language(make_house) -> None:
    chats = (chat(GLOBEX, *BOTH, language="zh"),)
    house = make_house(desks=(TECHNICAL, BILLING), chats=chats)
    house.asks("ben", GLOBEX)
    field = house.form("ben", GLOBEX).field_named("request_kind")
    assert [option.text for option in field.options] == ["Get help", "账单"]


def test_one_desk_may_have_several_request_types(make_house) -> None:
    several = TECHNICAL.model_copy(update={"request_types": ("10", "11")})
    house = make_house(desks=(several,), chats=(chat(GLOBEX),))
    house.asks("ben", GLOBEX)
    card = chooses(house, "Environment problem")
    house.clicks("ben", card, "submit", customfield_10044="Cloud / Tokyo")
    assert house.box.jira_people.ticket("HELP-1").request_type == "11"


def test_answers_on_both_projects_come_to_their_threads_by_one_search(two: House) -> None:
    down, billed = technical(two), bills(two)
    two.poll()
    two.box.jira_people.comment("erin", "HELP-1", "restart it")
    two.box.jira_people.comment("erin", "BILL-1", "you get it back")
    before = len(two.box.world.journal.calls("jsm", "/search/jql"))
    two.poll()
    assert len(two.box.world.journal.calls("jsm", "/search/jql")) == before + 1
    assert "restart it" in told_in(two, down)
    assert "you get it back" in told_in(two, billed)


def test_a_reply_in_the_thread_reaches_the_ticket_of_the_second_desk(two: House) -> None:
    root = bills(two)
    two.says("ben", GLOBEX, "it is the third time", thread=root)
    (comment,) = two.box.jira_people.comments("BILL-1")
    assert "it is the third time" in comment.text


def test_a_customer_of_one_desk_is_admitted_to_the_other(two: House) -> None:
    state = two.box.jira_state
    technical(two), bills(two)
    assert {"712020:ben"} <= state.desk_customers
    assert "712020:ben" in state.customers_of(two.box.jira_people.ticket("BILL-1").project)


@pytest.mark.parametrize("refused", [False, True], ids=["finds nothing", "is refused"])
def test_a_desk_that_is_denied_stops_no_other(two: House, refused: bool) -> None:
    down, billed = technical(two), bills(two)
    two.poll()
    switches = two.box.jira_state.switches
    switches.search_refuses_unseen, switches.bot_sees_billing = refused, False
    two.box.jira_people.comment("erin", "BILL-1", "you get it back")
    for number in range(3):
        two.box.jira_people.comment("erin", "HELP-1", f"try {number}")
        two.time_passes(seconds=400)
        two.app.watch.run_once()
        two.settle()
    assert all(f"try {number}" in told_in(two, down) for number in range(3))
    assert any("BILL" in reason for reason in troubles(two))
    switches.bot_sees_billing = True
    two.poll()
    two.until(lambda: "you get it back" in told_in(two, billed), step=1)
    assert "you get it back" in told_in(two, billed)
    assert troubles(two) == []


def test_what_came_before_the_loss_was_noticed_is_found_when_it_is_over(two: House) -> None:
    """Meanwhile the other project's answers move on how far was searched."""
    down, billed = technical(two), bills(two)
    two.poll()
    two.box.jira_state.switches.bot_sees_billing = False
    two.box.jira_people.comment("erin", "BILL-1", "you get it back")
    for seconds in (60, 60, 400):
        two.time_passes(seconds=seconds)
        two.box.jira_people.comment("erin", "HELP-1", f"after {seconds} seconds")
        two.poll()
    two.box.jira_state.switches.bot_sees_billing = True
    two.poll()
    two.until(lambda: "you get it back" in told_in(two, billed), step=1)
    assert "you get it back" in told_in(two, billed)
    assert "after 400 seconds" in told_in(two, down)


def troubles(house: House) -> list[str]:
    return list(house.app.records.board.standing().values())


def test_a_create_that_is_denied_on_one_desk_waits_for_operators_alone(two: House) -> None:
    two.asks("ben", GLOBEX)
    card = chooses(two, "Billing")
    two.box.jira_state.switches.bot_sees_billing = False
    two.clicks("ben", card, "submit", **{INVOICE: "INV-7"})
    technical(two)
    assert two.ticket_keys() == ["HELP-1"]
    two.box.jira_state.switches.bot_sees_billing = True
    two.until(lambda: len(two.ticket_keys()) == 2, step=60)
    assert two.ticket_keys() == ["HELP-1", "BILL-1"]


def test_a_desk_whose_form_is_not_known_yet_is_offered_once_it_is(two: House) -> None:
    two.app.store.write(lambda tx: tx.cache.forget("form", "billing/"))
    two.fail("jsm", FIELDS_OF_BILLING, "refuse", status=404)
    two.time_passes(seconds=3_700)
    two.app.basics.run_once()
    assert any("billing/20" in reason for reason in troubles(two))
    two.asks("ben", GLOBEX)
    card = two.form("ben", GLOBEX)
    assert names(card)[:2] == ["reporter", "summary"]
    two.app.basics.run_once()
    assert troubles(two) == []
    two.clicks("ben", card, "submit", **{SEVERITY: "2-Major"})
    assert two.ticket_keys() == ["HELP-1"]
    bills(two)
    assert two.ticket_keys() == ["HELP-1", "BILL-1"]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_create_in_doubt_is_looked_for_in_its_own_project(two: House, kind: str) -> None:
    technical(two)
    two.asks("ben", GLOBEX, "invoice 7 is wrong")
    card = chooses(two, "Billing")
    two.fail("jsm", CREATE, kind)
    two.clicks("ben", card, "submit", **{INVOICE: "INV-7"})
    assert len(two.deliveries(DeliveryState.DOUBT)) == 1
    for wait in (3, 6, 11, 15, 30, 60, 120, 300):
        two.time_passes(seconds=wait)
        two.tidy()
    two.until(lambda: len(two.ticket_keys()) == 2 and not two.deliveries(DeliveryState.DOUBT))
    assert sorted(two.ticket_keys()) == ["BILL-1", "HELP-1"]
    assert two.deliveries(DeliveryState.DOUBT) == []


def test_a_form_that_everybody_sees_asks_which_first_too(two: House) -> None:
    two.box.lark_state.limits.enforced = False
    root = two.asks("mei", INITECH, "invoice 7 is wrong")

    def cards() -> list[Shown]:
        two.until(lambda: not two.deliveries(DeliveryState.READY), step=1)
        return [m for m in two.thread("omar", INITECH, root) if not m.recalled]

    def form() -> Shown:
        (card,) = [m for m in cards() if m.fields]
        return card

    button = next(m for m in cards() if any(b.name == "open_form" for b in m.buttons))
    two.clicks("mei", button, "open_form")
    assert names(form()) == ["request_kind", "reporter", "summary", "description"]
    two.clicks("mei", form(), "submit", request_kind="Billing", reporter="mei@initech.example")
    assert form().field_named("request_kind").default == "Billing"
    assert INVOICE in names(form())
    two.clicks("mei", form(), "submit", **{INVOICE: "INV-7"})
    assert two.ticket_keys() == ["BILL-1"]
    shown = two.box.lark_state.in_chat(two.box.lark_state.chats[INITECH])
    assert not any("mei@initech.example" in message.content for message in shown)


def test_a_desk_that_leaves_the_configuration_takes_no_open_form_with_it(two, make_house) -> None:
    two.asks("ben", GLOBEX, "invoice 7 is wrong")
    card = chooses(two, "Billing", summary="Invoice 7 counts twice")
    two.app.socket.stop()
    after = make_house(desks=(TECHNICAL,), chats=(chat(GLOBEX),))
    click = after.clicks("ben", card, "submit", **{INVOICE: "INV-7"})
    assert click.toast.type == "info"
    again = after.form("ben", GLOBEX)
    assert "no longer offered" in again.text
    assert again.field_named("summary").default == "Invoice 7 counts twice"
    after.submits("ben", GLOBEX)
    assert after.ticket_keys() == ["HELP-1"]
    assert "INV-7" in description(after, "HELP-1")


def test_what_waits_for_a_desk_that_left_comes_back_to_its_asker(two, make_house) -> None:
    two.asks("ben", GLOBEX, "invoice 7 is wrong")
    card = chooses(two, "Billing")
    two.box.jira_state.switches.bot_sees_billing = False
    two.clicks("ben", card, "submit", **{INVOICE: "INV-7"})
    two.app.socket.stop()
    after = make_house(desks=(TECHNICAL,), chats=(chat(GLOBEX),))
    after.until(lambda: not after.deliveries(DeliveryState.READY), step=60)
    assert "no longer offered" in after.form("ben", GLOBEX).text
    after.submits("ben", GLOBEX)
    assert after.ticket_keys() == ["HELP-1"]
    assert "INV-7" in description(after, "HELP-1")


def test_tickets_of_a_desk_that_left_are_followed_all_the_same(two, make_house) -> None:
    root = bills(two)
    two.poll()
    two.app.socket.stop()
    after = make_house(desks=(TECHNICAL,), chats=(chat(GLOBEX),))
    after.site = after.app.site.check()
    after.box.jira_people.comment("erin", "BILL-1", "you get it back")
    after.looks_where()
    after.time_passes(seconds=3_700)
    after.app.watch.run_once()
    after.settle()
    assert "you get it back" in told_in(after, root)


def test_an_engineer_of_plan_enterprise_answers_from_either_desk(make_house) -> None:
    chats = (chat(GLOBEX, *BOTH, plan=Plan.ENTERPRISE),)
    house = make_house(desks=(TECHNICAL, BILLING), chats=chats)
    bills(house)
    house.poll()
    house.box.jira_people.comment("erin", "BILL-1", "you get it back")
    house.poll()
    assert "you get it back" in house.posts("ben", GLOBEX)[-1].text
