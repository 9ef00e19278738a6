"""A Form that is attached to the request type: asked in cards, answered in the create."""

import json
from dataclasses import replace
from typing import Any

import databases
import pytest
from house import ACME, GLOBEX, House

from syncd.core.model import DeliveryState, FormWay
from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.forms.design import Form, Question
from syncd.sandbox.jsm.forms.every import AREA, CABLE, DESCRIPTION, HOW_BAD, IN_A_FORM

# On SQLite alone: the hour after which a form is read again does not pass on a server.
url = databases.fresh_on(databases.SQLITE)

FORM = {"jsm.request_type": "13", "jsm.marker_field": ""}
CREATE, TEMPLATE = "POST .*/request$", "GET .*/forms/.*/form$"


@pytest.fixture
def house(make_house) -> House:
    opened: House = make_house(**FORM)
    return opened


def sent(house: House) -> dict[str, Any]:
    """The one create that Jira took."""
    calls = house.box.world.journal.calls("jsm", "/rest/servicedeskapi/request", "POST")
    (body,) = [json.loads(call.request) for call in calls if call.status == 201]
    return dict(body)


def answers(house: House) -> dict[str, Any]:
    return dict(sent(house)["form"]["answers"])


def attached(house: House, form: Form | None, kind: str = "13") -> None:
    """Let the desk's administrator attach another Form, or none."""
    types = house.box.jira_state.request_types
    types[kind] = replace(types[kind], form=form)


def read_again(house: House) -> None:
    house.time_passes(seconds=3_700)
    house.app.basics.run_once()


def labels(house: House, person: str = "ben", chat: str = GLOBEX) -> list[str]:
    return [field.name for field in house.form(person, chat).fields]


def fills(house: House, **values: Any) -> None:
    house.clicks("ben", house.form("ben", GLOBEX), "submit", **values)


def test_a_form_is_answered_in_the_create_question_by_question(house: House) -> None:
    house.asks("ben", GLOBEX, "our cluster is down since noon")
    fills(house, question_3="Network", customfield_10041="2-Major")
    fills(house, question_7="12")
    (ticket,) = house.box.jira_people.tickets()
    assert ticket.form is not None
    told = dict(ticket.form)
    assert (told["Area"], told["Cable number"]) == ("Network", "12")
    assert told["How bad is it?"] == "2-Major"
    assert "our cluster is down since noon" in told["What happened?"]
    assert sent(house)["requestFieldValues"] == {"summary": "our cluster is down since noon"}
    assert answers(house)["7"] == {"text": "12"}
    assert answers(house)["3"] == {"choices": ["2"]}
    assert ticket.fields["customfield_10041"]["value"] == "2-Major"
    assert ticket.fields["description"]["type"] == "doc"


def test_what_an_answer_leads_to_is_asked_on_the_next_card_and_on_the_one_after_it(
    house: House,
) -> None:
    house.asks("ben", GLOBEX)
    assert labels(house) == [
        "reporter",
        "summary",
        "description",
        "question_3",
        "customfield_10041",
    ]
    fills(house, question_3="Database", customfield_10041="2-Major")
    assert labels(house)[5:] == ["question_4", "question_6"]
    fills(house, question_4="Other engine", question_6=["db-02"])
    assert labels(house)[5:] == ["question_4", "question_6", "question_5"]
    fills(house, question_5="X")
    assert house.ticket_keys() == []
    assert labels(house)[5:] == ["question_4", "question_6", "question_5"]
    fills(house, question_5="RocksDB")
    assert answers(house)["5"] == {"text": "RocksDB"}
    assert answers(house)["6"] == {"choices": ["2"]}
    assert "7" not in answers(house)


def test_an_answer_that_was_changed_takes_with_it_what_followed_from_it(house: House) -> None:
    house.asks("ben", GLOBEX)
    fills(house, question_3="Network", customfield_10041="2-Major")
    fills(house, question_3="Database", question_7="12")
    fills(house, question_4="TiKV")
    assert answers(house)["4"] == {"choices": ["1"]}
    assert "7" not in answers(house)


