"""What each kind of question looks like in a card, and how its answer is read.

https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/component-json-v2-overview
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from syncd.chat.lark.cards.escape import escape
from syncd.chat.lark.cards.naming import MAX_SHORT, cut, name_of, plain_text
from syncd.chat.lark.members import Json, as_object
from syncd.core.fields.field import Field, FieldKind, Option, other_of
from syncd.core.text import clean
from syncd.core.views import FormView

# https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/interactive-components/input
_MAX_INPUT = 1000
_DATE = "date"
_MOMENT = "moment"
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LOCAL = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d", re.ASCII)


@dataclass(frozen=True)
class Place:
    """The form that a question stands in; `legend` is what its answers mean, and grows."""

    view: FormView
    legend: Json
    ids: bool = False
    """Whether the value of a choice is its id, so that it needs no legend."""

    def value(self, field: Field) -> str | list[str]:
        return self.view.values.get(field.id, "")


Input: TypeAlias = Callable[[Field, Place], list[Json]]


def _label(field: Field) -> Json:
    """Lists and dates have no label of their own."""
    star = " &#42;" if field.required else ""
    words = " ".join(field.label.split())
    note = f"<br>{escape(field.help)}" if field.help else ""
    return {"tag": "markdown", "content": f"**{escape(words)}**{star}{note}"}


def _named(tag: str, field: Field) -> Json:
    component: Json = {"tag": tag, "name": name_of(field.id)}
    if field.required:
        component["required"] = True
    return component


def _line(field: Field, place: Place) -> list[Json]:
    return [_input(field, " ".join(_text(place.value(field)).split()))]


def _lines(field: Field, place: Place) -> list[Json]:
    several = {"input_type": "multiline_text", "rows": 5}
    return [_input(field, _text(place.value(field))) | several]


def _text(value: str | list[str]) -> str:
    return clean(" ".join(value) if isinstance(value, list) else value)


def _input(field: Field, typed: str) -> Json:
    limit = max(1, min(field.max_length, _MAX_INPUT))
    component = _named("input", field) | {
        "label": plain_text(field.label),
        "label_position": "top",
        "input_type": "text",
        "max_length": limit,
        "width": "fill",
    }
    if field.help:
        component["placeholder"] = plain_text(field.help, MAX_SHORT)
    if typed:
        component["default_value"] = cut(typed, limit)
    return component


def _list(field: Field, place: Place, tag: str) -> tuple[Json, list[tuple[int, str, str]]]:
    """Return a list, and the choices that were made: their place, their text, their value."""
    # A choice that is too little by itself leads on to the text field, where there is one.
    options = [option for option in field.options if field.unlisted or not option.partial]
    shown, chosen = _shown(options), place.value(field)
    made = [chosen] if isinstance(chosen, str) else chosen
    component = _named(tag, field) | {
        "required": field.required and not field.unlisted,
        "placeholder": plain_text(place.view.choose, MAX_SHORT),
        "options": [
            {"text": plain_text(text), "value": value if place.ids else text}
            for text, value in shown.items()
        ],
        "width": "fill",
    }
    if not place.ids:
        # Whether initial_option means the text or the value is not settled, so they are the same.
        place.legend[name_of(field.id)] = {text: v for text, v in shown.items() if text != v}
    return component, [(n, text, v) for n, (text, v) in enumerate(shown.items(), 1) if v in made]


def _one_of(field: Field, place: Place) -> list[Json]:
    component, made = _list(field, place, "select_static")
    if made and place.ids:
        component["initial_index"] = made[0][0]
    elif made:
        component["initial_option"] = made[0][1]
    return [_label(field), component, *_other(field, place)]


def _many_of(field: Field, place: Place) -> list[Json]:
    component, made = _list(field, place, "multi_select_static")
    if made:
        component["selected_values"] = [v if place.ids else text for _, text, v in made]
    return [_label(field), component, *_other(field, place)]


def _other(field: Field, place: Place) -> list[Json]:
    """Return a text field for what the list does not show, if that is something."""
    if not field.unlisted:
        return []
    text = Field(other_of(field.id), FieldKind.TEXT, f"{field.label}: {place.view.other}")
    return _line(text, place)


def _shown(options: list[Option]) -> dict[str, str]:
    """Return each option's text, made unique, with the option's value."""
    shown: dict[str, str] = {}
    alike: dict[str, int] = {}
    for option in options:
        about = f" – {option.about}" if option.about else ""
        words = " ".join(clean((option.label or option.value) + about).split())
        label = cut(words, MAX_SHORT - 6) or "-"
        text = label
        while text in shown:
            alike[label] = alike.get(label, 1) + 1
            text = f"{label} ({alike[label]})"
        shown[text] = option.value
    return shown


def _day(field: Field, place: Place) -> list[Json]:
    return _picker(field, place, "date_picker", "initial_date", _DAY, _DATE)


def _moment(field: Field, place: Place) -> list[Json]:
    return _picker(field, place, "picker_datetime", "initial_datetime", _LOCAL, _MOMENT)


def _picker(
    field: Field, place: Place, tag: str, initial: str, like: re.Pattern[str], meaning: str
) -> list[Json]:
    place.legend[name_of(field.id)] = meaning
    component = _named(tag, field) | {
        "placeholder": plain_text(place.view.choose, MAX_SHORT),
        "width": "fill",
    }
    if found := like.match(_text(place.value(field))):
        component[initial] = found[0]
    return [_label(field), component]


INPUTS: dict[FieldKind, Input] = {
    FieldKind.TEXT: _line,
    FieldKind.MULTILINE: _lines,
    FieldKind.URL: _line,
    FieldKind.NUMBER: _line,
    FieldKind.DATE: _day,
    FieldKind.MOMENT: _moment,
    FieldKind.TIME: _line,
    FieldKind.LABELS: _line,
    FieldKind.SELECT: _one_of,
    FieldKind.MULTISELECT: _many_of,
    FieldKind.EMAIL: _line,
    FieldKind.PERSON: _line,
    FieldKind.PEOPLE: _line,
}
"""Every kind that a card can show."""


def read(typed: object, meaning: object, zone: str) -> str | list[str]:
    """Return what was typed or chosen, empty when it is nothing that a card gives."""
    choices = as_object(meaning)
    if isinstance(typed, list):
        return [_chosen(v, choices) for v in typed if isinstance(v, str) and v]
    if not isinstance(typed, str):
        return ""
    if meaning == _DATE:
        # "2024-04-01 +0800", the day where the person is:
        # https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-callback-communication
        return re.sub(r" [+-]\d{4}$", "", clean(typed))
    if meaning == _MOMENT:
        return _with_offset(clean(typed).strip(), zone)
    return _chosen(typed, choices)


# "2024-04-29 07:07 +0800"; where the offset lacks, the callback's own zone has to do:
# https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-callback-communication
def _with_offset(moment: str, zone: str) -> str:
    if not _LOCAL.fullmatch(moment) or not zone:
        return moment
    try:
        local = datetime.strptime(moment, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(zone))
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return moment
    return local.strftime("%Y-%m-%d %H:%M %z")


def _chosen(shown: str, choices: Json) -> str:
    text = clean(shown)
    return clean(str(choices.get(text, text)))
