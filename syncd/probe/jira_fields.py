"""What Jira tells of the fields of its forms, and of its SLAs."""

from collections import Counter
from collections.abc import Iterable, Iterator

from syncd.helpdesk.jsm.wire import form, tickets
from syncd.helpdesk.jsm.wire.members import Obj, as_objects, children, lenient, parse, root
from syncd.probe.ground import Ground
from syncd.probe.question import Answer, answer, untold

_SLA = "com.atlassian.servicedesk:sd-sla-field"
_TWO_STEPS = ":cascadingselect"


def _described(ground: Ground) -> Iterator[Obj]:
    """Yield every field of every request type, as the site describes it."""
    for desk in ground.case.config.all_desks():
        for kind in desk.kinds:
            told = ground.exchange(form.fields(desk.service_desk, kind.type))
            if told.status == 200:
                yield from children(root(told), "requestTypeFields")


# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-servicedesk/#api-rest-servicedeskapi-servicedesk-servicedeskid-requesttype-requesttypeid-field-get
def two_steps(ground: Ground) -> Iterator[Answer]:
    found = [
        one
        for one in _described(ground)
        if lenient(one, "jiraSchema", "custom").endswith(_TWO_STEPS)
    ]
    if not found:
        yield untold("no request type has a list in two steps")
        return
    parts = sum(len(list(_children(one.get("validValues")))) for one in found)
    if parts:
        yield answer("children", f"lists in two steps tell their second steps, {parts} in all")
    else:
        yield answer("flat", "lists in two steps tell no second step")


def _children(values: object) -> Iterator[object]:
    for one in values if isinstance(values, list) else []:
        if isinstance(one, dict) and isinstance(one.get("children"), list):
            yield from one["children"]


def presets(ground: Ground) -> Iterator[Answer]:
    """What the values look like that a request type answers by itself."""
    given = [one.get("presetValues") for one in _described(ground) if one.get("presetValues")]
    if not given:
        yield untold("no field of a request type is preset on the site")
        return
    shapes = sorted({_shape(value) for value in given})
    yield answer(", ".join(shapes), f"preset values are {', '.join(shapes)}")


def _shape(value: object) -> str:
    if isinstance(value, list):
        return f"a list of {' and '.join(sorted({_shape(one) for one in value})) or 'nothing'}"
    if isinstance(value, dict):
        known = [name for name in ("id", "value", "name", "label") if name in value]
        return f"objects with {' and '.join(known) or 'other members'}"
    return {"str": "texts", "int": "numbers", "bool": "switches"}.get(
        type(value).__name__, "others"
    )


# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-issueidorkey-sla-get
def slas(ground: Ground) -> Iterator[Answer]:
    """What the fields of SLAs hold: how many run, are paused, are over, do not apply."""
    ids = sla_fields(ground)
    if not ids:
        yield untold("the site has no SLA")
        return
    found = Counter(_state(one) for one in _values(ground.issues(ground.recent, *ids), ids))
    if not found:
        yield untold("there is no ticket with an SLA")
        return
    told = ", ".join(f"{count} {word}" for word, count in sorted(found.items()))
    yield answer(told, f"SLAs of recent tickets: {told}")


def sla_fields(ground: Ground) -> list[str]:
    """Return the ids of the fields that hold SLAs."""
    listed = as_objects(parse(ground.exchange(tickets.site_fields())), "fields")
    return [lenient(one, "id") for one in listed if lenient(one, "schema", "custom") == _SLA]


def _values(issues: Iterable[Obj], ids: list[str]) -> Iterator[object]:
    for issue in issues:
        fields = issue.get("fields")
        for id in ids if isinstance(fields, dict) else []:
            if isinstance(fields, dict) and id in fields:
                yield fields[id]


def _state(sla: object) -> str:
    """Return what a value is; whether a paused one still says when it ends is told too."""
    if sla is None:
        return "that do not apply"
    cycle = sla.get("ongoingCycle") if isinstance(sla, dict) else None
    if not isinstance(cycle, dict):
        over = isinstance(sla, dict) and bool(sla.get("completedCycles"))
        odd = isinstance(sla, dict) and "errorMessage" in sla
        return "with an error" if odd else "that are over" if over else "that do not run"
    ends = "with" if isinstance(cycle.get("breachTime"), dict) else "without"
    going = "paused" if cycle.get("paused") is True else "running"
    late = ", breached" if cycle.get("breached") is True else ""
    return f"{going} {ends} an end{late}"
