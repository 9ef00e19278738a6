"""Who is mentioned in a message: names in the place of tokens, and nothing in the bot's."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from syncd.core.events import Named
from syncd.core.model import PersonId
from syncd.core.prose import said
from syncd.core.text import (
    Anchor,
    Block,
    Body,
    Break,
    Code,
    Inline,
    Listing,
    Mention,
    Paragraph,
    Quote,
    Text,
)
from syncd.core.wording.notes import NONE, Notes

_TOKEN = re.compile(r"@[\w-]{1,100}", re.ASCII)
_BLANKS = " \t"
_HERE = "\x00"
"""Stands where the bot was mentioned; no text that was cleaned holds it."""


@dataclass(frozen=True)
class Names:
    shown: dict[str, str]
    """What stands for each token."""
    notes: Notes

    @classmethod
    def of(cls, named: Iterable[Named], bot: PersonId, notes: Notes = NONE) -> "Names":
        shown = {n.token: _HERE if bot and n.person == bot else f"@{n.name}" for n in named}
        return cls(shown, notes)

    @cached_property
    def _lengths(self) -> list[int]:
        """One token may begin another, so the longest counts."""
        return sorted({len(token) for token in self.shown}, reverse=True)

    def in_text(self, written: str) -> str:
        """Return a text with names; only the blanks around the bot's mention go with it."""
        # Once, as a name may look like a token.
        return _without_bot(_TOKEN.sub(self._named, self.notes.told(written)))

    def without_bot(self, written: str) -> str:
        """Return a text without the bot's mention, and the blanks around it; with all others."""
        return _without_bot(_TOKEN.sub(self._here, written))

    def linked(self, line: str) -> list[Inline]:
        """Return a line with its links; none goes on into a mention that stands right behind it."""
        return [part for one in said.linked_by_lark(line) for part in self._parted(one)]

    def in_blocks(self, body: Body) -> Body:
        """Return blocks with names likewise; a block that was the bot's mention alone is gone."""
        return tuple(kept for one in body if (kept := self._block(one)) is not None)

    def _token(self, found: str) -> str:
        return next((found[:n] for n in self._lengths if found[:n] in self.shown), "")

    def _named(self, found: re.Match[str]) -> str:
        token = self._token(found[0])
        return self.shown[token] + found[0][len(token) :] if token else found[0]

    def _here(self, found: re.Match[str]) -> str:
        token = self._token(found[0])
        return _HERE + found[0][len(token) :] if self.shown.get(token) == _HERE else found[0]

    def _parted(self, link: Inline) -> list[Inline]:
        if isinstance(link, Anchor) and link.text == link.url:
            for found in _TOKEN.finditer(link.url):
                if self._token(found[0]):
                    at = found.start()
                    return [*said.linked(link.url[:at]), Text(link.url[at:])]
        return [link]

    def _block(self, block: Block) -> Block | None:
        match block:
            case Paragraph(inlines):
                return self._paragraph([*self._inlines(inlines)])
            case Code(text):
                return replace(block, text=_without_bot(_TOKEN.sub(self._named, text)))
            case Listing(items):
                kept = [replace(item, blocks=self.in_blocks(item.blocks)) for item in items]
                return (
                    replace(block, items=tuple(kept)) if any(one.blocks for one in kept) else None
                )
            case Quote(blocks):
                inner = self.in_blocks(blocks)
                return replace(block, blocks=inner) if inner else None
            case _:
                return block

    def _paragraph(self, told: list[Inline | None]) -> Paragraph | None:
        if None not in told:
            return Paragraph(tuple(one for one in told if one is not None))
        left = _without_breaks(_joined(told))
        return Paragraph(left) if left else None

    def _inlines(self, inlines: Iterable[Inline]) -> Iterator[Inline | None]:
        """Yield what is said, with who is mentioned; None is the bot."""
        for inline in inlines:
            match inline:
                case Anchor(text, url, marks) if text != url:
                    yield from said.labelled(self.in_text(text), url, marks)
                case Text(text, marks):
                    yield from self._text(Text(self.notes.told(text), marks))
                case _:
                    yield inline

    def _text(self, inline: Text) -> Iterator[Inline | None]:
        end = 0
        for found in _TOKEN.finditer(inline.text):
            if not (token := self._token(found[0])):
                continue
            if before := inline.text[end : found.start()]:
                yield replace(inline, text=before)
            name = self.shown[token]
            yield None if name == _HERE else Mention(name.removeprefix("@"))
            end = found.start() + len(token)
        if rest := inline.text[end:]:
            yield replace(inline, text=rest)


def _joined(told: Iterable[Inline | None]) -> list[Inline]:
    """Return what is left without the bot, and without the blanks around it."""
    left: list[Inline] = []
    was_here = False
    for one in told:
        if one is None:
            was_here = True
            _strip_end(left)
            continue
        if was_here and isinstance(one, Text):
            one = replace(one, text=one.text.lstrip(_BLANKS))
            if not one.text:
                continue
        if was_here and left and not isinstance(left[-1], Break) and not isinstance(one, Break):
            if isinstance(one, Text) and not one.marks:
                one = Text(f" {one.text}")
            else:
                left.append(Text(" "))
        left.append(one)
        was_here = False
    return left


def _strip_end(left: list[Inline]) -> None:
    if left and isinstance(last := left[-1], Text):
        words = last.text.rstrip(_BLANKS)
        left[-1:] = [replace(last, text=words)] if words else []


def _without_breaks(inlines: list[Inline]) -> tuple[Inline, ...]:
    """Return the inlines without breaks at either end."""
    said = [number for number, one in enumerate(inlines) if not isinstance(one, Break)]
    return tuple(inlines[said[0] : said[-1] + 1]) if said else ()


def _without_bot(whole: str) -> str:
    first, *others = whole.split(_HERE)
    kept = [first]
    for piece in others:
        kept[-1], after = kept[-1].rstrip(_BLANKS), piece.lstrip(_BLANKS)
        between = kept[-1] and after and kept[-1][-1] != "\n" and after[0] != "\n"
        if after:
            kept.append(f" {after}" if between else after)
    return "".join(kept)
