"""A submitted form as the helpdesk takes it: what was typed, what the chat's configuration answers,
and accounts in the place of people's addresses."""

from collections.abc import Collection
from dataclasses import dataclass

from syncd.core.errors import Cause, Rejected
from syncd.core.fields import plan, steps
from syncd.core.fields.field import FieldKind
from syncd.core.fields.form import Form
from syncd.core.fields.plan import How, Planned
from syncd.core.fields.retired import in_words
from syncd.core.model import DESCRIPTION, REPORTER, Chat, Request, Values
from syncd.core.prose.whole import APART, NO_LONGER_ASKED
from syncd.core.wording import words
from syncd.loops.directory import People


@dataclass(frozen=True)
class Filled:
    values: Values
    """Without reporter and description, which are written in their own ways."""
    as_json: dict[str, str]
    preset: frozenset[str]
    """Fields that the configuration answered."""
    describes: bool = True
    """Whether a description is asked for."""


def filled(
    request: Request, form: Form, chat: Chat, read_address: plan.ReadAddress, people: People
) -> Filled:
    """Rejected INVALID, with a sentence for the asker: the helpdesk does not know somebody."""
    planned = plan.plan(form, chat, read_address)
    asked = steps.asked(form.fields, {**request.values, **plan.preset(planned)})
    known = {field.id for field in form.fields}
    unasked = known - {field.id for field in asked}
    values: Values = {}
    for id, said in request.values.items():
        if _is_of_form(id, unasked):
            values |= {id: said} if id in known else _gone(id, said, form)
    presets = [one for one in planned if one.how is How.PRESET and one.field.id not in unasked]
    values |= {one.field.id: one.value for one in presets if one.value}
    for one in planned:
        if one.field.kind in (FieldKind.PERSON, FieldKind.PEOPLE) and one.field.id in values:
            values[one.field.id] = _accounts(one, values[one.field.id], chat, people)
    as_json = {one.field.id: one.json for one in presets if one.json}
    describes = not known or any(field.id == DESCRIPTION for field in asked)
    return Filled(values, as_json, frozenset(one.field.id for one in presets), describes)


def _is_of_form(name: str, unasked: Collection[str]) -> bool:
    """What follows an answer that was not given has to be left out."""
    return name not in (REPORTER, DESCRIPTION, *unasked) and not name.endswith(APART)


def _gone(id: str, said: str | list[str], form: Form) -> Values:
    """Return an answer to a question that the form does not have any more."""
    name, words_of_it = in_words(id, said, form)
    return {name.removesuffix(NO_LONGER_ASKED) + NO_LONGER_ASKED: words_of_it}


def _accounts(one: Planned, said: str | list[str], chat: Chat, people: People) -> list[str]:
    accounts: list[str] = []
    for email in [said] if isinstance(said, str) else said:
        account = people.somebody(email)
        if account is None:
            told = words(chat.language).unknown_person.format(label=one.field.label, email=email)
            raise Rejected("the helpdesk does not know a person of the form", Cause.INVALID, told)
        accounts.append(account)
    return accounts
