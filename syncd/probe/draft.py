"""A ticket of our own, with the least that the form takes."""

from dataclasses import dataclass

from syncd.core.desks.desk import Desk
from syncd.core.desks.filing import Filing
from syncd.core.errors import SyncdError
from syncd.core.fields import steps
from syncd.core.fields.field import Field, FieldKind
from syncd.core.model import DESCRIPTION, REPORTER, SUMMARY, AccountId, Form, Values
from syncd.helpdesk.jsm.client import JsmHelpdesk


class NotMadeUpError(SyncdError):
    """The form requires an answer that cannot be made up."""


TITLE = "syncd probe: a test of the connection, please ignore"
_WORDS = (FieldKind.TEXT, FieldKind.MULTILINE)


@dataclass(frozen=True)
class Draft:
    filing: Filing
    form: Form


def draft(jira: JsmHelpdesk, desk: Desk, ours: AccountId, key: str) -> Draft:
    """Return it; NotMadeUpError where the form requires what we cannot make up."""
    kind = desk.kinds[0]
    form = jira.form(kind)
    values: Values = {SUMMARY: TITLE}
    # What one answer makes be asked is answered too.
    while missing := _missing(form, values):
        values[missing.id] = _some(missing)
    asked = any(field.id == DESCRIPTION for field in form.fields)
    if asked:
        values[DESCRIPTION] = TITLE
    return Draft(Filing(key, ours, values, describes=asked, kind=kind), form)


def _missing(form: Form, values: Values) -> Field | None:
    """Return a question that has to be answered, and is not yet."""
    asked = steps.asked(form.fields, values)
    return next((f for f in asked if f.required and f.id not in (REPORTER, *values)), None)


def _some(field: Field) -> str:
    whole = [option.value for option in field.options if not option.partial]
    if whole:
        return whole[0]
    if field.kind in _WORDS:
        return TITLE[: field.max_length]
    if field.kind is FieldKind.NUMBER:
        return str(int(field.least or 1))
    raise NotMadeUpError
