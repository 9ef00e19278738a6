"""What takes a ticket on the desk; there is one for all of it, which goes away in the end."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from syncd.app import new_key
from syncd.core.errors import Rejected, RemoteFailure
from syncd.core.model import CommentId, TicketKey
from syncd.core.prose.said import blocks
from syncd.helpdesk.jsm.wire.call import V3, Call, segment
from syncd.helpdesk.jsm.wire.call import Answer as Told
from syncd.helpdesk.jsm.wire.members import root, text
from syncd.probe.draft import TITLE
from syncd.probe.ground import Ground
from syncd.probe.jira_fields import sla_fields
from syncd.probe.question import Answer, answer, number, untold

_NO_FIELD = "customfield_1"
_WORDS = blocks(TITLE)


def made_of(ground: Ground) -> str:
    """Say what the ticket would be, and what is chosen of its lists, such as how urgent it is."""
    drafted = ground.draft
    kind = drafted.form.name or drafted.filing.kind.type
    return "; ".join([f"The ticket would be of the request type {kind}", *drafted.chosen])


# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-post
def wrong_field(ground: Ground) -> Iterator[Answer]:
    """Whether a field that is not on the form is refused before anything is created."""
    create = ground.draft_call()
    body = dict(create.body or {})
    values = body.get("requestFieldValues")
    if isinstance(values, dict):
        body["requestFieldValues"] = values | {_NO_FIELD: "x"}
    call, filing = replace(create, body=body), ground.draft.filing
    try:
        ground.file(lambda: ground.jira.survey.file(call, filing))
    except RemoteFailure as failure:
        code = number(failure)
        yield answer(code, f"a field that is not on the form is refused, {code}")
    else:
        yield answer(201, "a field that is not on the form is taken, and the ticket made")


# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/
def updated(ground: Ground) -> Iterator[Answer]:
    """Whether a ticket counts as changed when a comment of it is edited, hidden or deleted."""
    key, mark = TicketKey(ground.ticket), new_key()
    comment = ground.jira.add_comment(key, "", _WORDS, mark)
    deeds: dict[str, Callable[[], object]] = {
        "edited": lambda: ground.jira.change_comment(key, comment, "", blocks(f"{TITLE}."), mark),
        "hidden": lambda: _hide(ground, comment),
        "deleted": lambda: ground.jira.delete_comment(key, comment),
    }
    for name, deed in deeds.items():
        before = _moment(ground, key)
        ground.pause()
        try:
            deed()
        except RemoteFailure as failure:
            code = number(failure)
            yield answer(f"{name}: {code}", f"a comment cannot be {name}, {code}")
            continue
        if _moment(ground, key) != before:
            yield answer(f"{name}: yes", f"when a comment is {name}, `updated` changes")
        else:
            yield answer(f"{name}: no", f"when a comment is {name}, `updated` does not change")


# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comment-properties/
def _hide(ground: Ground, comment: CommentId) -> None:
    path = f"{V3}/comment/{segment(comment)}/properties/sd.public.comment"
    _require(ground.exchange(Call("PUT", path, body={"internal": True})), 200, 201)


def _moment(ground: Ground, key: str) -> str:
    """Return when the ticket changed last, as it is written."""
    call = Call("GET", f"{V3}/issue/{segment(key)}", (("fields", "updated"),))
    told = root(_require(ground.exchange(call), 200))
    fields = told.get("fields")
    return text(fields if isinstance(fields, dict) else {}, "updated")


def _require(told: Told, *statuses: int) -> Told:
    """Return the answer; Rejected with its status where it is another one."""
    if told.status not in statuses:
        refused = Rejected(f"HTTP {told.status}")
        refused.status = told.status
        raise refused
    return told


# https://support.atlassian.com/jira-service-management-cloud/docs/create-service-level-agreements-slas/
def first_answer(ground: Ground) -> Iterator[Answer]:
    """Whether a comment that our account writes counts as the first answer of an agent."""
    ids = sla_fields(ground)
    key = TicketKey(ground.ticket)
    before = _running(ground, key, ids)
    if not before:
        yield untold("no SLA runs on the ticket")
        return
    ground.pause()
    ground.jira.add_comment(key, "", _WORDS, new_key())
    stopped = before - _running(ground, key, ids)
    said = f"{len(stopped)} of {len(before)} SLAs stop when our account comments"
    yield answer(f"{len(stopped)} of {len(before)}", said)


def _running(ground: Ground, key: str, ids: list[str]) -> set[str]:
    fields = next((one.get("fields") for one in ground.issues([key], *ids)), None)
    found = fields if isinstance(fields, dict) else {}
    slas = {id: found.get(id) for id in ids}
    return {id for id, sla in slas.items() if isinstance(sla, dict) and sla.get("ongoingCycle")}
