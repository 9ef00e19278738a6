"""The checks of a create body; the site refuses before anything is created.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from syncd.sandbox.jsm import adf, adf_schema, site, wiki
from syncd.sandbox.jsm.state import JiraState

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
MAX_LINE = 255


def fields_of(state: JiraState, kind: site.RequestType) -> list[site.Field]:
    """Return the fields on the form; those that can take a marker can be switched off."""
    switches = state.switches
    on_form = {site.MARKER_FIELD: switches.marker_field_on_form, "labels": switches.labels_on_form}
    return [field for field in kind.fields if on_form.get(field.id, True)]


def problems(
    state: JiraState, kind: site.RequestType, values: dict[str, Any], *, is_adf: bool
) -> list[str]:
    """Return a sentence for every field that is unknown, missing or of a wrong shape."""
    on_form = {field.id: field for field in fields_of(state, kind)}
    found = [
        f"{name}: Field '{name}' cannot be set. It is not on the request type, or unknown."
        for name in values
        if name not in on_form
    ]
    for field in on_form.values():
        value = values.get(field.id)
        if value is None or value == "" or value == []:
            if field.required:
                found.append(f"{field.id}: {field.name} is required.")
        elif problem := _problem(field, value, is_adf=is_adf):
            found.append(f"{field.id}: {problem}")
    return found


def platform_value(field: site.Field, value: Any, *, is_adf: bool) -> Any:
    """Return a checked description as ADF and everything else as it was given."""
    return wiki.to_adf(value) if field.kind == "multiline" and not is_adf else value


def _problem(field: site.Field, value: Any, *, is_adf: bool) -> str:
    if field.kind == "multiline":
        return _wrong_text(value, is_adf=is_adf)
    if field.kind in ("select", "multiselect", "cascading"):
        return _OPTION_CHECKS[field.kind](field, value)
    return _PLAIN_CHECKS[field.kind](value)


def _wrong_line(value: Any) -> str:
    if not isinstance(value, str):
        return "Operation value must be a string"
    if "\n" in value or "\r" in value:
        return "The text must not contain a newline character."
    if len(value) > MAX_LINE:
        return f"The text must be less than {MAX_LINE + 1} characters."
    return "" if value.strip() else "You must specify a value."


def _wrong_text(value: Any, *, is_adf: bool) -> str:
    if is_adf:
        return (
            "Operation value must be an Atlassian Document"
            if adf_schema.problem_with(value)
            else ""
        )
    if not isinstance(value, str):
        return "Operation value must be a string"
    return "The entered text is too long." if len(value) > adf.MAX_TEXT else ""


def _wrong_date(value: Any) -> str:
    try:
        good = isinstance(value, str) and _DATE.match(value) and date.fromisoformat(value)
    except ValueError:
        good = None
    return "" if good else "Date must be in the format yyyy-MM-dd"


def _wrong_number(value: Any) -> str:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return "" if good else "Operation value must be a number"


def _wrong_labels(value: Any) -> str:
    if not isinstance(value, list) or not all(isinstance(label, str) for label in value):
        return "Labels must be a list of strings"
    if any(re.search(r"\s", label) or not 1 <= len(label) <= 255 for label in value):
        return "A label has no spaces and at most 255 characters."
    return ""


def _wrong_option(field: site.Field, value: Any) -> str:
    if not isinstance(value, dict) or len(value) != 1 or set(value) - {"id", "value"}:
        return "Specify a valid 'id' or 'value' of an option"
    known = [pair for o in field.options for pair in (("id", o.id), ("value", o.label))]
    name, chosen = next(iter(value.items()))
    return "" if (name, chosen) in known else f"Option '{name}: {chosen}' is not valid"


def _wrong_options(field: site.Field, value: Any) -> str:
    if not isinstance(value, list):
        return "Specify a list of options"
    return next(filter(None, (_wrong_option(field, item) for item in value)), "")


def _wrong_pair(field: site.Field, value: Any) -> str:
    if not isinstance(value, dict) or set(value) != {"id", "child"}:
        return "Specify the 'id' of an option and its 'child'"
    parent = next((o for o in field.options if o.id == value["id"]), None)
    child = value["child"]
    if parent is None or not isinstance(child, dict):
        return f"Option id '{value['id']}' is not valid"
    good = child.get("id") in [o.id for o in parent.children]
    return "" if good else f"Option id '{child.get('id')}' is not valid"


_PLAIN_CHECKS: dict[str, Callable[[Any], str]] = {
    "text": _wrong_line,
    "date": _wrong_date,
    "number": _wrong_number,
    "labels": _wrong_labels,
}
_OPTION_CHECKS: dict[str, Callable[[site.Field, Any], str]] = {
    "select": _wrong_option,
    "multiselect": _wrong_options,
    "cascading": _wrong_pair,
}
