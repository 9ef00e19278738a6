"""Choices that are named in words, beside or instead of a list."""

import re

from syncd.core.fields.field import Field, FieldKind, Option
from syncd.core.text import clean

_BETWEEN = re.compile(r"[,;，、；]")


def with_named(chosen: str | list[str], name: str, field: Field) -> tuple[str | list[str], str]:
    """Return what was chosen with the options that were named, and a name that no option has."""
    many = field.kind is FieldKind.MULTISELECT
    found = named_option(name, field, chosen)
    if found is None and many:
        parts = [part.strip() for part in _BETWEEN.split(name) if part.strip()]
        values = [named_option(part, field, chosen) for part in parts]
        unknown = next((p for p, v in zip(parts, values, strict=True) if v is None), "")
        if unknown:
            return chosen, unknown
        return [*chosen, *(value for value in values if value and value not in chosen)], ""
    if found is None:
        return chosen, name
    if not many:
        return found, ""
    return list(chosen) if found in chosen else [*chosen, found], ""


def named_option(name: str, field: Field, chosen: str | list[str] = "") -> str | None:
    """Return the option of exactly this label, else of this one in letters of either case.

    A part goes by its own name, too: below the option that was chosen, else where just one has it.
    """
    below = [o for o in field.options if o.parent and o.parent == chosen]
    found = _named(name, {o.value: _own_name(o, field) for o in below})
    found = found or _named(name, {o.value: o.label or o.value for o in field.options})
    found = found or _named(name, {o.value: o.also for o in field.options if o.also})
    if found:
        return found[0]
    parts = {o.value: _own_name(o, field) for o in field.options if o.parent}
    alike = _named(name, parts)
    return alike[0] if len(alike) == 1 else None


def _named(name: str, labels: dict[str, str]) -> list[str]:
    wanted = _plain(name)
    plain = {value: _plain(label) for value, label in labels.items()}
    exact = [value for value, label in plain.items() if label == wanted]
    return exact or [v for v, label in plain.items() if label.casefold() == wanted.casefold()]


def _plain(name: str) -> str:
    return re.sub(r" ?/ ?", "/", " ".join(clean(name).split()))


def _own_name(option: Option, field: Field) -> str:
    above = next((o.label for o in field.options if o.value == option.parent), "")
    return option.label.removeprefix(f"{above} / ")
