"""What would be refused of a ticket, asked before it is created.

POST /rest/servicedeskapi/request/validate is new in 2026: it takes the body of a create, makes its
checks, and creates nothing.
https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/
"""

from dataclasses import replace

from syncd.core.fields.field import Problem
from syncd.core.text import clean
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
    try:
        told = root(answer)
    except UnreadableError:
        return ()
    errors = told.get("fieldErrors")
    if told.get("valid") is not False or not isinstance(errors, list):
        return ()
    found = [_problem(one, kind) for one in errors if isinstance(one, dict)]
    return tuple(dict.fromkeys(problem for problem in found if problem.told))


def _problem(error: Obj, kind: RequestType) -> Problem:
    named, message = lenient(error, "field"), " ".join(clean(lenient(error, "message")).split())
    field = next((f for f in kind.form.fields if named in (f.id, f.label)), None)
    label = field.label if field else clean(named)
    led = message and label and not message.startswith(label)
    return Problem(field.id if field else "", f"{label}: {message}" if led else message)
