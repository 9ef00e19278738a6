"""The request types as forms: what is asked, what keeps people from asking."""

from collections.abc import Iterator

from syncd.app import make_messenger
from syncd.config.values import read_address
from syncd.core.answering.strange import strange
from syncd.core.desks.choice import Asking
from syncd.core.desks.desk import RequestKind, offered
from syncd.core.errors import RemoteFailure, Unauthorized
from syncd.core.fields.form import Form
from syncd.core.model import SUMMARY, Chat, ChatId
from syncd.doctor.case import Case
from syncd.doctor.chats import one_line
from syncd.doctor.finding import Finding, blocking, ok, warning
from syncd.doctor.jsm import RENEW
from syncd.doctor.rounds import whole
from syncd.loops.forms.empty import shortened
from syncd.loops.keep.form_check import (
    form_problems,
    how_answered,
    key_of,
    key_of_desk,
    place_of_marker,
    strange_desks,
)

_STAYS = (
    "our account lacks the permission 'Edit issues' there, so that the reference at the end of a "
    "summary stays"
)


def request_types(case: Case) -> Iterator[Finding]:
    """Read each form; one that cannot be read keeps no other from being told."""
    for desk in case.config.all_desks():
        for kind in desk.kinds:
            try:
                form = case.helpdesk.form(kind)
            except RemoteFailure as failure:
                key = f"{key_of_desk(desk.name, 'service_desk')}, {key_of(kind)}"
                refused = isinstance(failure, Unauthorized)
                yield blocking(f"{key}: {whole(failure)}", fix=RENEW if refused else "")
                continue
            case.forms[kind] = form
            names = [
                f"{one_line(f.label)}{' (required)' if f.required else ''}" for f in form.fields
            ]
            yield ok(f"JSM: the {_name(kind, form)} has {len(names)} fields: {', '.join(names)}")


def _name(kind: RequestKind, form: Form) -> str:
    return f"form of {one_line(form.name)} ({kind})" if kind.desk else "form"


def _asked(case: Case) -> Iterator[tuple[RequestKind, Form, list[Chat]]]:
    """Yield each form with the chats that offer it."""
    desks = case.config.all_desks()
    for kind, form in case.forms.items():
        yield kind, form, [chat for chat in case.asking if kind in offered(chat.desks, desks)]


def attached(case: Case) -> Iterator[Finding]:
    """Tell of the Forms of JSM that are attached to request types."""
    for kind, form, _ in _asked(case):
        request_type = f"the request type {kind}" if kind.desk else "the request type"
        if form.unread:
            said = f"whether {request_type} has a Form cannot be read: {one_line(form.unread)}"
            yield warning(f"JSM: {said}; tickets are made without one")
        elif form.attached:
            yield ok(f"JSM: {request_type} has the Form {one_line(form.attached)!r}")


def fields(case: Case) -> Iterator[Finding]:
    """Tell how each field is answered, what of the card is cut, and what keeps it from working."""
    every_kind = [kind for desk in case.config.all_desks() for kind in desk.kinds]
    for kind, form, asking in _asked(case):
        if not asking:
            yield warning(f"{key_of(kind)}: no chat offers it")
            continue
        yield from _marker(case, kind, form)
        for line in how_answered(form, asking, read_address):
            yield ok(f"JSM: {line}")
        others = [case.forms.get(one, Form()) for one in every_kind if one != kind]
        for problem in form_problems(form, asking, read_address, others, key_of(kind)):
            yield blocking(problem)
        for said in _cut(case, kind, form):
            yield ok(f"JSM: {said}")


def _marker(case: Case, kind: RequestKind, form: Form) -> Iterator[Finding]:
    """Tell where its tickets carry their marker, and whether a reference may be taken away."""
    if marked := place_of_marker(form):
        yield ok(f"JSM: {f'{kind}: ' if kind.desk else ''}{marked}")
    projects = {desk.name: desk.project for desk in case.config.all_desks()}
    if form.marker_place == SUMMARY and not case.helpdesk.may_edit(projects[kind.desk]):
        yield warning(f"{key_of_desk(kind.desk, 'project')}: {_STAYS}")


def _cut(case: Case, kind: RequestKind, form: Form) -> tuple[str, ...]:
    """Measure the card that it makes."""
    unconfigured, portal = case.config.chat(ChatId("")), case.config.jsm.portal_base
    lark = make_messenger(case.config, case.network)
    try:
        return shortened(Asking(form, kind), unconfigured, read_address, portal, lark)
    finally:
        lark.close()


def names(case: Case) -> Iterator[Finding]:
    """Tell of desks, severities and SLAs that are named and that there are not."""
    found = strange_desks(case.asking, case.config.all_desks())
    answering, first_response = case.config.answering(), case.config.severity.first_response
    if case.forms:
        found += strange(answering, first_response, case.forms.values(), case.asking)
    yield from map(blocking, found)
    if not found:
        yield ok("JSM: every desk, severity and SLA that is named is there")
