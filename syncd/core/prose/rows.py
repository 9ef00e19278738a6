"""A message that comes in rows of pieces: as text, and as blocks.

Lark makes lists and quotes of a post into words, so what leads a row says what it was:
https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/im-v1/message/events/message_content
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat, zip_longest
from typing import TypeAlias

from syncd.core.prose import said
from syncd.core.text import (
    Anchor,
    Block,
    Body,
    Break,
    Code,
    Inline,
    Item,
    Listing,
    Mention,
    Paragraph,
    Quote,
    Text,
    clean,
)

Piece: TypeAlias = Inline | Block
Row: TypeAlias = Sequence[Piece]
Line: TypeAlias = list[Inline]

_LED = re.compile(r"([ \t]{0,40})(?:[-*•]|(0|[1-9]\d{0,2})[.)])[ \t]{1,8}")
_QUOTED = re.compile(r"[ \t]{0,3}>[ \t]")
_MENTIONS = re.compile(r"(?:@[\w-]{1,100}|[ \t])*", re.ASCII)
_BLANKS = re.compile(r"[ \t]+")
_DEEPEST = 5


def as_text(rows: Sequence[Row]) -> str:
    """Return the rows as lines of text that `said.blocks` can read."""
    return "\n".join(_flat(row) for row in rows)


def as_blocks(rows: Sequence[Row]) -> Body:
    """Return the rows as blocks; of their words nothing is lost but what leads lists and quotes."""
    lines = [line for row in rows for line in _lines(row)]
    return _blocks([*_with_mentions_apart(lines)], quotes=True)


def _with_mentions_apart(lines: Sequence[Line | Block]) -> Iterator[Line | Block]:
    """Yield the lines; whom one mentions before it opens code, a list or a quotation, before it.

    One that nothing follows of a list or a quotation may as well be a sentence with a dash.
    """
    for line, below in zip_longest(lines, lines[1:]):
        mentions, rest = _parted(line) if isinstance(line, list) else ([], [])
        if rest and (said.opens_code(_flat(rest)) or (_is_led(rest) and _is_led(below))):
            yield mentions
            yield rest
        else:
            yield line


def _parted(line: Line) -> tuple[Line, Line]:
    """Return the mentions that lead a line and what follows them; nothing where none does."""
    for number, one in enumerate(line):
        found = _MENTIONS.match(one.text) if isinstance(one, Text) else None
        if not isinstance(one, Text) or found is None:
            return [], []
        if found.end() < len(one.text):
            mentions = [*line[:number], replace(one, text=found[0])]
            rest = [replace(one, text=one.text[found.end() :]), *line[number + 1 :]]
            return ([], []) if _is_blank(mentions) else (mentions, rest)
    return [], []


def _is_led(line: Line | Block | None) -> bool:
    if not isinstance(line, list):
        return False
    return any(_without(line, leading) is not None for leading in (_LED, _QUOTED))


def _flat(row: Row) -> str:
    line = "".join(map(_flat_piece, row))
    return line.strip("\n") if "\n" in line else line


def _flat_piece(piece: Piece) -> str:
    match piece:
        case Text(text, marks):
            return f"~~{text}~~" if "strike" in marks and text.strip() else text
        case Anchor(text, url):
            return text if text == url else f"{text} ({url})"
        case Mention(name):
            return f"@{name}"
        case Break():
            return "\n"
        case Code(text, language):
            return f"\n{said.fenced(text, language)}\n"
        case Paragraph(inlines):
            return "".join(map(_flat_piece, inlines))
        case _:
            return "---"


def _lines(row: Row) -> Iterator[Line | Block]:
    """Yield the lines of a row; a block parts them, and no blank line follows it."""
    line: Line = []
    beside = False
    for piece in row:
        if isinstance(piece, Text) and "\n" in piece.text:
            first, *others = piece.text.split("\n")
            line += [replace(piece, text=first)]
            for other in others:
                yield line
                line = [replace(piece, text=other)]
            beside = True
        elif isinstance(piece, Break):
            yield line
            line = []
        elif isinstance(piece, Text | Anchor | Mention):
            line.append(piece)
        else:
            if not _is_blank(line):
                yield line
            yield piece
            line, beside = [], True
    if not (beside and _is_blank(line)):
        yield line


def _is_blank(line: Line) -> bool:
    return not any(not isinstance(one, Text) or one.text.strip() for one in line)


def _blocks(lines: Sequence[Line | Block], *, quotes: bool) -> Body:
    """Return lines as blocks; a block among them is no line of code, and ends what is above it."""
    made: list[Block] = []
    run: list[Line] = []
    for one in lines:
        if isinstance(one, list):
            run.append(one)
        else:
            made += [*_run(run, quotes=quotes), one]
            run = []
    return (*made, *_run(run, quotes=quotes))


def _run(lines: Sequence[Line], *, quotes: bool) -> list[Block]:
    made: list[Block] = []
    for piece in said.fences([_flat(line) for line in lines]):
        if isinstance(piece, Code):
            made.append(replace(piece, text=clean(piece.text)))
            continue
        loose = lines[piece.start : piece.stop]
        written = _Written()
        for line, inner in zip(loose, _quoted(loose) if quotes else repeat(None), strict=False):
            written.add(line, inner)
        made += written.blocks()
    return made


def _quoted(lines: Sequence[Line]) -> list[Line | None]:
    """Return of each line what it quotes; a sign alone quotes only beside a line that does."""
    inner = [None if _is_sign(line) else _without(line, _QUOTED) for line in lines]
    for order in (range(len(lines)), range(len(lines) - 1, -1, -1)):
        beside = False
        for number in order:
            if beside and _is_sign(lines[number]):
                inner[number] = []
            beside = inner[number] is not None
    return inner


def _is_sign(line: Line) -> bool:
    return _flat(line).strip(" \t") == ">"


@dataclass
class _List:
    indent: int
    ordered: bool
    start: int
    items: list["_Entry"] = field(default_factory=list)

    def goes_on(self, ordered: bool, number: int) -> bool:
        """Whether an entry led so is the next of this list."""
        return self.ordered == ordered and (not ordered or number == self.start + len(self.items))

    def listing(self) -> Listing:
        return Listing(tuple(one.item() for one in self.items), self.ordered, self.start)


@dataclass
class _Entry:
    lines: list[Line]
    below: list[_List] = field(default_factory=list)

    def item(self) -> Item:
        return Item((*_paragraphs(self.lines), *(one.listing() for one in self.below)))


@dataclass
class _Written:
    """Puts lines together: what is led alike is one list or quote, what follows one paragraph."""

    made: list[Block] = field(default_factory=list)
    loose: list[Line] = field(default_factory=list)
    quoted: list[Line] = field(default_factory=list)
    lists: list[_List] = field(default_factory=list)
    """The list that is being written, and the one below its last entry, and so on."""

    def add(self, line: Line, quoted: Line | None) -> None:
        """Take the next line; `quoted`: what of it is quoted."""
        if _is_blank(line):
            self._end()
        elif quoted is not None:
            self._end(but="quoted")
            self.quoted.append(quoted)
        elif (led := _led(line)) is not None and (inner := _without(line, _LED)) is not None:
            self._end(but="lists")
            self._enter(led, inner)
        elif self.lists and _indent(line) > self.lists[-1].indent:
            self.lists[-1].items[-1].lines.append(_without(line, _BLANKS) or line)
        else:
            self._end(but="loose")
            self.loose.append(line)

    def blocks(self) -> list[Block]:
        self._end()
        return self.made

    def _enter(self, led: re.Match[str], inner: Line) -> None:
        """Add an entry to the list that its indentation and its number say."""
        indent, ordered = _width(led[1]), led[2] is not None
        number = int(led[2] or 1)
        while len(self.lists) > 1 and indent < self.lists[-1].indent:
            self.lists.pop()
        last = self.lists[-1] if self.lists else None
        if last and (indent <= last.indent or len(self.lists) == _DEEPEST):
            if last.goes_on(ordered, number):
                last.items.append(_Entry([inner]))
                return
            self.lists.pop()
        below = self.lists[-1].items[-1].below if self.lists else None
        if below is None:
            self._end_list(last)
        one = _List(indent, ordered, number, [_Entry([inner])])
        if below is not None:
            below.append(one)
        self.lists.append(one)

    def _end(self, but: str = "") -> None:
        """Finish what is being written, but the one that goes on."""
        if but != "loose" and self.loose:
            self.made += _paragraphs(self.loose)
            self.loose = []
        if but != "quoted" and self.quoted:
            if inner := _blocks(self.quoted, quotes=False):
                self.made.append(Quote(inner))
            self.quoted = []
        if but != "lists" and self.lists:
            self._end_list(self.lists[0])
            self.lists = []

    def _end_list(self, outermost: _List | None) -> None:
        if outermost is not None:
            self.made.append(outermost.listing())


def _led(line: Line) -> re.Match[str] | None:
    """Return what leads an entry of a list; nothing where nothing follows."""
    first = line[0]
    found = _LED.match(first.text) if isinstance(first, Text) else None
    return found if found and not _is_blank(_without(line, _LED) or []) else None


def _without(line: Line, leading: re.Pattern[str]) -> Line | None:
    """Return the line without what leads it, None where it is led otherwise."""
    first = line[0] if line else None
    found = leading.match(first.text) if isinstance(first, Text) else None
    if found is None or not isinstance(first, Text):
        return None
    rest = first.text[found.end() :]
    return [replace(first, text=rest), *line[1:]] if rest else line[1:]


def _indent(line: Line) -> int:
    found = _BLANKS.match(line[0].text) if isinstance(line[0], Text) else None
    return _width(found[0]) if found else 0


def _width(blanks: str) -> int:
    return len(blanks.expandtabs(4))


def _paragraphs(lines: Sequence[Line]) -> Iterator[Block]:
    """Yield lines as a paragraph; plain ones as what was typed."""
    if all(isinstance(one, Text) and not one.marks for line in lines for one in line):
        yield from said.paragraphs(clean("\n".join(map(_flat, lines))).split("\n"), said.linked)
        return
    inlines: list[Inline] = []
    for number, line in enumerate(lines):
        inlines += [Break()] if number else []
        inlines += [inline for one in line for inline in _linked(one)]
    yield Paragraph(tuple(inlines))


def _linked(one: Inline) -> Iterator[Inline]:
    """Yield a text with its addresses as links."""
    if not isinstance(one, Text):
        yield one
        return
    for inline in said.linked(clean(one.text)):
        match inline:
            case Text() | Anchor():
                yield replace(inline, marks=one.marks)
            case _:
                yield inline
