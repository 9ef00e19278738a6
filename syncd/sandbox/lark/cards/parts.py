"""The inside of each component: texts, options, behaviours, numbers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from syncd.sandbox.lark.cards import schema
from syncd.sandbox.lark.cards.refused import BAD_JSON, CardRefused, only

Json = dict[str, Any]
_PLAIN_TEXTS = ("placeholder", "label", "hover_tips", "disabled_tips", "alt")
_BOOLEANS = (
    "required",
    "disabled",
    "auto_resize",
    "checked",
    "expanded",
    "show_icon",
    "has_border",
    "preview",
)
_STRINGS = ("name", "width", "margin", "padding", "default_value", "initial_option", "text_align")
MAX_SHORT_TEXT = 100
MAX_INPUT = 1000


def check_component(element: Json, *, in_form: bool) -> None:
    """Refuse what the platform would refuse of this element alone; raises CardRefused."""
    tag = element["tag"]
    for key in element.keys() & _PLAIN_TEXTS:
        _plain_text(element[key], f"{tag}.{key}")
    for key in _BOOLEANS:
        _typed(element, key, bool)
    for key in _STRINGS:
        _typed(element, key, str)
    for (owner, key), allowed in schema.ENUMS.items():
        if owner == tag and element.get(key, next(iter(allowed))) not in allowed:
            raise CardRefused(BAD_JSON, f"{tag}.{key} is not one of {sorted(allowed)}", element)
    if element.get("required") and not in_form:
        raise CardRefused(BAD_JSON, "required works in a form only", element)
    _behaviors(element)
    for key, text in only(element.get("confirm", {}), {"title", "text"}, "confirm").items():
        _plain_text(text, f"{tag}.confirm.{key}")
    if tag in _SPECIAL:
        _SPECIAL[tag](element)


def _typed(element: Json, key: str, kind: type) -> None:
    if key in element and type(element[key]) is not kind:
        raise CardRefused(BAD_JSON, f"{element['tag']}.{key} has the wrong type", element[key])


def _plain_text(value: object, where: str, limit: int = 0) -> None:
    text = only(value, schema.PLAIN_TEXT, where)
    content = text.get("content")
    if text.get("tag") != "plain_text" or not isinstance(content, str):
        raise CardRefused(BAD_JSON, f"{where} is not a plain_text", value)
    if limit and len(content) > limit:
        raise CardRefused(BAD_JSON, f"{where} is longer than {limit}", content)


def check_text(value: object, where: str) -> Json:
    """Return a text of any kind; raises CardRefused."""
    text = only(value, schema.STYLED_TEXT, where)
    if text.get("tag") not in ("plain_text", "lark_md", "markdown"):
        raise CardRefused(BAD_JSON, f"{where} is not a text", value)
    if not isinstance(text.get("content"), str):
        raise CardRefused(BAD_JSON, f"{where} has no content", value)
    return text


def _behaviors(element: Json) -> None:
    behaviors = element.get("behaviors", [])
    if not isinstance(behaviors, list):
        raise CardRefused(BAD_JSON, "behaviors is not a list", behaviors)
    for behavior in behaviors:
        kind = behavior.get("type") if isinstance(behavior, dict) else None
        if kind == "callback":
            only(behavior, schema.CALLBACK, "behavior")
            # The vendor's SDK cannot read anything but an object (lark_oapi, P2CardActionTrigger).
            if not isinstance(behavior.get("value"), dict):
                raise CardRefused(BAD_JSON, "a callback's value must be an object", behavior)
        elif kind == "open_url":
            only(behavior, schema.OPEN_URL, "behavior")
            _url(behavior.get("default_url"))
        else:
            raise CardRefused(BAD_JSON, "unknown behavior", behavior)


def _url(value: object) -> None:
    parts = urlsplit(value) if isinstance(value, str) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.netloc:
        raise CardRefused(BAD_JSON, "open_url needs an http or https address", value)


def _button(element: Json) -> None:
    if "text" in element:
        _plain_text(element["text"], "button.text", MAX_SHORT_TEXT)
    if "text" not in element and "icon" not in element:
        raise CardRefused(BAD_JSON, "a button needs a text or an icon", element)


def _input(element: Json) -> None:
    if "placeholder" in element:
        _plain_text(element["placeholder"], "input.placeholder", MAX_SHORT_TEXT)
    for key in ("max_length", "rows", "max_rows"):
        _typed(element, key, int)
    limit = element.get("max_length", MAX_INPUT)
    # https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/interactive-components/input
    if not 1 <= limit <= MAX_INPUT:
        raise CardRefused(BAD_JSON, "max_length must be 1 to 1000", limit)
    if len(element.get("default_value", "")) > limit:
        raise CardRefused(BAD_JSON, "default_value is longer than max_length", limit)


def _select(element: Json) -> None:
    options = element.get("options")
    if not isinstance(options, list) or not options:
        raise CardRefused(BAD_JSON, f"{element['tag']} needs options", options)
    values = []
    for option in options:
        only(option, schema.OPTION, "option")
        if "text" in option:
            _plain_text(option["text"], "option.text", MAX_SHORT_TEXT)
        elif element["tag"] != "select_person":
            raise CardRefused(BAD_JSON, "an option needs a text", option)
        if not isinstance(option.get("value"), str) or not option["value"]:
            raise CardRefused(BAD_JSON, "an option's value must be a non-empty string", option)
        values.append(option["value"])
    if len(set(values)) != len(values):
        raise CardRefused(BAD_JSON, "two options have the same value", values)
    chosen = element.get("selected_values", [])
    if not isinstance(chosen, list) or not set(chosen) <= set(values):
        raise CardRefused(BAD_JSON, "selected_values are not among the options", chosen)


def _picker(element: Json) -> None:
    if not any(key in element for key in _INITIALS) and "placeholder" not in element:
        raise CardRefused(BAD_JSON, f"{element['tag']} needs a placeholder", element)
    for key, form in _INITIALS.items():
        value = element.get(key, "")
        if value and not (isinstance(value, str) and _is_moment(value, form)):
            raise CardRefused(BAD_JSON, f"{element['tag']}.{key} has the wrong form", value)


def _is_moment(value: str, form: str) -> bool:
    try:
        return datetime.strptime(value, form).strftime(form) == value
    except ValueError:
        return False


# https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/interactive-components/date-selector
_INITIALS = {
    "initial_date": "%Y-%m-%d",
    "initial_time": "%H:%M",
    "initial_datetime": "%Y-%m-%d %H:%M",
}


def _div(element: Json) -> None:
    if "text" in element:
        check_text(element["text"], "div.text")
    for item in element.get("fields", []):
        check_text(only(item, {"is_short", "text"}, "div.fields").get("text"), "div.fields.text")


def _markdown(element: Json) -> None:
    if not isinstance(element.get("content"), str):
        raise CardRefused(BAD_JSON, "markdown has no content", element)


def _columns(element: Json) -> None:
    columns = element.get("columns")
    if not isinstance(columns, list) or not columns:
        raise CardRefused(BAD_JSON, "a column_set needs columns", columns)
    for column in columns:
        if only(column, schema.COMPONENTS["column"], "column").get("tag") != "column":
            raise CardRefused(BAD_JSON, "a column_set holds columns only", column)
        weight = column.get("weight", 1)
        if type(weight) is not int or not 1 <= weight <= 5:
            raise CardRefused(BAD_JSON, "weight must be 1 to 5", weight)


def _panel(element: Json) -> None:
    allowed = (
        "title background_color width vertical_align padding position icon icon_position"
        " icon_expanded_angle"
    )
    header = only(element.get("header"), allowed.split(), "collapsible_panel.header")
    title = only(header.get("title", {}), schema.STYLED_TEXT, "collapsible_panel.header.title")
    if title and title.get("tag") not in ("plain_text", "markdown"):
        raise CardRefused(BAD_JSON, "a panel's title is plain_text or markdown", title)


_SPECIAL: dict[str, Callable[[Json], None]] = {
    "button": _button,
    "input": _input,
    "select_static": _select,
    "multi_select_static": _select,
    "date_picker": _picker,
    "picker_time": _picker,
    "picker_datetime": _picker,
    "div": _div,
    "markdown": _markdown,
    "column_set": _columns,
    "collapsible_panel": _panel,
}
