"""The JSON of /rest/servicedeskapi.

https://developer.atlassian.com/cloud/jira/service-desk/rest/
"""

from collections.abc import Iterable, Sequence
from typing import Any

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.exchange import Ask
from syncd.sandbox.jsm.fields import kinds
from syncd.sandbox.jsm.fields.kinds import KINDS
from syncd.sandbox.jsm.platform.dates import date
from syncd.sandbox.jsm.platform.wire import visible_comments
from syncd.sandbox.jsm.records import Account, Attachment, Comment, OnPortal, Ticket
from syncd.sandbox.jsm.state import JiraState
from syncd.sandbox.jsm.text import adf

Json = dict[str, Any]
_EXPANDS = ("participant", "status", "requestType", "serviceDesk", "attachment", "comment")
_CATEGORIES = {"new": "NEW", "indeterminate": "INDETERMINATE", "done": "DONE"}


def page(ask: Ask, values: Sequence[Json], path: str, default_limit: int = 50) -> Json:
    """Return a page of `values`; the caller follows `isLastPage`, sizes prove nothing."""
    start = max(0, ask.integer("start", 0))
    most = ask.state.switches.desk_page_limit
    limit = min(most, max(1, ask.integer("limit", default_limit)))
    shown = list(values[start : start + limit])
    last = start + limit >= len(values)
    address = f"{ask.base}{path}?limit={limit}&start="
    links: Json = {"self": f"{ask.base}{path}", "base": ask.base, "context": ""}
    if not last:
        links["next"] = address + str(start + limit)
    if start:
        links["prev"] = address + str(max(0, start - limit))
    return {
        "_expands": [],
        "size": len(shown),
        "start": start,
        "limit": limit,
        "isLastPage": last,
        "_links": links,
        "values": shown,
    }


def whole(values: list[Json]) -> Json:
    """Return an expanded list as the only page."""
    return {
        "_expands": [],
        "size": len(values),
        "start": 0,
        "limit": max(50, len(values)),
        "isLastPage": True,
        "values": values,
    }


def user(state: JiraState, account_id: str, base: str) -> Json:
    """Return a UserDTO."""
    account = state.account(account_id) or Account(account_id, "Former user", "", "unknown")
    answer: Json = {
        "accountId": account_id,
        "displayName": account.name,
        "active": True,
        "timeZone": state.switches.time_zone,
        "_links": {"jiraRest": f"{base}/rest/api/2/user?accountId={account_id}"},
    }
    if account.email and account.email not in state.switches.hidden_emails:
        answer["emailAddress"] = account.email
    return answer


def request_type(kind: site.RequestType, base: str, language: str = "") -> Json:
    """Return a RequestTypeDTO without its fields."""
    desk_id = kind.project.desk_id
    path = f"/rest/servicedeskapi/servicedesk/{desk_id}/requesttype/{kind.id}"
    return {
        "_expands": ["field"],
        "id": kind.id,
        "_links": {"self": base + path},
        "name": dict(kind.names).get(language, kind.name),
        "description": kind.description,
        "helpText": "",
        "issueTypeId": site.ISSUE_TYPE_ID,
        "serviceDeskId": desk_id,
        "portalId": kind.project.portal_id,
        "groupIds": ["12"],
        "icon": {"id": "10527", "_links": {"iconUrls": {}}},
    }


def desk(project: site.Project, base: str) -> Json:
    """Return the ServiceDeskDTO."""
    return {
        "id": project.desk_id,
        "projectId": project.id,
        "projectName": project.name,
        "projectKey": project.key,
        "_links": {"self": f"{base}/rest/servicedeskapi/servicedesk/{project.desk_id}"},
    }


def field(item: site.Field, state: JiraState, language: str = "") -> Json:
    """Return a RequestTypeFieldDTO; `autoCompleteUrl` is new in 2026."""
    kind = KINDS[item.kind]
    listed = kind.listed and (item.kind != "priority" or state.switches.form_lists_priorities)
    people = "/rest/servicedeskapi/customer" if kind.items == "user" or kind.type == "user" else ""
    return {
        "fieldId": item.id,
        "name": dict(item.names).get(language, item.name),
        "description": item.description,
        "required": item.required,
        "defaultValues": [],
        "validValues": [_option(o, language) for o in item.options] if listed else [],
        "presetValues": list(state.switches.preset_values) if item.id == "priority" else [],
        "autoCompleteUrl": people,
        "jiraSchema": kinds.schema(item),
        "visible": True,
    }


