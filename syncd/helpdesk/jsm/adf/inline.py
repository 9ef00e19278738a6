"""What stands inside a paragraph of a document."""

from collections.abc import Callable
from datetime import UTC, datetime

from syncd.core.text import Anchor, Break, Inline, Mark, Mention, Text, clean, inlines
from syncd.core.wording.notes import NOT_SHOWN
from syncd.helpdesk.jsm.adf.node import Node, attr, attrs, kind_of
from syncd.helpdesk.jsm.wire.members import lenient

_SCRIPTS = ("javascript:", "data:", "vbscript:")
_ABOVE = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_BELOW = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_MARKS: dict[str, Mark] = {"strong": "strong", "em": "em", "strike": "strike", "code": "code"}


def read(node: Node) -> list[Inline]:
    """Return what the node itself says, without what it contains."""
    reader = _READERS.get(kind_of(node))
    if reader is not None:
        return reader(node)
    text = node.get("text")
    return text_lines(text if isinstance(text, str) else attr(node, "text"))


def knows(node: Node) -> bool:
    return kind_of(node) in _READERS


def text_lines(text: str, marks: tuple[Mark, ...] = ()) -> list[Inline]:
    """Return foreign text, cleaned, with a break for each newline."""
    return inlines(clean(text), marks)


def _text(node: Node) -> list[Inline]:
    text = node.get("text")
    if not isinstance(text, str):
        return []
    listed = node.get("marks")
    marks = [mark for mark in listed if isinstance(mark, dict)] if isinstance(listed, list) else []
    known = tuple(dict.fromkeys(_MARKS[k] for mark in marks if (k := kind_of(mark)) in _MARKS))
    for mark in marks:
        if kind_of(mark) == "link":
            return _linked(text, attr(mark, "href"), known)
        if kind_of(mark) == "subsup":
            text = _beside_the_line(text, attr(mark, "type"))
    return text_lines(text, known)


def _linked(text: str, href: str, marks: tuple[Mark, ...]) -> list[Inline]:
    """Return a link; what no browser opens is told behind its words, unless it is a script."""
    url = _web(href)
    if url:
        return [Anchor(_one_line(text) or url, url, marks)]
    target = _one_line(href).removeprefix("mailto:")
    if not target or target == text or target.lower().startswith(_SCRIPTS):
        return text_lines(text, marks)
    return [*text_lines(text, marks), Text(f" ({target})")]


def _beside_the_line(text: str, kind: str) -> str:
    """Return what stands above or below the line so that 10 to the sixth is not read as 106."""
    sign, digits = ("_", _BELOW) if kind == "sub" else ("^", _ABOVE)
    small = text.translate(digits)
    return small if all(ord(c) in digits for c in text) else f"{sign}({text})"


def _break(node: Node) -> list[Inline]:
    return [Break()]


# `text` may be missing; the id would tell the reader nothing.
def _mention(node: Node) -> list[Inline]:
    return [Mention(_one_line(attr(node, "text")).lstrip("@") or "user")]


def _emoji(node: Node) -> list[Inline]:
    return text_lines(attr(node, "text") or attr(node, "shortName"))


def _card(node: Node) -> list[Inline]:
    url = attr(node, "url") or lenient(node, "attrs", "data", "url")
    shown = _one_line(lenient(node, "attrs", "data", "name") or url) or NOT_SHOWN
    return [Anchor(shown, link) if (link := _web(url)) else Text(shown)]


def _status(node: Node) -> list[Inline]:
    text = _one_line(attr(node, "text"))
    return [Text(f"[{text}]")] if text else []


# Epoch milliseconds, written as a text.
def _date(node: Node) -> list[Inline]:
    written = attrs(node).get("timestamp")
    if not isinstance(written, str | int):
        return []
    try:
        return [Text(datetime.fromtimestamp(int(written) / 1000, UTC).date().isoformat())]
    except (ValueError, OverflowError, OSError):
        return text_lines(str(written))


def _media(node: Node) -> list[Inline]:
    url = _web(attr(node, "url"))
    name = _one_line(attr(node, "alt") or attr(node, "__fileName"))
    listed = node.get("marks")
    for mark in listed if isinstance(listed, list) else []:
        if isinstance(mark, dict) and kind_of(mark) == "link" and not url:
            url, name = _web(attr(mark, "href")), f"[{name or 'file'}]"
    return [Anchor(name or url, url) if url else Text(f"[{name.strip('[]') or 'file'}]")]


_READERS: dict[str, Callable[[Node], list[Inline]]] = {
    "text": _text,
    "hardBreak": _break,
    "mention": _mention,
    "emoji": _emoji,
    "inlineCard": _card,
    "blockCard": _card,
    "embedCard": _card,
    "status": _status,
    "date": _date,
    "media": _media,
    "mediaInline": _media,
}


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _web(url: str) -> str:
    """Return the address when it is one of the web and holds no blank, else nothing."""
    known = url.lower().startswith(("http://", "https://"))
    return url if known and url == clean(url) and not any(c.isspace() for c in url) else ""
