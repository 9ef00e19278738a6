"""Edits of an issue, its end, and the properties that programs keep on it.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-put
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-properties/
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-delete
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-transitions-post
"""

from typing import Any

from syncd.sandbox.jsm.exchange import INVALID_PAYLOAD, Answer, Ask, refuse, wrong_members
from syncd.sandbox.jsm.fields.case import Case
from syncd.sandbox.jsm.fields.texts import wrong_line
from syncd.sandbox.jsm.platform import properties
from syncd.sandbox.jsm.platform.comments import visible_ticket
from syncd.sandbox.jsm.site import STATUSES, SUMMARY, Status

_EDIT = {"fields": "object", "update": "object", "properties": "any", "historyMetadata": "object"}
_NO_SCREEN = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."


def edit(ask: Ask) -> Answer:
    """PUT /rest/api/3/issue/{key}: of all fields the summary alone can be changed here."""
    ticket, body = visible_ticket(ask), ask.json_object()
    if wrong_members(body, _EDIT) or not body.get("fields"):
        refuse(400, INVALID_PAYLOAD)
    fields: dict[str, Any] = body["fields"]
    switches = ask.state.switches
    may = switches.bot_edits_issues
    if not may and switches.edit_denied_status == 403:
        refuse(403, "You do not have permission to edit issues in this project.")
    known = {SUMMARY.id} if may and switches.summary_on_edit_screen else set()
    if unknown := sorted(fields.keys() - known):
        refuse(400, **{name: _NO_SCREEN.format(name) for name in unknown})
    if wrong := wrong_line(Case(SUMMARY, ask.state), fields[SUMMARY.id]):
        refuse(400, **{SUMMARY.id: wrong})
    ticket.fields[SUMMARY.id] = fields[SUMMARY.id]
    ask.state.touch(ticket)
    return Answer(status=204)


def delete(ask: Ask) -> Answer:
    """DELETE /rest/api/3/issue/{key}: needs Delete Issues, which agents do not have by default."""
    ticket = visible_ticket(ask)
    if not ask.state.switches.bot_deletes_issues:
        refuse(403, "You do not have permission to delete issues in this project.")
    ask.state.delete_ticket(ticket)
    return Answer(status=204)


def transitions(ask: Ask) -> Answer:
    """GET /rest/api/3/issue/{key}/transitions: every other status; none without the permission."""
    ticket = visible_ticket(ask)
    found = _others(ticket.status) if ask.state.switches.bot_transitions_issues else []
    return Answer({"transitions": [_transition(status, ask.base) for status in found]})


def transition(ask: Ask) -> Answer:
    """POST /rest/api/3/issue/{key}/transitions: of IssueUpdateDetails, the transition alone."""
    ticket, body = visible_ticket(ask), ask.json_object()
    if wrong_members(body, _TRANSITION):
        refuse(400, INVALID_PAYLOAD)
    found = _others(ticket.status) if ask.state.switches.bot_transitions_issues else []
    status = next((s for s in found if s.id == body.get("transition", {}).get("id")), None)
    if status is None:
        refuse(400, "It seems that you have tried to perform an illegal workflow operation.")
    ask.state.set_status(ticket, status.name, "Done" if status.category == "done" else "")
    return Answer(status=204)


_TRANSITION = {**_EDIT, "transition": "object"}


def _others(name: str) -> list[Status]:
    return [status for status in STATUSES.values() if status.name != name]


def _transition(status: Status, base: str) -> dict[str, Any]:
    """Return an IssueTransition; where it leads says by its category whether that is an end."""
    category = {"key": status.category}
    to = {"self": f"{base}/rest/api/3/status/{status.id}", "id": status.id, "name": status.name}
    return {"id": status.id, "name": status.name, "to": to | {"statusCategory": category}}


def list_properties(ask: Ask) -> Answer:
    """GET /rest/api/3/issue/{key}/properties."""
    ticket = visible_ticket(ask)
    base = f"{ask.base}/rest/api/3/issue/{ticket.id}/properties"
    return properties.listed(ticket.properties, base)


def get_property(ask: Ask) -> Answer:
    """GET /rest/api/3/issue/{key}/properties/{name}."""
    return properties.one(visible_ticket(ask).properties, ask)


def put_property(ask: Ask) -> Answer:
    """PUT /rest/api/3/issue/{key}/properties/{name}; does not touch the issue."""
    ticket = visible_ticket(ask)
    if not ask.state.switches.bot_edits_issues:
        refuse(403, "You do not have permission to edit issues in this project.")
    return properties.put(ticket.properties, ask)
