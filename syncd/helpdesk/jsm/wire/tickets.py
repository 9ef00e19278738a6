"""The change search, and tickets in bulk."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from syncd.core.model import (
    ChangedTicket,
    Comment,
    Ms,
    OddComment,
    Page,
    Ticket,
    TicketId,
    TicketKey,
)
from syncd.core.text import clean
from syncd.helpdesk.jsm.wire import comments
from syncd.helpdesk.jsm.wire.call import V3, Answer, Call
from syncd.helpdesk.jsm.wire.members import (
    Obj,
    UnreadableError,
    as_objects,
    child,
    children,
    count,
    lenient,
    moment,
    optional_text,
    parse,
    root,
    text,
)

BULK = 100
"""Tickets a bulk read takes:
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-bulkfetch-post"""

_PAGE = 1000
_FIELDS = ("comment", "status", "updated", "resolution", "summary", "reporter")
_PARTICIPANTS = "com.atlassian.servicedesk:sd-request-participants"


@dataclass(frozen=True)
class Fetched:
    """One ticket of a bulk read; `cut` when not all of its comments came with it."""

    ticket: Ticket
    cut: bool


# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/#api-rest-api-3-search-jql-post
# Epoch milliseconds, unquoted, are the one form that no time zone bends.
def changed(projects: Sequence[str], since_ms: Ms, page: str) -> Call:
    listed = ", ".join(f'"{project}"' for project in projects)
    return search(
        f"project in ({listed}) AND updated >= {since_ms} ORDER BY updated ASC, key ASC",
        ["updated"],
        _PAGE,
        page,
    )


def newest(project: str) -> Call:
    return search(f'project = "{project}" ORDER BY key DESC', ["key"], 1)


def search(jql: str, fields: list[str], size: int, page: str = "") -> Call:
    body: dict[str, object] = {"jql": jql, "fields": fields, "maxResults": size}
    if page:
        body["nextPageToken"] = page
    return Call("POST", f"{V3}/search/jql", body=body)


def read_changed(answer: Answer) -> Page:
    """Return the page; the answer's Date header is the helpdesk's own time."""
    found = root(answer)
    rows = tuple(_changed_row(issue) for issue in children(found, "issues"))
    token = optional_text(found, "nextPageToken")
    return Page(rows, _server_ms(answer), "" if found.get("isLast") is True else token)


def _changed_row(issue: Obj) -> ChangedTicket:
    """Return the row; one that does not say when it changed counts as changed long ago."""
    id = TicketId(text(issue, "id"))
    try:
        fields = child(issue, "fields")
        return ChangedTicket(id, text(fields, "updated"), moment(fields, "updated"))
    except UnreadableError:
        return ChangedTicket(id, "", Ms(0))


def _server_ms(answer: Answer) -> Ms:
    try:
        told = parsedate_to_datetime(answer.headers.get("date", ""))
        return Ms(int(told.timestamp() * 1000))
    except (ValueError, OverflowError):
        raise UnreadableError("no Date header") from None


def read_newest(answer: Answer) -> int:
    """Return the number in the newest ticket's key, 0 when there is none."""
    issues = children(root(answer), "issues")
    if not issues:
        return 0
    number = text(issues[0], "key").rpartition("-")[2]
    if not (number.isascii() and number.isdecimal()):
        raise UnreadableError("key has no number")
    return int(number)


# Custom fields have another id on every site, and the same type on all of them:
# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-fields/#api-rest-api-3-field-get
def site_fields() -> Call:
    return Call("GET", f"{V3}/field")


def read_participants_field(answer: Answer) -> str:
    """Return the id of the field that lists a request's participants, empty when there is none."""
    for field in as_objects(parse(answer), "fields"):
        if lenient(field, "schema", "custom") == _PARTICIPANTS:
            return text(field, "id")
    return ""


def bulk(ids: Sequence[TicketId], participants_field: str) -> Call:
    fields = [*_FIELDS, participants_field] if participants_field else list(_FIELDS)
    body = {"issueIdsOrKeys": list(ids), "fields": fields}
    return Call("POST", f"{V3}/issue/bulkfetch", body=body)


def read_bulk(answer: Answer, participants_field: str) -> list[Fetched]:
    """Return the tickets found; those that we may not see or cannot make out are missing."""
    found = []
    for issue in _issues(answer):
        try:
            found.append(_fetched(issue, participants_field))
        except UnreadableError:
            continue  # One odd ticket must not stop the others; it is asked for again.
    return found


def _issues(answer: Answer) -> list[Obj]:
    listed = root(answer).get("issues")
    if not isinstance(listed, list):
        raise UnreadableError("issues is no list")
    return [issue for issue in listed if isinstance(issue, dict)]


def light(ids: Sequence[TicketId]) -> Call:
    """Ask only where tickets are; the key of one that has moved is the new one."""
    body = {"issueIdsOrKeys": list(ids), "fields": ["updated"]}
    return Call("POST", f"{V3}/issue/bulkfetch", body=body)


def read_light(answer: Answer) -> dict[TicketId, TicketKey]:
    named = [(lenient(issue, "id"), lenient(issue, "key")) for issue in _issues(answer)]
    return {TicketId(id): TicketKey(key) for id, key in named if id and key}


def _fetched(issue: Obj, participants_field: str) -> Fetched:
    fields = child(issue, "fields")
    listed = child(fields, "comment")
    found = comments.read_each(children(listed, "comments"))
    participants = fields.get(participants_field) if participants_field else None
    ticket = Ticket(
        id=TicketId(text(issue, "id")),
        key=TicketKey(text(issue, "key")),
        title=clean(lenient(fields, "summary")),
        status=clean(lenient(fields, "status", "name")),
        updated=text(fields, "updated"),
        updated_ms=moment(fields, "updated"),
        reporter=lenient(fields, "reporter", "accountId"),
        participants=_accounts(participants),
        comments=tuple(one for one in found if isinstance(one, Comment)),
        odd=tuple(one for one in found if isinstance(one, OddComment)),
    )
    return Fetched(ticket, cut=len(found) < count(listed, "total"))


def _accounts(listed: object) -> tuple[str, ...]:
    """Return the accounts of a list of people; one that is odd stops nothing."""
    people = listed if isinstance(listed, list) else []
    accounts = (one.get("accountId") for one in people if isinstance(one, dict))
    return tuple(account for account in accounts if isinstance(account, str) and account)
