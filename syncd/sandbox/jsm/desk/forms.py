"""The checks of a create body; the site refuses before anything is created.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/
"""

from typing import Any

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.fields import kinds
from syncd.sandbox.jsm.fields.case import Case
from syncd.sandbox.jsm.forms import answers
from syncd.sandbox.jsm.state import JiraState


def fields_of(state: JiraState, kind: site.RequestType) -> list[site.Field]:
    """Return the fields on the form; those that can take a marker can be switched off."""
    switches = state.switches
    on_form = {site.MARKER_FIELD: switches.marker_field_on_form, "labels": switches.labels_on_form}
    return [field for field in kind.fields if on_form.get(field.id, True) and not field.hidden]


def problems(
    state: JiraState,
    kind: site.RequestType,
    values: dict[str, Any],
    *,
    is_adf: bool,
    with_form: bool = False,
) -> list[tuple[str, str]]:
    """Return each field that is unknown, missing or of a wrong shape, with a sentence.

    `with_form`: the answers of a Form come with it, which give the fields that they are linked to.
    """
    in_form = answers.linked(kind.form) if kind.form and with_form else set()
    on_form = {field.id: field for field in fields_of(state, kind) if field.id not in in_form}
    found = [
        (name, f"Field '{name}' cannot be set. It is not on the request type, or unknown.")
        for name in values
        if name not in on_form
    ]
    for field in on_form.values():
        value = values.get(field.id)
        if is_empty(value):
            if field.required:
                found.append((field.id, f"{field.name} is required."))
        elif problem := kinds.problem(Case(field, state, is_adf), value):
            found.append((field.id, problem))
    return found


def is_empty(value: Any) -> bool:
    return value is None or value in ("", [])
