"""How a ticket of ours goes away: it is deleted, which few may; else it is closed."""

from collections.abc import Callable
from typing import TypeAlias

from syncd.core.errors import RemoteFailure
from syncd.helpdesk.jsm.wire.call import V3, Answer, Call, segment
from syncd.helpdesk.jsm.wire.members import UnreadableError, children, lenient, root
from syncd.probe.written import StillThereError

Exchange: TypeAlias = Callable[[Call], Answer]

_CLOSED = "the ticket was closed, since our account could not delete it"
_DELETED = "the ticket was deleted"


# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-delete
def end_of(exchange: Exchange, key: str) -> str:
    """Take a ticket away and return how; StillThereError where nothing helps.

    What one step is answered with, or not at all, keeps no other step from being taken. A ticket
    that is not found any more is gone: the answer that told so was lost.
    """
    path = f"{V3}/issue/{segment(key)}"
    if _asked(exchange, Call("DELETE", path))[0] in (204, 404):
        return _DELETED
    status, ends = _ends(exchange, path)
    if status == 404:
        return _DELETED
    for id in ends:
        body = {"transition": {"id": id}}
        told, _ = _asked(exchange, Call("POST", f"{path}/transitions", body=body))
        if told == 204 or (not told and _is_closed(exchange, path)):
            return _CLOSED
    raise StillThereError("a ticket of ours is still open")


def _asked(exchange: Exchange, call: Call) -> tuple[int, Answer | None]:
    """Return an answer with its status, 0 where none came that says anything."""
    try:
        answer = exchange(call)
    except RemoteFailure:
        return 0, None
    return answer.status, answer


# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-transitions-get
def _ends(exchange: Exchange, path: str) -> tuple[int, list[str]]:
    """Return the transitions that end a ticket, and the status of the answer."""
    status, answer = _asked(exchange, Call("GET", f"{path}/transitions"))
    try:
        steps = children(root(answer), "transitions") if answer and status == 200 else []
    except UnreadableError:
        steps = []
    done = [one for one in steps if lenient(one, "to", "statusCategory", "key") == "done"]
    return status, [lenient(one, "id") for one in done]


def _is_closed(exchange: Exchange, path: str) -> bool:
    status, answer = _asked(exchange, Call("GET", path, (("fields", "status"),)))
    try:
        found = root(answer) if answer and status == 200 else {}
    except UnreadableError:
        return False
    return lenient(found, "fields", "status", "statusCategory", "key") == "done"
