"""A form with a question of every kind: asked in a card, answered by the configuration, or left to
the portal."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import databases
import pytest
from house import ACME, GLOBEX, INITECH, House

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.fields.every import ASSETS, CLUSTER, EVERY_KIND, SERVICES, WORKSPACE
from syncd.sandbox.lark.shown import Shown

# On SQLite alone: the hour after which a form is read again does not pass on a server.
url = databases.fresh_on(databases.SQLITE)

PAY = SERVICES.options[0].id
CHOICES = {
    SERVICES.id: {PAY: "Payments"},
    ASSETS.id: {f"{WORKSPACE}:123": "db-01", f"{WORKSPACE}:124": "db-02"},
}
FULL = {"jsm.request_type": "12", "jsm.marker_field": "", "jsm.choices": CHOICES}
PORTAL_ONLY = ("Approver group", "Groups", "Project", "Team", "Security level", "Attachment")
GROUP = "customfield_10084"


def sent(house: House) -> dict[str, Any]:
    """The fields of the one create that Jira took."""
    calls = house.box.world.journal.calls("jsm", "/rest/servicedeskapi/request", "POST")
    (body,) = [json.loads(call.request) for call in calls if call.status == 201]
    values: dict[str, Any] = body["requestFieldValues"]
    return values


def changed(house: House, **how: dict[str, object]) -> None:
    """Let the desk's administrator change fields of the form, and syncd read it."""
    fields = tuple(replace(field, **how.get(field.id, {})) for field in EVERY_KIND.fields)
    house.box.jira_state.request_types["12"] = replace(EVERY_KIND, fields=fields)
    house.time_passes(seconds=3_700)
    house.app.basics.run_once()


def test_what_is_answered_in_the_card_is_what_jira_takes(make_house) -> None:
    house: House = make_house(**FULL, **{"defaults.organization": "27"})
    house.asks("ben", GLOBEX)
    card = house.form("ben", GLOBEX)
    house.clicks(
        "ben", card, "submit",
        environment="Linux\nnode 3",
        customfield_10070="A-1",
        customfield_10071="https://x.example/a?b=1",
        customfield_10072="1.5",
        duedate="2026-12-01",
        customfield_10073="2026-11-30 18:45",
        labels="red blue",
        priority="Medium – Some work is slowed down.",
        customfield_10075="Gold",
        customfield_10076=["REST", "GraphQL"],
        customfield_10074="Tokyo / tk-2",
        components=["API"],
        versions=["2.4.0", "2.5.0"],
        customfield_10077="2.5.0",
        customfield_10078="ben@globex.example",
        customfield_10079="Ben@GLOBEX.example, erin@support.example",
        customfield_10080="aiko@acme.example",
        customfield_10082=["Payments"],
        customfield_10083=["db-02"],
    )  # fmt: skip
    assert house.ticket_keys() == ["HELP-1"], house.undelivered()
    values = sent(house)
    assert values.pop("description")["type"] == "doc"
    assert values.pop("environment")["type"] == "doc"
    assert values.pop("labels")[:2] == ["red", "blue"]
    assert values == {
        "summary": "our cluster is down",
        "customfield_10070": "A-1",
        "customfield_10071": "https://x.example/a?b=1",
        "customfield_10072": 1.5,
        "duedate": "2026-12-01",
        "customfield_10073": "2026-11-30T18:45:00.000+0800",
        "priority": {"id": "3"},
        "customfield_10075": {"id": "10411"},
        "customfield_10076": [{"id": "10412"}, {"id": "10413"}],
        "customfield_10074": {"id": "10420", "child": {"id": "10422"}},
        "components": [{"id": "10201"}],
        "versions": [{"id": "10301"}, {"id": "10302"}],
        "customfield_10077": {"id": "10302"},
        "customfield_10078": {"accountId": "712020:ben"},
        "customfield_10079": [{"accountId": "712020:ben"}, {"accountId": "712020:erin"}],
        "customfield_10080": [{"accountId": "qm:sandbox:aiko"}],
        "customfield_10002": [27],
        "customfield_10082": [{"id": PAY}],
        "customfield_10083": [
            {"workspaceId": WORKSPACE, "id": f"{WORKSPACE}:124", "objectId": "124"}
        ],
    }


def test_what_a_card_cannot_ask_is_left_to_the_portal_with_a_note(make_house) -> None:
    house: House = make_house(**FULL)
    house.asks("ben", GLOBEX)
    card = house.form("ben", GLOBEX)
    assert "/servicedesk/customer/portal/2/create/12" in str(card.links)
    assert "Organizations" in card.text
    assert all(field.name != GROUP for field in card.fields)
    house.clicks("ben", card, "submit")
    assert house.ticket_keys() == ["HELP-1"]


