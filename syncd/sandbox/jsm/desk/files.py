"""/rest/servicedeskapi files: first on the desk for a while, then on a request with a comment.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-servicedesk/#api-rest-servicedeskapi-servicedesk-servicedeskid-attachtemporaryfile-post
https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-issueidorkey-attachment-post
"""

import re
from typing import Any

from syncd.sandbox.jsm.desk import wire
from syncd.sandbox.jsm.desk.comments import known_comment
from syncd.sandbox.jsm.desk.requests import bot, visible_request
from syncd.sandbox.jsm.desk.setup import check_desk
from syncd.sandbox.jsm.exchange import Answer, Ask, refuse, refuse_desk, wrong_members
from syncd.sandbox.jsm.records import PUBLIC_PROPERTY, Attachment, Ticket
from syncd.sandbox.jsm.text import wiki
from syncd.sandbox.multipart import Part, parts

_MAX_FILES = 60


# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-attachments/#api-rest-api-3-attachment-meta-get
def meta(ask: Ask) -> Answer:
    """GET /rest/api/3/attachment/meta: whether files may be attached, and how large."""
    switches = ask.state.switches
    if ask.caller is None:
        refuse(401, "You are not authenticated.")
    return Answer({"enabled": switches.attachments_enabled, "uploadLimit": switches.upload_limit})


def upload(ask: Ask) -> Answer:
    """POST /rest/servicedeskapi/servicedesk/{desk}/attachTemporaryFile: multipart, part `file`."""
    check_desk(ask)
    caller = bot(ask)
    if ask.headers.get("x-atlassian-token") != "no-check":
        refuse_desk(403, "XSRF check failed")
    sent = _file_parts(ask)
    if not sent:
        refuse_desk(400, "The part 'file' is missing.")
    if len(sent) > _MAX_FILES:
        refuse_desk(413, "Too many files.")
    stored, state = [], ask.state
    for part in sent:
        _check_allowed(ask, part)
        made = state.next_id(), part.filename, part.content_type, part.data
        item = Attachment(*made, caller.account_id, state.now())
        temporary_id = f"temp{item.id}"
        state.temporary_files[temporary_id] = item
        stored.append({"temporaryAttachmentId": temporary_id, "fileName": part.filename})
    return Answer({"temporaryAttachments": stored}, 201)


def _check_allowed(ask: Ask, part: Part) -> None:
    switches = ask.state.switches
    if part.encoded_name:
        # https://github.com/pycontribs/jira/issues/223
        refuse_desk(500, "Internal server error")
    if not part.filename or re.search(r"[/\\\x00-\x1f]", part.filename):
        refuse_desk(400, "The file name is invalid.")
    if not switches.attachments_enabled or len(part.data) > switches.upload_limit:
        refuse_desk(400, "The file is too large, or attachments are disabled.")
    if part.filename.lower().endswith(tuple(switches.forbidden_endings)):
        refuse_desk(400, "Files of this type may not be attached.")


def attach(ask: Ask) -> Answer:
    """POST /rest/servicedeskapi/request/{key}/attachment: one comment with the files."""
    ticket, caller = visible_request(ask), bot(ask)
    body, state = ask.json_object(), ask.state
    members = {"temporaryAttachmentIds": "strings", "public": "boolean"}
    closed = members | {"additionalComment": "object"}
    ids = body.get("temporaryAttachmentIds")
    if wrong_members(body, closed) or not ids or "public" not in body:
        refuse_desk(400, "temporaryAttachmentIds and public are required.")
    oldest = state.now() - state.switches.temporary_files_live_ms
    known = {id for id, item in state.temporary_files.items() if item.created >= oldest}
    if unknown := [i for i in ids if i not in known]:
        refuse_desk(400, f"The temporary attachment '{unknown[0]}' does not exist or has expired.")
    files = [state.temporary_files.pop(i) for i in ids]
    text = str(body.get("additionalComment", {}).get("body", ""))
    item = state.add_comment(
        ticket,
        caller.account_id,
        with_media(wiki.to_adf(text) if text else None, files),
        properties={PUBLIC_PROPERTY: {"internal": not body["public"]}},
        attachments=files,
    )
    attachments = wire.whole([wire.attachment(ask, ticket, a) for a in files])
    answer = {"comment": wire.comment(ask, ticket, item), "attachments": attachments}
    return Answer(answer, 201)


def of_comment(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/request/{key}/comment/{id}/attachment."""
    ticket = visible_request(ask)
    item = known_comment(ask, ticket)
    path = f"/rest/servicedeskapi/request/{ticket.id}/comment/{item.id}/attachment"
    values = [wire.attachment(ask, ticket, a) for a in item.attachments]
    return Answer(wire.page(ask, values, path))


def of_request(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/request/{key}/attachment."""
    ticket = visible_request(ask)
    path = f"/rest/servicedeskapi/request/{ticket.id}/attachment"
    return Answer(wire.page(ask, [wire.attachment(ask, ticket, a) for a in _files(ticket)], path))


def content(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/request/{key}/attachment/{id}: the bytes."""
    ticket = visible_request(ask)
    item = next((a for a in _files(ticket) if str(a.id) == ask.path["id"]), None)
    if item is None:
        refuse_desk(404, "The attachment does not exist.")
    return Answer(item.content, media_type=item.mime_type)


# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-attachments/#api-rest-api-3-attachment-content-id-get
def on_platform(ask: Ask) -> Answer:
    """GET /rest/api/3/attachment/content/{id}: the bytes, or where they are, on another host."""
    state = ask.state
    tickets = [t for t in state.by_id.values() if ask.caller and state.bot_reads(t.project)]
    files = {str(file.id): file for ticket in tickets for file in _files(ticket)}
    item = files.get(ask.path["id"])
    if item is None:
        refuse(404, "The attachment does not exist.")
    if ask.query.get("redirect") != "false":
        elsewhere = f"https://api.media.atlassian.com/file/{item.id:036}/binary?token=x"
        return Answer(b"", 303, {"Location": elsewhere})
    return Answer(item.content, media_type=item.mime_type)


def with_media(
    body: dict[str, Any] | None, files: list[Attachment], *, named: bool = False
) -> dict[str, Any]:
    """Return a document with the files below it, as the platform writes one; `named`: as its editor
    does, which notes a file's name. The id is of another service and names no attachment.

    https://developer.atlassian.com/cloud/jira/platform/apis/document/nodes/media/
    """
    attrs = [{"type": "file", "id": f"{a.id:036}", "collection": ""} for a in files]
    alts = [{"alt": a.name} if named else {} for a in files]
    media = [{"type": "media", "attrs": a | b} for a, b in zip(attrs, alts, strict=True)]
    below = [*(body["content"] if body else []), {"type": "mediaGroup", "content": media}]
    return {"type": "doc", "version": 1, "content": below}


def _files(ticket: Ticket) -> list[Attachment]:
    return [a for c in ticket.comments for a in c.attachments]


def _file_parts(ask: Ask) -> list[Part]:
    kind = ask.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        refuse_desk(415, "Content-Type must be multipart/form-data.")
    return [part for part in parts(kind, ask.body) if part.name == "file"]
