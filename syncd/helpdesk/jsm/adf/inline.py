"""What stands inside a paragraph of a document."""

from collections.abc import Callable
from datetime import UTC, datetime

from syncd.core.text import Anchor, Break, Inline, Mark, Mention, Text, clean
from syncd.helpdesk.jsm.adf.node import Node, attr, attrs, kind_of

UNSUPPORTED = "[unsupported content - see portal]"
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
    inlines: list[Inline] = []
    for number, line in enumerate(clean(text).split("\n")):
        inlines += [Break()] if number else []
        inlines += [Text(line, marks)] if line else []
    return inlines


def _text(node: Node) -> list[Inline]:
    text = node.get("text")
    if not isinstance(text, str):
        return []
    listed = node.get("marks")
    marks = [mark for mark in listed if isinstance(mark, dict)] if isinstance(listed, list) else []
    for mark in marks:
        if kind_of(mark) == "link" and (url := _web(attr(mark, "href"))):
            return [Anchor(_one_line(text) or url, url)]
    known = [_MARKS[kind] for mark in marks if (kind := kind_of(mark)) in _MARKS]
    return text_lines(text, tuple(dict.fromkeys(known)))


def _break(node: Node) -> list[Inline]:
    return [Break()]


# `text` may be missing; the id would tell the reader nothing.
def _mention(node: Node) -> list[Inline]:
    return [Mention(_one_line(attr(node, "text")).lstrip("@") or "user")]


def _emoji(node: Node) -> list[Inline]:
    return text_lines(attr(node, "text") or attr(node, "shortName"))


def _card(node: Node) -> list[Inline]:
    data = attrs(node).get("data")
    inner = data.get("url") if isinstance(data, dict) else None
    url = attr(node, "url") or (inner if isinstance(inner, str) else "")
    shown = _one_line(url) or UNSUPPORTED
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
    return [Anchor(name or url, url) if url else Text(f"[{name or 'file'}]")]


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
