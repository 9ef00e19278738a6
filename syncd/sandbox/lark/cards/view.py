"""What a person sees of a card: its words, links, buttons and fields."""

from collections.abc import Iterator
from typing import Any

from syncd.sandbox.lark.cards.check import is_submit
from syncd.sandbox.lark.cards.markup import Seen, markdown
from syncd.sandbox.lark.shown import Button, Field, Option, Shown
from syncd.sandbox.lark.state import LarkState

Json = dict[str, Any]


def note(state: LarkState, shown: Shown, seen: Seen) -> None:
    shown.text = f"{shown.text}\n{seen.text}" if shown.text else seen.text
    shown.mentions += [name_of(state, who) for who in seen.mentions]
    shown.links += seen.links


def name_of(state: LarkState, who: str) -> str:
    """Return the name behind an id in a mention."""
    if who in ("all", "@_all"):
        return "all"
    person = state.person_by_email(who[6:]) if who.startswith("email:") else None
    return person.name if person else state.name_of(who)


class CardReader:
    """Walks a card from top to bottom and writes down what a person sees."""

    def __init__(self, state: LarkState, shown: Shown) -> None:
        self._state, self._shown = state, shown
        self._form = ""

    def read(self, card: Json) -> None:
        header = card.get("header", {})
        self._shown.title = header.get("title", {}).get("content", "")
        # https://open.larksuite.com/document/feishu-cards/card-json-v2-components/content-components/title
        self._shown.colour = header.get("template", "default") if header else ""
        if "subtitle" in header:
            self._text(header["subtitle"])
        self._elements(card["body"]["elements"])

    def _elements(self, elements: list[Json]) -> None:
        above = ""
        for element in elements:
            self._form = element["name"] if element["tag"] == "form" else self._form
            before = len(self._shown.text)
            self._element(element, above)
            above = self._shown.text[before:].strip()
            self._form = "" if element["tag"] == "form" else self._form

    def _element(self, element: Json, above: str) -> None:
        tag = element["tag"]
        if tag in ("markdown", "div"):
            for text in _texts_of(element):
                self._text(text)
        elif tag == "button":
            self._shown.buttons.append(read_button(element, self._form))
            self._links(element, element.get("text", {}).get("content", ""))
        elif tag in _FIELD_TAGS:
            item = read_field(element, above, self._form)
            self._shown.fields.append(item)
            if "label" in element:
                self._line(Seen(item.label))
        else:
            self._other(element)
        for inner in _inside(element):
            self._elements(inner)

    def _other(self, element: Json) -> None:
        tag = element["tag"]
        if tag == "table":
            rows = (" | ".join(map(str, row.values())) for row in element["rows"])
            self._line(Seen("\n".join(rows)))
        elif tag == "img":
            self._line(Seen("[image]"))
        elif tag == "collapsible_panel" and "title" in element["header"]:
            self._text(element["header"]["title"])
        elif tag == "interactive_container":
            self._links(element, "")

    def _links(self, element: Json, words: str) -> None:
        for behavior in element.get("behaviors", []):
            if behavior["type"] == "open_url":
                self._shown.links.append((words, behavior["default_url"]))

    def _text(self, text: Json) -> None:
        if text["tag"] == "plain_text":
            self._line(Seen(text["content"]))
        else:
            self._line(markdown(text["content"], lambda who: name_of(self._state, who)))

    def _line(self, seen: Seen) -> None:
        note(self._state, self._shown, seen)


_FIELD_TAGS = {
    "input": "default_value",
    "select_static": "initial_option",
    "multi_select_static": "selected_values",
    "select_person": "initial_option",
    "date_picker": "initial_date",
    "picker_time": "initial_time",
    "picker_datetime": "initial_datetime",
    "checker": "checked",
}


def _texts_of(element: Json) -> Iterator[Json]:
    if element["tag"] == "markdown":
        yield {"tag": "markdown", "content": element["content"]}
        return
    if "text" in element:
        yield element["text"]
    for item in element.get("fields", []):
        yield item["text"]


def _inside(element: Json) -> Iterator[list[Json]]:
    for column in element.get("columns", []) if element["tag"] == "column_set" else []:
        yield column["elements"]
    if isinstance(element.get("elements"), list):
        yield element["elements"]


def read_button(element: Json, form: str) -> Button:
    behaviors = element.get("behaviors", [])
    value = next((b["value"] for b in behaviors if b["type"] == "callback"), None)
    url = next((b["default_url"] for b in behaviors if b["type"] == "open_url"), "")
    return Button(
        name=element.get("name", ""),
        text=element.get("text", {}).get("content", ""),
        value=value,
        url=url,
        submits=is_submit(element),
        resets="reset" in (element.get("form_action_type") or element.get("action_type") or ""),
        disabled=element.get("disabled", False),
        form=form,
        asks=element.get("confirm", {}).get("text", {}).get("content", ""),
    )


def read_field(element: Json, above: str, form: str) -> Field:
    """Return a field; what has no label of its own is labelled by the text above it."""
    tag = element["tag"]
    options = tuple(
        Option(o.get("text", {}).get("content", o["value"]), o["value"])
        for o in element.get("options", [])
    )
    default = element.get(_FIELD_TAGS[tag])
    if tag == "select_static":
        default = _initial(element, options)
    placeholder = element.get("placeholder", {}).get("content", "")
    return Field(
        name=element.get("name", ""),
        label=_label(element) or above,
        type=element.get("input_type", "text") if tag == "input" else tag,
        required=element.get("required", False),
        default=default if default is not None else ([] if tag.startswith("multi") else ""),
        options=options,
        max_length=element.get("max_length", 1000) if tag == "input" else 0,
        placeholder=placeholder,
        disabled=element.get("disabled", False),
        form=form,
    )


def _label(element: Json) -> str:
    text: Json = element.get("label") or element.get("text") or {}
    return str(text.get("content", ""))


def _initial(element: Json, options: tuple[Option, ...]) -> str:
    """The pages show initial_option as a text, bots send a value: only both at once is safe."""
    wanted: str | None = element.get("initial_option")
    index: int = element.get("initial_index", 0)
    if wanted is None and 0 < index <= len(options):
        return options[index - 1].value
    return next((o.value for o in options if wanted == o.value == o.text), "")
