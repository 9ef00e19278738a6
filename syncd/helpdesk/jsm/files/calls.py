"""The calls about files, and their answers.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-issueidorkey-attachment-post
"""

from typing import BinaryIO

from syncd.core.files.found import OnComment
from syncd.core.model import CommentId, DeliveryId, TicketKey
from syncd.core.prose.plain import plain
from syncd.core.reaching.marks import words_of
from syncd.core.text import Body, clean
from syncd.helpdesk.jsm.marking.reference import PROPERTY
from syncd.helpdesk.jsm.wire.call import DESK, V3, Answer, Call, Upload, segment
from syncd.helpdesk.jsm.wire.members import (
    Obj,
    UnreadableError,
    as_objects,
    children,
    lenient,
    root,
    text,
)
from syncd.helpdesk.jsm.wire.wiki import escaped


# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-attachments/#api-rest-api-3-attachment-meta-get
def settings() -> Call:
    return Call("GET", f"{V3}/attachment/meta")


def read_settings(answer: Answer) -> int | None:
    """Return the most bytes that a file may have, 0 where none is taken, None where it is not
    told."""
    told = root(answer)
    if told.get("enabled") is False:
        return 0
    limit = told.get("uploadLimit")
    return limit if type(limit) is int and limit > 0 else None


# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-servicedesk/#api-rest-servicedeskapi-servicedesk-servicedeskid-attachtemporaryfile-post
def upload(desk: str, name: str, type: str, file: BinaryIO) -> Call:
    """Return the call that brings a file, which is nobody's until it is attached."""
    path = f"{DESK}/servicedesk/{segment(desk)}/attachTemporaryFile"
    return Call("POST", path, upload=Upload(name, type, file))


def read_uploaded(answer: Answer) -> str:
    found = children(root(answer), "temporaryAttachments")
    if len(found) != 1:
        raise UnreadableError("temporaryAttachments has not one entry")
    return text(found[0], "temporaryAttachmentId")


def attach(ticket: TicketKey, temporary: str, author: str, name: str, key: DeliveryId) -> Call:
    """Return the call that attaches a file by a public comment.

    It takes no properties, so the comment is known by its last words.
    """
    said = f"{clean(author)} (via Lark): {name}"
    body = {
        "temporaryAttachmentIds": [temporary],
        "public": True,
        "additionalComment": {"body": f"{escaped(said)}\n{mark_of(key)}"},
    }
    return Call("POST", f"{DESK}/request/{segment(ticket)}/attachment", body=body)


def read_attached(answer: Answer) -> tuple[CommentId, bool]:
    """Return the comment that holds the file, and whether the portal shows it."""
    written = root(answer)
    comment = CommentId(lenient(written, "comment", "id"))
    if not comment:
        raise UnreadableError("comment has no id")
    part = written["comment"]
    return comment, isinstance(part, dict) and part.get("public") is True


# The portal's own view, in which a file is as public as its comment:
# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-issueidorkey-comment-commentid-get
def of_comment(ticket: TicketKey, comment: CommentId) -> Call:
    path = f"{DESK}/request/{segment(ticket)}/comment/{segment(comment)}"
    return Call("GET", path, (("expand", "attachment"),))


def read_of_comment(answer: Answer) -> tuple[OnComment, ...]:
    """Return the files of the comment; one that cannot be made out is no other one's fault, and
    has no id."""
    listed = root(answer).get("attachments")
    values = listed.get("values") if isinstance(listed, dict) else None
    return tuple(_file(one) for one in as_objects(values or [], "attachments"))


# An attachment has no member with its id; the links end with it.
def _file(one: Obj) -> OnComment:
    links = (lenient(one, "_links", name) for name in ("jiraRest", "content", "self"))
    ids = (link.rstrip("/").rpartition("/")[2] for link in links)
    id = next((id for id in ids if id.isascii() and id.isdecimal()), "")
    size = one.get("size")
    return OnComment(id, clean(lenient(one, "filename")), size if type(size) is int else 0)


# Without a redirect the bytes come from the site itself, which knows us:
# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-attachments/#api-rest-api-3-attachment-content-id-get
def content(id: str) -> Call:
    return Call("GET", f"{V3}/attachment/content/{segment(id)}", (("redirect", "false"),))


# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comment-properties/#api-rest-api-3-comment-commentid-properties-propertykey-put
def sign(comment: CommentId, key: DeliveryId) -> Call:
    """Return the call that writes our reference on a comment."""
    return Call("PUT", f"{V3}/comment/{segment(comment)}/properties/{PROPERTY}", body={"id": key})


def mark_of(key: DeliveryId) -> str:
    """Return the words by which the comment of a file is known."""
    return words_of(key)


def is_marked(body: Body, key: DeliveryId) -> bool:
    return mark_of(key) in plain(body)
