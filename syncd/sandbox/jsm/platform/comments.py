"""/rest/api/3 comments.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/
"""

import json
from typing import Any

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.exchange import INVALID_PAYLOAD, Answer, Ask, refuse, wrong_members
from syncd.sandbox.jsm.platform import properties, wire
from syncd.sandbox.jsm.records import PUBLIC_PROPERTY, Account, Comment, Ticket
from syncd.sandbox.jsm.text import adf, adf_schema

_NO_ISSUE = "Issue does not exist or you do not have permission to see it."
_NO_COMMENT = "Can not find a comment for the id: {}."
_BODY = {"body": "object", "visibility": "object", "properties": "any"}


def visible_ticket(ask: Ask) -> Ticket:
    """Return the issue of the path; 404 both for one that is not there and one not to be seen."""
    ticket = ask.state.find(ask.path["key"])
    if ask.caller is None or ticket is None or not ask.state.bot_reads(ticket.project):
        refuse(404, _NO_ISSUE)
    return ticket


def get_issue(ask: Ask) -> Answer:
    """GET /rest/api/3/issue/{key}."""
    ticket = visible_ticket(ask)
    fields, properties = ask.names("fields") or {"*all"}, ask.names("properties")
    return Answer(wire.issue(ask.state, ticket, ask.base, ["key", *fields], properties))


def list_of_issue(ask: Ask) -> Answer:
    """GET /rest/api/3/issue/{key}/comment; never more than 100 a page."""
    ticket = visible_ticket(ask)
    order = ask.query.get("orderBy", "created")
    if order not in ("created", "-created", "+created", " created"):
        refuse(400, f"Sorting by '{order}' is not supported.")
    start = max(0, ask.integer("startAt", 0))
    size = min(100, max(0, ask.integer("maxResults", 100)))
    seen = wire.visible_comments(ask.state, ticket)
    seen.sort(key=lambda c: (c.created, c.id), reverse=order == "-created")
    expand = ask.names("expand") & {"renderedBody"}
    page = seen[start : start + size]
    return Answer(
        {
            "startAt": start,
            "maxResults": size,
            "total": len(seen),
            "comments": [wire.comment(ask.state, ticket, c, ask.base, expand) for c in page],
        }
    )


def list_by_ids(ask: Ask) -> Answer:
    """POST /rest/api/3/comment/list: up to 1000 ids; what cannot be seen is left out."""
    body = ask.json_object()
    if wrong_members(body, {"ids": "integers"}) or "ids" not in body:
        refuse(400, INVALID_PAYLOAD)
    ids = sorted(set(body["ids"]))
    if not 1 <= len(body["ids"]) <= 1000:
        refuse(400, "The number of comment ids must be between 1 and 1000.")
    expand = ask.names("expand") & {"renderedBody", "properties"}
    values = []
    for comment_id in ids:
        ticket = ask.state.by_comment.get(comment_id)
        if ticket is None or ask.caller is None or not ask.state.bot_reads(ticket.project):
            continue
        shown = (c for c in wire.visible_comments(ask.state, ticket) if c.id == comment_id)
        values += [wire.comment(ask.state, ticket, c, ask.base, expand) for c in shown]
    page = {"maxResults": 1048576, "startAt": 0, "total": len(values), "isLast": True}
    return Answer({**page, "self": f"{ask.base}/rest/api/3/comment/list", "values": values})


def get_comment(ask: Ask) -> Answer:
    """GET /rest/api/3/issue/{key}/comment/{id}."""
    ticket = visible_ticket(ask)
    comment = _comment(ask, ticket)
    expand = ask.names("expand") & {"renderedBody"}
    return Answer(wire.comment(ask.state, ticket, comment, ask.base, expand))


def add_comment(ask: Ask) -> Answer:
    """POST /rest/api/3/issue/{key}/comment: ADF; properties are stored in the same step."""
    ticket = visible_ticket(ask)
    caller = _caller(ask)
    body = _checked_body(ask)
    if len(ticket.comments) >= ask.state.switches.comments_per_issue:
        refuse(413, "The issue has reached its limit of comments.")
    comment = ask.state.add_comment(
        ticket,
        caller.account_id,
        body["body"],
        visibility=_checked_visibility(body.get("visibility")),
        properties=properties.checked(body.get("properties", [])),
    )
    if not ask.state.switches.keeps_notes_internal:
        comment.properties.pop(PUBLIC_PROPERTY, None)
    expand = ask.names("expand") & {"renderedBody"}
    return Answer(wire.comment(ask.state, ticket, comment, ask.base, expand), 201)


