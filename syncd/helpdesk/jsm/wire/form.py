"""The request type as a form.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-servicedesk/#api-rest-servicedeskapi-servicedesk-servicedeskid-requesttype-requesttypeid-field-get
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from syncd.core.fields.field import Field, FieldKind, Option
from syncd.core.fields.form import Form
from syncd.core.model import DESCRIPTION, SUMMARY, Language
from syncd.core.text import clean
from syncd.helpdesk.jsm.fields.kinds import kind_of, named
from syncd.helpdesk.jsm.marking import reference
from syncd.helpdesk.jsm.wire.call import DESK, V3, Answer, Call, segment, spoken
from syncd.helpdesk.jsm.wire.members import (
    Obj,
    UnreadableError,
    child,
    children,
    flag,
    lenient,
    optional_text,
    root,
    text,
)

_FIRST = (SUMMARY, DESCRIPTION)
LABELS = "labels"
_LEAST_SUMMARY = 40
"""Characters that people keep of a summary which holds a reference, or it takes none."""
Choices: TypeAlias = Mapping[str, Mapping[str, str]]
"""What the configuration offers of fields of which Jira lists no choices: labels by value."""


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


def fields(desk: str, request_type: str, language: Language | None = None) -> Call:
    place = f"servicedesk/{segment(desk)}/requesttype/{segment(request_type)}"
    return Call("GET", f"{DESK}/{place}/field", spoken(language))


def read_may_raise_for_others(answer: Answer) -> bool:
    """Tell whether we may raise such requests on behalf of customers."""
    return root(answer).get("canRaiseOnBehalfOf") is not False


def request_type(desk: str, request_type: str, language: Language | None = None) -> Call:
    place = f"servicedesk/{segment(desk)}/requesttype/{segment(request_type)}"
    return Call("GET", f"{DESK}/{place}", spoken(language))


def read_name(answer: Answer) -> str:
    """Return what people call such requests, empty when it does not say."""
    return " ".join(clean(lenient(root(answer), "name")).split())


def read_portal_path(answer: Answer) -> str:
    """Return the path of the portal's own form, empty when nothing says which portal it is."""
    described = root(answer)
    portal, kind = lenient(described, "portalId"), lenient(described, "id")
    known = portal and kind
    return f"/servicedesk/customer/portal/{segment(portal)}/create/{segment(kind)}" if known else ""


def desk(id: str) -> Call:
    return Call("GET", f"{DESK}/servicedesk/{segment(id)}")


def read_project_id(answer: Answer) -> str:
    return text(root(answer), "projectId")


# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-priorities/
def priorities(project_id: str) -> Call:
    query = (("projectId", project_id), ("maxResults", "50"))
    return Call("GET", f"{V3}/priority/search", query)


def read_priorities(answer: Answer) -> tuple[Option, ...]:
    """Return the priorities of a project; one that is odd takes no other away."""
    found = children(root(answer), "values")
    named = [
        (lenient(o, "id"), clean(lenient(o, "name")), lenient(o, "description")) for o in found
    ]
    return tuple(Option(id, name, clean(about)) for id, name, about in named if id and name)


def read_fields(answer: Answer, marker_field: str, choices: Choices) -> RequestType:
    """Return the form: summary and description first, hidden fields and the marker left out."""
    described = [(one, _field(one, choices)) for one in children(root(answer), "requestTypeFields")]
    seen = [field for one, field in described if one.get("visible") is not False]
    shown = [field for field in seen if field.id != marker_field]
    shown.sort(key=lambda f: _FIRST.index(f.id) if f.id in _FIRST else len(_FIRST))
    kinds = {field.id: field.kind for _, field in described}
    place = _marker_place(kinds, {field.id for field in shown}, marker_field)
    without = "" if place else marker_field or DESCRIPTION
    read = RequestType(Form(tuple(shown), without), frozenset(kinds), place)
    return _marked(read, place or _last_resort(shown, marker_field))


def with_questions(kind: RequestType, questions: Iterable[Field], name: str) -> RequestType:
    """Return the request type with a Form: a field that a question is linked to is asked once, as
    the question, and always comes first where it does so on every form."""
    asked = {question.id: question for question in questions}
    left = [field for field in kind.form.fields if field.id not in asked]
    every = sorted([*left, *asked.values()], key=_leading)
    place = kind.marker_place if kind.marker_place not in (*asked, SUMMARY) else ""
    described = asked.get(DESCRIPTION) or kind.field(DESCRIPTION)
    if not place and kind.form.without in ("", DESCRIPTION):
        takes = described and not described.when and described.kind is FieldKind.MULTILINE
        place = DESCRIPTION if takes else _last_resort(every, "")
    without = kind.form.without or kind.marker_place or DESCRIPTION
    form = replace(kind.form, fields=tuple(every), without=without, attached=name)
    return _marked(RequestType(form, kind.field_ids | asked.keys(), ""), place)


