"""/rest/servicedeskapi comments: what the portal would show.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/
"""

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.desk import wire
from syncd.sandbox.jsm.desk.requests import bot, visible_request
from syncd.sandbox.jsm.exchange import Answer, Ask, refuse_desk, wrong_members
from syncd.sandbox.jsm.records import PUBLIC_PROPERTY, Comment, Ticket
from syncd.sandbox.jsm.text import adf, wiki


def comments(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/request/{key}/comment; `internal` is true by default."""
    path = f"/rest/servicedeskapi/request/{ask.path['key']}/comment"
    named = ask.state.find(ask.path["key"])
    unseen = ask.caller is None or not ask.state.bot_sees(named.project if named else site.HOME)
    if unseen and ask.state.switches.empty_page_for_unseen:
        return Answer(wire.page(ask, [], path))
    ticket = visible_request(ask)
    kinds = {True: ask.flag("public", True), False: ask.flag("internal", True)}
    if not ask.state.switches.bot_is_agent:
        kinds[False] = False
    seen = wire.comments_of(ask.state, ticket)
    shown = [c for c in seen if kinds[wire.is_public(ask.state, c)]]
    if ask.state.switches.desk_lists_newest_first:
        shown.reverse()
    expand = ask.names("expand")
    return Answer(wire.page(ask, [wire.comment(ask, ticket, c, expand) for c in shown], path))


def comment(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/request/{key}/comment/{id}."""
    ticket = visible_request(ask)
    return Answer(wire.comment(ask, ticket, known_comment(ask, ticket), ask.names("expand")))


def add_comment(ask: Ask) -> Answer:
    """POST /rest/servicedeskapi/request/{key}/comment: wiki text, `public` is required."""
    ticket, caller = visible_request(ask), bot(ask)
    body = ask.json_object()
    if wrong_members(body, {"body": "string", "public": "boolean"}) or "public" not in body:
        refuse_desk(400, "The comment must have a body and a public flag.")
    text = str(body.get("body", ""))
    if not text.strip() or len(text) > adf.MAX_TEXT:
        refuse_desk(400, "The comment is empty or too long.", "sd.request.comment.invalid")
    item = ask.state.add_comment(
        ticket,
        caller.account_id,
        wiki.to_adf(text),
        properties={PUBLIC_PROPERTY: {"internal": not body["public"]}},
    )
    return Answer(wire.comment(ask, ticket, item), 201)


def known_comment(ask: Ask, ticket: Ticket) -> Comment:
    """Return the comment of the path; refused where the caller may not know it."""
    seen = wire.comments_of(ask.state, ticket)
    item = next((c for c in seen if str(c.id) == ask.path["id"]), None)
    agent = ask.state.switches.bot_is_agent
    if item is None or not (agent or wire.is_public(ask.state, item)):
        refuse_desk(404, "The comment does not exist.", "sd.request.comment.not.found")
    return item