def test_a_refused_form_comes_back_with_every_answer(make_house) -> None:
    house: House = make_house(**FULL)
    house.asks("ben", GLOBEX)
    typed = {
        "customfield_10073": "2026-11-30 18:45",
        "customfield_10074": "Frankfurt / fra-1",
        "components": ["API"],
        "customfield_10079": "erin@support.example nobody@else.example",
    }
    house.clicks("ben", house.form("ben", GLOBEX), "submit", **typed)
    card = house.form("ben", GLOBEX)
    assert "Approvers: the helpdesk knows nobody with the address nobody@else.example" in card.text
    assert "⚠ the helpdesk knows nobody with the address nobody@else.example" in card.text
    assert {name: card.field_named(name).default for name in typed} == typed
    house.clicks("ben", card, "submit", customfield_10079="erin@support.example")
    assert house.ticket_keys() == ["HELP-1"]


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("customfield_10071", "x.example", "is not a web address"),
        ("customfield_10078", "ben", "is not an e-mail address"),
        ("customfield_10072", "many", "is not a number"),
    ],
)
def test_a_wrong_answer_is_told_at_the_click(make_house, name: str, typed: str, says: str) -> None:
    house: House = make_house(**FULL)
    house.asks("ben", GLOBEX)
    click = house.clicks("ben", house.form("ben", GLOBEX), "submit", **{name: typed})
    assert says in click.toast.content
    assert house.ticket_keys() == []


def test_a_required_field_that_no_card_can_ask_leads_to_the_portals_own_form(make_house) -> None:
    house: House = make_house(**FULL)
    changed(house, **{GROUP: {"required": True}})
    house.asks("ben", GLOBEX, "the <disk> is full & loud")
    seen = [m for m in house.box.lark_people.view("ben", GLOBEX) if m.private and m.buttons]
    (address,) = [button.url for button in seen[-1].buttons if button.url]
    assert urlsplit(address).path == "/servicedesk/customer/portal/2/create/12"
    assert parse_qs(urlsplit(address).query)["summary"] == ["the <disk> is full & loud"]
    assert "Approver group" in seen[-1].text
    assert seen[-1].fields == []
    (wrong,) = house.app.records.board.standing().values()
    assert "people are led to the portal" in wrong


def test_a_card_that_everybody_sees_fills_nothing_into_the_portals_address(make_house) -> None:
    house: House = make_house(**FULL)
    changed(house, **{GROUP: {"required": True}})
    house.fail("lark", "POST /open-apis/ephemeral/v1/send", "refuse", times=-1, status=403)
    root = house.asks("aiko", ACME)
    urls = [b.url for m in house.thread("aiko", ACME, root) for b in m.buttons if b.url]
    assert all("?" not in url for url in urls)


def opened(house: House, person: str, root: str) -> list[Shown]:
    """Press the button in the thread; return the cards there that one may cancel."""
    cards = [m for m in house.thread(person, INITECH, root) if not m.recalled]
    offer = [m for m in cards if any(b.name == "open_form" for b in m.buttons)][-1]
    house.clicks(person, offer, "open_form")
    cards = [m for m in house.thread(person, INITECH, root) if not m.recalled]
    return [m for m in cards if any(b.name == "cancel" for b in m.buttons)]


def test_a_form_in_the_thread_leads_to_the_portal_where_no_card_can_ask(make_house) -> None:
    house: House = make_house(**FULL)
    house.box.lark_state.limits.enforced = False
    changed(house, **{GROUP: {"required": True}})
    root = house.asks("mei", INITECH, "集群挂了")
    (card,) = opened(house, "mei", root)
    (address,) = [button.url for button in card.buttons if button.url]
    assert address == f"{house.box.jsm_url}/servicedesk/customer/portal/2/create/12"
    assert "Approver group" in card.text
    assert card.fields == []


