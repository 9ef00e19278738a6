"""Comments, and what says whether they are public.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from syncd.core.model import AccountId, Author, Comment, CommentId, DeliveryId, TicketKey
from syncd.core.publicity import Publicity, Signs
from syncd.core.text import Body, clean
from syncd.helpdesk.jsm.adf import reading, writing
from syncd.helpdesk.jsm.wire.call import DESK, V3, Answer, Call, segment
from syncd.helpdesk.jsm.wire.members import (
    Obj,
    UnreadableError,
    as_object,
    as_objects,
    children,
    count,
    flag,
    moment,
    optional_text,
    root,
    text,
)

BULK = 1000
"""Comments that one call by their ids takes."""

_PAGE = 100
_PUBLIC = "sd.public.comment"
_OURS = "syncd.ref"


@dataclass(frozen=True)
class Slice:
    """One page of a ticket's comments; `end` is how many came so far, of `total`."""

    comments: tuple[Comment, ...]
    end: int
    total: int

    @property
    def last(self) -> bool:
        return not self.comments or self.end >= self.total


@dataclass(frozen=True)
class Found:
    """Comments asked for by id; `more` when the answer held only some of them."""

    comments: tuple[Comment, ...]
    more: bool


def newest_first(ticket: str, start: int) -> Call:
    query = (("orderBy", "-created"), ("startAt", str(start)), ("maxResults", str(_PAGE)))
    return Call("GET", _comments_of(ticket), query)


def read_slice(answer: Answer, start: int) -> Slice:
    page = root(answer)
    found = tuple(read(one) for one in children(page, "comments"))
    return Slice(found, start + len(found), count(page, "total"))


def by_ids(ids: Sequence[CommentId]) -> Call:
    """Ask for comments with their properties, which lists of a ticket do not show."""
    numbers = sorted({int(one) for one in ids})
    return Call("POST", f"{V3}/comment/list", (("expand", "properties"),), {"ids": numbers})


def read_found(answer: Answer) -> Found:
    """Return the comments found; those that cannot be made out are missing."""
    page = root(answer)
    values = children(page, "values")
    more = page.get("isLast") is False or count(page, "total") > len(values)
    return Found(tuple(_readable(values)), more)


def _readable(values: list[Obj]) -> Iterator[Comment]:
    for one in values:
        try:
            yield read(one)
        except UnreadableError:
            continue  # One odd comment must not stop the others.


def read(comment: Obj) -> Comment:
    """Return one comment; the signs of being public are handed on as they stand."""
    properties = _properties(comment)
    return Comment(
        id=CommentId(text(comment, "id")),
        author=_author(comment.get("author")),
        body=reading.read(comment.get("body")),
        created_ms=moment(comment, "created"),
        updated_ms=moment(comment, "updated"),
        signs=Signs(
            jsd_public=comment.get("jsdPublic"),
            visibility=comment.get("visibility"),
            internal=_internal(properties),
            author_can_see=comment.get("jsdAuthorCanSeeRequest"),
        ),
        ref=_reference(properties),
    )


# Comments of deleted and of anonymous users have no author, and must not stop the others.
def _author(user: object) -> Author:
    if user is None:
        return Author(AccountId(""), "", "unknown")
    author = as_object(user, "author")
    return Author(
        id=AccountId(optional_text(author, "accountId")),
        name=clean(optional_text(author, "displayName")),
        kind=optional_text(author, "accountType") or "unknown",
    )


def _properties(comment: Obj) -> dict[str, object]:
    listed = as_objects(comment.get("properties") or [], "properties")
    return {text(one, "key"): one.get("value") for one in listed}


# Written by the portal as {"internal": true}; older comments carry the string "true".
def _internal(properties: dict[str, object]) -> object:
    """Return what the property says, None only when there is none: anything odd is a sign."""
    if _PUBLIC not in properties:
        return None
    value = properties[_PUBLIC]
    said = value["internal"] if isinstance(value, dict) and "internal" in value else value
    return "null" if said is None else said


def _reference(properties: dict[str, object]) -> str:
    value = properties.get(_OURS)
    reference = value.get("id") if isinstance(value, dict) else None
    return reference if isinstance(reference, str) else ""


def new_comment(ticket: TicketKey, author: str, body: Body, key: DeliveryId) -> Call:
    """Return the call that writes a public comment and, in the same step, our reference."""
    content = {
        "body": writing.document(body, led_by=f"{clean(author)} (via Lark):".strip()),
        "properties": [
            {"key": _OURS, "value": {"id": key}},
            {"key": _PUBLIC, "value": {"internal": False}},
        ],
    }
    return Call("POST", _comments_of(ticket), body=content)


def read_written(answer: Answer) -> tuple[CommentId, bool]:
    """Return the new comment, and whether the portal shows it."""
    written = root(answer)
    return CommentId(text(written, "id")), written.get("jsdPublic") is True


# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-issueidorkey-comment-commentid-get
def portal_view(ticket: TicketKey, comment: CommentId) -> Call:
    return Call("GET", f"{DESK}/request/{segment(ticket)}/comment/{segment(comment)}")


def read_portal_view(answer: Answer, comment: CommentId) -> Publicity:
    """Judge the portal's own view of a comment; only `public: true` is public."""
    try:
        seen = root(answer)
        same = text(seen, "id") == comment
    except UnreadableError:
        return Publicity.UNREADABLE
    if not same:
        return Publicity.UNREADABLE
    return Publicity.PUBLIC if seen.get("public") is True else Publicity.NOT_PUBLIC


# Internal comments are in the list unless it is asked not to hold them, and the order is nowhere
# promised; a caller who cannot see the request may get an empty page:
# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-issueidorkey-comment-get
def portal_list(ticket: TicketKey, start: int) -> Call:
    query = (("public", "true"), ("internal", "true"), ("start", str(start)), ("limit", "100"))
    return Call("GET", f"{DESK}/request/{segment(ticket)}/comment", query)


def read_portal_list(answer: Answer) -> tuple[list[tuple[CommentId, Publicity]], bool]:
    """Return what the portal says of each comment of a page, and whether it is the last one."""
    page = root(answer)
    said = [(CommentId(text(one, "id")), _said(one)) for one in children(page, "values")]
    return said, flag(page, "isLastPage") or not said


def _said(comment: Obj) -> Publicity:
    """What is neither true nor false proves nothing, either way."""
    public = comment.get("public")
    if public is True:
        return Publicity.PUBLIC
    return Publicity.NOT_PUBLIC if public is False else Publicity.UNREADABLE


def _comments_of(ticket: str) -> str:
    return f"{V3}/issue/{segment(ticket)}/comment"
