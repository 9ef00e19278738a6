"""A ticket to create.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-post
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from syncd.core.desks.filing import Filing
from syncd.core.errors import Cause, FormChanged, Rejected
from syncd.core.fields.field import Field
from syncd.core.model import DESCRIPTION, REPORTER, SUMMARY, Filed, Ms, TicketId, TicketKey, Values
from syncd.core.prose.said import blocks
from syncd.core.text import Block, Body, clean
from syncd.helpdesk.jsm.fields import kinds, written
from syncd.helpdesk.jsm.fields.written import Markup
from syncd.helpdesk.jsm.forms.kinds import question_of
from syncd.helpdesk.jsm.marking import reference
from syncd.helpdesk.jsm.settings import JsmSettings
from syncd.helpdesk.jsm.wire.call import DESK, Answer, Call, spoken
from syncd.helpdesk.jsm.wire.form import LABELS, RequestType
from syncd.helpdesk.jsm.wire.members import Obj, lenient, optional_text, root, text


def fits(filing: Filing, kind: RequestType) -> bool:
    """Tell whether the request type, as it was read, has a place for all of the ticket."""
    needed = {field_id for field_id in (*filing.values, *filing.as_json) if field_id != REPORTER}
    needed |= {DESCRIPTION} if filing.description or filing.described_as else set()
    return bool(kind.marker_place) and needed <= kind.field_ids


# Documents are marked experimental; every field of several lines has to be one then:
# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-post
def request(filing: Filing, settings: JsmSettings, kind: RequestType, markup: Markup) -> Call:
    """Return the call that creates the ticket.

    Rejected FORBIDDEN: the request type has no place for what a ticket must carry.
    Rejected INVALID: a value is not what its field takes.
    """
    filled = _filled(filing, kind, markup)
    body: dict[str, object] = {
        "serviceDeskId": settings.service_desk,
        "requestTypeId": settings.request_type,
        "raiseOnBehalfOf": filing.reporter,
        "requestFieldValues": filled.values,
    }
    # Without it the ticket would have no form at all.
    if kind.form.attached:
        body["form"] = {"answers": filled.answers}
    if markup is Markup.DOCUMENT:
        body["isAdfRequest"] = True
    return Call("POST", f"{DESK}/request", spoken(filing.language), body)


@dataclass
class _Filled:
    """What a ticket is created with; what a question of the Form answers is no value of a field."""

    kind: RequestType
    values: dict[str, object] = field(default_factory=dict)
    answers: dict[str, object] = field(default_factory=dict)

    def put(self, id: str, value: object) -> None:
        """Write a value as it stands."""
        question = question_of(self.kind.field(id))
        if question:
            self.answers[question.id] = value
        else:
            self.values[id] = value

    def answer(self, asked: Field, given: written.Said, markup: Markup) -> None:
        question = question_of(asked)
        write = question.write if question else _writing(asked, markup)
        try:
            self.put(asked.id, write(given))
        except Rejected as exc:
            raise Rejected(f"{asked.label}: {exc}", exc.cause) from exc

    def describe(self, body: Body, markup: Markup) -> None:
        if DESCRIPTION not in self.kind.field_ids:
            raise FormChanged("the request type has no field description any more")
        question = question_of(self.kind.field(DESCRIPTION))
        self.put(DESCRIPTION, question.write_body(body) if question else written.body(body, markup))


def _writing(asked: Field, markup: Markup) -> Callable[[written.Said], object]:
    return lambda given: kinds.named(asked.native).write(given, markup)


def _filled(filing: Filing, kind: RequestType, markup: Markup) -> _Filled:
    _need(not kind.form.without, f"the request type has no text field {kind.form.without}")
    filled = _Filled(kind)
    homeless: list[Block] = []
    for field_id, given in _summarised(filing, kind).items():
        asked = kind.field(field_id)
        if field_id in (REPORTER, DESCRIPTION) or not given:
            continue
        if asked is None:
            homeless += blocks(f"{field_id}: {written.joined(given)}")
        else:
            filled.answer(asked, given, markup)
    for id, said in filing.as_json.items():
        if id in kind.field_ids:
            filled.put(id, json.loads(said))
    typed = blocks(written.joined(filing.values.get(DESCRIPTION, "")).strip())
    description = [*blocks(filing.described_as), *typed, *filing.description, *homeless]
    description += filing.origin if filing.describes and kind.field(DESCRIPTION) else ()
    if kind.marker_place == DESCRIPTION:
        description += blocks(marker_line(filing.marker))
    elif kind.marker_place == LABELS:
        labels = written.labels(filing.values.get(LABELS, ""), markup)
        filled.values[LABELS] = [*labels, filing.marker]
    elif kind.marker_place != SUMMARY:
        filled.values[kind.marker_place] = filing.marker
    if description:
        filled.describe(tuple(description), markup)
    return filled


def _summarised(filing: Filing, kind: RequestType) -> Values:
    """Return the values, with the reference in the summary where the marker has no better place."""
    if kind.marker_place != SUMMARY:
        return filing.values
    said = written.joined(filing.values.get(SUMMARY, ""))
    return {**filing.values, SUMMARY: reference.added(said, filing.marker)}


def marker_line(marker: str) -> str:
    """Return the last line of a description by which the ticket is found again."""
    return f"Ref: {marker}"


def _need(there: bool, complaint: str) -> None:
    if not there:
        raise Rejected(complaint, Cause.FORBIDDEN)


def read_filed(answer: Answer, filing: Filing) -> Filed:
    """Return the ticket that a 201 tells of."""
    created = root(answer)
    title = title_of(created) or written.joined(filing.values.get(SUMMARY, ""))
    return of_portal(created, title, filing.marker)


def of_portal(request: Obj, title: str, marker: str = "") -> Filed:
    """Return a ticket as servicedeskapi tells of it; `marker`: the one that it may carry."""
    referenced = bool(marker) and reference.stands_in(title, marker)
    title = reference.taken_away(title, marker) if referenced else title
    return Filed(
        referenced=referenced,
        id=TicketId(text(request, "issueId")),
        key=TicketKey(text(request, "issueKey")),
        title=clean(title),
        status=clean(lenient(request, "currentStatus", "status")),
        portal_path=_portal_path(lenient(request, "_links", "web")),
        status_ms=_since(request.get("currentStatus")),
    )


# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-issueidorkey-get
def _since(status: object) -> Ms:
    since = status.get("statusDate") if isinstance(status, dict) else None
    told = since.get("epochMillis") if isinstance(since, dict) else None
    return Ms(told) if type(told) is int and told > 0 else Ms(0)


# Through the gateway a link may have the gateway's base, which is no address for people.
def _portal_path(link: str) -> str:
    path = urlsplit(link).path
    return path[max(path.find("/servicedesk/"), 0) :]


# The ticket exists, so what only decorates the answer may be missing; `summary` is new in 2026.
def title_of(created: Obj) -> str:
    if isinstance(created.get("summary"), str):
        return optional_text(created, "summary")
    values = created.get("requestFieldValues")
    for value in values if isinstance(values, list) else []:
        if isinstance(value, dict) and value.get("fieldId") == SUMMARY:
            return lenient(value, "value")
    return ""
