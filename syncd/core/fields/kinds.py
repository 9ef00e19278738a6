"""The table of the kinds of questions that a form can ask."""

from dataclasses import dataclass

from syncd.core.fields import answers
from syncd.core.fields.answers import Asked, Said, Tidy, Wrong
from syncd.core.fields.field import Field, FieldKind


@dataclass(frozen=True)
class Kind:
    """How an answer is put into its normal form, and what is wrong with one."""

    tidy: Tidy
    wrong: Wrong
    lists: bool = False
    """Whether it is chosen from a list; without choices nobody can be asked."""
    many: bool = False
    """Whether the answer is a list."""


KINDS: dict[FieldKind, Kind] = {
    FieldKind.TEXT: Kind(answers.line, answers.wrong_line),
    FieldKind.MULTILINE: Kind(answers.lines, answers.too_long),
    FieldKind.URL: Kind(answers.line, answers.wrong_url),
    FieldKind.NUMBER: Kind(answers.line, answers.wrong_number),
    FieldKind.DATE: Kind(answers.line, answers.wrong_date),
    FieldKind.MOMENT: Kind(answers.line, answers.wrong_moment),
    FieldKind.TIME: Kind(answers.line, answers.wrong_time),
    FieldKind.LABELS: Kind(answers.line, answers.wrong_labels),
    FieldKind.SELECT: Kind(answers.line, answers.wrong_choice, lists=True),
    FieldKind.MULTISELECT: Kind(answers.many, answers.wrong_choice, lists=True, many=True),
    FieldKind.EMAIL: Kind(answers.one_address, answers.wrong_addresses),
    FieldKind.PERSON: Kind(answers.one_address, answers.wrong_addresses),
    FieldKind.PEOPLE: Kind(answers.addresses, answers.wrong_addresses, many=True),
}
"""Every kind that a person can be asked."""


def can_be_asked(field: Field) -> bool:
    kind = KINDS.get(field.kind)
    return kind is not None and (bool(field.options) or not kind.lists)


def tidy(said: Said, asked: Asked) -> Said:
    return KINDS[asked.field.kind].tidy(said, asked)


def wrong(said: Said, asked: Asked) -> str:
    """Return a sentence about an answer in its normal form, empty when it is right."""
    return KINDS[asked.field.kind].wrong(said, asked)
