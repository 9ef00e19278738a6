"""A plainer version of a card, for when Lark refused its content."""

import re
from dataclasses import replace

from syncd.core.text import (
    Anchor,
    Body,
    Break,
    Code,
    Heading,
    Listing,
    Mention,
    Node,
    Paragraph,
    Table,
    Text,
    inside,
    without_addresses,
)
from syncd.core.views import STRUCK_OUT, FormView, PostView

_LONGEST = 1500

# Addresses, too, are what data loss prevention refuses; the reader finds it on the portal.
_LONG_NUMBER = re.compile(r"\+?\d[\d ().-]{5,}\d")


def post(view: PostView) -> PostView:
    """Return the post without markup, long text, addresses and long numbers."""
    body = plain(view.body, struck_out=view.struck_out)
    said = tuple(line for line in (*view.lines, body) if line)
    short = tuple(redacted(line[:_LONGEST]) for line in said)
    is_cut = view.is_cut or any(len(line) > _LONGEST for line in said)
    return replace(view, title=redacted(view.title), lines=short, body=(), is_cut=is_cut)


def form(view: FormView) -> FormView:
    """Return the form with nothing filled in."""
    return replace(view, values={}, problem=redacted(view.problem))


def redacted(said: str) -> str:
    """Return the text with e-mail addresses and long numbers left out."""
    return _LONG_NUMBER.sub("[…]", without_addresses(said, "[…@…]"))


def plain(body: Body, struck_out: str = STRUCK_OUT) -> str:
    """Return the words of a text tree, a line for each paragraph; no layout but that of lists."""
    lines = (_words(block, struck_out) for block in body)
    return "\n".join(line for line in lines if line)


def _words(node: Node, struck_out: str) -> str:
    match node:
        case Text(text, marks) | Anchor(text, _, marks) if "strike" in marks:
            return f"[{struck_out}: {text}]"
        case Anchor(text, url):
            return f"{text} ({url})" if text not in ("", url) else url
        case Text(text) | Code(text):
            return text
        case Mention(name):
            return f"@{name}"
        case Break():
            return "\n"
        case Table(rows):
            return "\n".join(" | ".join(plain(cell, struck_out) for cell in row) for row in rows)
        case Listing(items, ordered, start):
            numbered = enumerate((plain(item.blocks, struck_out) for item in items), start)
            return "\n".join(f"{n}. {said}" if ordered else f"- {said}" for n, said in numbered)
        case _:
            between = "" if isinstance(node, Paragraph | Heading) else "\n"
            return between.join(_words(part, struck_out) for part in inside(node))
