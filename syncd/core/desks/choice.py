"""Which kind of request it is, where a chat offers several: the first question of its form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from syncd.core.desks.desk import RequestKind
from syncd.core.fields.field import Field, FieldKind, Option, other_of
from syncd.core.fields.form import Form
from syncd.core.model import DESCRIPTION, REPORTER, SUMMARY, Values
from syncd.core.wording.table import Wording

KIND = "request_kind"
"""Name of the question; no field of the helpdesk has this id."""

Offers: TypeAlias = Mapping[RequestKind, Form]
"""What a chat offers and whose form is known, in order."""


@dataclass(frozen=True)
class Asking:
    """What a form asks about."""

    form: Form
    kind: RequestKind | None
    """None: that has to be chosen first."""
    which: Field | None = None
    """The question which kind it is; None where there is nothing to choose."""

    @property
    def values(self) -> Values:
        return {KIND: str(self.kind)} if self.which and self.kind else {}

    @property
    def first(self) -> tuple[Field, ...]:
        return (self.which,) if self.which else ()


def asking(offers: Offers, kind: RequestKind | None, wording: Wording) -> Asking:
    """Return what the form asks for whose kind was chosen so far."""
    known = kind if kind in offers else sole(offers)
    form = common(offers) if known is None else offers[known]
    return Asking(form, known, _which(offers, wording))


def sole(offers: Offers) -> RequestKind | None:
    """Return the kind where there is nothing to choose."""
    return next(iter(offers)) if len(offers) == 1 else None


def chosen(typed: Values, before: RequestKind | None, offers: Offers) -> RequestKind | None:
    """Return the kind that a submitted form is of; None: it has to be chosen, or once more."""
    said = typed.get(KIND, "")
    if said:
        named = RequestKind.read(str(said))
        return named if named in offers else None
    return before if before in offers else sole(offers)


def without_others(typed: Values, kind: RequestKind, offers: Offers) -> Values:
    """Return the answers without the choice, and without those that only other kinds ask for."""
    ours = {field.id for field in offers[kind].fields}
    others = {field.id for form in offers.values() for field in form.fields} - ours
    return {id: said for id, said in typed.items() if asked_of(id) not in {KIND, *others}}


def of_others(values: Values, kind: RequestKind, offers: Offers) -> Values:
    """Return the answers that only other kinds ask for: the choice may be changed again."""
    kept = without_others(values, kind, offers)
    return {id: said for id, said in values.items() if id not in kept and id != KIND}


def all_fields(offers: Offers, first: RequestKind | None) -> tuple[Field, ...]:
    """Return every field of every kind once, as the first kind has it where it does."""
    forms = [offers[first]] if first is not None and first in offers else []
    every = (field for form in (*forms, *offers.values()) for field in form.fields)
    found: dict[str, Field] = {}
    for field in every:
        found.setdefault(field.id, field)
    return tuple(found.values())


def asked_of(id: str) -> str:
    """Return the id of the field, also of the value that names an option of it."""
    return id.removeprefix(other_of(""))


def answered_by(form: Form | None) -> frozenset[str]:
    """Return the fields that a card of that form holds."""
    return frozenset({REPORTER, *(field.id for field in form.fields)} if form else ())


def common(offers: Offers) -> Form:
    """Return what is asked whatever is chosen: summary and description where all have them."""
    forms = list(offers.values())
    first = forms[0].fields if forms else ()
    asked = (field for field in first if field.id in (SUMMARY, DESCRIPTION))
    return Form(tuple(f for f in asked if all(_has(form, f.id) for form in forms)))


def _has(form: Form, id: str) -> bool:
    return any(field.id == id for field in form.fields)


def _which(offers: Offers, wording: Wording) -> Field | None:
    if len(offers) < 2:
        return None
    names = _names(offers)
    options = tuple(Option(str(kind), name) for kind, name in zip(offers, names, strict=True))
    return Field(KIND, FieldKind.SELECT, wording.which_kind, required=True, options=options)


def _names(offers: Offers) -> list[str]:
    """Return what the helpdesk calls each kind; of two that it calls the same, the desk's too."""
    called = [(form.name or kind.desk or kind.type, kind) for kind, form in offers.items()]
    with_desk = [_told_apart(name, kind.desk, (n for n, _ in called)) for name, kind in called]
    return [_told_apart(n, k.type, with_desk) for n, (_, k) in zip(with_desk, called, strict=True)]


def _told_apart(name: str, by: str, names: Iterable[str]) -> str:
    alike = sum(name == other for other in names)
    return f"{name} ({by})" if alike > 1 and by and by != name else name
