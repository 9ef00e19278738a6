"""Questions that follow the answers to others, and long lists that are chosen from in two steps.

A private form asks them on its next card; one that others see, which may not tell what was
answered, asks all at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from syncd.core.fields.answers import Said
from syncd.core.fields.field import Field, Option, Trigger

_LONG = 60
"""Second steps of a list above which only those of the chosen first step are shown."""


def asked(fields: Iterable[Field], answers: Mapping[str, Said]) -> tuple[Field, ...]:
    """Return the questions that are to be answered, given these answers."""
    by_id = {field.id: field for field in fields}
    return tuple(field for field in by_id.values() if _is_asked(field, answers, by_id, ()))


def _is_asked(
    field: Field, answers: Mapping[str, Said], by_id: Mapping[str, Field], above: tuple[str, ...]
) -> bool:
    """A trigger that is not asked itself makes nobody be asked; nor does a circle of them."""
    if not field.when:
        return True
    if field.id in above:
        return False
    path = (*above, field.id)

    def holds(trigger: Trigger) -> bool:
        of = by_id.get(trigger.field_id)
        said = answers.get(trigger.field_id, "")
        chosen = said if isinstance(said, list) else [said]
        answered = any(value in trigger.values for value in chosen)
        return answered and (of is None or _is_asked(of, answers, by_id, path))

    return any(all(map(holds, every)) for every in field.when)


def steps(fields: Iterable[Field], answers: Mapping[str, Said]) -> frozenset[str]:
    """Return a name for each thing that these answers make the next card ask."""
    known = tuple(fields)
    follow = (field.id for field in asked(known, answers) if field.when)
    first = (f"{f.id}={value}" for f in known if (value := _first_step(f, answers.get(f.id, ""))))
    return frozenset((*follow, *first))


def narrowed(field: Field, said: Said) -> Field:
    """Return a long list in two steps as the next card shows it: the second steps of the first
    one that was chosen, and every first step, which alone is enough to go on with."""
    if not _is_long(field):
        return field
    chosen = next((option for option in field.options if option.value == said), None)
    first = (chosen.parent or chosen.value) if chosen else ""
    below = [o for o in field.options if first and first in (o.value, o.parent)]
    others = [_enough(o) for o in field.options if not o.parent and o.value != first]
    return replace(field, options=(*below, *others))


def checked(field: Field, before: Said) -> Field:
    """Return the list that an answer is checked against, given the answer that the card showed."""
    if not _is_long(field):
        return field
    options = (o if o.value == before else _enough(o) for o in field.options)
    return replace(field, options=tuple(options))


def _first_step(field: Field, said: Said) -> str:
    """Return the first step that was chosen, and has second ones, without any of them."""
    if not _is_long(field) or not isinstance(said, str):
        return ""
    return said if any(option.parent == said for option in field.options) else ""


def _is_long(field: Field) -> bool:
    return sum(bool(option.parent) for option in field.options) > _LONG


def _enough(option: Option) -> Option:
    return replace(option, partial=False)
