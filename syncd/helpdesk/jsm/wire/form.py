"""The request type as a form.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-servicedesk/#api-rest-servicedeskapi-servicedesk-servicedeskid-requesttype-requesttypeid-field-get
"""

from collections.abc import Mapping
from dataclasses import dataclass

from syncd.core.model import DESCRIPTION, SUMMARY, Field, FieldKind, Form, Option
from syncd.core.text import clean
from syncd.helpdesk.jsm.wire.call import DESK, Answer, Call, segment
from syncd.helpdesk.jsm.wire.members import Obj, child, children, flag, optional_text, root, text

_LONGEST_SUMMARY = 255
_LONGEST_INPUT = 1000
_FIRST = (SUMMARY, DESCRIPTION)
_MULTILINE = (DESCRIPTION, "environment")
LABELS = "labels"


@dataclass(frozen=True)
class RequestType:
    """What the person is asked, and what else the request type takes."""

    form: Form
    field_ids: frozenset[str]
    """Every field, those that are left out of the form included."""
    marker_place: str
    """The field that takes the marker, empty when no field can."""

    def field(self, field_id: str) -> Field | None:
        return next((f for f in self.form.fields if f.id == field_id), None)


def fields(desk: str, request_type: str) -> Call:
    place = f"servicedesk/{segment(desk)}/requesttype/{segment(request_type)}"
    return Call("GET", f"{DESK}/{place}/field")


def read_fields(answer: Answer, marker_field: str) -> RequestType:
    """Return the form: summary and description first, hidden fields and the marker left out."""
    described = children(root(answer), "requestTypeFields")
    shown = [
        _field(one)
        for one in described
        if one.get("visible") is not False and one.get("fieldId") != marker_field
    ]
    shown.sort(key=lambda f: _FIRST.index(f.id) if f.id in _FIRST else len(_FIRST))
    kinds = {field.id: field.kind for field in map(_field, described)}
    place = _marker_place(kinds, {field.id for field in shown}, marker_field)
    without = "" if place else marker_field or DESCRIPTION
    return RequestType(Form(tuple(shown), without), frozenset(kinds), place)


# A field of several lines would come back as a document, and what is hidden cannot be set:
# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-post
def _marker_place(kinds: Mapping[str, FieldKind], visible: set[str], marker_field: str) -> str:
    """Choose the field that was named for it, else the labels, else the description."""
    if marker_field:
        return marker_field if kinds.get(marker_field) is FieldKind.TEXT else ""
    if LABELS in visible and kinds[LABELS] is FieldKind.LABELS:
        return LABELS
    return DESCRIPTION if DESCRIPTION in visible else ""


def _field(described: Obj) -> Field:
    field_id = text(described, "fieldId")
    options = _options(described)
    return Field(
        id=field_id,
        kind=_kind(field_id, child(described, "jiraSchema"), options),
        label=clean(text(described, "name")),
        required=flag(described, "required"),
        options=options,
        help=clean(optional_text(described, "description")),
        max_length=_LONGEST_SUMMARY if field_id == SUMMARY else _LONGEST_INPUT,
    )


def _options(described: Obj) -> tuple[Option, ...]:
    if described.get("validValues") is None:
        return ()
    return tuple(
        Option(text(value, "value"), clean(text(value, "label")))
        for value in children(described, "validValues")
    )


_KINDS = {
    ("string", ""): FieldKind.TEXT,
    ("option", ""): FieldKind.SELECT,
    ("array", "option"): FieldKind.MULTISELECT,
    ("date", ""): FieldKind.DATE,
    ("number", ""): FieldKind.NUMBER,
}


def _kind(field_id: str, schema: Obj, options: tuple[Option, ...]) -> FieldKind:
    custom = optional_text(schema, "custom").rpartition(":")[2]
    names = (optional_text(schema, "type"), optional_text(schema, "items"))
    if names == ("array", "string") and "labels" in (custom, optional_text(schema, "system")):
        return FieldKind.LABELS
    kind = _KINDS.get(names, FieldKind.UNSUPPORTED)
    if kind is FieldKind.TEXT and (custom == "textarea" or field_id in _MULTILINE):
        return FieldKind.MULTILINE
    if kind in (FieldKind.SELECT, FieldKind.MULTISELECT) and not options:
        return FieldKind.UNSUPPORTED
    return kind
