"""A ticket of our own, with the least that the form takes."""

from collections.abc import Iterator
from dataclasses import dataclass

from syncd.core.answering.severity import Severity
from syncd.core.desks.desk import Desk
from syncd.core.desks.filing import Filing
from syncd.core.errors import SyncdError
from syncd.core.fields import steps
from syncd.core.fields.field import Field, FieldKind, Option
from syncd.core.fields.form import Form
from syncd.core.model import DESCRIPTION, REPORTER, SUMMARY, AccountId, Values
from syncd.helpdesk.jsm.client import JsmHelpdesk


class NotMadeUpError(SyncdError):
    """The form requires an answer that cannot be made up."""


TITLE = "syncd probe: a test of the connection, please ignore"
_PRIORITY = "priority"
_WORDS = (FieldKind.TEXT, FieldKind.MULTILINE)


@dataclass(frozen=True)
class Urgency:
    """Which field tells how urgent a ticket is, and what pages people, by its names."""

    field: str
    highest: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    filing: Filing
    form: Form
    chosen: tuple[str, ...]
    """What was chosen of each list that has to be answered, with the field's label."""


def draft(jira: JsmHelpdesk, desk: Desk, ours: AccountId, key: str, urgency: Urgency) -> Draft:
    """Return it; NotMadeUpError where the form requires what we cannot make up."""
    kind = desk.kinds[0]
    form = jira.form(kind)
    values: Values = {SUMMARY: TITLE}
    # What one answer makes be asked is answered too.
    while missing := _missing(form, values):
        values[missing.id] = _some(missing, form, urgency)
    asked = any(field.id == DESCRIPTION for field in form.fields)
    if asked:
        values[DESCRIPTION] = TITLE
    filing = Filing(key, ours, values, describes=asked, kind=kind)
    return Draft(filing, form, tuple(_chosen(form, values)))


def _chosen(form: Form, values: Values) -> Iterator[str]:
    for field in form.fields:
        said = values.get(field.id)
        yield from (f"{field.label}: {one.label}" for one in field.options if one.value == said)


def _missing(form: Form, values: Values) -> Field | None:
    """Return a question that has to be answered, and is not yet."""
    asked = steps.asked(form.fields, values)
    return next((f for f in asked if f.required and f.id not in (REPORTER, *values)), None)


def _some(field: Field, form: Form, urgency: Urgency) -> str:
    """Return an answer that wakes nobody up."""
    if whole := [option for option in field.options if not option.partial]:
        return _calm(field, whole, form, urgency)
    if field.kind in _WORDS:
        return TITLE[: field.max_length]
    if field.kind is FieldKind.NUMBER:
        return str(int(field.least or 1))
    raise NotMadeUpError


def _calm(field: Field, options: list[Option], form: Form, urgency: Urgency) -> str:
    """Return the last choice, as lists of how urgent it is begin with the most urgent.

    What pages people is never chosen. Of a list on which other questions hang it is the first one,
    behind which there is the usual case.
    """
    if field.id in (_PRIORITY, urgency.field):
        highest = urgency.highest if field.id == urgency.field else ()
        options = [one for one in options if not Severity(field, one).is_highest(highest)]
    elif any(one.field_id == field.id for f in form.fields for way in f.when for one in way):
        return options[0].value
    if not options:
        raise NotMadeUpError
    return options[-1].value
