"""Is what somebody typed into the form fit to be sent?"""

import math
import re
from datetime import date

from syncd.core.decide.known import Rules, reporter_field
from syncd.core.model import (
    REPORTER,
    SUMMARY,
    Chat,
    Field,
    FieldKind,
    Form,
    ReporterRule,
    Request,
    Values,
)
from syncd.core.text import clean
from syncd.core.wording.table import Wording

_TYPED = (FieldKind.TEXT, FieldKind.MULTILINE, FieldKind.NUMBER, FieldKind.LABELS)


def questions(form: Form, wording: Wording) -> tuple[Field, ...]:
    """Return the fields a person is shown: the reporter, then what the helpdesk asks for."""
    shown = tuple(f for f in form.fields if f.kind is not FieldKind.UNSUPPORTED)
    return (reporter_field(wording.reporter_label), *shown)


def check(
    typed: Values, form: Form, chat: Chat, request: Request, rules: Rules, wording: Wording
) -> tuple[Values, list[str]]:
    """Return the values in their normal form, and a sentence for each thing that is wrong."""
    values: Values = {}
    problems: list[str] = []
    for field in questions(form, wording):
        value = _tidy(typed.get(field.id, ""), field)
        if not value:
            if field.required:
                problems.append(wording.required.format(label=field.label))
            continue
        values[field.id] = value
        problem = _wrong_value(field, value, wording)
        if not problem and field.id == REPORTER:
            problem = _wrong_reporter(field, str(value), chat, request, rules, wording)
            values[REPORTER] = rules.read_address(str(value)) or value
        if problem:
            problems.append(problem)
    return values, problems


def _tidy(value: str | list[str], field: Field) -> str | list[str]:
    if isinstance(value, list):
        kept = [chosen for v in value if (chosen := clean(v).strip())]
        return kept if field.kind is FieldKind.MULTISELECT else " ".join(kept)
    tidy = clean(value).strip()
    if field.kind is FieldKind.MULTISELECT:
        return [tidy] if tidy else []
    return tidy


def _wrong_value(field: Field, value: str | list[str], wording: Wording) -> str:
    if field.kind in (FieldKind.SELECT, FieldKind.MULTISELECT):
        offered = {option.value for option in field.options}
        chosen = value if isinstance(value, list) else [value]
        strange = next((v for v in chosen if v not in offered), None)
        return wording.not_offered.format(label=field.label, value=strange) if strange else ""
    plain = str(value)
    if field.kind in _TYPED and len(plain) > field.max_length:
        return wording.too_long.format(label=field.label, length=len(plain), limit=field.max_length)
    if field.id == SUMMARY and "\n" in plain:
        return wording.one_line_only.format(label=field.label)
    if field.kind is FieldKind.NUMBER and not _is_number(plain):
        return wording.not_a_number.format(label=field.label, value=plain)
    if field.kind is FieldKind.DATE and not _is_date(plain):
        return wording.not_a_date.format(label=field.label, value=plain)
    return ""


def _is_number(plain: str) -> bool:
    try:
        return math.isfinite(float(plain))
    except ValueError:
        return False


def _is_date(plain: str) -> bool:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", plain):
        return False
    try:
        date.fromisoformat(plain)
    except ValueError:
        return False
    return True


def _wrong_reporter(
    field: Field, typed: str, chat: Chat, request: Request, rules: Rules, wording: Wording
) -> str:
    address = rules.read_address(typed)
    if address is None:
        return wording.not_an_address.format(label=field.label, value=typed)
    if chat.reporter is ReporterRule.SELF:
        if not request.own_address:
            return wording.own_address_unknown.format(label=field.label)
        if address.casefold() != request.own_address.casefold():
            return wording.own_address_only.format(label=field.label, email=request.own_address)
    if chat.reporter is ReporterRule.DOMAIN:
        domain = address.rpartition("@")[2].casefold()
        if domain not in {allowed.casefold() for allowed in chat.allowed_domains}:
            domains = ", ".join(chat.allowed_domains)
            return wording.foreign_domain.format(label=field.label, domains=domains)
    return ""
