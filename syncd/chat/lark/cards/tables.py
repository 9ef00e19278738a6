"""Tables: a narrow one in columns, any other as a block for each row that names its columns."""

import unicodedata
from collections.abc import Sequence
from itertools import zip_longest

from syncd.core.text import Block, Body, Break, Inline, Mention, Paragraph, Rule, Table, Text, clean

_MOST_COLUMNS = 20
_WIDEST_CELL = 40
_WIDEST_ROW = 80
"""Columns of a fixed-width font; what is wider breaks its lines on a phone."""
_LONGEST_LABEL = 60


def in_columns(table: Table) -> str:
    """Return the table as text in columns of equal width; empty when it is not simple enough."""
    if max(map(len, table.rows), default=0) > _MOST_COLUMNS:
        return ""
    read = [[_words(cell) for cell in row] for row in table.rows]
    rows = [[words for words in row if words is not None] for row in read]
    widths = [max(map(_width, column)) for column in zip_longest(*rows, fillvalue="")]
    too_wide = max(widths, default=0) > _WIDEST_CELL or sum(widths) + 3 * len(widths) > _WIDEST_ROW
    if too_wide or list(map(len, rows)) != list(map(len, read)):
        return ""
    lines = [
        " | ".join(text + " " * (widths[c] - _width(text)) for c, text in enumerate(row)).rstrip()
        for row in rows
    ]
    if table.header and lines:
        lines.insert(1, "-+-".join("-" * width for width in widths))
    return "\n".join(lines)


def in_rows(table: Table) -> Body:
    """Return a block for each row, parted by lines, in which each cell is led by its column."""
    rows, labels = table.rows, _labels(table)
    blocks: list[Block] = []
    for row in rows[1:] if labels else rows:
        blocks += [Rule()] if blocks else []
        blocks += _row(row, labels)
    return tuple(blocks)


def _labels(table: Table) -> list[str]:
    """Return what stands above each column, nothing where that is not short and plain.

    Nothing either where a column is empty below its header, so that no row would tell the header.
    """
    if not table.header or len(table.rows) < 2:
        return []
    words = [_words(cell) for cell in table.rows[0]]
    short = [word for word in words if word is not None and len(word) <= _LONGEST_LABEL]
    told = {column for row in table.rows[1:] for column, cell in enumerate(row) if cell}
    all_told = all(column in told for column, word in enumerate(words) if word)
    return short if len(short) == len(words) and any(short) and all_told else []


def _row(row: Sequence[Body], labels: Sequence[str]) -> list[Block]:
    """Lines of words stay together; a cell of anything else follows its label."""
    blocks: list[Block] = []
    lines: list[Inline] = []
    for number, cell in enumerate(row):
        if not cell:
            continue
        lines += [Break()] if lines else []
        label = labels[number] if number < len(labels) else ""
        lines += [Text(label, ("strong",)), Text(": ")] if label else [Text(f"({number + 1}) ")]
        words, others = cell[0], cell[1:]
        if isinstance(words, Paragraph):
            lines += words.inlines
        else:
            others = cell
        if others:
            blocks += [Paragraph(tuple(lines)), *others]
            lines = []
    return [*blocks, Paragraph(tuple(lines))] if lines else blocks


def _words(cell: Body) -> str | None:
    """Return what stands in a cell of one plain line, None for any other."""
    inlines = cell[0].inlines if len(cell) == 1 and isinstance(cell[0], Paragraph) else None
    if inlines is None:
        return None if cell else ""
    words = ""
    for inline in inlines if len(inlines) <= _WIDEST_CELL else ():
        match inline:
            case Text(text, marks) if "strike" not in marks:
                words += clean(text)[: _WIDEST_CELL * 2]
            case Mention(name):
                words += f"@{name}"[: _WIDEST_CELL * 2]
            case _:
                return None
    is_line = len(inlines) <= _WIDEST_CELL and "\n" not in words
    return " ".join(words.split()) if is_line else None


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
