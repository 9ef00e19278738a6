"""/rest/servicedeskapi/request: create and read requests, their status and participants.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.desk import forms, wire
from syncd.sandbox.jsm.exchange import (
    Answer,
    Ask,
    RefusedError,
    problem,
    refuse_desk,
    wrong_members,
)
from syncd.sandbox.jsm.fields import kinds
from syncd.sandbox.jsm.fields.case import Case
from syncd.sandbox.jsm.forms import answers as form_answers
from syncd.sandbox.jsm.records import Account, Ticket
from syncd.sandbox.jsm.text import adf, wiki

_CREATE_MEMBERS = {
    "serviceDeskId": "string",
    "requestTypeId": "string",
    "requestFieldValues": "object",
    "raiseOnBehalfOf": "string",
    "requestParticipants": "strings",
    "isAdfRequest": "boolean",
    "form": "object",
    "channel": "string",
}


def bot(ask: Ask) -> Account:
    """Return the caller; the routes of this file are closed to anonymous ones."""
    if ask.caller is None:
        refuse_desk(401, "You need to be logged in.", "sd.unauthorized.user.not.logged.in")
    return ask.caller


def visible_request(ask: Ask) -> Ticket:
    """Return the request of the path; an issue that is no request is not there either."""
    ticket = ask.state.find(ask.path["key"])
    unseen = ask.caller is None or ticket is None or not ask.state.bot_sees(ticket.project)
    if ticket is None or unseen or not ticket.request_type:
        refuse_desk(
            404,
            "The request does not exist, or you do not have permission to view it.",
            "sd.customer.request.not.found",
        )
    return ticket


@dataclass(frozen=True)
class _Wanted:
    """A request whose every member was checked, but for the values of its fields."""

    kind: site.RequestType
    reporter: str
    participants: list[str]
    values: dict[str, Any]
    is_adf: bool
    answers: dict[str, Any] | None = None
    """What the Form was answered; None: the request is made without one."""


def create(ask: Ask) -> Answer:
    """POST /rest/servicedeskapi/request: everything is checked before anything is stored."""
    caller, wanted = bot(ask), _checked(ask)
    if ask.state.switches.form_answers_checked and (wrong := _form_problems(ask, wanted)):
        member = ask.state.switches.form_errors_in
        said = {"errorMessage": "The form is not valid.", member: _form_errors(wrong)}
        raise RefusedError(Answer(said, 400))
    if problems := _problems(ask, wanted):
        refuse_desk(
            400,
            "Your request could not be created. Please check the fields have been correctly "
            f"filled in. {' '.join(f'{field}: {said}' for field, said in problems)}",
            "sd.validation.error.create.request",
        )
    form, given = wanted.kind.form, wanted.answers or {}
    stored = _stored(ask, wanted.kind, wanted.values, is_adf=wanted.is_adf)
    ticket = ask.state.new_ticket(
        wanted.kind.id,
        stored | (form_answers.kept(form, given, ask.state) if form else {}),
        reporter=wanted.reporter,
        creator=caller.account_id,
        participants=wanted.participants,
    )
    if form and wanted.answers is not None:
        ticket.form = form_answers.read(form, given, ask.state)
    return Answer(wire.request(ask, ticket), 201)


def validate(ask: Ask) -> Answer:
    """POST /rest/servicedeskapi/request/validate: the checks of a create, and nothing created."""
    bot(ask)
    if not ask.state.switches.validates:
        raise RefusedError(problem(404, "No endpoint POST /request/validate."))
    try:
        wanted = _checked(ask)
        problems, wrong = _problems(ask, wanted), _form_problems(ask, wanted)
    except RefusedError as refused:
        if refused.answer.status != 400:
            raise
        raise _invalid(refused.answer.body["errorMessage"], []) from refused
    if problems or wrong:
        by_label = ask.state.switches.errors_name_labels
        names = {field.id: field.name for field in wanted.kind.fields} if by_label else {}
        said = "Please check the fields have been correctly filled in."
        raise _invalid(said, problems, wrong, names)
    return Answer({"valid": True})


def _invalid(
    said: str,
    problems: list[tuple[str, str]],
    wrong: list[tuple[str, str]] | None = None,
    names: Mapping[str, str] = MappingProxyType({}),
) -> RefusedError:
    answer = {
        "valid": False,
        "reasonKey": "sd.validation.error.create.request",
        "errorMessage": said,
        "errorMessages": [said],
        "fieldErrors": [{"field": names.get(f, f), "message": message} for f, message in problems],
        "formErrors": _form_errors(wrong or []),
    }
    return RefusedError(Answer(answer, 400))


def _form_errors(wrong: list[tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {
            "code": "INVALID_ANSWER",
            "title": "Invalid answer",
            "detail": said,
            "status": "400",
            "context": [{"type": "question", "id": question}],
        }
        for question, said in wrong
    ]


def _problems(ask: Ask, wanted: _Wanted) -> list[tuple[str, str]]:
    with_form = wanted.answers is not None
    about = ask.state, wanted.kind, wanted.values
    return forms.problems(*about, is_adf=wanted.is_adf, with_form=with_form)


def _form_problems(ask: Ask, wanted: _Wanted) -> list[tuple[str, str]]:
    """A request without answers has no form at all, or is refused, whatever the Form requires."""
    form = wanted.kind.form
    if form is None:
        return []
    if wanted.answers is None:
        return [("", "The form is required.")] if ask.state.switches.form_required else []
    return form_answers.problems(form, wanted.answers, ask.state, is_adf=wanted.is_adf)


def _checked(ask: Ask) -> _Wanted:
    """Return what the body asks for; it is refused for anything but its fields' values."""
    caller, body = bot(ask), ask.json_object()
    if wrong := wrong_members(body, _CREATE_MEMBERS):
        refuse_desk(400, f"Unrecognized or wrongly typed member '{wrong[0]}'.")
    kind = _checked_kind(ask, body)
    reporter = _checked_reporter(ask, body, caller, kind.project)
    participants = _checked_accounts(ask, body.get("requestParticipants", []))
    is_adf = body.get("isAdfRequest", False)
    if is_adf and not ask.state.switches.create_takes_adf:
        refuse_desk(400, "Unrecognized or wrongly typed member 'isAdfRequest'.")
    answers = body["form"].get("answers", {}) if "form" in body else None
    values = body.get("requestFieldValues", {})
    if not ask.state.switches.unknown_fields_refused:
        known = {field.id for field in kind.fields}
        values = {name: value for name, value in values.items() if name in known}
    return _Wanted(kind, reporter, participants, values, is_adf, answers)