@pytest.mark.parametrize(
    ("validates", "member"), [(True, "errors"), (False, "errors"), (False, "formErrors")]
)
def test_a_wrong_answer_is_shown_at_its_question(
    house: House, validates: bool, member: str
) -> None:
    switches = house.box.jira_state.switches
    switches.validates, switches.form_errors_in = validates, member
    house.asks("ben", GLOBEX)
    fills(house, question_3="Billing", customfield_10041="2-Major")
    fills(house, question_9="7")
    assert house.ticket_keys() == []
    lines = house.form("ben", GLOBEX).text.split("\n")
    assert lines[0] == "Invoice: Like INV-7."
    assert lines[lines.index("Invoice") - 1] == "⚠ Like INV-7."
    assert house.form("ben", GLOBEX).field_named("question_9").default == "7"
    fills(house, question_9="INV-7")
    assert answers(house)["9"] == {"text": "INV-7"}


def test_the_form_speaks_the_chats_language(make_house) -> None:
    house: House = make_house(**FORM)
    house.asks("aiko", ACME)
    card = house.form("aiko", ACME)
    assert "領域" in card.text
    house.clicks("aiko", card, "submit", question_3="データベース", customfield_10041="2-Major")
    house.clicks("aiko", house.form("aiko", ACME), "submit", question_4="TiKV")
    assert answers(house)["3"] == {"choices": ["1"]}


def test_a_form_that_is_attached_while_a_card_is_open_loses_nothing(make_house) -> None:
    house: House = make_house()
    house.asks("ben", GLOBEX)
    form = IN_A_FORM.form
    types = house.box.jira_state.request_types
    types["10"] = replace(types["10"], fields=(site.SUMMARY, types["10"].fields[-1]), form=form)
    house.submits("ben", GLOBEX, description="Since noon.\nNode 3.", duedate="2026-12-01")
    assert house.ticket_keys() == []
    house.app.basics.run_once()
    house.until(lambda: "question_3" in labels(house), step=60)
    card = house.form("ben", GLOBEX)
    assert "The form has changed meanwhile" in card.text
    assert card.field_named("description").default == "Since noon.\nNode 3."
    fills(house, question_3="Network")
    fills(house, question_7="3")
    (ticket,) = house.box.jira_people.tickets()
    assert ticket.form is not None
    assert "Since noon." in ticket.description
    assert "Due date (no longer asked): 2026-12-01" in ticket.description
    assert dict(ticket.form)["Area"] == "Network"


def test_without_a_description_what_was_typed_follows_as_a_comment(make_house) -> None:
    house: House = make_house()
    house.asks("ben", GLOBEX)
    types = house.box.jira_state.request_types
    bare = Form("Bare", (AREA,))
    types["10"] = replace(types["10"], fields=(site.SUMMARY, types["10"].fields[-1]), form=bare)
    house.submits("ben", GLOBEX, description="Since noon.\nNode 3.", duedate="2026-12-01")
    house.app.basics.run_once()
    house.until(lambda: "question_3" in labels(house), step=60)
    fills(house, question_3="Network")
    house.settle()
    (key,) = house.ticket_keys()
    said = "\n".join(comment.text for comment in house.box.jira_people.comments(key))
    assert "Node 3." in said
    assert "Due date (no longer asked): 2026-12-01" in said


