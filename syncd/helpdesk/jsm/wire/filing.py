"""A ticket to create.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-post
"""

import math
import re
from urllib.parse import urlsplit

from syncd.core.errors import Cause, Rejected
from syncd.core.model import (
    DESCRIPTION,
    REPORTER,
    SUMMARY,
    Field,
    FieldKind,
    Filed,
    Filing,
    TicketId,
    TicketKey,
)
from syncd.core.text import clean
from syncd.helpdesk.jsm.settings import JsmSettings
from syncd.helpdesk.jsm.wire.call import DESK, Answer, Call
from syncd.helpdesk.jsm.wire.form import LABELS, RequestType
from syncd.helpdesk.jsm.wire.members import Obj, as_object, optional_text, root, text

# https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
# A backslash is doubled only where it would escape something, because two of them elsewhere are
# a line break. Addresses stay as they are: Jira finds them before it looks for markup.
_WIKI = re.compile(
    r"(?P<url>https?://[\w.~:/?#@&=+%,;()'$-]+)"
    r"|(?P<backslash>\\(?=[\\{}\[\]*_\-+^~!|?#]))"
    r"|(?P<sign>[{}\[\]*_\-+^~!|?#])"
)
# Headings and quotes begin with a word, a full stop and a space, none of which can be escaped.
_BLOCK = re.compile(r"^(\s*(?:h[1-6]|bq)\.)[ \t]", re.MULTILINE)


def wiki_escape(plain: str) -> str:
    """Return text as wiki markup that shows exactly that text."""
    escaped = _WIKI.sub(lambda found: found[0] if found["url"] else "\\" + found[0], plain)
    return _BLOCK.sub("\\1\u00a0", escaped)


def fits(filing: Filing, kind: RequestType) -> bool:
    """Tell whether the request type, as it was read, has a place for all of the ticket."""
    needed = {field_id for field_id in filing.values if field_id != REPORTER}
    return bool(kind.marker_place) and needed <= kind.field_ids


def request(filing: Filing, settings: JsmSettings, kind: RequestType) -> Call:
    """Return the call that creates the ticket.

    Rejected FORBIDDEN: the request type has no place for what a ticket must carry.
    Rejected INVALID: a value is not what its field takes.
    """
    body = {
        "serviceDeskId": settings.service_desk,
        "requestTypeId": settings.request_type,
        "raiseOnBehalfOf": filing.reporter,
        "requestFieldValues": _field_values(filing, kind),
    }
    return Call("POST", f"{DESK}/request", body=body)


def _field_values(filing: Filing, kind: RequestType) -> dict[str, object]:
    _need(not kind.form.without, f"the request type has no text field {kind.form.without}")
    values: dict[str, object] = {}
    homeless = []
    for field_id, given in filing.values.items():
        field = kind.field(field_id)
        if field_id == REPORTER or not given:
            continue
        if field is None:
            homeless.append(f"{field_id}: {_line(given)}")
        else:
            values[field_id] = _value(field, given)
    parts = [_written(filing.described_as), str(values.get(DESCRIPTION, ""))]
    parts += [wiki_escape(clean(line)) for line in homeless]
    if kind.marker_place == DESCRIPTION:
        parts.append(marker_line(filing.marker))
    elif kind.marker_place == LABELS:
        values[LABELS] = [*_labels(filing.values.get(LABELS, "")), filing.marker]
    else:
        values[kind.marker_place] = filing.marker
    if description := "\n\n".join(part for part in parts if part):
        _need(DESCRIPTION in kind.field_ids, "the request type has no field description")
        values[DESCRIPTION] = description
    return values


def marker_line(marker: str) -> str:
    """Return the last line of a description by which the ticket is found again."""
    return f"Ref: {marker}"


def _need(there: bool, complaint: str) -> None:
    if not there:
        raise Rejected(complaint, Cause.FORBIDDEN)


# https://developer.atlassian.com/cloud/jira/platform/jira-rest-api-examples/#creating-an-issue-examples
def _value(field: Field, given: str | list[str]) -> object:
    match field.kind:
        case FieldKind.MULTISELECT:
            return [{"id": option} for option in _list(given)]
        case FieldKind.LABELS:
            return _labels(given)
        case FieldKind.SELECT:
            return {"id": _list(given)[0]}
        case FieldKind.NUMBER:
            return _number(field, _line(given))
        case FieldKind.MULTILINE:
            return _written(_line(given))
        case _:
            return " ".join(clean(_line(given)).split())


def _labels(given: str | list[str]) -> list[str]:
    return [label for part in _list(given) for label in re.split(r"[\s,]+", part) if label]


def _written(plain: str) -> str:
    return wiki_escape(clean(plain)).strip()


def _list(given: str | list[str]) -> list[str]:
    return [clean(one) for one in ([given] if isinstance(given, str) else given)]


def _line(given: str | list[str]) -> str:
    return given if isinstance(given, str) else ", ".join(given)


def _number(field: Field, given: str) -> int | float:
    try:
        number = float(given)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise Rejected(f"{field.label}: not a number", Cause.INVALID)
    return int(number) if number.is_integer() else number


def read_filed(answer: Answer, filing: Filing) -> Filed:
    """Return the ticket that a 201 tells of."""
    created = root(answer)
    return Filed(
        id=TicketId(text(created, "issueId")),
        key=TicketKey(text(created, "issueKey")),
        title=clean(_title(created) or _line(filing.values.get(SUMMARY, ""))),
        status=clean(lenient(created, "currentStatus", "status")),
        portal_path=urlsplit(lenient(created, "_links", "web")).path,
    )


# The ticket exists, so what only decorates the answer may be missing; `summary` is new in 2026.
def _title(created: Obj) -> str:
    if isinstance(created.get("summary"), str):
        return optional_text(created, "summary")
    values = created.get("requestFieldValues")
    for value in values if isinstance(values, list) else []:
        if isinstance(value, dict) and value.get("fieldId") == SUMMARY:
            told = as_object(value, SUMMARY).get("value")
            return told if isinstance(told, str) else ""
    return ""


def lenient(created: Obj, holder: str, name: str) -> str:
    inner = created.get(holder)
    value = inner.get(name) if isinstance(inner, dict) else None
    return value if isinstance(value, str) else ""
