"""/rest/servicedeskapi comments and files: what the portal would show.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/
"""

import email.message
import email.policy
from email.parser import BytesParser
from typing import Any

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.desk import wire
from syncd.sandbox.jsm.desk.requests import bot, visible_request
from syncd.sandbox.jsm.desk.setup import check_desk
from syncd.sandbox.jsm.exchange import Answer, Ask, refuse_desk, wrong_members
from syncd.sandbox.jsm.records import PUBLIC_PROPERTY, Attachment, Comment, Ticket
from syncd.sandbox.jsm.text import adf, wiki

_MAX_FILES = 60


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
    return Answer(wire.comment(ask, ticket, _comment(ask, ticket), ask.names("expand")))


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


def comment_files(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/request/{key}/comment/{id}/attachment."""
    ticket = visible_request(ask)
    item = _comment(ask, ticket)
    path = f"/rest/servicedeskapi/request/{ticket.id}/comment/{item.id}/attachment"
    values = [wire.attachment(ask, ticket, a) for a in item.attachments]
    return Answer(wire.page(ask, values, path))


def upload(ask: Ask) -> Answer:
    """POST /rest/servicedeskapi/servicedesk/{desk}/attachTemporaryFile: multipart, part `file`."""
    check_desk(ask)
    caller = bot(ask)
    if ask.headers.get("x-atlassian-token") != "no-check":
        refuse_desk(403, "XSRF check failed")
    parts = _file_parts(ask)
    if not parts:
        refuse_desk(400, "The part 'file' is missing.")
    if len(parts) > _MAX_FILES:
        refuse_desk(413, "Too many files.")
    stored = []
    for name, kind, content in parts:
        state = ask.state
        item = Attachment(state.next_id(), name, kind, content, caller.account_id, state.now())
        temporary_id = f"temp{item.id}"
        ask.state.temporary_files[temporary_id] = item
        stored.append({"temporaryAttachmentId": temporary_id, "fileName": name})
    return Answer({"temporaryAttachments": stored}, 201)


def attach(ask: Ask) -> Answer:
    """POST /rest/servicedeskapi/request/{key}/attachment: one comment with the files."""
    ticket, caller = visible_request(ask), bot(ask)
    body = ask.json_object()
    members = {"temporaryAttachmentIds": "strings", "public": "boolean"}
    closed = members | {"additionalComment": "object"}
    ids = body.get("temporaryAttachmentIds")
    if wrong_members(body, closed) or not ids or "public" not in body:
        refuse_desk(400, "temporaryAttachmentIds and public are required.")
    if unknown := [i for i in ids if i not in ask.state.temporary_files]:
        refuse_desk(400, f"The temporary attachment '{unknown[0]}' does not exist or has expired.")
    files = [ask.state.temporary_files.pop(i) for i in ids]
    text = str(body.get("additionalComment", {}).get("body", ""))
    item = ask.state.add_comment(
        ticket,
        caller.account_id,
        _with_media(wiki.to_adf(text) if text else None, files),
        properties={PUBLIC_PROPERTY: {"internal": not body["public"]}},
        attachments=files,
    )
    attachments = wire.whole([wire.attachment(ask, ticket, a) for a in files])
    answer = {"comment": wire.comment(ask, ticket, item), "attachments": attachments}
    return Answer(answer, 201)


def files(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/request/{key}/attachment."""
    ticket = visible_request(ask)
    path = f"/rest/servicedeskapi/request/{ticket.id}/attachment"
    return Answer(wire.page(ask, [wire.attachment(ask, ticket, a) for a in _files(ticket)], path))


def file_content(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/request/{key}/attachment/{id}: the bytes."""
    ticket = visible_request(ask)
    item = next((a for a in _files(ticket) if str(a.id) == ask.path["id"]), None)
    if item is None:
        refuse_desk(404, "The attachment does not exist.")
    return Answer(item.content, media_type=item.mime_type)


def _files(ticket: Ticket) -> list[Attachment]:
    return [a for c in ticket.comments for a in c.attachments]


def _comment(ask: Ask, ticket: Ticket) -> Comment:
    seen = wire.comments_of(ask.state, ticket)
    item = next((c for c in seen if str(c.id) == ask.path["id"]), None)
    agent = ask.state.switches.bot_is_agent
    if item is None or not (agent or wire.is_public(ask.state, item)):
        refuse_desk(404, "The comment does not exist.", "sd.request.comment.not.found")
    return item


def _with_media(body: dict[str, Any] | None, files: list[Attachment]) -> dict[str, Any]:
    media = [
        {"type": "media", "attrs": {"type": "file", "id": str(a.id), "collection": ""}}
        for a in files
    ]
    content = [*(body["content"] if body else []), {"type": "mediaGroup", "content": media}]
    return {"type": "doc", "version": 1, "content": content}


def _file_parts(ask: Ask) -> list[tuple[str, str, bytes]]:
    kind = ask.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        refuse_desk(415, "Content-Type must be multipart/form-data.")
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    message = BytesParser(policy=email.policy.HTTP).parsebytes(head + ask.body)
    parts = []
    for part in message.iter_parts() if isinstance(message, email.message.EmailMessage) else ():
        if part.get_param("name", header="content-disposition") == "file":
            content = part.get_payload(decode=True)
            data = content if isinstance(content, bytes) else b""
            parts.append((part.get_filename() or "file", part.get_content_type(), data))
    return parts