def test_a_question_that_is_added_after_submit_is_asked_and_nothing_typed_twice(
    house: House,
) -> None:
    house.asks("ben", GLOBEX)
    fills(house, question_3="Network", customfield_10041="2-Major")
    more = Question("11", "ts", "Contract number", required=True)
    attached(house, Form("Incident", (DESCRIPTION, AREA, HOW_BAD, more)))
    fills(house, question_7="12")
    house.app.basics.run_once()
    house.until(lambda: "question_11" in labels(house), step=60)
    card = house.form("ben", GLOBEX)
    assert "Contract number is required" in card.text
    fills(house, question_11="C-1")
    assert answers(house)["11"] == {"text": "C-1"}
    (ticket,) = house.box.jira_people.tickets()
    assert "Cable number" not in dict(ticket.form or ())
    assert "Cable number (no longer asked): 12" in ticket.description


def test_a_form_that_is_attached_unnoticed_is_never_left_out_of_a_ticket(make_house) -> None:
    house: House = make_house()
    attached(house, Form("Extra", (AREA,)), "10")
    house.asks("ben", GLOBEX)
    house.submits("ben", GLOBEX)
    assert house.ticket_keys() == []
    house.app.basics.run_once()
    house.until(lambda: "question_3" in labels(house), step=60)
    fills(house, question_3="Billing")
    assert answers(house) == {"3": {"choices": ["3"]}}


def alarms(house: House) -> list[str]:
    told = [m.text for m in house.box.lark_people.view("dora", "oc_lobby") if m.kind == "card"]
    return [text for text in told if "Form" in text]


def test_a_form_that_vanishes_is_an_alarm_and_tickets_go_on(make_house) -> None:
    house: House = make_house(**FORM, **{"alerts.chat": "oc_lobby"})
    types = house.box.jira_state.request_types
    house.asks("ben", GLOBEX)
    types["13"] = replace(types["13"], fields=site.GET_HELP.fields, form=None)
    read_again(house)
    house.settle()
    (told,) = alarms(house)
    assert "“Incident” is no longer attached" in told
    fills(house, question_3="Billing", customfield_10041="2-Major")
    (ticket,) = house.box.jira_people.tickets()
    assert "form" not in sent(house)
    assert "Area (no longer asked): Billing" in ticket.description
    read_again(house)
    house.settle()
    assert len(alarms(house)) == 1


@pytest.mark.parametrize("status", [403, 401, 503])
def test_a_form_that_cannot_be_read_stays_as_it_was_also_after_a_restart(
    make_house, status: int
) -> None:
    make_house(**FORM)
    again: House = make_house(**FORM, **{"alerts.chat": "oc_lobby"})
    again.box.jira_state.switches.forms_status = status
    later: House = make_house(**FORM, **{"alerts.chat": "oc_lobby"})
    later.asks("ben", GLOBEX)
    fills(later, question_3="Network", customfield_10041="2-Major")
    fills(later, question_7="12")
    assert answers(later)["7"] == {"text": "12"}
    assert alarms(later) == []
    assert later.app.condition.ready()


@pytest.mark.parametrize("status", [403, 503])
def test_a_form_that_nobody_could_ever_read_is_said_to_be_missing(
    box, make_house, status: int
) -> None:
    box.jira_state.switches.forms_status = status
    house: House = make_house(**{"alerts.chat": "oc_lobby"})
    house.settle()
    (told,) = alarms(house)
    assert "tickets are made without one" in told
    house.asks("ben", GLOBEX)
    house.submits("ben", GLOBEX)
    assert len(house.ticket_keys()) == 1
    assert house.app.condition.ready()


@pytest.mark.parametrize(
    ("kind", "how"), [("refuse", {"status": 503}), ("refuse", {"status": 404}), ("drop_after", {})]
)
def test_no_failure_of_the_forms_service_keeps_a_ticket_from_being_made(
    house: House, kind: str, how: dict[str, Any]
) -> None:
    house.asks("ben", GLOBEX)
    fills(house, question_3="Network", customfield_10041="2-Major")
    house.fail("jsm", TEMPLATE, kind, times=1, **how)
    fills(house, question_7="12")
    house.app.basics.run_once()
    house.until(house.ticket_keys, step=60)
    assert answers(house)["7"] == {"text": "12"}
    assert house.app.condition.ready()