def own(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/request: what the caller reported or takes part in."""
    caller = bot(ask).account_id
    tickets = [t for t in ask.state.tickets.values() if t.request_type]
    mine = [t for t in tickets if caller == t.reporter or caller in t.participants]
    seen = [ticket for ticket in mine if ask.state.bot_sees(ticket.project)]
    values = [wire.request(ask, ticket) for ticket in seen]
    return Answer(wire.page(ask, values, "/rest/servicedeskapi/request"))


def get(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/request/{key}."""
    ticket = visible_request(ask)
    answer, asked = wire.request(ask, ticket), ask.names("expand")
    if "participant" in asked:
        answer["participants"] = wire.whole(_participants(ask, ticket))
    if "status" in asked:
        answer["status"] = wire.whole([wire.status(ask.state, ticket)])
    if "requestType" in asked:
        kind = ask.state.request_types[ticket.request_type]
        answer["requestType"] = wire.request_type(kind, ask.base)
    if "serviceDesk" in asked:
        answer["serviceDesk"] = wire.desk(ticket.project, ask.base)
    if "comment" in asked:
        shown = [c for c in ticket.comments if wire.is_public(ask.state, c)]
        answer["comments"] = wire.whole([wire.comment(ask, ticket, c) for c in shown])
    if "attachment" in asked:
        files = [a for c in ticket.comments for a in c.attachments]
        answer["attachments"] = wire.whole([wire.attachment(ask, ticket, a) for a in files])
    return Answer(answer)


def status(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/request/{key}/status."""
    ticket = visible_request(ask)
    path = f"/rest/servicedeskapi/request/{ticket.id}/status"
    return Answer(wire.page(ask, [wire.status(ask.state, ticket)], path))


def transitions(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/request/{key}/transition: what a customer may do."""
    ticket = visible_request(ask)
    values = [{"id": one.id, "name": one.name} for one in _offered(ask, ticket)]
    return Answer(wire.page(ask, values, f"/rest/servicedeskapi/request/{ticket.id}/transition"))


def transition(ask: Ask) -> Answer:
    """POST /rest/servicedeskapi/request/{key}/transition: all of it or nothing; no screen, so a
    resolution is what the workflow sets."""
    ticket, caller = visible_request(ask), bot(ask)
    if not ask.state.switches.bot_transitions_issues:
        refuse_desk(403, "You do not have permission to transition this request.")
    body = ask.json_object()
    wrong = wrong_members(body, {"id": "string", "additionalComment": "object"})
    note = body.get("additionalComment", {})
    if wrong or wrong_members(note, {"body": "string"}):
        refuse_desk(400, "Unrecognized or wrongly typed member.")
    offered = {one.id: one for one in _offered(ask, ticket)}
    if body.get("id") not in offered:
        refuse_desk(400, "The transition is not valid.", "sd.request.error.invalid.transition")
    said = note.get("body", "")
    if len(said) > adf.MAX_TEXT:
        refuse_desk(400, "The comment is too long.", "sd.request.comment.invalid")
    if said.strip():
        ask.state.add_comment(ticket, caller.account_id, wiki.to_adf(said))
    to = site.STATUSES[offered[body["id"]].to]
    ask.state.set_status(ticket, to.name, "Done" if to.category == "done" else "")
    return Answer(status=204)


def _offered(ask: Ask, ticket: Ticket) -> list[site.Transition]:
    """Return what the portal shows of the ways that lead on from the ticket's status."""
    switches = ask.state.switches
    if not switches.bot_transitions_issues:
        return []
    on_portal = (site.TRANSITIONS[id] for id in sorted(switches.customer_transitions))
    return [one for one in on_portal if ticket.status in one.origins]


def participants(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/request/{key}/participant."""
    ticket = visible_request(ask)
    path = f"/rest/servicedeskapi/request/{ticket.id}/participant"
    return Answer(wire.page(ask, _participants(ask, ticket), path))


def add_participants(ask: Ask) -> Answer:
    """POST /rest/servicedeskapi/request/{key}/participant."""
    ticket = visible_request(ask)
    switches = ask.state.switches
    if not (switches.bot_manages_participants and switches.bot_is_agent):
        refuse_desk(403, "You do not have permission to manage participants on this request.")
    if not switches.desk_takes_participants:
        refuse_desk(400, "Request participants are not enabled for this service project.")
    for account_id in _participant_body(ask):
        if account_id not in ticket.participants:
            ticket.participants.append(account_id)
    ask.state.touch(ticket)
    return participants(ask)


def remove_participants(ask: Ask) -> Answer:
    """DELETE /rest/servicedeskapi/request/{key}/participant."""
    ticket = visible_request(ask)
    gone = _participant_body(ask)
    ticket.participants = [a for a in ticket.participants if a not in gone]
    ask.state.touch(ticket)
    return participants(ask)


def _participants(ask: Ask, ticket: Ticket) -> list[dict[str, Any]]:
    return [wire.user(ask.state, account, ask.base) for account in ticket.participants]


def _participant_body(ask: Ask) -> list[str]:
    body = ask.json_object()
    if wrong_members(body, {"accountIds": "strings"}) or not body.get("accountIds"):
        refuse_desk(400, "The list of accountIds is missing or not valid.")
    return _checked_accounts(ask, body["accountIds"])


def _checked_kind(ask: Ask, body: dict[str, Any]) -> site.RequestType:
    desk = next((one for one in site.DESKS if one.desk_id == body.get("serviceDeskId")), None)
    if desk is None or not ask.state.bot_sees(desk):
        refuse_desk(400, "The service desk is missing or not valid.")
    kind = ask.state.request_types.get(body.get("requestTypeId", ""))
    if kind is None or kind.project != desk:
        refuse_desk(400, "The request type is missing or not valid.")
    if "form" in body and kind.form is None:
        refuse_desk(400, "The request type has no form attached.")
    return kind


def _checked_reporter(ask: Ask, body: dict[str, Any], caller: Account, desk: site.Project) -> str:
    """An accountId of a customer of the desk, never an e-mail (JSDCLOUD-6061)."""
    account_id = body.get("raiseOnBehalfOf")
    if account_id is None:
        return caller.account_id
    if not ask.state.switches.bot_is_agent:
        refuse_desk(403, "You do not have permission to raise a request on behalf of others.")
    if ask.state.account(account_id) is None:
        refuse_desk(
            400,
            "The specified user does not exist. Provide an accountId.",
            "sd.validation.error.raise.on.behalf.of.user.not.found",
        )
    if not ask.state.is_customer(account_id, desk):
        refuse_desk(
            ask.state.switches.not_a_customer_status,
            "The user is not a customer of this service desk.",
            "sd.validation.error.raise.on.behalf.of.not.customer",
        )
    return str(account_id)


def _checked_accounts(ask: Ask, account_ids: list[str]) -> list[str]:
    for account_id in account_ids:
        if ask.state.account(account_id) is None:
            refuse_desk(400, f"The user '{account_id}' does not exist.")
    return list(dict.fromkeys(account_ids))


def _stored(
    ask: Ask, kind: site.RequestType, values: dict[str, Any], *, is_adf: bool
) -> dict[str, Any]:
    return {
        field.id: kinds.kept(Case(field, ask.state, is_adf, ask.base), values[field.id])
        for field in kind.fields
        if not forms.is_empty(values.get(field.id))
    }
