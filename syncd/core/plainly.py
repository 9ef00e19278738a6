"""The same message in plain words, for a platform that refused it as it was."""

import re
from dataclasses import replace

from syncd.core.text import Anchor, Body, Break, Code, Item, Mention, Table, Text
from syncd.core.views import FormView, PostView

_LONGEST = 1500

# What a platform's filter against leaks takes offence at, and what a reader finds on the portal.
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_LONG_NUMBER = re.compile(r"\+?\d[\d ().-]{5,}\d")


def post(view: PostView) -> PostView:
    """Return the post without markup, long text, addresses and long numbers."""
    said = tuple(redacted(line) for line in (*view.lines, plain(view.body)) if line)
    short = tuple(line if len(line) <= _LONGEST else line[:_LONGEST] + "…" for line in said)
    return replace(view, title=redacted(view.title), lines=short, body=())


def form(view: FormView) -> FormView:
    """Return the form with nothing filled in."""
    return replace(view, values={}, problem=redacted(view.problem))


def redacted(said: str) -> str:
    """Return the text with e-mail addresses and long numbers left out."""
    return _LONG_NUMBER.sub("[…]", _ADDRESS.sub("[…@…]", said))


def plain(body: Body) -> str:
    """Return the words of a text tree, a line for each paragraph."""
    return "\n".join(line for line in (_words(block) for block in body) if line)


def _words(node: object) -> str:
    match node:
        case Text() | Anchor() | Code():
            return node.text
        case Mention():
            return f"@{node.name}"
        case Break():
            return "\n"
        case Table():
            return "\n".join(" | ".join(plain(cell) for cell in row) for row in node.rows)
        case Item():
            return plain(node.blocks)
    inlines = getattr(node, "inlines", None)
    if inlines is not None:
        return "".join(_words(inline) for inline in inlines)
    parts = getattr(node, "items", None) or getattr(node, "blocks", None) or ()
    return "\n".join(_words(part) for part in parts)
