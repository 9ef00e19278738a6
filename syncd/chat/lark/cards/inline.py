"""What stands in a paragraph as Lark's markdown: marks, code, links, names.

A mark is set where CommonMark reads it as such. Where it cannot be, bold and italic are dropped,
but what is struck out says so in words, and code stands between plain backticks.
https://spec.commonmark.org/0.31.2/#emphasis-and-strong-emphasis
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import TypeAlias

from syncd.chat.lark.cards.escape import at_line_start, escape, in_line, link
from syncd.core.text import Anchor, Break, Inline, Mark, Mention, Text, clean

Piece: TypeAlias = Text | Anchor | Mention

_OUTSIDE_IN: tuple[Mark, ...] = ("strike", "strong", "em")
_SIGNS: dict[Mark, str] = {"strike": "~~", "strong": "**", "em": "*"}
# An entity is literal inside code, so only text that needs none of them may be code.
_NO_CODE = re.compile(r"[`<\[\]&!\\]|:\w+:")
_BACKTICK = "&#96;"


@dataclass(frozen=True)
class _Place:
    """What stands before and after, as source, of which one character counts."""

    before: str
    after: str

    def is_right_for(self, sign: str, inner: str) -> bool:
        """Whether a pair of these signs around `inner` is read as a mark."""
        if not inner or inner[0].isspace() or inner[-1].isspace() or self.before[-1:] == sign[0]:
            return False
        opens = _is_letter(inner[0]) or _is_gap(self.before[-1:])
        closes = _is_letter(inner[-1]) or _is_gap(self.after[:1])
        return opens and closes


def _is_letter(character: str) -> bool:
    """Whether it is neither a blank nor what any version of CommonMark takes for punctuation."""
    return not character.isspace() and unicodedata.category(character)[0] not in "PS"


def _is_gap(character: str) -> bool:
    """Whether every version of CommonMark takes it for a blank or for punctuation."""
    if not character or character.isspace():
        return True
    if character.isascii():
        return not character.isalnum()
    return unicodedata.category(character)[0] == "P"


@dataclass(frozen=True)
class Inlines:
    """Writes paragraphs; `struck_out` leads what is struck out where no mark can say it."""

    struck_out: str

    def write(self, inlines: Sequence[Inline], marks: tuple[Mark, ...] = ()) -> str:
        """Return a paragraph as one line; `marks` are set on all its text."""
        return "<br>".join(
            self._group(_merged(line), _OUTSIDE_IN, _Place("", ""))
            for line in _lines(inlines, marks)
        )

    def _group(self, pieces: Sequence[Piece], marks: Sequence[Mark], place: _Place) -> str:
        """Write pieces of one line; those that share a mark stand between one pair of signs."""
        if not marks:
            return _plainly(pieces, place.before)
        outer, inner = marks[0], marks[1:]
        groups = [(has, list(some)) for has, some in groupby(pieces, lambda p: _has(p, outer))]
        written, before = [], place.before
        for (marked, some), following in pairwise([*groups, (False, [])]):
            here = _Place(before, _first(following[1]) or place.after)
            one = self._marked(outer, some, inner, here) if marked else ""
            written.append(one or self._group(some, inner, here))
            before = written[-1] or before
        return "".join(written)

    def _marked(
        self, mark: Mark, pieces: Sequence[Piece], inner: Sequence[Mark], place: _Place
    ) -> str:
        """Return the pieces between signs; what cannot be, empty, or in words if struck out."""
        sign = _SIGNS[mark]
        if mark == "strong" and not all(_has(piece, "em") for piece in pieces):
            inner = ()  # Stars within stars are read as one likes.
        for within in [inner, ()] if mark == "strike" else [inner]:
            words = self._group(pieces, within, place)
            if place.is_right_for(sign, words):
                return f"{sign}{words}{sign}"
        return self._in_words(pieces, place) if mark == "strike" else ""

    def _in_words(self, pieces: Sequence[Piece], place: _Place) -> str:
        opening = in_line(f"[{self.struck_out}: ")
        gap_before = "" if _is_gap(place.before[-1:]) else " "
        gap_after = "" if _is_gap(place.after[:1]) else " "
        return gap_before + opening + _plainly(pieces, opening) + in_line("]") + gap_after


def _lines(inlines: Sequence[Inline], marks: tuple[Mark, ...]) -> list[list[Piece]]:
    """Return the pieces of each line, cleaned; blanks at the ends of a marked text are apart."""
    lines: list[list[Piece]] = [[]]
    for inline in inlines:
        if isinstance(inline, Break):
            lines.append([])
        elif isinstance(inline, Text):
            first, *others = clean(inline.text).split("\n")
            lines[-1] += _apart(first, inline.marks + marks)
            lines += [_apart(other, inline.marks + marks) for other in others]
        elif isinstance(inline, Anchor):
            lines[-1].append(replace(inline, marks=inline.marks + marks))
        else:
            lines[-1].append(inline)
    return lines


def _apart(text: str, marks: tuple[Mark, ...]) -> list[Piece]:
    words = text.strip()
    if not marks or not words or words == text:
        return [Text(text, marks if words else ())]
    start = text.index(words)
    return [Text(text[:start]), Text(words, marks), Text(text[start + len(words) :])]


def _merged(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces with neighbours of the same marks as one."""
    merged: list[Piece] = []
    for (is_text, _), some in groupby(pieces, lambda p: (isinstance(p, Text), _marks(p))):
        if not is_text:
            merged += some
            continue
        texts = [piece for piece in some if isinstance(piece, Text)]
        if words := "".join(piece.text for piece in texts):
            merged.append(Text(words, texts[0].marks))
    return merged


def _marks(piece: Piece) -> tuple[Mark, ...]:
    return () if isinstance(piece, Mention) else piece.marks


def _has(piece: Piece, mark: Mark) -> bool:
    return mark in _marks(piece)


def _first(pieces: Sequence[Piece]) -> str:
    """Return the first character of what the pieces are written as when no mark is set."""
    match pieces[0] if pieces else None:
        case Text(text):
            return in_line(text[:1])[:1]
        case Anchor(text, url):
            return link(text or url, url)[:1]
        case Mention():
            return "@"
        case _:
            return ""


def _plainly(pieces: Sequence[Piece], before: str) -> str:
    """Write the pieces without any signs but those of code and links."""
    written = [before]
    for piece in pieces:
        match piece:
            case Text(text, marks):
                written.append(_text(text, marks, written[-1]))
            case Anchor(text, url, marks):
                label = f"`{text or url}`" if "code" in marks else text or url
                written.append(link(label, url))
            case Mention(name):
                written.append("@" + escape(name.removeprefix("@")))
    return "".join(written[1:])


def _text(text: str, marks: tuple[Mark, ...], before: str) -> str:
    if "code" not in marks:
        return in_line(text) if before else at_line_start(text)
    if before.endswith("`") or _NO_CODE.search(text):
        return _BACKTICK + in_line(text) + _BACKTICK
    return f"`{text}`"
