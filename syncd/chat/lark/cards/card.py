"""Content to card JSON 2.0.

https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-structure
"""

import json
from dataclasses import replace

from syncd.chat.lark.cards.cut import fitting, pieces
from syncd.chat.lark.cards.escape import escape, link
from syncd.chat.lark.cards.fit import Fitted, count_elements, fitted
from syncd.chat.lark.cards.form import button, callback, form, link_button
from syncd.chat.lark.cards.markdown import render
from syncd.chat.lark.cards.naming import CANCEL, FORGET, cut, name_of, plain_text
from syncd.chat.lark.members import Json
from syncd.core.fields.field import Field
from syncd.core.model import DeliveryId
from syncd.core.text import Body, clean
from syncd.core.views import CardView, FormView, PostView

# The platform takes 30 KB of request, so some room is left for what is around the card.
MAX_BYTES = 28_000
_MAX_LINES = 40
_MAX_LINES_TOGETHER = 6000
_MAX_TITLE = 200
_SHORTEST_VALUE = 20
# Each text of a choice counts as one of 200 elements, so some room is left here, too:
# https://open.larksuite.com/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-structure
MAX_ELEMENTS = 180
_MOST_NAMES = 5


def card(content: CardView, key: DeliveryId) -> Json:
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
    made = _form_with(fit_of(view, key), key)
    for fields in (one for one in made["body"]["elements"] if one["tag"] == "form"):
        while size(made) > MAX_BYTES and _shorten_longest_value(fields):
            pass
    return made


def fit_of(view: FormView, key: DeliveryId) -> Fitted:
    """Return as much of the form as has room in its card."""

    def fits(tried: Fitted) -> bool:
        made = _form_with(tried, key)
        return count_elements(made) <= MAX_ELEMENTS and size(made) <= MAX_BYTES

    return fitted(replace(view, problem=_beginning(view.problem)), fits)


def _form_with(fit: Fitted, key: DeliveryId) -> Json:
    view = fit.view
    above = [_text(t) for t in (view.problem, view.intro) if t]
    cancel = [button(CANCEL, view.cancel, callback(CANCEL, view, key))] if view.cancel else []
    forget = [button(FORGET, view.forget, callback(FORGET, view, key))] if view.forget else []
    asked = [link_button(view.portal_button, view.more_url)] if view.portal_button else []
    if view.fields or not asked:
        asked.append(form(view, key, ids=fit.ids))
    more = _more((*fit.left_out, *view.elsewhere), view)
    shown = [*above, *asked, *cancel, *forget, *more]
    return _card(view.title, shown, "orange" if view.problem else "blue")


def _more(left: tuple[Field, ...], view: FormView) -> list[Json]:
    """Return a line about the questions that are left to the portal, if there are any."""
    if not left:
        return []
    names = ", ".join(" ".join(f.label.split()) for f in left[:_MOST_NAMES])
    rest = "" if len(left) <= _MOST_NAMES else " …"
    portal = link(view.more_url, view.more_url)
    return [_markdown(f"{escape(view.more)} {portal} &#40;{escape(names)}{rest}&#41;")]


def _beginning(said: str) -> str:
    return said if len(said) <= _MAX_LINES_TOGETHER else said[: _MAX_LINES_TOGETHER - 1] + "…"


def _shorten_longest_value(fields: Json) -> bool:
    """Halve the longest prefilled value; False when none is worth cutting any more."""
    filled = [e for e in fields["elements"] if len(e.get("default_value", "")) > _SHORTEST_VALUE]
    if not filled:
        return False
    longest = max(filled, key=lambda e: len(e["default_value"]))
    longest["default_value"] = cut(longest["default_value"], len(longest["default_value"]) // 2)
    return True


def _post_card(view: PostView, key: DeliveryId) -> Json:
    if pieces(view.body) <= MAX_BYTES:
        is_cut = view.is_cut or not _is_all(view.lines)
        whole = _post_with(view, key, view.body, note=is_cut)
        if size(whole) <= MAX_BYTES:
            return whole

    def fits(body: Body) -> bool:
        return size(_post_with(view, key, body, note=True)) <= MAX_BYTES

    return _post_with(view, key, fitting(view.body, fits, MAX_BYTES), note=True)


def _post_with(view: PostView, key: DeliveryId, body: Body, *, note: bool) -> Json:
    linked = view.link_url and view.link_text
    ticket = link(view.link_text, with_ref(view.link_url, key)) if linked else ""
    elements = [_markdown(ticket or escape(view.link_text))]
    elements += _lines(view.lines)
    elements.append(_markdown(render(body, view.struck_out)))
    if note:
        elements.append(_markdown(" ".join(p for p in ("…", escape(view.cut_note), ticket) if p)))
    elements = [e for e in elements if e.get("content") or e.get("text", {}).get("content")]
    for shown in view.buttons:
        value = callback(shown.action, view, key)
        name, primary = name_of(shown.name), shown.primary
        elements.append(button(name, shown.text, value, primary=primary, confirm=shown.confirm))
    if view.link_button and view.link_url:
        elements.append(link_button(view.link_button, with_ref(view.link_url, key)))
    return _card(view.title, elements or [_text(view.title)])


def _is_all(lines: tuple[str, ...]) -> bool:
    """Whether so many lines are shown whole."""
    return len(lines) <= _MAX_LINES and sum(map(len, lines)) <= _MAX_LINES_TOGETHER


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
