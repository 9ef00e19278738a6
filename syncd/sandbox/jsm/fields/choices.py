"""What is chosen from a list: options, priorities, components, versions, groups, projects.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/
"""

from collections.abc import Iterable
from typing import Any, TypeAlias

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.fields.case import Case, Check, Keep

Json: TypeAlias = dict[str, Any]
BY_VALUE = ("id", "value")
BY_NAME = ("id", "name")


def wrong_choice(by: tuple[str, str]) -> Check:
    """Return the check of one choice, named by its id or its text: `by` are the members' names."""

    def checked(case: Case, value: Any) -> str:
        if not isinstance(value, dict) or len(value) != 1 or set(value) - set(by):
            return f"Specify a valid '{by[0]}' or '{by[1]}' for {case.field.name}"
        name, chosen = next(iter(value.items()))
        if _found(case.field.options, by, name, chosen) is None:
            return f"Option '{name}: {chosen}' is not valid"
        return ""

    return checked


def kept_choice(by: tuple[str, str], resource: str) -> Keep:
    """Return how a choice is kept: with both its names and its address."""

    def kept(case: Case, value: Json) -> Json:
        option = _found(case.field.options, by, *next(iter(value.items())))
        if option is None:
            raise LookupError(f"an unchecked value: {value}")
        address = f"{case.base}/rest/api/3/{resource}/{option.id}"
        return {"self": address, by[0]: option.id, by[1]: option.label}

    return kept


def _found(
    options: Iterable[site.Option], by: tuple[str, str], name: str, chosen: Any
) -> site.Option | None:
    told = "id" if name == by[0] else "label"
    return next((o for o in options if getattr(o, told) == chosen), None)


def wrong_pair(case: Case, value: Any) -> str:
    """A parent alone leaves `child` out; whether a required field takes that is not documented."""
    if not isinstance(value, dict) or "id" not in value or set(value) - {"id", "child"}:
        return "Specify the 'id' of an option and its 'child'"
    parent = next((o for o in case.field.options if o.id == value["id"]), None)
    if parent is None:
        return f"Option id '{value['id']}' is not valid"
    if "child" not in value:
        needs = case.field.required and case.state.switches.required_cascade_needs_child
        return f"{case.field.name}: choose a child of {parent.label}" if needs else ""
    child = value["child"]
    if not isinstance(child, dict) or set(child) != {"id"}:
        return "Specify the 'id' of a child"
    good = child["id"] in [o.id for o in parent.children]
    return "" if good else f"Option id '{child['id']}' is not valid"


def kept_pair(case: Case, value: Json) -> Json:
    parent = next(o for o in case.field.options if o.id == value["id"])
    kept = _option(case, parent)
    if "child" in value:
        child = next(o for o in parent.children if o.id == value["child"]["id"])
        kept["child"] = _option(case, child)
    return kept


def _option(case: Case, option: site.Option) -> Json:
    address = f"{case.base}/rest/api/3/customFieldOption/{option.id}"
    return {"self": address, "value": option.label, "id": option.id}
