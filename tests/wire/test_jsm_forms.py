"""JSM Forms: the design as questions of ours, and answers as the create takes them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from syncd.core.desks.filing import Filing
from syncd.core.fields.field import Field, FieldKind, Option, Trigger
from syncd.core.fields.form import Form
from syncd.core.model import AccountId, Values
from syncd.helpdesk.jsm.fields.written import Markup
from syncd.helpdesk.jsm.forms import design
from syncd.helpdesk.jsm.forms.calls import places, standard_host, template
from syncd.helpdesk.jsm.forms.design import Attached
from syncd.helpdesk.jsm.forms.kinds import KINDS, native, question_of
from syncd.helpdesk.jsm.settings import JsmSettings
from syncd.helpdesk.jsm.wire import filing, limits, validation
from syncd.helpdesk.jsm.wire.call import Answer, Family
from syncd.helpdesk.jsm.wire.form import RequestType, with_questions
from syncd.helpdesk.jsm.wire.members import UnreadableError
from syncd.helpdesk.jsm.wire.scopes import scope

SITE = "https://x.atlassian.net"
SETTINGS = JsmSettings(
    SITE, "bot@x", "t", "1", "HELP", "10", forms_base="https://api.atlassian.com"
)


def asked(id: str, type: str = "ts", **other: Any) -> dict[str, Any]:
    return {id: {"type": type, "label": f"Question {id}", "validation": {}, "choices": []} | other}


def node(*ids: int) -> dict[str, Any]:
    questions = [
        {"type": "extension", "attrs": {"extensionKey": "question", "parameters": {"id": id}}}
        for id in ids
    ]
    return {"type": "doc", "content": [{"type": "panel", "content": questions}]}


def drawn(*questions: dict[str, Any], **other: Any) -> dict[str, Any]:
    every = {id: one for question in questions for id, one in question.items()}
    least = {
        "settings": {"name": "Incident"},
        "questions": every,
        "layout": [node(*(int(id) for id in every if id.isdecimal()))],
    }
    return least | {"sections": {}, "conditions": {}} | other


def read(
    *questions: dict[str, Any], elsewhere: dict[str, Any] | None = None, **other: Any
) -> tuple[Field, ...]:
    return design.attached(drawn(*questions, **other), elsewhere or {}).questions


AREA = asked("3", "cd", choices=[{"id": "1", "label": "DB"}, {"id": "2", "label": "Net"}])


def shows(question: str, choices: list[str], *sections: str, **other: Any) -> dict[str, Any]:
    condition = {"i": {"co": {"cIds": {question: choices}}}, "o": {"sIds": [*sections], "t": "sh"}}
    return condition | other


@pytest.mark.parametrize(("type", "kind"), [(type, kind.asked) for type, kind in KINDS.items()])
def test_each_type_of_question_is_asked_as_its_kind(type: str, kind: FieldKind) -> None:
    (field,) = read(asked("3", type))
    assert (field.id, field.kind, field.label) == ("question_3", kind, "Question 3")
    assert question_of(field) is not None


def test_the_document_lists_every_type() -> None:
    text = (Path(__file__).parents[2] / "docs/fields.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| ([\w ,-]+) \| `(\w\w)` \| (.*) \|$", text, re.MULTILINE)
    assert [(type, name) for name, type, _ in listed] == [(t, k.name) for t, k in KINDS.items()]
    left = {type for _, type, how in listed if how == "left to the portal"}
    assert left == {t for t, kind in KINDS.items() if kind.asked is FieldKind.UNSUPPORTED}


def test_a_type_that_is_new_to_us_is_left_to_the_portal() -> None:
    (field,) = read(asked("3", "zz", validation={"rq": True}))
    assert (field.kind, field.required) == (FieldKind.UNSUPPORTED, True)


def test_a_linked_question_is_the_field_of_jira_with_the_choices_of_that() -> None:
    linked = asked("5", "cd", jiraField="customfield_10041")
    choices = [{"id": "10100", "name": "High", "children": [{"id": "7", "name": "Very"}]}]
    (field,) = read(linked, elsewhere={"5": {"choices": choices}})
    assert field.id == "customfield_10041"
    assert field.options == (
        Option("10100", "High"),
        Option("10100/7", "High / Very", parent="10100"),
    )
    first, second = read(linked, asked("6", "cd", jiraField={"id": "customfield_10041"}))
    assert (first.id, second.id) == ("customfield_10041", "question_6")


@pytest.mark.parametrize(
    ("type", "rules", "bounds"),
    [
        ("ts", {"mnc": 2, "mxc": 20}, (20, 2.0, None, False)),
        ("tl", {"mxc": 5000}, (1000, None, None, False)),
        ("no", {"mnn": 1, "mxn": 9, "wh": True}, (1000, 1.0, 9.0, True)),
        ("cm", {"mns": 1, "mxs": 2}, (1000, 1.0, 2.0, False)),
        ("no", {"mnn": "1", "mxn": None}, (1000, None, None, False)),
        ("da", {"mnd": "2026-01-01"}, (1000, None, None, False)),
    ],
)
def test_bounds_are_those_of_the_validation(
    type: str, rules: dict[str, Any], bounds: tuple[object, ...]
) -> None:
    (field,) = read(asked("3", type, validation=rules))
    assert (field.max_length, field.least, field.most, field.whole) == bounds


def test_the_layout_gives_the_order_and_sections_go_by_their_numbers() -> None:
    questions = [AREA, *(asked(str(id)) for id in (4, 5, 6, 7))]
    found = read(
        *questions,
        layout=[node(7, 3), node(4), node(5)],
        sections={"10": {}, "2": {}},
        conditions={"1": shows("3", ["1"], "2"), "2": shows("3", ["2", "9"], "10")},
    )
    assert [field.id for field in found] == ["question_7", "question_3", "question_4", "question_5"]
    assert found[2].when == ((Trigger("question_3", ("1",)),),)
    assert found[3].when == ((Trigger("question_3", ("2",)),),)


def test_any_of_several_conditions_and_any_place_will_do() -> None:
    both = {"1": shows("3", ["1"], "1", "2"), "2": shows("3", ["2"], "1")}
    layout = [node(3), node(4), node(4, 5)]
    *_, four, five = read(
        AREA, asked("4"), asked("5"), layout=layout, sections={"1": {}, "2": {}}, conditions=both
    )
    one, two = (Trigger("question_3", ("1",)),), (Trigger("question_3", ("2",)),)
    assert set(four.when) == {one, two}
    assert five.when == (one,)
    (_, plain) = read(
        AREA, asked("4"), layout=[node(3, 4), node(4)], sections={"1": {}}, conditions=both
    )
    assert plain.when == ()


def test_a_description_that_is_not_always_asked_is_a_question_like_any_other() -> None:
    about = {"layout": [node(3), node(4)], "sections": {"1": {}}}
    described = asked("4", "rt", jiraField="description")
    (_, field) = read(AREA, described, conditions={"1": shows("3", ["1"], "1")}, **about)
    assert field.id == "question_4"
    (_, field) = read(AREA, described, **about)
    assert field.id == "description"


ODD = [
    shows("3", ["1"], "1", o={"sIds": ["1"], "t": "hide"}),
    shows("3", ["1"], "1", i={"groups": [{"operator": "AND", "checks": []}]}),
    shows("3", ["1"], "1", i={"co": {"cIds": {"3": ["1"], "4": ["1"]}}}),
    shows("3", ["1"], "1", i={"co": {"cIds": {"3": []}}}),
    shows("3", ["1"], "1", i=None),
    shows("3", ["9"], "1"),
    shows("8", ["1"], "1"),
]


@pytest.mark.parametrize("condition", ODD)
def test_a_condition_that_cannot_be_read_leaves_its_questions_to_the_portal(
    condition: dict[str, Any],
) -> None:
    about = {"layout": [node(3), node(4)], "sections": {"1": {}}, "conditions": {"1": condition}}
    area, field = read(AREA, asked("4", validation={"rq": True}), **about)
    assert area.kind is FieldKind.SELECT
    assert (field.kind, field.required, field.when) == (FieldKind.UNSUPPORTED, True, ())


def test_a_part_of_the_layout_that_no_section_is_for_is_left_to_the_portal() -> None:
    (field,) = read(asked("4"), layout=[node(), node(4)], sections={})
    assert field.kind is FieldKind.UNSUPPORTED


@pytest.mark.parametrize(
    "odd",
    [
        {"4": None},
        {"../x": {"type": "ts"}},
        {"4": {"type": 5, "validation": [], "choices": {"a": 1}, "jiraField": [], "label": None}},
    ],
)
def test_an_odd_question_stops_no_other(odd: dict[str, Any]) -> None:
    found = read(AREA, odd, layout=[node(3, 4)])
    assert found[0].options == (Option("1", "DB"), Option("2", "Net"))


@pytest.mark.parametrize("broken", [{"layout": None}, {"questions": []}])
def test_a_design_without_its_frame_is_unreadable(broken: dict[str, Any]) -> None:
    with pytest.raises(UnreadableError):
        design.attached(drawn(AREA) | broken, {})


def test_a_layout_is_walked_however_deep_it_is() -> None:
    deep: Any = node(3)
    for _ in range(5_000):
        deep = {"content": [deep]}
    assert [field.id for field in read(AREA, layout=[deep])] == ["question_3"]


# What is answered, and what a create takes of it.
WRITTEN = [
    ("ts", "a", {"text": "a"}),
    ("tl", "a\nb", {"text": "a\nb"}),
    ("pg", "a", {"text": "a"}),
    ("te", "a@b.c", {"text": "a@b.c"}),
    ("tu", "https://x.example", {"text": "https://x.example"}),
    ("no", "42", {"text": "42"}),
    ("no", "1.50", {"text": "1.5"}),
    ("da", "2026-01-31", {"date": "2026-01-31"}),
    ("ti", "4:30", {"time": "04:30"}),
    ("dt", "2026-01-31 14:30 +0800", {"date": "2026-01-31", "time": "14:30"}),
    ("cd", "2", {"choices": ["2"]}),
    ("cs", "2", {"choices": ["2"]}),
    ("cl", ["1", "2"], {"choices": ["1", "2"]}),
    ("cm", ["1"], {"choices": ["1"]}),
    ("cc", "10/11", {"choices": ["10", "11"]}),
    ("cc", "10", {"choices": ["10"]}),
]


@pytest.mark.parametrize(("type", "said", "taken"), WRITTEN)
def test_an_answer_is_written_as_the_json_that_the_create_takes(
    type: str, said: str | list[str], taken: object
) -> None:
    assert KINDS[type].write(said) == taken


def test_a_rich_text_is_written_as_a_document() -> None:
    written: Any = KINDS["rt"].write("a\n\nb")
    assert (written["adf"]["type"], written["adf"]["version"]) == ("doc", 1)


SUMMARY = Field("summary", FieldKind.TEXT, "Summary", required=True, native="text")
QUESTIONS = (
    Field("description", FieldKind.MULTILINE, "What?", native=native("2", "rt")),
    Field("question_3", FieldKind.SELECT, "Area", native=native("3", "cd"), required=True),
    Field("summary", FieldKind.TEXT, "Title", native=native("1", "ts")),
)


def joined(
    *fields: Field, questions: tuple[Field, ...] = QUESTIONS, place: str = ""
) -> RequestType:
    ids = frozenset(field.id for field in fields)
    bare = RequestType(Form(fields, "" if place else "description"), ids, place)
    return with_questions(bare, questions, "Incident")


def body(kind: RequestType, values: Values, **other: Any) -> dict[str, Any]:
    wanted = Filing("LK1", AccountId("a"), values, **other)
    written = filing.request(wanted, SETTINGS, kind, Markup.DOCUMENT).body
    return dict(written or {})


def test_answers_go_into_the_form_and_not_into_the_fields_that_they_are_linked_to() -> None:
    values: Values = {"summary": "It is down", "description": "Since noon", "question_3": "2"}
    written = body(joined(SUMMARY), values)
    assert written["requestFieldValues"] == {}
    answers = written["form"]["answers"]
    assert (answers["1"], answers["3"]) == ({"text": "It is down"}, {"choices": ["2"]})
    said = json.dumps(answers["2"]["adf"])
    assert "Since noon" in said
    assert "Ref: LK1" in said
    assert written["isAdfRequest"] is True


def test_a_form_without_answers_is_still_a_form_and_none_is_none() -> None:
    described = Field("description", FieldKind.MULTILINE, "Description", native="paragraphs")
    kind = joined(SUMMARY, described, questions=QUESTIONS[1:2], place="description")
    assert body(kind, {"summary": "x"})["form"] == {"answers": {}}
    bare = RequestType(
        Form((SUMMARY, described)), frozenset({"summary", "description"}), "description"
    )
    assert "form" not in body(bare, {"summary": "x"})


def test_a_preset_as_json_answers_a_question() -> None:
    written = body(joined(SUMMARY), {}, as_json={"question_3": '{"choices": ["1"]}'})
    assert written["form"]["answers"]["3"] == {"choices": ["1"]}


def test_summary_and_description_lead_and_the_rest_keeps_its_order() -> None:
    labels = Field("labels", FieldKind.LABELS, "Labels", native="labels")
    kind = joined(SUMMARY, labels, place="labels")
    assert [f.id for f in kind.form.fields] == ["summary", "description", "labels", "question_3"]
    assert (kind.marker_place, kind.form.attached, kind.form.without) == ("labels", "Incident", "")


@pytest.mark.parametrize("when", [((Trigger("question_3", ("1",)),),), ()])
def test_a_description_that_is_always_asked_takes_the_marker_else_the_summary(when: Any) -> None:
    described = Field(
        "description", FieldKind.MULTILINE, "What?", native=native("2", "tl"), when=when
    )
    kind = joined(SUMMARY, questions=(described,))
    assert kind.marker_place == ("summary" if when else "description")
    assert kind.form.without == ""


ERROR = {"code": "X", "title": "Invalid", "detail": "Like INV-7.", "status": "400"}
NAMED = ERROR | {"context": [{"type": "question", "id": "3"}]}


@pytest.mark.parametrize("member", ["formErrors", "errors"])
def test_a_refusal_names_the_question(member: str) -> None:
    told = json.dumps({"errorMessage": "no", "valid": False, member: [NAMED]}).encode()
    (problem,) = validation.read_problems(Answer(400, {}, told), joined(SUMMARY))
    assert (problem.field_id, problem.told) == ("question_3", "Area: Like INV-7.")
    assert validation.read_refusal(Answer(400, {}, told), joined(SUMMARY)) == "Area: Like INV-7."


@pytest.mark.parametrize(
    "odd", [[ERROR], "x", [None], [ERROR | {"context": [{"id": 9}, None]}], {"a": "b"}]
)
def test_a_refusal_that_names_no_question_is_told_as_it_is(odd: object) -> None:
    told = json.dumps({"errorMessage": "no", "errors": odd}).encode()
    assert validation.read_refusal(Answer(400, {}, told), joined(SUMMARY)) == ""


def test_forms_are_asked_for_at_a_place_of_their_own() -> None:
    assert places(SETTINGS, "c-1") == ["/jira/forms/cloud/c-1"]
    through = JsmSettings(
        "https://api.atlassian.com/ex/jira/c-1", "b", "t", "1", "HELP", "10",
        forms_base=standard_host("https://api.atlassian.com/ex/jira/c-1"),
    )  # fmt: skip
    assert places(through, "c-1") == ["/ex/jira/c-1/forms", "/jira/forms/cloud/c-1"]
    families = [template(place, SETTINGS, None).family for place in places(through, "c-1")]
    assert families == [Family.GATEWAY_FORMS, Family.FORMS], "each has headers of its own"
    for place in places(through, "c-1"):
        call = template(place, SETTINGS, None)
        assert call.to_forms
        assert call.endpoint == "GET /forms/servicedesk/*/requesttype/*/form"
        assert call.headers == {"X-ExperimentalApi": "opt-in"}
        assert scope(call) == "read:servicedesk-request"


def test_what_a_store_kept_of_a_question_tells_how_it_is_answered() -> None:
    (field,) = Attached("x", QUESTIONS[1:2]).questions
    question = question_of(field)
    assert question is not None
    assert (question.id, question.write("2")) == ("3", {"choices": ["2"]})
    assert question_of(SUMMARY) is None


def test_too_many_calls_to_the_forms_stop_no_other() -> None:
    call = template("/jira/forms/cloud/c-1", SETTINGS, None)
    refused = Answer(429, {"ratelimit-reason": "new-to-us"})
    assert limits.stopped(call, refused) == call.endpoint
    assert limits.scopes(call) == (call.endpoint,)
