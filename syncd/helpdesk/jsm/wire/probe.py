"""Looking for the ticket of a create whose answer was lost, by its marker.

Keys of a project only grow, and reading by key does not go through the search index, which lags:
https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile/
"""

from collections.abc import Sequence
from dataclasses import dataclass

from syncd.core.model import DESCRIPTION, Filed
from syncd.helpdesk.jsm.adf.flat import words
from syncd.helpdesk.jsm.marking import reference
from syncd.helpdesk.jsm.wire.call import DESK, V3, Answer, Call, segment
from syncd.helpdesk.jsm.wire.filing import marker_line, of_portal, title_of
from syncd.helpdesk.jsm.wire.members import Obj, child, children, root, text
from syncd.helpdesk.jsm.wire.tickets import search

BULK = 100
_LONG = ("comment", "worklog", "attachment", "issuelinks", "subtasks")
"""What is long and holds no marker."""
_SIGHT = ("BROWSE_PROJECTS", "SERVICEDESK_AGENT")
EDIT = "EDIT_ISSUES"
NEEDED = {
    "BROWSE_PROJECTS": "Browse projects",
    "SERVICEDESK_AGENT": "Service project agent",
    "CREATE_ISSUES": "Create issues",
    "ADD_COMMENTS": "Add comments",
}
"""Permissions that the bot's account needs in the project, and what Jira's pages call them."""


@dataclass(frozen=True)
class Looked:
    """What one bulk read showed: (id, key) of what is visible, and the keys with the marker.

    An issue that has moved comes back under another key than it was asked for.
    """

    visible: tuple[tuple[str, str], ...]
    marked: tuple[str, ...]


# The field that takes the marker may have been another one when it was written.
# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-bulkfetch-post
def by_keys(keys: Sequence[str]) -> Call:
    fields = ["*all", *(f"-{name}" for name in _LONG)]
    asked = {"issueIdsOrKeys": keys, "fields": fields, "properties": [reference.PROPERTY]}
    return Call("POST", f"{V3}/issue/bulkfetch", body=asked)


def created_since(project: str, since_ms: int) -> Call:
    jql = f'project = "{project}" AND created >= {since_ms} ORDER BY key ASC'
    return search(jql, ["key"], BULK)


# Browse Projects alone says nothing in a service project: where customers with portal access have
# it, everybody who may open the portal is told to have it, and reads no issue. An agent does.
# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-permissions/#api-rest-api-3-mypermissions-get
def our_permissions(project: str, keys: Sequence[str] = _SIGHT) -> Call:
    query = (("projectKey", project), ("permissions", ",".join(keys)))
    return Call("GET", f"{V3}/mypermissions", query=query)


def read_sight(answer: Answer) -> bool:
    """Tell whether we browse the project as agents; what is not said is not so."""
    told = child(root(answer), "permissions")
    return all(_is_held(told.get(key)) for key in _SIGHT)


def read_lacking(answer: Answer) -> list[str]:
    """Return the names of the needed permissions that we do not have."""
    told = child(root(answer), "permissions")
    return [name for key, name in NEEDED.items() if not _is_held(told.get(key))]


def read_may_edit(answer: Answer) -> bool:
    return _is_held(child(root(answer), "permissions").get(EDIT))


def _is_held(permission: object) -> bool:
    return isinstance(permission, dict) and permission.get("havePermission") is True


def read_keys(answer: Answer) -> list[str]:
    return [text(issue, "key") for issue in children(root(answer), "issues")]


def read_looked(answer: Answer, marker: str) -> Looked:
    issues = children(root(answer), "issues")
    marked = [text(issue, "key") for issue in issues if _carries(issue, marker)]
    return Looked(tuple((text(issue, "id"), text(issue, "key")) for issue in issues), tuple(marked))


def _carries(issue: Obj, marker: str) -> bool:
    """Compare exactly: a search would match parts of words.

    Wherever it may stand: the form or the configuration may have changed since it was written.
    """
    fields = child(issue, "fields")
    if reference.is_remembered(issue, marker):
        return True
    if any(_holds(value, marker) for value in fields.values()):
        return True
    written = (line for word in words(fields.get(DESCRIPTION)) for line in word.split("\n"))
    return any(line.strip() == marker_line(marker) for line in written)


def _holds(value: object, marker: str) -> bool:
    """Tell whether a field of text or of labels holds it, or a summary what stands for it."""
    if isinstance(value, str):
        return value == marker or reference.stands_in(value, marker)
    return isinstance(value, list) and marker in value


def portal_request(key: str) -> Call:
    return Call("GET", f"{DESK}/request/{segment(key)}")


def read_request(answer: Answer, marker: str = "") -> Filed:
    """Return a ticket as the portal tells of it."""
    found = root(answer)
    title = title_of(found)
    return of_portal(found, title if marker else reference.as_read(title), marker)
