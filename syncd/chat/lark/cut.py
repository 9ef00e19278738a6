"""The beginning of a text tree, as much of it as fits."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from syncd.core.text import (
    Anchor,
    Block,
    Body,
    Break,
    Code,
    Heading,
    Inline,
    Item,
    Listing,
    Mention,
    Paragraph,
    Quote,
    Rule,
    Table,
    Text,
)

T = TypeVar("T")

# A piece is a word with the space after it; one of more than 200 characters counts as several.
_WORD = re.compile(r"\S{1,200}\s*|\s+")
_LINE = re.compile(r"[^\n]{1,200}\n?|\n")


def fitting(body: Body, fits: Callable[[Body], bool]) -> Body:
    """Return the longest beginning for which `fits` holds, cut between words or lines of code.

    `fits` must hold for the empty body, and never again once it failed for a shorter one.
    """
    if fits(body):
        return body
    low, high = 0, _size(body)
    while high - low > 1:
        middle = (low + high) // 2
        if fits(_head(body, middle)):
            low = middle
        else:
            high = middle
    return _head(body, low)


def _size(body: Body) -> int:
    return sum(1 + _size_inside(block) for block in body)


def _size_inside(block: Block) -> int:
    match block:
        case Paragraph(inlines) | Heading(inlines):
            return sum(_size_inline(inline) for inline in inlines)
        case Code(text):
            return len(_LINE.findall(text))
        case Listing(items):
            return sum(_size_item(item) for item in items)
        case Quote(blocks):
            return _size(blocks)
        case Table(rows):
            return len(rows)
        case Rule():
            return 0


def _size_item(item: Item) -> int:
    return 1 + _size(item.blocks)


def _size_inline(inline: Inline) -> int:
    return len(_WORD.findall(inline.text)) if isinstance(inline, Text) else 1


def _head(body: Body, pieces: int) -> Body:
    """Return the first `pieces` of the body; each block costs one itself."""
    return _take(body, pieces, lambda block: 1 + _size_inside(block), _block_head)


def _take(
    parts: tuple[T, ...], pieces: int, size: Callable[[T], int], head: Callable[[T, int], T]
) -> tuple[T, ...]:
    taken: list[T] = []
    for part in parts:
        whole = size(part)
        if whole > pieces:
            if pieces > 1:
                taken.append(head(part, pieces))
            break
        taken.append(part)
        pieces -= whole
    return tuple(taken)


def _block_head(block: Block, pieces: int) -> Block:
    inside = pieces - 1
    match block:
        case Paragraph() | Heading():
            return replace(block, inlines=_take(block.inlines, inside, _size_inline, _inline_head))
        case Code(text):
            return replace(block, text="".join(_LINE.findall(text)[:inside]))
        case Listing(items):
            return replace(block, items=_take(items, inside, _size_item, _item_head))
        case Quote(blocks):
            return replace(block, blocks=_head(blocks, inside))
        case Table(rows):
            return replace(block, rows=rows[:inside])
        case Rule():
            return block


def _item_head(item: Item, pieces: int) -> Item:
    return replace(item, blocks=_head(item.blocks, pieces - 1))


def _inline_head(inline: Inline, pieces: int) -> Inline:
    match inline:
        case Text(text):
            return replace(inline, text="".join(_WORD.findall(text)[:pieces]))
        case Anchor() | Mention() | Break():
            return inline
