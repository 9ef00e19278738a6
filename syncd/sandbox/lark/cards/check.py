"""Whether the platform takes a card (JSON 2.0), and its words when it does not."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from syncd.sandbox.lark.cards import schema
from syncd.sandbox.lark.cards.markup import markdown
from syncd.sandbox.lark.cards.parts import check_component, check_text
from syncd.sandbox.lark.cards.refused import (
    BAD_IMAGE,
    BAD_JSON,
    BAD_PERSON,
    LIMITS,
    UNSUPPORTED_TAG,
    CardRefused,
    only,
)

Json = dict[str, Any]
MAX_BYTES = 30 * 1024
MAX_ELEMENTS = 200
MAX_DEPTH = 5
MAX_TABLES = 3


class AtAllForbidden(Exception):
    """The card or text mentions everybody where the group does not allow it."""


@dataclass(frozen=True)
class Audience:
    """Whom a card may name, and which pictures it may show."""

    open_ids: frozenset[str]
    emails: frozenset[str]
    at_all: bool = True
    images: frozenset[str] = frozenset()
    options_count: bool = True
    """Whether the text of each option of a list counts as an element."""

    def check(self, content: str) -> None:
        """Refuse markdown that names unknown people, everybody, or unknown pictures."""
        seen = markdown(content, str)
        for who in seen.mentions + seen.people:
            if who == "all":
                if not self.at_all:
                    raise AtAllForbidden
            elif who not in self.open_ids and who.removeprefix("email:") not in self.emails:
                message = "There is an invalid user resource(at/person) in your card"
                raise CardRefused(BAD_PERSON, message, who)
        for key in seen.images:
            self.check_image(key)

    def check_image(self, key: str) -> None:
        if key not in self.images:
            raise CardRefused(BAD_IMAGE, "the image key is invalid", key)


@dataclass
class _Tally:
    audience: Audience
    elements: int = 0
    tables: int = 0
    names: set[str] = field(default_factory=set)
    element_ids: set[str] = field(default_factory=set)


def validate(card: object, audience: Audience) -> Json:
    """Return the card when it would be shown; raises CardRefused or AtAllForbidden.

    Limits: 30 KB of JSON, 200 elements (texts count), 5 levels of containers.
    """
    if not isinstance(card, dict):
        raise CardRefused(BAD_JSON, "parse card json err", "the card is not an object")
    if card.get("schema") != "2.0":
        raise CardRefused(BAD_JSON, "the sandbox takes card JSON 2.0 only", card.get("schema"))
    if len(json.dumps(card, ensure_ascii=False).encode()) > MAX_BYTES:
        raise CardRefused(LIMITS, "card content length exceeds the limit", MAX_BYTES)
    only(card, schema.CARD, "card")
    _check_config(card.get("config", {}))
    tally = _Tally(audience)
    if "header" in card:
        _check_header(card["header"], tally)
    body = card.get("body")
    if not isinstance(body, dict):
        raise CardRefused(BAD_JSON, "the card has no body", body)
    only(body, schema.BODY, "body")
    _check_elements(body, tally, depth=0, form=None)
    for text in _texts(card):
        audience.check(text)
    tagged = list(_tagged(card))
    free = 0 if audience.options_count else sum(len(one.get("options", [])) for one in tagged)
    tally.elements = len(tagged) - free
    if tally.elements > MAX_ELEMENTS:
        raise CardRefused(LIMITS, "element exceeds the limit", tally.elements)
    if tally.tables > MAX_TABLES:
        raise CardRefused(LIMITS, "table number over limit", tally.tables)
    return card


def _check_config(config: object) -> None:
    config = only(config, schema.CONFIG, "config")
    # https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-breaking-changes-release-notes
    if config.get("update_multi", True) is not True:
        raise CardRefused(BAD_JSON, "update_multi only supports true in card schema V2", False)


def _check_header(header: object, tally: _Tally) -> None:
    header = only(header, schema.HEADER, "header")
    template = header.get("template", "default")
    if template not in schema.ENUMS["header", "template"]:
        raise CardRefused(BAD_JSON, "unknown header template", template)
    for key in ("title", "subtitle"):
        if key in header:
            text = check_text(header[key], f"header.{key}")
            if text["tag"] not in ("plain_text", "lark_md"):
                raise CardRefused(BAD_JSON, f"header.{key} must be a text", text)
    if "title" not in header:
        raise CardRefused(BAD_JSON, "the header has no title", header)


def _check_elements(container: Json, tally: _Tally, depth: int, form: Json | None) -> None:
    elements = container.get("elements")
    if not isinstance(elements, list):
        raise CardRefused(BAD_JSON, "elements is not a list", container.get("tag", "body"))
    if depth > MAX_DEPTH:
        raise CardRefused(LIMITS, "containers are nested too deep", depth)
    for element in elements:
        _check_element(element, tally, depth, form)


def _check_element(element: object, tally: _Tally, depth: int, form: Json | None) -> None:
    tag = element.get("tag") if isinstance(element, dict) else None
    if not isinstance(element, dict) or tag not in schema.COMPONENTS or tag == "column":
        message = "unsupported tag in card schema V2"
        raise CardRefused(UNSUPPORTED_TAG, message, tag)
    only(element, schema.COMPONENTS[tag], tag)
    _check_place(tag, depth, form)
    check_component(element, in_form=form is not None)
    _check_submits(element, form)
    _check_identity(element, tally, form)
    tally.tables += tag == "table"
    if tag == "img":
        tally.audience.check_image(element.get("img_key", ""))
    if tag == "column_set":
        for column in element["columns"]:
            _check_elements(column, tally, depth + 1, form)
    elif tag == "form":
        _check_elements(element, tally, depth + 1, element)
        _check_submit(element)
    elif tag in schema.CONTAINERS:
        _check_elements(element, tally, depth + 1, form)


def _check_place(tag: str, depth: int, form: Json | None) -> None:
    # https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/containers/form-container
    if tag in ("form", "table") and depth > 0:
        raise CardRefused(UNSUPPORTED_TAG, f"type of element is not supported tag: {tag}", tag)


def _check_submits(element: Json, form: Json | None) -> None:
    acts = "form_action_type" in element or "form_" in str(element.get("action_type"))
    if element["tag"] == "button" and acts and form is None:
        raise CardRefused(BAD_JSON, "a button submits or resets the form it is in", element)


def _check_identity(element: Json, tally: _Tally, form: Json | None) -> None:
    tag, name = element["tag"], element.get("name", "")
    if (tag == "form" or (form is not None and tag in schema.INTERACTIVE)) and not name:
        raise CardRefused(BAD_JSON, f"{tag} in a form needs a name", element)
    if name:
        if name in tally.names:
            raise CardRefused(BAD_JSON, "name is not unique in the card", name)
        tally.names.add(name)
    element_id = element.get("element_id")
    if element_id is not None:
        if not re.fullmatch(r"[A-Za-z]\w{0,19}", str(element_id)):
            raise CardRefused(BAD_JSON, "element_id is invalid", element_id)
        if element_id in tally.element_ids:
            raise CardRefused(BAD_JSON, "element_id is not unique in the card", element_id)
        tally.element_ids.add(element_id)


def _check_submit(form: Json) -> None:
    buttons = [e for e in _tagged(form) if e["tag"] == "button"]
    if not any(is_submit(b) for b in buttons):
        raise CardRefused(BAD_JSON, "a form needs a submit button", form.get("name"))


def is_submit(button: Json) -> bool:
    """Whether the button submits its form, in the new spelling or the deprecated one."""
    new, old = button.get("form_action_type"), button.get("action_type")
    return new == "submit" or old == "form_submit"


def _tagged(value: object) -> Iterator[Json]:
    """Yield every element and text below `value`; values of callbacks are not the card's."""
    if isinstance(value, dict):
        if isinstance(value.get("tag"), str):
            yield value
        for key, item in value.items():
            if key != "behaviors":
                yield from _tagged(item)
    elif isinstance(value, list):
        for item in value:
            yield from _tagged(item)


def _texts(card: Json) -> Iterator[str]:
    for element in _tagged(card):
        if element["tag"] in ("markdown", "lark_md"):
            yield element["content"]
