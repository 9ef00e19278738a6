"""/rest/api/3/mypermissions: what the caller may do in a project.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-permissions/#api-rest-api-3-mypermissions-get
"""

from typing import Any

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.exchange import Answer, Ask, refuse

_NAMES = {
    "ADMINISTER_PROJECTS": "Administer Projects",
    "BROWSE_PROJECTS": "Browse Projects",
    "SERVICEDESK_AGENT": "Service Project Agent",
    "CREATE_ISSUES": "Create Issues",
    "EDIT_ISSUES": "Edit Issues",
    "ADD_COMMENTS": "Add Comments",
}
_OF_CUSTOMERS = {"BROWSE_PROJECTS", "CREATE_ISSUES", "ADD_COMMENTS"}
_OF_AGENTS = _OF_CUSTOMERS | {"SERVICEDESK_AGENT", "EDIT_ISSUES"}
"""By the scheme of a new service project, in which nobody but agents edits."""


def mine(ask: Ask) -> Answer:
    """GET /rest/api/3/mypermissions; a project that the caller does not see is not there."""
    asked = ask.names("permissions")
    if not asked:
        refuse(400, "The 'permissions' query parameter is required.")
    if unknown := sorted(asked - _NAMES.keys()):
        refuse(400, f"Unrecognized permission: {', '.join(unknown)}")
    project = _project(ask)
    held = _held(ask, project) if project else set()
    if not held:
        refuse(404, "No project could be found.")
    return Answer({"permissions": {key: _permission(key, key in held) for key in sorted(asked)}})


def _held(ask: Ask, project: site.Project) -> set[str]:
    """Judged as on the portal: what its customers may do, everybody who may open it may do."""
    switches = ask.state.switches
    if ask.caller is None:
        return set()
    if ask.state.bot_reads(project):
        return _OF_AGENTS if switches.bot_edits_issues else _OF_AGENTS - {"EDIT_ISSUES"}
    sees = ask.state.bot_sees(project)
    return _OF_CUSTOMERS if sees or switches.portal_customers_browse else set()


def _project(ask: Ask) -> site.Project | None:
    id, key = ask.query.get("projectId"), ask.query.get("projectKey", site.PROJECT_KEY).upper()
    return next((one for one in site.DESKS if (one.id == id if id else one.key == key)), None)


def _permission(key: str, held: bool) -> dict[str, Any]:
    return {"key": key, "name": _NAMES[key], "type": "PROJECT", "havePermission": held}
