"""The words of a text tree alone, and tables of them."""

import unicodedata
from collections.abc import Sequence

from syncd.core.text import (
    Anchor,
    Block,
    Body,
    Break,
    Code,
    Heading,
    Inline,
    Listing,
    Mention,
    Paragraph,
    Quote,
    Rule,
    Table,
    Text,
    clean,
)

_MAX_ROWS = 60
_MAX_CELL = 40


def in_columns(table: Table) -> str:
    """Return the table as text in columns of equal width, for a fixed-width font."""
    rows = [[_cell(cell) for cell in row] for row in table.rows[:_MAX_ROWS]]
    columns = max((len(row) for row in rows), default=0)
    widths = [max((_width(r[c]) for r in rows if c < len(r)), default=0) for c in range(columns)]
    lines = [
        " | ".join(text + " " * (widths[c] - _width(text)) for c, text in enumerate(row)).rstrip()
        for row in rows
    ]
    if table.header and lines:
        lines.insert(1, "-+-".join("-" * width for width in widths))
    if len(table.rows) > _MAX_ROWS:
        lines.append("…")
    return "\n".join(lines)


def _cell(blocks: Body) -> str:
    words = " ".join(plain(blocks).split())
    return words if len(words) <= _MAX_CELL else words[: _MAX_CELL - 1] + "…"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def plain(blocks: Body) -> str:
    """Return only the words, a line for each block."""
    return "\n".join(_plain_block(block) for block in blocks)


def _plain_block(block: Block) -> str:
    match block:
        case Paragraph(inlines) | Heading(inlines):
            return _plain(inlines)
        case Listing(items):
            return "\n".join(f"- {plain(item.blocks)}" for item in items)
        case Code(text):
            return clean(text)
        case Quote(blocks):
            return plain(blocks)
        case Table(rows):
            return "\n".join(" | ".join(plain(cell) for cell in row) for row in rows)
        case Rule():
            return ""


def _plain(inlines: Sequence[Inline]) -> str:
    return "".join(_plain_inline(inline) for inline in inlines)


def _plain_inline(inline: Inline) -> str:
    match inline:
        case Text(text):
            return clean(text)
        case Anchor(text, url):
            return clean(text or url)
        case Mention(name):
            return "@" + clean(name).removeprefix("@")
        case Break():
            return "\n"
