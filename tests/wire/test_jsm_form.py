import json
from typing import Any

import pytest

from syncd.core.fields.field import Field, FieldKind, Option
from syncd.core.fields.kinds import can_be_asked
from syncd.helpdesk.jsm.wire import form
from syncd.helpdesk.jsm.wire.call import Answer

CUSTOM = "com.atlassian.jira.plugin.system.customfieldtypes:"
CHOICES = [{"value": "10100", "label": "High", "children": []}]


def described(field_id: str, schema: dict[str, object], **other: object) -> dict[str, Any]:
    least = {"fieldId": field_id, "name": field_id, "required": False, "jiraSchema": schema}
    return least | other


def read(
    *fields: dict[str, Any], marker_field: str = "", choices: form.Choices | None = None
) -> form.RequestType:
    answer = Answer(200, {}, json.dumps({"requestTypeFields": fields}).encode())
    return form.read_fields(answer, marker_field, choices or {})


def only(field_id: str, schema: dict[str, object], **other: object) -> Field:
    (field,) = read(described(field_id, schema, **other)).form.fields
    return field


@pytest.mark.parametrize(
    ("field_id", "schema", "kind"),
    [
        ("summary", {"type": "string", "system": "summary"}, FieldKind.TEXT),
        ("description", {"type": "string", "system": "description"}, FieldKind.MULTILINE),
        ("environment", {"type": "string", "system": "environment"}, FieldKind.MULTILINE),
        ("customfield_1", {"type": "string", "custom": CUSTOM + "textfield"}, FieldKind.TEXT),
        ("customfield_1", {"type": "string", "custom": CUSTOM + "textarea"}, FieldKind.MULTILINE),
        ("customfield_1", {"type": "option", "custom": CUSTOM + "select"}, FieldKind.SELECT),
        ("customfield_1", {"type": "array", "items": "option"}, FieldKind.MULTISELECT),
        ("duedate", {"type": "date", "system": "duedate"}, FieldKind.DATE),
        ("customfield_1", {"type": "number", "custom": CUSTOM + "float"}, FieldKind.NUMBER),
        ("labels", {"type": "array", "items": "string", "system": "labels"}, FieldKind.LABELS),
        ("customfield_1", {"type": "option-with-child"}, FieldKind.SELECT),
        ("customfield_1", {"type": "user"}, FieldKind.PERSON),
        ("customfield_1", {"type": "datetime"}, FieldKind.MOMENT),
        ("customfield_1", {"type": "array", "items": "string"}, FieldKind.UNSUPPORTED),
        ("attachment", {"type": "array", "items": "attachment"}, FieldKind.UNSUPPORTED),
    ],
)
def test_kind_of_question_follows_the_schema(
    field_id: str, schema: dict[str, object], kind: FieldKind
) -> None:
    assert only(field_id, schema, validValues=CHOICES).kind is kind


def test_list_without_choices_is_left_to_the_portal() -> None:
    assert not can_be_asked(only("customfield_1", {"type": "option"}))


def test_question_keeps_its_words_and_choices() -> None:
    field = only(
        "customfield_1",
        {"type": "option"},
        name="Severity",
        description="How bad?",
        required=True,
        validValues=CHOICES,
        unheard="of",
    )
    assert field == Field(
        "customfield_1",
        FieldKind.SELECT,
        "Severity",
        required=True,
        options=(Option("10100", "High"),),
        help="How bad?",
        max_length=1000,
        native="list",
    )


def test_summary_and_description_come_first_and_hidden_fields_not_at_all() -> None:
    text: dict[str, object] = {"type": "string"}
    found = read(
        described("customfield_1", text),
        described("customfield_2", text, visible=False),
        described("customfield_9", text),
        described("description", text),
        described("summary", text),
        marker_field="customfield_9",
    )
    assert [f.id for f in found.form.fields] == ["summary", "description", "customfield_1"]
    assert found.form.fields[0].max_length == 255
    assert {"customfield_2", "customfield_9"} <= found.field_ids


LABELS: dict[str, object] = {"type": "array", "items": "string", "system": "labels"}
LINE: dict[str, object] = {"type": "string"}


@pytest.mark.parametrize(
    ("named", "labels", "place", "without"),
    [
        ("customfield_9", {}, "customfield_9", ""),
        ("customfield_8", {}, "", "customfield_8"),
        ("description", {}, "", "description"),
        ("", {}, "labels", ""),
        ("", {"visible": False}, "description", ""),
    ],
)
def test_the_marker_goes_where_it_is_found_best(
    named: str, labels: dict[str, object], place: str, without: str
) -> None:
    found = read(
        described("summary", LINE),
        described("description", LINE),
        described("labels", LABELS, **labels),
        described("customfield_9", LINE),
        marker_field=named,
    )
    assert (found.marker_place, found.form.without) == (place, without)


@pytest.mark.parametrize("hidden", [[], [described("description", LINE, visible=False)]])
def test_without_labels_and_description_a_reference_goes_into_the_summary(
    hidden: list[Any],
) -> None:
    found = read(described("summary", LINE), *hidden)
    assert (found.marker_place, found.form.marker_place) == ("summary", "summary")
    assert found.form.without == ""
    assert found.form.fields[0].max_length == 240, "it needs room"


@pytest.mark.parametrize("summary", [{"visible": False}, {"jiraSchema": {"type": "number"}}])
def test_where_nobody_is_asked_for_a_summary_the_marker_has_no_place(summary: Any) -> None:
    found = read(described("summary", LINE, **summary))
    assert (found.marker_place, found.form.without) == ("", "description")


@pytest.mark.parametrize(
    "broken",
    [
        {"fieldId": 7},
        {"required": "yes"},
        {"jiraSchema": None},
        {"name": ""},
        {"validValues": [{"value": 10100, "label": "High"}]},
    ],
)
def test_question_that_cannot_be_read_is_never_guessed(broken: dict[str, object]) -> None:
    (field,) = read(described("customfield_1", {"type": "select"}) | broken).form.fields
    assert (field.kind, field.options) == (FieldKind.UNSUPPORTED, ())


@pytest.mark.parametrize(
    "odd",
    [
        {"name": 5},
        {"jiraSchema": None},
        {"jiraSchema": {"type": 7}},
        {"description": ["no", "text"]},
        {"validValues": "High"},
        {"fieldId": None},
    ],
)
def test_an_odd_field_is_not_shown_and_stops_no_other(odd: dict[str, object]) -> None:
    good = described("summary", {"type": "string", "system": "summary"})
    strange = described("customfield_1", {"type": "string"}) | odd
    first, second = read(good, strange).form.fields
    assert first.kind is FieldKind.TEXT
    assert (second.kind, second.required) == (FieldKind.UNSUPPORTED, False)


@pytest.mark.parametrize("required", [True, "perhaps", None])
def test_an_odd_field_that_may_be_required_counts_as_required(required: object) -> None:
    field = only("customfield_1", {"type": 7}, required=required)
    assert (field.kind, field.required) == (FieldKind.UNSUPPORTED, True)


@pytest.mark.parametrize("odd", [None, "High", {"value": 5, "label": "High"}, {"value": "1"}])
def test_an_odd_choice_takes_no_other_away(odd: object) -> None:
    schema = {"type": "option", "custom": CUSTOM + "select"}
    field = only("customfield_1", schema, validValues=[odd, *CHOICES])
    assert field.options == (Option("10100", "High"),)