def _last_resort(fields: Iterable[Field], marker_field: str) -> str:
    """Return the summary where it is always asked and has room for a reference, and where nothing
    else was named for the marker."""
    summary = next((field for field in fields if field.id == SUMMARY), None)
    if marker_field or summary is None or summary.when or summary.kind is not FieldKind.TEXT:
        return ""
    return SUMMARY if summary.max_length >= _LEAST_SUMMARY + reference.ROOM else ""


def _marked(kind: RequestType, place: str) -> RequestType:
    """Return the request type with the place of its marker; a summary with one has less room."""
    fields = tuple(
        replace(field, max_length=field.max_length - reference.ROOM)
        if field.id == place == SUMMARY
        else field
        for field in kind.form.fields
    )
    without = "" if place else kind.form.without
    form = replace(kind.form, fields=fields, without=without, marker_place=place)
    return replace(kind, form=form, marker_place=place)


def _leading(field: Field) -> int:
    return _FIRST.index(field.id) if field.id in _FIRST and not field.when else len(_FIRST)


# A field of several lines would come back as a document, and what is hidden cannot be set:
# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-post
def _marker_place(kinds: Mapping[str, FieldKind], visible: set[str], marker_field: str) -> str:
    """Choose the field that was named for it, else the labels, else the description."""
    if marker_field:
        return marker_field if kinds.get(marker_field) is FieldKind.TEXT else ""
    if LABELS in visible and kinds[LABELS] is FieldKind.LABELS:
        return LABELS
    return DESCRIPTION if DESCRIPTION in visible else ""


def _field(described: Obj, choices: Choices) -> Field:
    """Return the field; one that is odd cannot be shown, and stops no other."""
    try:
        return _readable(described, choices)
    except UnreadableError:
        id = lenient(described, "fieldId") or "?"
        label = clean(lenient(described, "name")) or id
        return Field(
            id, FieldKind.UNSUPPORTED, label, required=described.get("required") is not False
        )


def _readable(described: Obj, choices: Choices) -> Field:
    field_id, required = text(described, "fieldId"), flag(described, "required")
    schema = child(described, "jiraSchema")
    called = optional_text(schema, "custom").rpartition(":")[2] or optional_text(schema, "system")
    names = (optional_text(schema, "type"), optional_text(schema, "items"))
    # An answer may leave out what the schema of a field of the system calls it.
    kind = kind_of(*names, called or field_id)
    read = _steps if kind is named("list in two steps") else _options
    return Field(
        id=field_id,
        kind=kind.asked,
        label=clean(text(described, "name")),
        required=required,
        options=read(described, required) or _configured(choices.get(field_id, {})),
        help=clean(optional_text(described, "description")),
        max_length=kind.longest,
        native=kind.name,
    )


def _options(described: Obj, required: bool) -> tuple[Option, ...]:
    return tuple(Option(value, label) for value, label, _ in _listed(described, "validValues"))


# `children` nest, and have exactly one level:
# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-post
def _steps(described: Obj, required: bool) -> tuple[Option, ...]:
    """Return each first step, and behind it its second ones; of a required field, one without the
    other may be refused."""
    found: list[Option] = []
    for value, label, one in _listed(described, "validValues"):
        parts = _listed(one, "children")
        found.append(Option(value, label, partial=required and bool(parts)))
        found += (Option(f"{value}/{v}", f"{label} / {n}", parent=value) for v, n, _ in parts)
    return tuple(found)


def _configured(choices: Mapping[str, str]) -> tuple[Option, ...]:
    return tuple(Option(value, clean(label)) for value, label in choices.items())


def _listed(holder: Obj, name: str) -> list[tuple[str, str, Obj]]:
    """Return value and label of each choice; one odd choice must not take away the others."""
    if holder.get(name) is None:
        return []
    listed = holder[name]
    if not isinstance(listed, list):
        raise UnreadableError(f"{name} is no list")
    named = [(lenient(o, "value"), clean(lenient(o, "label")), o) for o in map(_or_none, listed)]
    return [(value, label, one) for value, label, one in named if value and label]


def _or_none(value: object) -> Obj:
    return value if isinstance(value, dict) else {}
