"""The JSON of /rest/api/3: users, issues and comments as the platform writes them.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/
"""

from collections.abc import Callable, Iterable
from typing import Any

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.fields.kinds import KINDS
from syncd.sandbox.jsm.platform import sla
from syncd.sandbox.jsm.platform.dates import jira_date
from syncd.sandbox.jsm.records import Account, Comment, Ticket
from syncd.sandbox.jsm.state import JiraState
from syncd.sandbox.jsm.text import adf

Json = dict[str, Any]


def user(state: JiraState, account: Account, base: str) -> Json:
    """Return a User; an address that its owner hides is left out."""
    answer = {
        "self": f"{base}/rest/api/3/user?accountId={account.account_id}",
        "accountId": account.account_id,
        "displayName": account.name,
        "active": True,
        "timeZone": state.switches.time_zone,
        "accountType": account.kind,
    }
    if account.email and account.email not in state.switches.hidden_emails:
        answer["emailAddress"] = account.email
    return answer


def user_of(state: JiraState, account_id: str, base: str) -> Json:
    """Return the User with that id; one that is gone keeps a name only."""
    account = state.account(account_id) or Account(account_id, "Former user", "", "unknown")
    return user(state, account, base)


def visible_comments(state: JiraState, ticket: Ticket) -> list[Comment]:
    """Return the comments that the bot may read: internal ones, but no other role's."""
    roles = state.switches.bot_roles
    return [
        c for c in ticket.comments if c.visibility is None or c.visibility.get("value") in roles
    ]


def comment(
    state: JiraState, ticket: Ticket, item: Comment, base: str, expand: Iterable[str] = ()
) -> Json:
    """Return a Comment. `jsdPublic` is true for a restricted one too: that is the trap."""
    answer: Json = {
        "self": f"{base}/rest/api/3/issue/{ticket.id}/comment/{item.id}",
        "id": str(item.id),
        "author": user_of(state, item.author, base),
        "body": item.body,
        "updateAuthor": user_of(state, item.update_author, base),
        "created": jira_date(state, item.created),
        "updated": jira_date(state, item.updated),
        "jsdPublic": not item.internal,
        "jsdAuthorCanSeeRequest": item.author_can_see_request,
    }
    if item.visibility is not None:
        answer["visibility"] = dict(item.visibility)
    if "properties" in expand:
        answer["properties"] = [{"key": k, "value": v} for k, v in item.properties.items()]
    if "renderedBody" in expand:
        answer["renderedBody"] = adf.to_html(item.body)
    return answer


def issue(
    state: JiraState,
    ticket: Ticket,
    base: str,
    fields: Iterable[str],
    properties: Iterable[str] = (),
) -> Json:
    """Return an issue with what is asked for of it; only `id` asked gives only the id."""
    asked, kept = set(fields), set(properties)
    if asked <= {"id"} and not kept:
        return {"id": str(ticket.id)}
    answer: Json = {
        "expand": "renderedFields,names,schema,operations,editmeta,changelog",
        "id": str(ticket.id),
        "self": f"{base}/rest/api/3/issue/{ticket.id}",
        "key": ticket.key,
    }
    empty = _empty_fields(state)
    computed = _SYSTEM | (_SLAS if state.switches.slas_on_site else {})
    chosen = _chosen(asked, [*computed, *(name for name in empty if name not in computed)])
    values = {
        name: computed[name](state, ticket, base)
        if name in computed
        else ticket.fields.get(name, empty[name])
        for name in chosen
    }
    if values:
        answer["fields"] = values
    if kept:
        answer["properties"] = {k: v for k, v in ticket.properties.items() if k in kept}
    return answer


def _chosen(asked: set[str], names: list[str]) -> list[str]:
    wanted = set(names) if asked & {"*all", "*navigable"} else asked & set(names)
    if "*navigable" in asked and "comment" not in asked:
        wanted -= {"comment"}
    return [n for n in names if n in wanted and f"-{n}" not in asked]


def _empty_fields(state: JiraState) -> Json:
    """Return every field that a request may have, with what an issue without a value shows."""
    types = (*site.REQUEST_TYPES.values(), *state.request_types.values())
    return {field.id: KINDS[field.kind].empty for kind in types for field in kind.fields}