@pytest.mark.parametrize("through_gateway", [True, False])
def test_a_token_with_scopes_finds_the_form_where_the_gateway_has_it(
    box, make_house, through_gateway: bool
) -> None:
    switches = box.jira_state.switches
    switches.gateway = switches.scoped_token = True
    switches.forms_through_gateway = through_gateway
    switches.scoped_token_sees_forms = not through_gateway
    house: House = make_house(**FORM, **{"jsm.api_base": box.jsm_url + site.GATEWAY})
    house.asks("ben", GLOBEX)
    fills(house, question_3="Network", customfield_10041="2-Major")
    fills(house, question_7="12")
    assert answers(house)["7"] == {"text": "12"}


def test_what_a_card_cannot_ask_and_the_form_requires_leads_to_the_portal(house: House) -> None:
    objects = Question("12", "ob", "Machine", required=True)
    attached(house, Form("Incident", (DESCRIPTION, AREA, objects)))
    read_again(house)
    house.asks("ben", GLOBEX)
    (card,) = [m for m in house.box.lark_people.view("ben", GLOBEX) if m.private]
    assert "Machine" in card.text
    assert card.fields == []
    assert any(button.url for button in card.buttons)


def test_in_a_card_that_others_see_everything_is_asked_at_once(make_house) -> None:
    house: House = make_house(**FORM, **{"defaults.form": FormWay.THREAD})
    root = house.asks("ben", GLOBEX)
    (offer,) = house.thread("ben", GLOBEX, root)
    house.clicks("ben", offer, "open_form")
    assert {"question_3", "question_4", "question_5", "question_7"} <= set(labels(house))
    fills(
        house, reporter="ben@globex.example", summary="It is down", question_3="Network",
        customfield_10041="2-Major", question_7="12", question_5="RocksDB",
    )  # fmt: skip
    assert answers(house)["7"] == {"text": "12"}
    assert "5" not in answers(house)


def test_a_preset_answers_a_question_and_what_follows_from_it_is_asked_at_once(make_house) -> None:
    house: House = make_house(**FORM, **{"defaults.presets": {"question_3": "Network"}})
    house.asks("ben", GLOBEX)
    assert labels(house)[3:] == ["customfield_10041", "question_7"]
    fills(house, customfield_10041="2-Major", question_7="12")
    assert answers(house)["3"] == {"choices": ["2"]}
    assert answers(house)["7"] == {"text": "12"}


def test_nothing_waits_when_all_is_told(house: House) -> None:
    house.asks("ben", GLOBEX)
    fills(house, question_3="Billing", customfield_10041="2-Major")
    fills(house, question_9="INV-7")
    house.settle()
    assert house.deliveries(DeliveryState.READY) == []
    assert CABLE.id not in answers(house)


@pytest.mark.parametrize("way", [FormWay.AUTO, FormWay.THREAD])
def test_a_question_that_is_known_by_now_and_that_the_open_card_lacks_is_asked(
    make_house, way: FormWay
) -> None:
    """The form was read again while its asker was typing."""
    house: House = make_house(**{"defaults.form": way})
    root = house.asks("ben", GLOBEX)
    if way is FormWay.THREAD:
        house.clicks("ben", house.thread("ben", GLOBEX, root)[0], "open_form")
    types = house.box.jira_state.request_types
    types["10"] = replace(types["10"], form=Form("Extra", (AREA,)))
    read_again(house)
    typed = {"reporter": "ben@globex.example", "summary": "It is down"}
    house.submits("ben", GLOBEX, **typed)
    assert house.ticket_keys() == []
    assert "question_3" in labels(house), "nobody can answer what is not asked"
    fills(house, question_3="Billing")
    assert answers(house) == {"3": {"choices": ["3"]}}
    assert house.box.jira_people.ticket("HELP-1").summary == "It is down"
