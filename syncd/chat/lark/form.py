"""The form of a card: fields to components, and what a person typed back to values.

https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/containers/form-container
"""

import json
import re
from typing import Any, TypeAlias

from syncd.chat.lark.markdown import escape
from syncd.core.model import DeliveryId, Field, FieldKind, Option, Values
from syncd.core.text import clean
from syncd.core.views import Content, FormView

Json: TypeAlias = dict[str, Any]

SUBMIT = "submit"
CANCEL = "cancel"
_FORM = "form"
_RESERVED = (SUBMIT, CANCEL, _FORM)
_CODED = "x_"
_DATE = "date"
# https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/interactive-components/input
_MAX_INPUT = 1000
_MAX_SHORT = 100


def form(view: FormView, key: DeliveryId) -> Json:
    """Return the form container: a component for each field, and the submit button."""
    elements: list[Json] = []
    legend: dict[str, Any] = {}
    for field in view.fields:
        if field.kind is not FieldKind.UNSUPPORTED:
            elements += _components(field, view, legend)
    value = callback(SUBMIT, view, key)
    # The choices' ids travel with the button, because a choice's shown text is also its value.
    value["o"] = json.dumps(legend, ensure_ascii=False, separators=(",", ":"))
    submit = button(SUBMIT, view.submit, value, primary=True)
    elements.append({**submit, "form_action_type": "submit"})
    return {"tag": "form", "name": _FORM, "elements": elements}


def button(name: str, text: str, value: Json, *, primary: bool = False) -> Json:
    """Return a button that calls back with `value`."""
    return {
        "tag": "button",
        "name": name,
        "text": plain_text(text, _MAX_SHORT),
        "type": "primary" if primary else "default",
        "behaviors": [{"type": "callback", "value": value}],
    }


def callback(action: str, view: Content, key: DeliveryId) -> Json:
    """Return what a click brings back: the action, the request, the delivery of the card.

    Also what has to be known when nothing can be looked up: the card's language, a form's place.
    """
    value = {"a": action, "r": view.request_id, "d": key}
    if view.language is not None:
        value["l"] = view.language.value
    if isinstance(view, FormView) and view.place is not None:
        value["p"] = view.place.value
    return value


def plain_text(foreign: str, limit: int = 0) -> Json:
    """Return text in which nothing is markup, cut to `limit` characters unless that is 0."""
    text = clean(foreign)
    return {"tag": "plain_text", "content": cut(text, limit) if limit else text}


def cut(text: str, limit: int) -> str:
    """Return at most `limit` characters, counted as UTF-16 does in case the platform does so."""
    if len(text) <= limit and len(text.encode("utf-16-le")) <= limit * 2:
        return text
    return text.encode("utf-16-le")[: limit * 2].decode("utf-16-le", "ignore")


def name_of(field_id: str) -> str:
    """Return the component name of a field; `field_id` reads it back."""
    plain = re.fullmatch(r"[A-Za-z]\w{0,99}", field_id, re.ASCII)
    if plain and field_id not in _RESERVED and not field_id.startswith(_CODED):
        return field_id
    return _CODED + field_id.encode().hex()


def field_id(name: str) -> str:
    """Return the id of the field that was given this component name; empty when it is not ours."""
    if not name.startswith(_CODED):
        return name if name.isascii() else ""
    try:
        return bytes.fromhex(name.removeprefix(_CODED)).decode()
    except ValueError:
        return ""


def read_form(form_value: Json, legend: Json) -> Values:
    """Return the values by field id; a field left empty is missing, as on the wire it may be."""
    read = {field_id(n): _read(typed, legend.get(n)) for n, typed in form_value.items()}
    return {name: value for name, value in read.items() if name and value}


def _read(typed: object, meaning: object) -> str | list[str]:
    choices = meaning if isinstance(meaning, dict) else {}
    if isinstance(typed, list):
        return [_chosen(v, choices) for v in typed if isinstance(v, str) and v]
    if not isinstance(typed, str):
        return ""
    if meaning == _DATE:
        # "2024-04-01 +0800", the day where the person is:
        # https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-callback-communication
        return re.sub(r" [+-]\d{4}$", "", clean(typed))
    return _chosen(typed, choices)


def _chosen(shown: str, choices: Json) -> str:
    text = clean(shown)
    return clean(str(choices.get(text, text)))


def _components(field: Field, view: FormView, legend: dict[str, Any]) -> list[Json]:
    value = view.values.get(field.id, "")
    match field.kind:
        case FieldKind.SELECT | FieldKind.MULTISELECT:
            return [_label(field), _select(field, value, view.choose, legend)]
        case FieldKind.DATE:
            legend[name_of(field.id)] = _DATE
            return [_label(field), _date(field, value, view.choose)]
        case _:
            return [_input(field, value)]


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


def _input(field: Field, value: str | list[str]) -> Json:
    limit = max(1, min(field.max_length, _MAX_INPUT))
    typed = clean(" ".join(value) if isinstance(value, list) else value)
    component = _named("input", field) | {
        "label": plain_text(field.label),
        "label_position": "top",
        "input_type": "text",
        "max_length": limit,
        "width": "fill",
    }
    if field.kind is FieldKind.MULTILINE:
        component |= {"input_type": "multiline_text", "rows": 5}
    else:
        typed = " ".join(typed.split())
    if field.help:
        component["placeholder"] = plain_text(field.help, _MAX_SHORT)
    if typed:
        component["default_value"] = cut(typed, limit)
    return component


def _select(field: Field, value: str | list[str], placeholder: str, legend: dict[str, Any]) -> Json:
    shown = _shown(field.options)
    legend[name_of(field.id)] = {text: v for text, v in shown.items() if text != v}
    chosen = [value] if isinstance(value, str) else value
    texts = [text for text, v in shown.items() if v in chosen]
    many = field.kind is FieldKind.MULTISELECT
    component = _named("multi_select_static" if many else "select_static", field) | {
        "placeholder": plain_text(placeholder, _MAX_SHORT),
        # Whether initial_option means the text or the value is not settled, so they are the same.
        "options": [{"text": plain_text(text), "value": text} for text in shown],
        "width": "fill",
    }
    if texts:
        component |= {"selected_values": texts} if many else {"initial_option": texts[0]}
    return component


def _shown(options: tuple[Option, ...]) -> dict[str, str]:
    """Return each option's text, made unique, with the option's value."""
    shown: dict[str, str] = {}
    for option in options:
        label = cut(" ".join(clean(option.label or option.value).split()), _MAX_SHORT - 6) or "-"
        text, number = label, 1
        while text in shown:
            number += 1
            text = f"{label} ({number})"
        shown[text] = option.value
    return shown


def _date(field: Field, value: str | list[str], placeholder: str) -> Json:
    component = _named("date_picker", field) | {
        "placeholder": plain_text(placeholder, _MAX_SHORT),
        "width": "fill",
    }
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        component["initial_date"] = value
    return component
