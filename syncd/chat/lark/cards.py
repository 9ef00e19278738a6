"""Content to card JSON 2.0.

https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-structure
"""

import json
from typing import Any, TypeAlias

from syncd.chat.lark.cut import fitting
from syncd.chat.lark.form import (
    CANCEL,
    button,
    callback,
    cut,
    form,
    name_of,
    plain_text,
)
from syncd.chat.lark.markdown import escape, link, render
from syncd.core.model import DeliveryId
from syncd.core.text import Body, clean
from syncd.core.views import Content, FormView, PostView

Json: TypeAlias = dict[str, Any]

# The platform takes 30 KB of request, so some room is left for what is around the card.
MAX_BYTES = 28_000
_MAX_LINES = 40
_MAX_LINES_TOGETHER = 6000
_MAX_TITLE = 200
_SHORTEST_VALUE = 20


def card(content: Content, key: DeliveryId) -> Json:
    """Return the card that shows `content` and by which delivery `key` can be recognised."""
    return _form_card(content, key) if isinstance(content, FormView) else _post_card(content, key)


# The body of the request is what the platform measures, and there the card is a string, in which
# every quote and backslash of the card's own JSON is escaped once more:
# https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/create
def size(card: Json) -> int:
    """Return the length in bytes of the card as it is sent."""
    return len(json.dumps(encoded(card), ensure_ascii=False).encode())


def encoded(card: Json) -> str:
    """Return the card as the string of JSON that the message API takes."""
    return json.dumps(card, ensure_ascii=False, separators=(",", ":"))


def with_ref(url: str, key: DeliveryId) -> str:
    """Return the address with `ref=<delivery id>` in its query."""
    address, hash_sign, fragment = url.partition("#")
    return f"{address}{'&' if '?' in address else '?'}ref={key}{hash_sign}{fragment}"


def _card(title: str, elements: list[Json], template: str = "") -> Json:
    made: Json = {
        "schema": "2.0",
        "config": {"update_multi": True},
        "body": {"elements": elements},
    }
    if title:
        made["header"] = {"title": plain_text(title, _MAX_TITLE)}
        if template:
            made["header"]["template"] = template
    return made


def _form_card(view: FormView, key: DeliveryId) -> Json:
    fields = form(view, key)
    elements = [_text(t) for t in (view.problem, view.intro) if t]
    cancel = button(CANCEL, view.cancel, callback(CANCEL, view, key))
    made = _card(view.title, [*elements, fields, cancel], "orange" if view.problem else "blue")
    while size(made) > MAX_BYTES and _shorten_longest_value(fields):
        pass
    return made


def _shorten_longest_value(fields: Json) -> bool:
    """Halve the longest prefilled value; False when none is worth cutting any more."""
    filled = [e for e in fields["elements"] if len(e.get("default_value", "")) > _SHORTEST_VALUE]
    if not filled:
        return False
    longest = max(filled, key=lambda e: len(e["default_value"]))
    longest["default_value"] = cut(longest["default_value"], len(longest["default_value"]) // 2)
    return True


def _post_card(view: PostView, key: DeliveryId) -> Json:
    whole = _post_with(view, key, view.body, note=False)
    if size(whole) <= MAX_BYTES:
        return whole

    def fits(body: Body) -> bool:
        return size(_post_with(view, key, body, note=True)) <= MAX_BYTES

    return _post_with(view, key, fitting(view.body, fits), note=True)


def _post_with(view: PostView, key: DeliveryId, body: Body, *, note: bool) -> Json:
    ticket = link(view.link_text, with_ref(view.link_url, key)) if view.link_url else ""
    elements = [_markdown(ticket or escape(view.link_text))]
    elements += _lines(view.lines)
    elements.append(_markdown(render(body)))
    if note:
        elements.append(_markdown(" ".join(p for p in ("…", escape(view.cut_note), ticket) if p)))
    elements = [e for e in elements if e.get("content") or e.get("text", {}).get("content")]
    for shown in view.buttons:
        value = callback(shown.action, view, key)
        elements.append(button(name_of(shown.name), shown.text, value, primary=shown.primary))
    return _card(view.title, elements or [_text(view.title)])


def _lines(lines: tuple[str, ...]) -> list[Json]:
    left, shown = _MAX_LINES_TOGETHER, []
    for line in lines[:_MAX_LINES]:
        shown.append(_text(cut(clean(line), left)))
        left = max(0, left - len(line))
    return shown


def _markdown(content: str) -> Json:
    return {"tag": "markdown", "content": content}


def _text(foreign: str) -> Json:
    return {"tag": "div", "text": plain_text(foreign)}
