"""The beginning of a text tree, as much of it as fits."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from syncd.core.text import (
    Body,
    Code,
    Heading,
    Item,
    Listing,
    Node,
    Paragraph,
    Quote,
    Table,
    Text,
    inside,
)

N = TypeVar("N", bound=Node)

# A piece is a word with the space after it; one of more than 200 characters counts as several.
_WORD = re.compile(r"\S{1,200}\s{0,200}|\s{1,200}")
_LINE = re.compile(r"[^\n]{1,200}\n?|\n")
_WORTH_KEEPING = 0.8


def fitting(body: Body, fits: Callable[[Body], bool], most: int) -> Body:
    """Return the longest beginning for which `fits` holds, cut between words or lines of code.

    What is left of the last block goes, too, where little is lost by it.
    `fits` must hold for the empty body, and never again once it failed for a shorter one.
    `most`: how many words, lines and blocks at most are worth a try.
    """
    low, high = 0, min(pieces(body), most)
    while high - low > 1:
        middle = (low + high) // 2
        if fits(_taken(body, middle)):
            low = middle
        else:
            high = middle
    taken = _taken(body, low)
    whole = taken[:-1] if taken and taken[-1] != body[len(taken) - 1] else taken
    return whole if pieces(whole) >= _WORTH_KEEPING * low else taken


def pieces(body: Body) -> int:
    """Return how many words, lines of code and blocks there are, each of a byte or more."""
    return sum(map(_size, body))


def _size(node: Node) -> int:
    """Return the pieces of a node: one for itself, unless it is words, and those inside it."""
    match node:
        case Text(text):
            return len(_WORD.findall(text))
        case Code(text):
            return 1 + len(_LINE.findall(text))
        case Table(rows):
            return 1 + sum(map(_size_of_row, rows))
        case _:
            return 1 + sum(map(_size, inside(node)))


def _taken(parts: Sequence[N], pieces: int) -> tuple[N, ...]:
    """Return the first `pieces` of the parts; the last of them may be cut."""
    taken: list[N] = []
    for part in parts:
        whole = _size(part)
        if whole > pieces:
            if pieces > 1:
                taken.append(_head(part, pieces))
            break
        taken.append(part)
        pieces -= whole
    return tuple(taken)


def _head(node: N, pieces: int) -> N:
    within = pieces - 1
    match node:
        case Text(text):
            return replace(node, text="".join(_WORD.findall(text)[:pieces]))
        case Code(text):
            return replace(node, text="".join(_LINE.findall(text)[:within]))
        case Table():
            return replace(node, rows=_rows(node, within))
        case Paragraph(parts) | Heading(parts):
            return replace(node, inlines=_taken(parts, within))
        case Listing(items):
            return replace(node, items=_taken(items, within))
        case Quote(blocks) | Item(blocks):
            return replace(node, blocks=_taken(blocks, within))
        case _:
            return node


def _size_of_row(row: tuple[Body, ...]) -> int:
    return 1 + sum(1 + pieces(cell) for cell in row)


def _rows(table: Table, most: int) -> tuple[tuple[Body, ...], ...]:
    """Return the rows that are taken whole, and a part of the next where much is left for it."""
    taken: list[tuple[Body, ...]] = []
    left = most
    for row in table.rows:
        whole = _size_of_row(row)
        if whole > left:
            taken += [_cells(row, left - 1)] if most - left < _WORTH_KEEPING * most else []
            break
        taken.append(row)
        left -= whole
    return tuple(taken)


def _cells(row: tuple[Body, ...], left: int) -> tuple[Body, ...]:
    taken: list[Body] = []
    for cell in row:
        taken.append(_taken(cell, left - 1))
        left -= 1 + pieces(cell)
    return tuple(taken)