def _status(state: JiraState, ticket: Ticket, base: str) -> Json:
    status = site.STATUSES[ticket.status]
    id_, name, color = _CATEGORIES[status.category]
    return {
        "self": f"{base}/rest/api/3/status/{status.id}",
        "description": "",
        "name": status.name,
        "id": status.id,
        "statusCategory": {
            "self": f"{base}/rest/api/3/statuscategory/{id_}",
            "id": id_,
            "key": status.category,
            "colorName": color,
            "name": name,
        },
    }


def _resolution(state: JiraState, ticket: Ticket, base: str) -> Json | None:
    if not ticket.resolution:
        return None
    return {
        "self": f"{base}/rest/api/3/resolution/10000",
        "id": "10000",
        "description": "",
        "name": ticket.resolution,
    }


def _comments(state: JiraState, ticket: Ticket, base: str) -> Json:
    """The field is cut above a limit: the oldest are dropped, and `total` still tells the truth."""
    seen = visible_comments(state, ticket)
    shown = seen[-state.switches.comment_field_limit :]
    return {
        "comments": [comment(state, ticket, c, base) for c in shown],
        "self": f"{base}/rest/api/3/issue/{ticket.id}/comment",
        "maxResults": len(shown),
        "total": len(seen),
        "startAt": 0,
    }


def _attachments(state: JiraState, ticket: Ticket, base: str) -> list[Json]:
    """Every file of the issue, those of internal comments too, and nothing says which are."""
    return [
        {
            "self": f"{base}/rest/api/3/attachment/{file.id}",
            "id": str(file.id),
            "filename": file.name,
            "author": user_of(state, file.author, base),
            "created": jira_date(state, file.created),
            "size": len(file.content),
            "mimeType": file.mime_type,
            "content": f"{base}/rest/api/3/attachment/content/{file.id}",
        }
        for item in ticket.comments
        for file in item.attachments
    ]


def _priority(state: JiraState, ticket: Ticket, base: str) -> Json | None:
    """Return the Priority, null in a project that has none."""
    if not state.switches.priorities:
        return None
    held = ticket.fields.get("priority") or {"id": "3", "name": ticket.priority}
    number = str(held["id"])
    return {
        "self": f"{base}/rest/api/3/priority/{number}",
        "iconUrl": f"{base}/images/icons/priorities/{number}.svg",
        "name": held["name"],
        "id": number,
    }


def _request_type(state: JiraState, ticket: Ticket, base: str) -> Json | None:
    kind = state.request_types.get(ticket.request_type)
    if kind is None:
        return None
    desk = ticket.project.desk_id
    return {"requestType": {"id": kind.id, "name": kind.name, "serviceDeskId": desk}}


_CATEGORIES = {
    "new": (2, "To Do", "blue-gray"),
    "indeterminate": (4, "In Progress", "yellow"),
    "done": (3, "Done", "green"),
}
_SLAS: dict[str, Callable[[JiraState, Ticket, str], Any]] = {
    site.FIRST_RESPONSE_FIELD: sla.first_response,
    site.RESOLUTION_FIELD: sla.resolution,
}
_SYSTEM: dict[str, Callable[[JiraState, Ticket, str], Any]] = {
    "status": _status,
    "resolution": _resolution,
    "resolutiondate": lambda s, t, b: jira_date(s, t.status_since) if t.resolution else None,
    "created": lambda s, t, b: jira_date(s, t.created),
    "updated": lambda s, t, b: jira_date(s, t.updated),
    "reporter": lambda s, t, b: user_of(s, t.reporter, b),
    "creator": lambda s, t, b: user_of(s, t.creator, b),
    "assignee": lambda s, t, b: user_of(s, t.assignee, b) if t.assignee else None,
    "priority": _priority,
    "comment": _comments,
    "attachment": _attachments,
    "project": lambda s, t, b: {
        "self": f"{b}/rest/api/3/project/{t.project.id}",
        "id": t.project.id,
        "key": t.project.key,
        "name": t.project.name,
        "projectTypeKey": "service_desk",
    },
    "issuetype": lambda s, t, b: {
        "self": f"{b}/rest/api/3/issuetype/{site.ISSUE_TYPE_ID}",
        "id": site.ISSUE_TYPE_ID,
        "name": "[System] Service request",
        "subtask": False,
    },
    site.PARTICIPANTS_FIELD: lambda s, t, b: [user_of(s, a, b) for a in t.participants],
    site.REQUEST_TYPE_FIELD: _request_type,
}
