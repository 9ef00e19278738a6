"""Whatever the helpdesk's form asks for, everybody gets a form and can fill it in."""

from dataclasses import replace

import pytest
from house import ACME, GLOBEX, House

from syncd import log
from syncd.config.values import read_address
from syncd.core.desks.choice import Asking
from syncd.core.desks.desk import RequestKind
from syncd.core.model import ChatId, Language
from syncd.loops.forms.empty import shortened
from syncd.loops.keep.prerequisites import Basics
from syncd.sandbox.jsm import site
from syncd.sandbox.lark import shown
from syncd.sandbox.lark.shown import Shown

LISTED, SEVERITY = "customfield_10042", "customfield_10041"
FEW = ("reporter", "summary", "description", SEVERITY)
OTHER = f"x_{f'other:{LISTED}'.encode().hex()}"
"""The name of the text field for what the list of components leaves out."""


def options(count: int) -> tuple[site.Option, ...]:
    return tuple(
        site.Option(str(20_000 + n), f"A component of ours, number {n}") for n in range(count)
    )


def asks_for(house: House, *fields: site.Field) -> tuple[str, ...]:
    """Let the desk's administrator change the form; return what operators read about it."""
    changed = replace(site.GET_HELP, fields=fields)
    house.box.jira_state.request_types[changed.id] = changed
    app = house.app
    Basics(app.records, app.messenger, app.helpdesk, log.get("basics")).run_once()
    with app.store.read() as tx:
        form = app.records.form(tx, RequestKind("", "10"))
    chat = replace(app.records.chat_in_file(ChatId("")), language=Language.ZH)
    return shortened(Asking(form, None), chat, read_address, "https://support.test", app.messenger)


def with_choices(count: int) -> tuple[site.Field, ...]:
    return tuple(
        replace(one, options=options(count)) if one.id == LISTED else one
        for one in site.GET_HELP.fields
    )


@pytest.mark.parametrize("count", [145, 200, 250, 400, 3000])
@pytest.mark.parametrize(("person", "chat"), [("ben", GLOBEX), ("aiko", ACME)])
def test_a_list_of_many_choices_takes_the_form_away_from_nobody(
    house: House, count: int, person: str, chat: str
) -> None:
    told = asks_for(house, *with_choices(count))
    house.asks(person, chat, "ログを見てください " * 60)
    names = {field.name for field in house.form(person, chat).fields}
    assert names >= {*FEW, LISTED}
    assert any(f"{count} choices" in one and LISTED in one for one in told) == (count > 145)


def test_a_choice_that_the_list_leaves_out_is_named_and_reaches_the_ticket(house: House) -> None:
    asks_for(house, *with_choices(400))
    house.asks("ben", GLOBEX)
    card = house.form("ben", GLOBEX)
    (listed,) = [field for field in card.fields if field.name == LISTED]
    values = {LISTED: [listed.options[0].value], SEVERITY: _value(card, SEVERITY, "2-Major")}
    click = house.clicks("ben", card, "submit", **values, **{OTHER: "no such component"})
    assert "no such component" in click.toast.content
    assert house.ticket_keys() == []
    house.clicks("ben", card, "submit", **values, **{OTHER: "a component OF OURS, number 399"})
    (ticket,) = house.box.jira_people.tickets()
    assert [chosen["id"] for chosen in ticket.fields[LISTED]] == ["20000", "20399"]


def _value(card: Shown, name: str, label: str) -> str:
    (found,) = [f for f in card.fields if f.name == name]
    return next(option.value for option in found.options if option.text == label)


@pytest.mark.parametrize("count", [60, 120])
def test_optional_fields_without_room_are_left_to_the_portal(house: House, count: int) -> None:
    many = (
        site.Field(f"customfield_2{n:04}", f"Question {n}", "text", description="Help. " * 50)
        for n in range(count)
    )
    told = asks_for(house, *site.GET_HELP.fields, *many)
    house.asks("ben", GLOBEX)
    card = house.form("ben", GLOBEX)
    assert {field.name for field in card.fields} >= {*FEW}
    left = count + 7 - len(card.fields)
    assert ("More questions are on the portal" in card.text) == (left > 0)
    assert any("optional fields are left to the portal" in one for one in told) == (left > 0)
    house.submits("ben", GLOBEX, **{SEVERITY: _value(card, SEVERITY, "2-Major")})
    assert len(house.ticket_keys()) == 1


def test_long_labels_and_helps_are_shortened(house: House) -> None:
    long = [
        replace(one, name="長い名前" * 1250, description="H" * 29_000)
        for one in site.GET_HELP.fields
    ]
    told = asks_for(house, *long)
    house.asks("ben", GLOBEX)
    assert {field.name for field in house.form("ben", GLOBEX).fields} >= {*FEW}
    assert any("help of" in one for one in told)


RACK = "customfield_10090"
RACKS = site.Field(
    RACK,
    "Rack",
    "cascading",
    required=True,
    options=tuple(
        site.Option(
            f"3{row:02}00",
            f"Row {row}",
            tuple(site.Option(f"3{row:02}{n:02}", f"Rack {n}") for n in range(1, 31)),
        )
        for row in range(20)
    ),
)


def test_a_long_list_in_two_steps_is_asked_on_two_cards(house: House) -> None:
    person, chat = "ben", GLOBEX
    asks_for(house, *site.GET_HELP.fields, RACKS)
    house.asks(person, chat)
    first = house.form(person, chat)
    assert len(_field(first, RACK).options) == 20
    typed = {"summary": "typed once", SEVERITY: _value(first, SEVERITY, "2-Major")}
    house.clicks(person, first, "submit", **typed, **{RACK: _value(first, RACK, "Row 7")})
    assert house.ticket_keys() == []
    second = house.form(person, chat)
    assert second.message_id != first.message_id
    assert len(_field(second, RACK).options) == 30 + 19
    assert (_field(second, "summary").default, _field(second, SEVERITY).default) == (
        "typed once",
        typed[SEVERITY],
    )
    house.clicks(person, second, "submit", **{RACK: _value(second, RACK, "Row 7 / Rack 3")})
    (ticket,) = house.box.jira_people.tickets()
    assert ticket.fields[RACK]["child"]["id"] == "30703"
    assert not [m for m in house.box.lark_people.view(person, chat) if m.fields], "cards are gone"


def _field(card: Shown, name: str) -> shown.Field:
    (found,) = [field for field in card.fields if field.name == name]
    return found
