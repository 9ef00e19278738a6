"""Cuts what is longer than the helpdesk takes into parts, of which nothing is lost."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

from syncd.core.text import (
    Anchor,
    Block,
    Body,
    Break,
    Code,
    Item,
    Listing,
    Mention,
    Node,
    Paragraph,
    Quote,
    Text,
    inside,
)

# Jira takes 32,767 characters. Whether it counts those of the document's JSON, of its words or of
# wiki markup is told nowhere, so the heaviest of the three counts:
# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-issue-issueidorkey-comment-post
LONGEST = 30_000
"""How heavy a part may be."""
# What stands around the letters of each in the JSON of a document.
_TEXT, _MARK, _BREAK, _LINK, _BLOCK, _CODE = 28, 45, 22, 80, 40, 90
_HEAVY = re.compile(r'["\\{}\[\]()*_\-+^~!|?#\n\U00010000-\U0010ffff]')
_CHUNK = 4_000


def weight(node: Node) -> int:
    """Return how much of a part a block takes at most."""
    match node:
        case Text(text, marks):
            return _TEXT + _MARK * len(marks) + _letters(text)
        case Anchor(text, url, marks):
            return _LINK + _MARK * len(marks) + _letters(text) + _letters(url)
        case Mention(name):
            return _TEXT + 1 + _letters(name)
        case Break():
            return _BREAK
        case Code(text, language):
            return _CODE + _letters(text) + _letters(language)
        case _:
            return _BLOCK + sum(weight(part) for part in inside(node))


def of_body(body: Iterable[Block]) -> int:
    return sum(weight(block) for block in body)


def in_parts(body: Body, first: int = LONGEST, others: int = LONGEST) -> list[Body]:
    """Return the body in parts of at most that weight, in order; an empty one has none.

    A block goes to the next part whole if it fits there; one that fits nowhere, or begins the body
    and is too heavy for the first part, is cut between its lines, and a line that fits nowhere
    between its letters.
    """
    packing = _Packing(first, others)
    for block in body:
        packing.add(block)
    return [tuple(part) for part in packing.parts if part]


@dataclass
class _Packing:
    room: int
    others: int
    parts: list[list[Block]] = field(default_factory=lambda: [[]])

    def add(self, block: Block) -> None:
        heavy = weight(block)
        if self._begun and heavy > self.room and heavy <= self.others:
            self._next()
        if heavy <= self.room:
            self._put(block)
        elif isinstance(block, Paragraph | Code):
            for piece in self._cut(block):
                self.parts[-1].append(piece)
        elif isinstance(block, Listing | Quote):
            self._spread(block)
        else:
            self._put(block)

    @property
    def _begun(self) -> bool:
        """Whether the part holds something: an empty one is not left for the next."""
        return bool(self.parts[-1])

    def _put(self, block: Block) -> None:
        self.parts[-1].append(block)
        self.room -= weight(block)

    def _spread(self, block: Listing | Quote) -> None:
        """Fill what is left of a part with what a block contains, and go on in the next."""
        held: list[Item | Block] = []
        begun = room = 0
        within: Sequence[Item | Block] = block.items if isinstance(block, Listing) else block.blocks
        for number, one in enumerate(within):
            heavy, room = weight(one), self.room - _BLOCK if not held else room
            if heavy > room and held:
                self._put(_holding(block, begun, held))
                held, room = [], self.room - _BLOCK
            if self._begun and heavy > room and heavy <= self.others - _BLOCK:
                self._next()
                room = self.room - _BLOCK
            if heavy > room:
                for inner in _opened(block, number, one):
                    self.add(inner)
                continue
            begun = begun if held else number
            held.append(one)
            room -= heavy
        if held:
            self._put(_holding(block, begun, held))

    def _next(self) -> None:
        self.parts.append([])
        self.room = self.others

    def _cut(self, block: Paragraph | Code) -> Iterator[Block]:
        """Yield pieces that each fill what is left of a part; each but the last begins another."""
        held: list[Text | Anchor | Mention | Break | str] = []
        self.room -= _CODE
        for atom in _atoms(block):
            heavy = _letters(atom) + 2 if isinstance(atom, str) else weight(atom)
            if heavy > self.room:
                if held:
                    yield _again(block, held)
                self._next()
                self.room -= _CODE
                held = []
            held.append(atom)
            self.room -= heavy
        if held:
            yield _again(block, held)


def _atoms(block: Paragraph | Code) -> Iterator[Text | Anchor | Mention | Break | str]:
    """Yield what is not cut any further: of code lines, of a paragraph words, breaks, links."""
    if isinstance(block, Code):
        for line in block.text.splitlines(keepends=True):
            yield from _chunks(line)
        return
    for inline in block.inlines:
        match inline:
            case Text(text, marks) if len(text) > _CHUNK:
                yield from (Text(chunk, marks) for chunk in _chunks(text))
            case Anchor(text, url) if len(text) + len(url) > _CHUNK:
                told = text if text == url else f"{text} ({url})"
                yield from (Text(chunk) for chunk in _chunks(told))
            case _:
                yield inline


def _holding(block: Listing | Quote, begun: int, held: list[Item | Block]) -> Block:
    """Return a block of the same kind that holds only this; `begun`: where in it that stands."""
    if isinstance(block, Quote):
        blocks = (one for one in held if not isinstance(one, Item))
        return Quote(tuple(blocks), "" if begun else block.icon)
    items = tuple(one for one in held if isinstance(one, Item))
    return Listing(items, block.ordered, block.start + begun)


def _opened(block: Listing | Quote, number: int, one: Item | Block) -> Iterator[Block]:
    """Yield what is too heavy for any part to stand in a list or a quote."""
    if not isinstance(one, Item):
        yield one
        return
    lead = Text(f"{block.start + number}. " if _counts(block) else "• ")
    first = one.blocks[0] if one.blocks else None
    if isinstance(first, Paragraph):
        yield Paragraph((lead, *first.inlines))
        yield from one.blocks[1:]
    else:
        yield Paragraph((lead,))
        yield from one.blocks


def _counts(block: Listing | Quote) -> TypeGuard[Listing]:
    return isinstance(block, Listing) and block.ordered


def _chunks(text: str) -> Iterator[str]:
    for start in range(0, len(text), _CHUNK):
        yield text[start : start + _CHUNK]


def _again(block: Paragraph | Code, held: list[Text | Anchor | Mention | Break | str]) -> Block:
    """Return a block of the same kind that holds only this."""
    if isinstance(block, Code):
        code = "".join(one for one in held if isinstance(one, str))
        return Code(code.removesuffix("\n"), block.language)
    return Paragraph(tuple(one for one in held if not isinstance(one, str)))


def _letters(text: str) -> int:
    return len(text) + len(_HEAVY.findall(text))


def numbered(parts: list[Body]) -> list[Body]:
    """Return the parts; each of several begins with which it is."""
    if len(parts) == 1:
        return parts
    heads = [Paragraph((Text(f"({n}/{len(parts)})"),)) for n in range(1, len(parts) + 1)]
    return [(head, *part) for head, part in zip(heads, parts, strict=True)]
