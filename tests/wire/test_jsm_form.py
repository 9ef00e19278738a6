import json
from typing import Any

import pytest

from syncd.core.model import Field, FieldKind, Option
from syncd.helpdesk.jsm.wire import form
from syncd.helpdesk.jsm.wire.call import Answer
from syncd.helpdesk.jsm.wire.members import UnreadableError

CUSTOM = "com.atlassian.jira.plugin.system.customfieldtypes:"
CHOICES = [{"value": "10100", "label": "High", "children": []}]


def described(field_id: str, schema: dict[str, object], **other: object) -> dict[str, Any]:
    least = {"fieldId": field_id, "name": field_id, "required": False, "jiraSchema": schema}
    return least | other


def read(*fields: dict[str, Any], marker_field: str = "") -> form.RequestType:
    answer = Answer(200, {}, json.dumps({"requestTypeFields": fields}).encode())
    return form.read_fields(answer, marker_field)


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
        ("customfield_1", {"type": "option-with-child"}, FieldKind.UNSUPPORTED),
        ("customfield_1", {"type": "user"}, FieldKind.UNSUPPORTED),
        ("customfield_1", {"type": "datetime"}, FieldKind.UNSUPPORTED),
        ("customfield_1", {"type": "array", "items": "string"}, FieldKind.UNSUPPORTED),
        ("attachment", {"type": "array", "items": "attachment"}, FieldKind.UNSUPPORTED),
    ],
)
def test_kind_of_question_follows_the_schema(
    field_id: str, schema: dict[str, object], kind: FieldKind
) -> None:
    assert only(field_id, schema, validValues=CHOICES).kind is kind


def test_list_without_choices_is_left_to_the_portal() -> None:
    assert only("customfield_1", {"type": "option"}).kind is FieldKind.UNSUPPORTED


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
def test_without_labels_and_description_the_marker_has_no_place(hidden: list[Any]) -> None:
    found = read(described("summary", LINE), *hidden)
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
    with pytest.raises(UnreadableError):
        read(described("customfield_1", {"type": "string"}) | broken)
