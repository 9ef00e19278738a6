"""The change search, and tickets in bulk."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from syncd.core.model import (
    Comment,
    Ms,
    OddComment,
    Ticket,
    TicketId,
    TicketKey,
)
from syncd.core.text import clean
from syncd.core.watching import ChangedTicket, Page
from syncd.helpdesk.jsm.marking import reference
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
_FIELDS = (
    "comment", "status", "updated", "resolution", "summary", "reporter", "assignee", "priority",
)  # fmt: skip
_PARTICIPANTS = "com.atlassian.servicedesk:sd-request-participants"
_SLA = "com.atlassian.servicedesk:sd-sla-field"
_ORGANIZATIONS = "com.atlassian.servicedesk:sd-customer-organizations"


@dataclass(frozen=True)
class SiteFields:
    """Ids of fields that differ from site to site, empty where there is none."""

    participants: str = ""
    """Lists a request's participants."""
    first_answer: str = ""
    """The SLA that tells when the first answer is due."""

    organizations: str = ""
    """Lists the customers' companies with which a request is shared."""

    def ids(self) -> list[str]:
        return [id for id in (self.participants, self.first_answer, self.organizations) if id]


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


def latest(project: str, since_ms: Ms = Ms(0)) -> Call:
    """Ask for the ticket that changed last, at that moment or later."""
    later = f" AND updated >= {since_ms}" if since_ms else ""
    return search(f'project = "{project}"{later} ORDER BY updated DESC', ["updated"], 1)


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


def read_site_fields(answer: Answer, first_response: str) -> SiteFields:
    """Return the ids; `first_response` names the SLA, by its name or its field's id."""
    listed = as_objects(parse(answer), "fields")
    participants, slas, shared = (
        [f for f in listed if lenient(f, "schema", "custom") == custom]
        for custom in (_PARTICIPANTS, _SLA, _ORGANIZATIONS)
    )
    named = [f for f in slas if first_response and first_response in (f.get("id"), f.get("name"))]
    found = (participants, named, shared)
    return SiteFields(*(text(fields[0], "id") if fields else "" for fields in found))


def bulk(ids: Sequence[TicketId], more: SiteFields) -> Call:
    body = {"issueIdsOrKeys": list(ids), "fields": [*_FIELDS, *more.ids()]}
    return Call("POST", f"{V3}/issue/bulkfetch", body=body)


def read_bulk(answer: Answer, more: SiteFields) -> list[Fetched]:
    """Return the tickets found; those that we may not see or cannot make out are missing."""
    found = []
    for issue in _issues(answer):
        try:
            found.append(_fetched(issue, more))
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


def _fetched(issue: Obj, more: SiteFields) -> Fetched:
    fields = child(issue, "fields")
    listed = child(fields, "comment")
    found = comments.read_each(children(listed, "comments"))
    ticket = Ticket(
        id=TicketId(text(issue, "id")),
        key=TicketKey(text(issue, "key")),
        title=reference.as_read(clean(lenient(fields, "summary"))),
        status=clean(lenient(fields, "status", "name")),
        updated=text(fields, "updated"),
        updated_ms=moment(fields, "updated"),
        reporter=lenient(fields, "reporter", "accountId"),
        participants=_accounts(fields.get(more.participants)),
        comments=tuple(one for one in found if isinstance(one, Comment)),
        odd=tuple(one for one in found if isinstance(one, OddComment)),
        answer_by=_answer_by(fields.get(more.first_answer)) if more.first_answer else None,
        resolved=fields.get("resolution") is not None,
        organizations=_organizations(fields.get(more.organizations)),
        # null where nobody works on it, and where the project has no such field.
        assignee=clean(lenient(fields, "assignee", "displayName")),
        priority=clean(lenient(fields, "priority", "name")),
    )
    return Fetched(ticket, cut=len(found) < count(listed, "total"))


# The field's value has the shape of GET /request/{key}/sla; null where the SLA does not apply, no
# `ongoingCycle` where it does not run, an object with an error where it cannot be told:
# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-issueidorkey-sla-get
def _answer_by(sla: object) -> Ms:
    """Return when a running SLA ends; 0 for one that does not run now, or that is odd."""
    cycle = sla.get("ongoingCycle") if isinstance(sla, dict) else None
    if not isinstance(cycle, dict) or cycle.get("paused") is True:
        return Ms(0)
    end = cycle.get("breachTime")
    told = end.get("epochMillis") if isinstance(end, dict) else None
    return Ms(told) if type(told) is int and told > 0 else Ms(0)


# The field is read back as `[{"id": "27", "name": "ACME", "_links": {}}]`; where it is written its
# ids are numbers, so both are taken:
# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-organization/
def _organizations(listed: object) -> tuple[str, ...]:
    """Return the ids of a list of companies; one that is odd is none."""
    companies = listed if isinstance(listed, list) else []
    ids = (one.get("id") for one in companies if isinstance(one, dict))
    return tuple(str(id) for id in ids if type(id) in (int, str) and id)


def _accounts(listed: object) -> tuple[str, ...]:
    """Return the accounts of a list of people; one that is odd stops nothing."""
    people = listed if isinstance(listed, list) else []
    accounts = (one.get("accountId") for one in people if isinstance(one, dict))
    return tuple(account for account in accounts if isinstance(account, str) and account)