def edit_comment(ask: Ask) -> Answer:
    """PUT /rest/api/3/issue/{key}/comment/{id}."""
    ticket = visible_ticket(ask)
    comment = _comment(ask, ticket)
    body = _checked_body(ask)
    caller = _own(ask, comment)
    if "visibility" in body:
        comment.visibility = _checked_visibility(body["visibility"])
    comment.properties |= properties.checked(body.get("properties", []))
    ask.state.edit_comment(ticket, comment, caller.account_id, body["body"])
    ask.state.heard(ticket, comment)
    return Answer(wire.comment(ask.state, ticket, comment, ask.base))


def delete_comment(ask: Ask) -> Answer:
    """DELETE /rest/api/3/issue/{key}/comment/{id}."""
    ticket = visible_ticket(ask)
    comment = _comment(ask, ticket)
    _own(ask, comment)
    ask.state.delete_comment(ticket, comment)
    return Answer(status=204)


def list_properties(ask: Ask) -> Answer:
    """GET /rest/api/3/comment/{id}/properties."""
    comment = _comment_of_site(ask)
    base = f"{ask.base}/rest/api/3/comment/{comment.id}/properties"
    return properties.listed(comment.properties, base)


def get_property(ask: Ask) -> Answer:
    """GET /rest/api/3/comment/{id}/properties/{name}."""
    return properties.one(_comment_of_site(ask).properties, ask)


def put_property(ask: Ask) -> Answer:
    """PUT /rest/api/3/comment/{id}/properties/{name}: does not touch the issue, or what hides
    or shows the comment alone does."""
    comment = _comment_of_site(ask)
    answer = properties.put(comment.properties, ask)
    ticket = ask.state.by_comment[comment.id]
    ask.state.heard(ticket, comment)
    if ask.path["name"] == PUBLIC_PROPERTY and ask.state.switches.flip_bumps_updated:
        ask.state.touch(ticket)
    return answer


def _caller(ask: Ask) -> Account:
    if ask.caller is None:
        refuse(404, _NO_ISSUE)
    return ask.caller


def _own(ask: Ask, comment: Comment) -> Account:
    caller = _caller(ask)
    if comment.author != caller.account_id:
        refuse(400, "You do not have the permission to edit this comment.")
    return caller


def _comment(ask: Ask, ticket: Ticket) -> Comment:
    seen = wire.visible_comments(ask.state, ticket)
    comment = next((c for c in seen if str(c.id) == ask.path["id"]), None)
    if comment is None:
        refuse(404, _NO_COMMENT.format(ask.path["id"]))
    return comment


def _comment_of_site(ask: Ask) -> Comment:
    number = ask.path["id"]
    ticket = ask.state.by_comment.get(int(number)) if number.isdigit() else None
    if ticket is None or ask.caller is None or not ask.state.bot_reads(ticket.project):
        refuse(404, _NO_COMMENT.format(number))
    return _comment(ask, ticket)


def _checked_body(ask: Ask) -> dict[str, Any]:
    body = ask.json_object()
    if any(name in _BODY for name in wrong_members(body, _BODY)) or "body" not in body:
        refuse(400, comment="Comment body is not valid!")
    if adf_schema.problem_with(body["body"]):
        refuse(400, comment="Comment body is not valid!")
    text = adf.to_text(body["body"])
    if not body["body"]["content"] or (not text and "media" not in json.dumps(body["body"])):
        refuse(400, comment="Comment body can not be empty!")
    if adf.is_too_long(body["body"], counts_json=ask.state.switches.adf_limit_counts_json):
        refuse(400, comment="The entered text is too long. It exceeds the allowed limit of 32,767.")
    return body


def _checked_visibility(value: Any) -> dict[str, str] | None:
    if not value:
        return None
    role = value.get("value") or value.get("identifier")
    if value.get("type") != "role" or role not in site.ROLES:
        refuse(400, commentLevel=f"Role with name '{role}' does not exist.")
    return {"type": "role", "value": role, "identifier": role}
