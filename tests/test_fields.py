"""What docs/fields.md says of each kind of field is what the code does, with Jira's own JSON."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from syncd.chat.lark.cards.inputs import INPUTS
from syncd.core.fields import kinds as asked
from syncd.core.fields.field import FieldKind
from syncd.core.fields.plan import How, plan
from syncd.core.model import Chat, ChatId, Preset
from syncd.helpdesk.jsm.fields import kinds
from syncd.helpdesk.jsm.fields.written import Markup
from syncd.helpdesk.jsm.wire import form
from syncd.helpdesk.jsm.wire.call import Answer
from syncd.sandbox.jsm.desk import wire
from syncd.sandbox.jsm.fields.every import EVERY_KIND
from syncd.sandbox.jsm.site import COMPONENTS, SEVERITY
from syncd.sandbox.jsm.state import JiraState
from syncd.sandbox.world import World

DOCUMENT = (Path(__file__).parents[1] / "docs/fields.md").read_text(encoding="utf-8")
TABLE = dict(re.findall(r"^\| ([\w ,]+) \| (shown|preset|portal) \|", DOCUMENT, re.MULTILINE))
CHOICES = {field.id: {o.id: o.label for o in field.options} for field in EVERY_KIND.fields}
CHAT = Chat(ChatId("oc_acme"), organization="27")
ADDRESS = "ben@globex.example"


def every_field() -> form.RequestType:
    """A form as the sandbox tells it, of every kind that it has."""
    state = JiraState(World())
    told = [wire.field(one, state) for one in (*EVERY_KIND.fields, SEVERITY, COMPONENTS)]
    answer = Answer(200, {}, json.dumps({"requestTypeFields": told}).encode())
    return form.read_fields(answer, "", CHOICES)


def test_the_table_has_every_kind_in_order() -> None:
    assert list(TABLE) == [kind.name for kind in (*kinds.KINDS, kinds.OTHER)]


def test_every_kind_that_can_be_asked_has_a_place_in_the_card() -> None:
    assert INPUTS.keys() == asked.KINDS.keys()
    assert set(FieldKind) - INPUTS.keys() == {FieldKind.ORGANIZATIONS, FieldKind.UNSUPPORTED}


def test_each_field_is_answered_as_the_table_says() -> None:
    found = every_field().form
    how = {one.field.native: str(one.how) for one in plan(found, CHAT, lambda typed: typed)}
    assert how == {name: way for name, way in TABLE.items() if name in how}
    assert TABLE.keys() - how.keys() == {"participants"}


def test_without_choices_and_organization_the_portal_is_left() -> None:
    state = JiraState(World())
    told = [wire.field(one, state) for one in EVERY_KIND.fields]
    answer = Answer(200, {}, json.dumps({"requestTypeFields": told}).encode())
    bare = form.read_fields(answer, "", {}).form
    chat = Chat(ChatId("oc_acme"))
    left = {o.field.native for o in plan(bare, chat, lambda t: t) if o.how is How.PORTAL}
    assert left >= {"organizations", "services", "assets"}


PAY = EVERY_KIND.fields[20].options[0].id
# What is answered, and what a create takes of it: the sandbox refuses everything else.
WRITTEN: list[tuple[str, str | list[str], object]] = [
    ("paragraphs", "a", {"type": "doc"}),
    ("URL", "https://x.example", "https://x.example"),
    ("radio buttons", "10410", {"id": "10410"}),
    ("text", "two\nlines", "two lines"),
    ("number", "666", 666),
    ("date", "2015-11-18", "2015-11-18"),
    ("date and time", "2015-11-18 14:39 +1100", "2015-11-18T14:39:00.000+1100"),
    ("labels", "a, b", ["a", "b"]),
    ("priority", "3", {"id": "3"}),
    ("list", "10100", {"id": "10100"}),
    ("checkboxes", ["1", "2"], [{"id": "1"}, {"id": "2"}]),
    ("list, several", ["1"], [{"id": "1"}]),
    ("list in two steps", "10420/10421", {"id": "10420", "child": {"id": "10421"}}),
    ("list in two steps", "10440", {"id": "10440"}),
    ("components", ["10001"], [{"id": "10001"}]),
    ("version", "10010", {"id": "10010"}),
    ("versions", ["10010"], [{"id": "10010"}]),
    ("user", ["712020:ben"], {"accountId": "712020:ben"}),
    ("users", ["712020:ben"], [{"accountId": "712020:ben"}]),
    ("organizations", ["27"], [27]),
    ("services", ["ari:cloud:graph::service/a/b"], [{"id": "ari:cloud:graph::service/a/b"}]),
    ("services", ["b:YXJpOmE="], [{"id": "ari:a"}]),
    ("assets", ["w:123"], [{"workspaceId": "w", "id": "w:123", "objectId": "123"}]),
]


@pytest.mark.parametrize(("name", "said", "taken"), WRITTEN)
def test_an_answer_is_written_as_the_json_that_jira_takes(
    name: str, said: str | list[str], taken: Any
) -> None:
    written: Any = kinds.named(name).write(said, Markup.DOCUMENT)
    assert (written["type"] if name == "paragraphs" else written) == (
        taken["type"] if name == "paragraphs" else taken
    )


def test_every_kind_that_is_not_for_the_portal_alone_is_written() -> None:
    assert {name for name, *_ in WRITTEN} == {n for n, way in TABLE.items() if way != "portal"}


@pytest.mark.parametrize(
    ("preset", "value", "as_json"),
    [
        (Preset("priority", ("medium",), '"medium"'), "3", ""),
        (Preset("priority", ("3",), '"3"'), "3", ""),
        (Preset("components", ("API", "10202"), "[]"), ["10201", "10202"], ""),
        (Preset("customfield_10074", ("Tokyo/tk-2",), ""), "10420/10422", ""),
        (Preset("customfield_10074", ("fra-1",), ""), "10430/10431", ""),
        (Preset("customfield_10079", (f"{ADDRESS} a@b.c",), ""), [ADDRESS, "a@b.c"], ""),
        (Preset("customfield_10002", ("28",), '"28"'), ["28"], ""),
        (Preset("duedate"), "", ""),
        (Preset("customfield_10084", (), '{"name": "x"}'), "", '{"name": "x"}'),
        (Preset("customfield_10087", ("t-1",), '"t-1"'), "", '"t-1"'),
        (Preset("priority", (), '{"id": "3"}'), "", '{"id": "3"}'),
    ],
)
def test_a_preset_answers_in_words_or_as_it_stands(
    preset: Preset, value: object, as_json: str
) -> None:
    chat = Chat(ChatId("oc_acme"), organization="27", presets=(preset,))
    (found,) = [
        one for one in plan(every_field().form, chat, str) if one.field.id == preset.field_id
    ]
    assert (found.how, found.value, found.json) == (How.PRESET, value, as_json)


@pytest.mark.parametrize(
    ("preset", "problem"),
    [
        (Preset("priority", ("Urgent",), '"Urgent"'), "Priority: “Urgent” cannot be chosen"),
        (Preset("customfield_10072", ("many",), '"many"'), "“many” is not a number"),
    ],
)
def test_a_preset_that_cannot_be_is_as_good_as_none(preset: Preset, problem: str) -> None:
    chat = Chat(ChatId("oc_acme"), presets=(preset,))
    planned = {one.field.id: one for one in plan(every_field().form, chat, str)}
    assert planned[preset.field_id].how is How.SHOWN
    assert problem in planned[preset.field_id].problem


def test_what_every_form_begins_with_takes_no_preset() -> None:
    chat = Chat(ChatId("oc_acme"), presets=(Preset("summary", ("x",), '"x"'),))
    assert plan(every_field().form, chat, str)[0].how is How.SHOWN
