"""The text tree as Lark's markdown; nothing in the text itself is taken for markup.

A list or quote in which words alone stand is one of markdown's. In any other the numbers are
written out and each block stands by itself, in the order of the document, because nobody outside
Lark knows whether its clients read code that is indented.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from syncd.chat.lark.cards.escape import escape
from syncd.chat.lark.cards.inline import Inlines
from syncd.chat.lark.cards.tables import in_columns, in_rows
from syncd.core.text import (
    Anchor,
    Block,
    Body,
    Code,
    Heading,
    Item,
    Listing,
    Paragraph,
    Quote,
    Rule,
    Table,
    Text,
    clean,
)
from syncd.core.views import STRUCK_OUT

# The tags that name people, link or embed. Nobody outside Lark knows whether they act in code too.
_ACTIVE_TAG = re.compile(
    r"<(?=/?(?:at|person|a|link|audio|raw|img|font|text_tag)\b)", re.IGNORECASE
)
_TICKS = {True: "[x] ", False: "[ ] ", None: ""}
_BLANK = "\u00a0"
_MAX_DEPTH = 2


def render(body: Body, struck_out: str = STRUCK_OUT) -> str:
    """Return the whole text as markdown."""
    return "\n\n".join(_Writer(Inlines(struck_out)).blocks(body))


@dataclass(frozen=True)
class _Writer:
    inlines: Inlines

    def blocks(self, body: Sequence[Block]) -> list[str]:
        """Return the blocks that markdown shall keep apart, none of them empty."""
        written: list[str] = []
        for before, block in pairwise([None, *body]):
            if isinstance(block, Listing):
                # Markdown would go on counting where the list before ended.
                counts_on = block.ordered and isinstance(before, Listing) and before.ordered
                written += self._listing(block, apart=counts_on)
            elif block is not None:
                written += self._block(block)
        return [one for one in written if one]

    def _block(self, block: Block) -> list[str]:
        match block:
            case Paragraph(inlines):
                return [self.inlines.write(inlines)]
            case Heading():
                return [self._heading(block)]
            case Code(text, language):
                return [_fenced(clean(text), language)]
            case Quote(blocks, icon):
                return self._quote(blocks, icon)
            case Table():
                # A card takes three real tables at most, so none is used.
                columns = in_columns(block)
                return [_fenced(columns, "")] if columns else self.blocks(in_rows(block))
            case Rule():
                return ["---"]
            case Listing():
                return self._listing(block, apart=False)

    def _heading(self, heading: Heading) -> str:
        """A bold line, whatever the level: levels render unevenly in cards."""
        has_link = any(isinstance(inline, Anchor) for inline in heading.inlines)
        return self.inlines.write(heading.inlines, () if has_link else ("strong",))

    def _listing(self, listing: Listing, *, apart: bool) -> list[str]:
        if apart or not _is_simple(listing):
            return self._written_out(listing, 0)
        return ["\n".join(self._lines(listing, 1, ""))]

    def _lines(self, listing: Listing, depth: int, pad: str) -> list[str]:
        """Write a list of words, and lists of words below them, as markdown's own."""
        lines = []
        for number, item in enumerate(listing.items, start=max(listing.start, 0)):
            marker = f"{number}. " if listing.ordered else "- "
            words = [b for b in item.blocks if isinstance(b, Paragraph | Heading)]
            said = "<br>".join(filter(None, self.blocks(words)))
            below = [block for block in item.blocks if isinstance(block, Listing)]
            if depth >= _MAX_DEPTH:
                said = "<br>".join([said, *self._deeper(below, 1)])
                below = []
            lines.append(pad + marker + (escape(_TICKS[item.done]) + said or _BLANK))
            inner = pad + " " * max(4, len(marker))
            for one in below:
                lines += self._lines(one, depth + 1, inner)
        return lines

    def _deeper(self, listings: Sequence[Listing], depth: int) -> list[str]:
        """Write lists that markdown in cards does not nest any deeper as lines of an item."""
        lines = []
        for listing in listings:
            for number, item in enumerate(listing.items, start=max(listing.start, 0)):
                words = [b for b in item.blocks if isinstance(b, Paragraph | Heading)]
                said = "<br>".join(self.blocks(words))
                lines.append(_BLANK * 4 * depth + _marker(listing, number, item) + said)
                below = [block for block in item.blocks if isinstance(block, Listing)]
                lines += self._deeper(below, depth + 1)
        return lines

    def _written_out(self, listing: Listing, depth: int) -> list[str]:
        """Write the numbers as words, and each block of an item by itself."""
        written: list[str] = []
        for number, item in enumerate(listing.items, start=max(listing.start, 0)):
            marker, indent = _marker(listing, number, item), _BLANK * 4 * depth
            for block in item.blocks:
                if isinstance(block, Listing):
                    written += [indent + marker] if marker else []
                    written += self._written_out(block, depth + 1)
                elif isinstance(block, Paragraph | Heading):
                    said = "".join(self._block(block))
                    written.append(indent + (marker or _BLANK * 4 * (depth > 0)) + said)
                else:
                    written += [indent + marker] if marker else []
                    written += self._block(block)
                marker = ""
            written += [indent + marker] if marker else []
        return written

    def _quote(self, blocks: Body, icon: str) -> list[str]:
        """Quote words and simple lists; anything else stands between, by itself."""
        written: list[str] = []
        quoted: list[str] = []
        for block in _led(blocks, icon):
            if isinstance(block, Paragraph | Heading) or _is_simple(block):
                quoted += self._block(block)
            else:
                written += [_in_quote(quoted), *self._block(block)]
                quoted = []
        return [*written, _in_quote(quoted)]


def _led(blocks: Body, icon: str) -> Body:
    if not icon:
        return blocks
    if blocks and isinstance(blocks[0], Paragraph):
        return (replace(blocks[0], inlines=(Text(f"{icon} "), *blocks[0].inlines)), *blocks[1:])
    return (Paragraph((Text(icon),)), *blocks)


def _in_quote(written: list[str]) -> str:
    lines = "\n\n".join(filter(None, written)).split("\n")
    return "\n".join(f"> {line}".rstrip() for line in lines) if written else ""


def _is_simple(block: Block) -> bool:
    """Whether it is a list whose items are words, and below them such lists."""
    return isinstance(block, Listing) and all(_is_simple_item(item) for item in block.items)


def _is_simple_item(item: Item) -> bool:
    words = [isinstance(block, Paragraph | Heading) for block in item.blocks]
    below = [block for block in item.blocks if not isinstance(block, Paragraph | Heading)]
    first_words = words == sorted(words, reverse=True)
    counts_on = any(
        isinstance(one, Listing) and isinstance(other, Listing) and one.ordered and other.ordered
        for one, other in pairwise(below)
    )
    return first_words and not counts_on and all(map(_is_simple, below))


def _marker(listing: Listing, number: int, item: Item) -> str:
    """Return what leads an item, as words."""
    return (f"{number}&#46; " if listing.ordered else "• ") + escape(_TICKS[item.done])


def _fenced(text: str, language: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    label = language if re.fullmatch(r"[\w+#.-]{1,20}", language, re.ASCII) else ""
    return f"{fence}{label}\n{_ACTIVE_TAG.sub('＜', text)}\n{fence}"