def _option(option: site.Option, language: str) -> Json:
    children = [_option(child, language) for child in option.children]
    label = dict(option.names).get(language, option.label)
    return {"value": option.id, "label": label, "children": children}


def status(state: JiraState, ticket: Ticket) -> Json:
    """Return the CustomerRequestStatusDTO of now."""
    now = site.STATUSES[ticket.status]
    return {
        "status": now.shown,
        "statusCategory": _CATEGORIES[now.category],
        "statusDate": date(state, ticket.status_since),
    }


def request(ask: Ask, ticket: Ticket) -> Json:
    """Return a CustomerRequestDTO without expansions."""
    state, base = ask.state, ask.base
    path = f"/rest/servicedeskapi/request/{ticket.id}"
    portal = f"/servicedesk/customer/portal/{ticket.project.portal_id}/{ticket.key}"
    return {
        "_expands": [
            "participant",
            "status",
            "sla",
            "requestType",
            "serviceDesk",
            "attachment",
            "action",
            "comment",
        ],
        "issueId": str(ticket.id),
        "issueKey": ticket.key,
        "summary": ticket.summary,
        "requestTypeId": ticket.request_type,
        "serviceDeskId": ticket.project.desk_id,
        "createdDate": date(state, ticket.created),
        "reporter": user(state, ticket.reporter, base),
        "requestFieldValues": _field_values(state, ticket),
        "currentStatus": status(state, ticket),
        "_links": {
            "jiraRest": f"{base}/rest/api/2/issue/{ticket.id}",
            "web": base + portal,
            "agent": f"{base}/browse/{ticket.key}",
            "self": base + path,
        },
    }


def _field_values(state: JiraState, ticket: Ticket) -> list[Json]:
    kind = state.request_types[ticket.request_type]
    values = []
    for item in kind.fields:
        value = ticket.fields.get(item.id)
        if value is None:
            continue
        answer: Json = {"fieldId": item.id, "label": item.name, "value": value}
        if item.kind == "multiline":
            answer["value"] = adf.to_wiki(value)
            answer["renderedValue"] = {"html": adf.to_html(value)}
        values.append(answer)
    return values


def is_public(state: JiraState, item: Comment) -> bool:
    """Return what servicedeskapi calls public; disputed for a role-restricted comment."""
    restricted = item.visibility is not None and not state.switches.restricted_is_public_on_desk
    return not item.internal and not restricted and item.on_portal is OnPortal.SHOWN


def comments_of(state: JiraState, ticket: Ticket) -> list[Comment]:
    """Return the comments that servicedeskapi knows and the bot may read."""
    seen = visible_comments(state, ticket)
    return [item for item in seen if item.on_portal is not OnPortal.MISSING]


def comment(ask: Ask, ticket: Ticket, item: Comment, expand: Iterable[str] = ()) -> Json:
    """Return a CommentDTO: no `updated`, no `visibility`, no ADF."""
    path = f"/rest/servicedeskapi/request/{ticket.id}/comment/{item.id}"
    answer: Json = {
        "_expands": ["attachment", "renderedBody"],
        "id": str(item.id),
        "body": adf.to_wiki(item.body),
        "public": is_public(ask.state, item),
        "author": user(ask.state, item.author, ask.base),
        "created": date(ask.state, item.created),
        "_links": {"self": ask.base + path},
    }
    if "renderedBody" in expand:
        answer["renderedBody"] = {"html": adf.to_html(item.body)}
    if "attachment" in expand:
        answer["attachments"] = whole([attachment(ask, ticket, a) for a in item.attachments])
    return answer


def attachment(ask: Ask, ticket: Ticket, item: Attachment) -> Json:
    """Return an AttachmentDTO."""
    base = f"{ask.base}/rest/servicedeskapi/request/{ticket.id}/attachment/{item.id}"
    return {
        "filename": item.name,
        "author": user(ask.state, item.author, ask.base),
        "created": date(ask.state, item.created),
        "size": len(item.content),
        "mimeType": item.mime_type,
        "_links": {
            "self": base,
            "jiraRest": f"{ask.base}/rest/api/2/attachment/{item.id}",
            "content": f"{ask.base}/rest/servicedeskapi/request/{ticket.id}/attachment/{item.id}",
            "thumbnail": f"{base}/thumbnail",
        },
    }
