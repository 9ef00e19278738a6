"""What would be refused of a ticket, asked before it is created, and what a create says of it.

POST /rest/servicedeskapi/request/validate is new in 2026: it takes the body of a create, makes its
checks, and creates nothing.
https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/
"""

from collections.abc import Iterator
from dataclasses import replace

from syncd.core.fields.field import Field, Problem
from syncd.core.text import clean
from syncd.helpdesk.jsm.forms.kinds import question_of
from syncd.helpdesk.jsm.wire.call import DESK, Answer, Call
from syncd.helpdesk.jsm.wire.form import RequestType
from syncd.helpdesk.jsm.wire.members import Obj, UnreadableError, lenient, root


def of_create(create: Call) -> Call:
    """Return the call that asks about it, in the language of the create."""
    return replace(create, path=f"{DESK}/request/validate")


def read_problems(answer: Answer, kind: RequestType) -> tuple[Problem, ...]:
    """Return each field that is wrong, with a sentence; none where the answer does not name any.

    Whether a field is named by its id or its label is not documented.
    """
    told = _told(answer)
    if told.get("valid") is not False:
        return ()
    found = [
        *(_problem(one, kind) for one in _listed(told, "fieldErrors")),
        *_of_form(told, kind),
    ]
    return tuple(dict.fromkeys(problem for problem in found if problem.told))


def read_refusal(answer: Answer, kind: RequestType) -> str:
    """Return a line for each question of the Form that a create was refused for."""
    return "\n".join(one.told for one in _of_form(_told(answer), kind) if one.field_id)


def _told(answer: Answer) -> Obj:
    try:
        return root(answer)
    except UnreadableError:
        return {}


def _listed(told: Obj, name: str) -> list[Obj]:
    found = told.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


# Both members are in the document; which one a live site fills is not known.
def _of_form(told: Obj, kind: RequestType) -> Iterator[Problem]:
    for error in (*_listed(told, "formErrors"), *_listed(told, "errors")):
        message = _line(error, "detail") or _line(error, "title")
        named = [_question(str(one.get("id")), kind) for one in _listed(error, "context")]
        asked = next(filter(None, named), None)
        yield Problem(asked.id if asked else "", _led(asked.label if asked else "", message))


def _question(id: str, kind: RequestType) -> Field | None:
    for field in kind.form.fields:
        question = question_of(field)
        if question and question.id == id:
            return field
    return None


def _problem(error: Obj, kind: RequestType) -> Problem:
    named = lenient(error, "field")
    field = next((f for f in kind.form.fields if named in (f.id, f.label)), None)
    label = field.label if field else clean(named)
    return Problem(field.id if field else "", _led(label, _line(error, "message")))


def _line(error: Obj, name: str) -> str:
    return " ".join(clean(lenient(error, name)).split())


def _led(label: str, message: str) -> str:
    return f"{label}: {message}" if message and label and not message.startswith(label) else message