def test_a_form_in_the_thread_asks_every_kind_and_keeps_what_it_does_not_show(make_house) -> None:
    house: House = make_house(**FULL, **{"defaults.presets": {"priority": "Highest"}})
    house.box.lark_state.limits.enforced = False
    root = house.asks("mei", INITECH, "集群挂了")
    (card,) = opened(house, "mei", root)
    assert all(field.name != "priority" for field in card.fields)
    typed = {
        "reporter": "mei@initech.example",
        "customfield_10073": "2026-11-30 18:45",
        "customfield_10074": "Frankfurt / fra-1",
        "components": ["API"],
        "customfield_10079": "erin@support.example nobody@else.example",
    }
    house.clicks("mei", card, "submit", **typed)
    assert house.ticket_keys() == []
    (again,) = opened(house, "mei", root)
    assert [again.field_named(name).default or "" for name in typed] == [""] * len(typed)
    assert "nobody@else" not in repr(house.thread("omar", INITECH, root))
    click = house.clicks("mei", again, "submit", customfield_10079="erin@support.example")
    assert click.toast.type == "success", click.toast.content
    assert house.ticket_keys() == ["HELP-1"], house.undelivered()
    values = sent(house)
    assert values["customfield_10073"] == "2026-11-30T18:45:00.000+0800"
    assert values["customfield_10074"]["child"]
    assert [part["id"] for part in values["components"]] == ["10201"]
    assert values["customfield_10079"] == [{"accountId": "712020:erin"}]
    assert values["priority"] == {"id": "1"}


def test_a_form_that_was_open_when_its_field_became_required_makes_no_refused_ticket(
    make_house,
) -> None:
    house: House = make_house(**FULL)
    house.asks("ben", GLOBEX)
    card = house.form("ben", GLOBEX)
    changed(house, **{GROUP: {"required": True}})
    click = house.clicks("ben", card, "submit")
    assert "can only be answered on the portal: " in click.toast.content
    assert house.box.world.journal.calls("jsm", "/request", "POST") == []


def test_presets_answer_in_the_place_of_people(make_house) -> None:
    presets = (
        '{"priority": "Highest", "components": ["API", "10202"], "duedate": "", '
        f'"{CLUSTER.id}": "Tokyo / tk-1", "{GROUP}": {{"name": "approvers"}}, '
        '"customfield_10087": "t-1", "customfield_10072": 3}'
    )
    house: House = make_house(**FULL, **{"defaults.presets": json.loads(presets)})
    changed(house, **{GROUP: {"required": True}, "priority": {"required": True}})
    house.asks("ben", GLOBEX)
    card = house.form("ben", GLOBEX)
    asked = {field.name for field in card.fields}
    assert asked.isdisjoint(json.loads(presets))
    house.clicks("ben", card, "submit")
    values = sent(house)
    assert {name: values.get(name) for name in json.loads(presets)} == {
        "priority": {"id": "1"},
        "components": [{"id": "10201"}, {"id": "10202"}],
        "duedate": None,
        CLUSTER.id: {"id": "10420", "child": {"id": "10421"}},
        GROUP: {"name": "approvers"},
        "customfield_10087": "t-1",
        "customfield_10072": 3,
    }


def test_a_preset_that_the_form_does_not_offer_is_told_and_the_question_asked(make_house) -> None:
    presets = {"priority": "Urgent", "nonsense": "x"}
    house: House = make_house(**FULL, **{"defaults.presets": presets})
    house.asks("ben", GLOBEX)
    assert house.form("ben", GLOBEX).field_named("priority").options
    (wrong,) = house.app.records.board.standing().values()
    assert "Priority: “Urgent” cannot be chosen" in wrong
    assert "the form asks for no nonsense" in wrong


@pytest.mark.parametrize("needs", [True, False])
def test_of_a_long_list_in_two_steps_the_second_has_a_card_of_its_own(
    make_house, needs: bool
) -> None:
    house: House = make_house(**FULL)
    house.box.jira_state.switches.required_cascade_needs_child = needs
    towns = tuple(
        site.Option(
            str(30_000 + 100 * n),
            f"Region {n}",
            tuple(site.Option(str(30_001 + 100 * n + m), f"rack {m}") for m in range(30)),
        )
        for n in range(20)
    )
    changed(house, **{CLUSTER.id: {"options": towns, "required": True}})
    house.asks("ben", GLOBEX)
    card = house.form("ben", GLOBEX)
    listed = [option.text for option in card.field_named(CLUSTER.id).options]
    assert listed == [f"Region {n}" for n in range(20)]
    region = card.field_named(CLUSTER.id).options[7].value
    house.clicks("ben", card, "submit", **{CLUSTER.id: region})
    card = house.form("ben", GLOBEX)
    assert card.field_named(CLUSTER.id).required
    racks = {option.text: option.value for option in card.field_named(CLUSTER.id).options}
    house.clicks("ben", card, "submit", **{CLUSTER.id: racks["Region 7 / rack 12"]})
    assert sent(house)[CLUSTER.id] == {"id": "30700", "child": {"id": "30713"}}
