"""How each field of a form is answered in one chat: by its people, by its configuration, or on the
helpdesk's portal."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from syncd.core.fields import kinds
from syncd.core.fields.answers import Asked, Said
from syncd.core.fields.field import Field, FieldKind
from syncd.core.fields.form import Form
from syncd.core.fields.kinds import KINDS, can_be_asked
from syncd.core.fields.naming import named_option
from syncd.core.model import DESCRIPTION, SUMMARY, Chat, Language, Preset
from syncd.core.wording import words

ReadAddress: TypeAlias = Callable[[str], str | None]
_TYPED = frozenset({SUMMARY, DESCRIPTION})
"""What every form begins with; a preset takes neither away."""


class How(StrEnum):
    SHOWN = "shown"
    PRESET = "preset"
    PORTAL = "portal"


@dataclass(frozen=True)
class Planned:
    """How one field is answered."""

    field: Field
    how: How
    value: Said = ""
    """What a preset answers; empty: nothing, and nobody is asked."""
    json: str = ""
    """The preset as JSON, where it is written as it stands in the configuration."""
    problem: str = ""
    """Why the preset of the configuration cannot be used, for operators."""


def plan(form: Form, chat: Chat, read_address: ReadAddress) -> tuple[Planned, ...]:
    """Return every field of the form with how it is answered in this chat."""
    presets = {preset.field_id: preset for preset in chat.presets}
    return tuple(
        _planned(field, presets.get(field.id), chat, read_address) for field in form.fields
    )


def strange_presets(form: Form, chat: Chat) -> list[str]:
    """Return the fields that the chat's presets name and the form does not have."""
    known = {field.id for field in form.fields} - _TYPED
    return [preset.field_id for preset in chat.presets if preset.field_id not in known]


def shown(planned: Iterable[Planned]) -> tuple[Field, ...]:
    return tuple(one.field for one in planned if one.how is How.SHOWN)


def on_portal(planned: Iterable[Planned], *, required: bool) -> tuple[Field, ...]:
    found = (one.field for one in planned if one.how is How.PORTAL)
    return tuple(field for field in found if field.required is required)


def preset(planned: Iterable[Planned]) -> dict[str, Said]:
    """Return what the configuration answers in words, by field."""
    return {one.field.id: one.value for one in planned if one.how is How.PRESET and one.value}


def _planned(field: Field, preset: Preset | None, chat: Chat, read_address: ReadAddress) -> Planned:
    """A preset that cannot be used is as good as none: a person is asked, or led to the portal."""
    if preset is None and field.kind is FieldKind.ORGANIZATIONS and chat.organization:
        return Planned(field, How.PRESET, [chat.organization])
    unset = Planned(field, How.SHOWN if can_be_asked(field) else How.PORTAL)
    if preset is None or field.id in _TYPED:
        return unset
    if not preset.json and not preset.said:
        if not field.required:
            return Planned(field, How.PRESET)
        return replace(unset, problem="it is required, so that it cannot be left empty")
    if field.kind is FieldKind.ORGANIZATIONS and preset.said:
        return Planned(field, How.PRESET, list(preset.said))
    if not preset.said or not can_be_asked(field):
        return Planned(field, How.PRESET, json=preset.json)
    value, problem = _answer(field, preset.said, read_address)
    return replace(unset, problem=problem) if problem else Planned(field, How.PRESET, value)


def _answer(field: Field, said: tuple[str, ...], read_address: ReadAddress) -> tuple[Said, str]:
    """Return what a preset in words answers, and what is wrong with it in English."""
    wording = words(Language.EN)
    about, kind = Asked(field, wording, read_address), KINDS[field.kind]
    meant = [named_option(one, field) or one for one in said] if kind.lists else list(said)
    value = kinds.tidy(meant if kind.many or len(meant) > 1 else meant[0], about)
    return value, kinds.wrong(value, about)
