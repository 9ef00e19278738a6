"""Comments, and what says whether they are public.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/
"""

from collections.abc import Sequence
from contextlib import suppress

from syncd.core.model import (
    AccountId,
    Author,
    Comment,
    CommentId,
    DeliveryId,
    Ms,
    OddComment,
    TicketKey,
)
from syncd.core.publicity import Publicity, Signs
from syncd.core.text import Body, clean
from syncd.helpdesk.jsm.adf import media, reading, writing
from syncd.helpdesk.jsm.marking.reference import PROPERTY
from syncd.helpdesk.jsm.wire.call import DESK, V3, Answer, Call, segment
from syncd.helpdesk.jsm.wire.members import (
    Obj,
    UnreadableError,
    as_object,
    as_objects,
    children,
    count,
    flag,
    lenient,
    moment,
    optional_text,
    root,
    text,
)
from syncd.helpdesk.jsm.wire.paging import Portion

BULK = 1000
"""Comments that one call by their ids takes."""

_PAGE = 100
_PUBLIC = "sd.public.comment"


def newest_first(ticket: str, start: int) -> Call:
    query = (("orderBy", "-created"), ("startAt", str(start)), ("maxResults", str(_PAGE)))
    return Call("GET", _comments_of(ticket), query)


def read_slice(answer: Answer, start: int) -> Portion[Comment | OddComment]:
    page = root(answer)
    found = read_each(children(page, "comments"))
    return Portion(found, last=start + len(found) >= count(page, "total") or not found)


def by_ids(ids: Sequence[CommentId]) -> Call:
    """Ask for comments with their properties, which lists of a ticket do not show."""
    numbers = sorted({int(one) for one in ids})
    return Call("POST", f"{V3}/comment/list", (("expand", "properties"),), {"ids": numbers})


def read_found(answer: Answer) -> Portion[Comment]:
    """Return the comments found; those that cannot be made out are missing."""
    page = root(answer)
    values = children(page, "values")
    more = page.get("isLast") is False or count(page, "total") > len(values)
    return Portion([c for c in read_each(values) if isinstance(c, Comment)], last=not more)


def read_each(values: list[Obj]) -> list[Comment | OddComment]:
    """Read each comment by itself: one that is odd must not stop the others."""
    return [_read_or_odd(one) for one in values]


def _read_or_odd(comment: Obj) -> Comment | OddComment:
    try:
        return read(comment)
    except UnreadableError:
        try:
            created = moment(comment, "created")
        except UnreadableError:
            created = Ms(0)
        return OddComment(CommentId(lenient(comment, "id")), created)


def read(comment: Obj) -> Comment:
    """Return one comment; the signs of being public are handed on as they stand."""
    properties = _properties(comment)
    created_ms, updated_ms = _moments(comment)
    return Comment(
        id=CommentId(text(comment, "id")),
        author=_author(comment.get("author")),
        body=reading.read(comment.get("body")),
        created_ms=created_ms,
        updated_ms=updated_ms,
        signs=Signs(
            jsd_public=comment.get("jsdPublic"),
            visibility=comment.get("visibility"),
            internal=_internal(properties),
            author_can_see=comment.get("jsdAuthorCanSeeRequest"),
        ),
        ref=lenient(properties, PROPERTY, "id"),
        files=media.files_named(comment.get("body")),
    )


def _moments(comment: Obj) -> tuple[Ms, Ms]:
    """Return when it was written and changed; one stands for the other where that is odd."""
    found = []
    for name in ("created", "updated"):
        with suppress(UnreadableError):
            found.append(moment(comment, name))
    if not found:
        raise UnreadableError("created is no time")
    return found[0], found[-1]


# Comments of deleted and of anonymous users have no author, and must not stop the others.
def _author(user: object) -> Author:
    if user is None:
        return Author(AccountId(""), "", "unknown")
    author = as_object(user, "author")
    return Author(
        id=AccountId(optional_text(author, "accountId")),
        name=clean(lenient(author, "displayName")),
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


def new_comment(ticket: TicketKey, author: str, body: Body, key: DeliveryId) -> Call:
    """Return the call that writes a public comment and, in the same step, our reference."""
    return Call("POST", _comments_of(ticket), body=_content(author, body, key))


def new_note(ticket: TicketKey, body: Body, key: DeliveryId) -> Call:
    """Return the call that writes a comment for engineers alone and, in the same step, our
    reference."""
    written = {"body": writing.document(body), "properties": _properties_of(key, internal=True)}
    return Call("POST", _comments_of(ticket), body=written)


# Whether an update keeps the properties that it does not name is not documented, so it names them.
# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-issue-issueidorkey-comment-id-put
def changed_comment(
    ticket: TicketKey, comment: CommentId, author: str, body: Body, key: DeliveryId
) -> Call:
    return Call("PUT", _comment(ticket, comment), body=_content(author, body, key))


# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-issue-issueidorkey-comment-id-delete
def no_comment(ticket: TicketKey, comment: CommentId) -> Call:
    return Call("DELETE", _comment(ticket, comment))


def _comment(ticket: TicketKey, comment: CommentId) -> str:
    return f"{_comments_of(ticket)}/{segment(comment)}"


def _content(author: str, body: Body, key: DeliveryId) -> dict[str, object]:
    return {
        "body": writing.document(body, led_by=f"{clean(author)} (via Lark):".strip()),
        "properties": _properties_of(key, internal=False),
    }


def _properties_of(key: DeliveryId, *, internal: bool) -> list[dict[str, object]]:
    return [
        {"key": PROPERTY, "value": {"id": key}},
        {"key": _PUBLIC, "value": {"internal": internal}},
    ]


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


def read_portal_list(answer: Answer) -> Portion[tuple[CommentId, Publicity]]:
    """Return what the portal says of each comment of a page."""
    page = root(answer)
    said = [(CommentId(text(one, "id")), _said(one)) for one in children(page, "values")]
    return Portion(said, last=flag(page, "isLastPage") or not said)


def _said(comment: Obj) -> Publicity:
    """What is neither true nor false proves nothing, either way."""
    public = comment.get("public")
    if public is True:
        return Publicity.PUBLIC
    return Publicity.NOT_PUBLIC if public is False else Publicity.UNREADABLE


def _comments_of(ticket: str) -> str:
    return f"{V3}/issue/{segment(ticket)}/comment"
