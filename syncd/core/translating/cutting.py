"""Cuts out of a comment what no engine may touch, and puts it back into what the engine says.

Code, links, mentions, ids, addresses and what is struck out stay behind: a placeholder, `[[7]]`,
goes in the place of each. Every one of them has to come back, once and in its own line, or nothing
of the answer is used. What comes back besides is words and can do nothing.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, TypeAlias

from syncd.core.text import (
    Body,
    Break,
    Heading,
    Inline,
    Item,
    Listing,
    Paragraph,
    Quote,
    Table,
    Text,
    clean,
    without_addresses,
)
from syncd.core.wording.notes import NOT_SHOWN

Line: TypeAlias = tuple[Inline, ...]
Say: TypeAlias = Callable[[Line], Line]

MOST_PIECES = 200
"""Placeholders in one comment; an engine that has to keep more of them loses some."""
_KEPT = ("code", "strike")
"""Marks of words that are kept as they are."""
_NOTES = (NOT_SHOWN, "[file]")
_TOKEN = re.compile(r"[!-~]+")
_AROUND = ".,;:!?()[]{}\"'"
_PLACE = re.compile(r"[\[［【] ?[\[［【] ?(\d{1,4}) ?[\]］】] ?[\]］】]")
"""A placeholder, also as engines rewrite it: with spaces, or in the signs of another script."""
_HOST = r"(?:[A-Za-z]|[A-Za-z0-9-]{2})\.[A-Za-z]{2}"
_NAMED = re.compile(_HOST)
_LEADS_AWAY = re.compile(rf"://|\b(?i:www)\.|\w@\w|[0-9]\.[0-9]+\.[0-9]+\.[0-9]|{_HOST}")
"""An address, in Latin letters; clients make links of those."""
_GROWS = 8
"""So many times as long as the words may their translation be; the longest are three times."""


class Lost(Exception):
    """The engine's answer cannot be used; the message says why, without its words."""


@dataclass(frozen=True)
class Cut:
    """A comment without what was cut out of it."""

    lines: tuple[str, ...]
    """What goes to the engine: lines of one sentence or more, none empty."""
    pieces: tuple[Inline, ...]
    """What stays; placeholder `[[n]]` stands for the one of that number."""


def cut_out(body: Body) -> Cut:
    """Return what of a comment is to be translated."""
    cutter = _Cutter()
    _each(body, cutter.say)
    return Cut(tuple(cutter.lines), tuple(cutter.pieces))


def put_back(body: Body, said: Sequence[str]) -> Body:
    """Return the comment with `said` in the place of its lines, what was cut out put back; Lost
    where anything is missing, comes twice, or leads somewhere."""
    cutter, answers = _Cutter(), iter(said)

    def say(line: Line) -> Line:
        number = len(cutter.pieces)
        sent = cutter.cut(line)
        if sent is None:
            return line
        mine = dict(enumerate(cutter.pieces[number:], number))
        return _filled(next(answers, ""), sent, mine)

    told: Body = _each(body, say)
    if next(answers, None) is not None:
        raise Lost("the engine answered with more lines than it was asked")
    return told


def same(lines: Sequence[str], said: Sequence[str]) -> bool:
    """Tell whether the engine only repeated what it was asked."""
    return [_bare(line) for line in lines] == [_bare(line) for line in said]


def words_of(line: str) -> str:
    """Return what of a line that goes to the engine is words."""
    return _PLACE.sub(" ", line)


def places(text: str) -> list[str]:
    """Return the placeholders that stand in a text for an engine."""
    return [found[0] for found in _PLACE.finditer(text)]


class _Cutter:
    """Cuts line after line, numbering what it cuts out."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.pieces: list[Inline] = []

    def say(self, line: Line) -> Line:
        cut = self.cut(line)
        if cut is not None:
            self.lines.append(cut)
        return line

    def cut(self, line: Line) -> str | None:
        """Return the line with placeholders; None where it has no words of its own."""
        before = len(self.pieces)
        said = "".join(self._cut(part) for part in line)
        if any(c.isalpha() for c in words_of(said)):
            return " ".join(clean(said).split())
        del self.pieces[before:]
        return None

    def _cut(self, part: Inline) -> str:
        if not isinstance(part, Text) or part.text in _NOTES or set(part.marks) & set(_KEPT):
            return self._keep(part)
        return _TOKEN.sub(lambda found: self._token(found[0], part), part.text)

    def _token(self, token: str, part: Text) -> str:
        """Return the token, or a placeholder with the signs that stand around it."""
        if "[[" in token or "]]" in token:
            return self._keep(replace(part, text=token))
        bare = token.strip(_AROUND)
        if not is_id(bare):
            return token
        before, _, after = token.partition(bare)
        return f"{before}{self._keep(replace(part, text=bare))}{after}"

    def _keep(self, part: Inline) -> str:
        self.pieces.append(part)
        return f"[[{len(self.pieces) - 1}]]"


def is_id(token: str) -> bool:
    """Tell whether a token of letters, digits and signs is a name for machines rather than a word:
    an address, a host, a path, a key, a version, an option."""
    if any(sign in token for sign in ("@", "_", "\\", "://")):
        return True
    if token.startswith(("/", "./", "~/", "-")) and token[-1].isalnum():
        return True
    if token.lower().startswith("www.") or _NAMED.search(token):
        return True
    if not any(c.isdigit() for c in token):
        return False
    return not token.isdigit() or len(token) >= 4


def _each(value: Any, say: Say) -> Any:
    """Return the tree with each line as `say` says it, in the order of reading."""
    match value:
        case tuple():
            return tuple(_each(part, say) for part in value)
        case Paragraph(parts) | Heading(parts):
            return replace(value, inlines=tuple(_said(parts, say)))
        case Listing(items):
            return replace(value, items=_each(items, say))
        case Item(blocks) | Quote(blocks):
            return replace(value, blocks=_each(blocks, say))
        case Table(rows):
            return replace(value, rows=_each(rows, say))
        case _:
            return value


def _said(parts: Line, say: Say) -> Iterator[Inline]:
    for is_break, group in groupby(parts, lambda part: isinstance(part, Break)):
        together = tuple(group)
        yield from together if is_break else say(together)


def _filled(said: str, sent: str, pieces: dict[int, Inline]) -> Line:
    """Return one line of the answer with its pieces."""
    if len(said) > _GROWS * len(sent) + 100:
        raise Lost("the engine's answer is much longer than what it was asked")
    line: list[Inline] = []
    end = 0
    for found in _PLACE.finditer(said):
        line += _words(said[end : found.start()])
        piece = pieces.pop(int(found[1]), None)
        if piece is None:
            raise Lost("the engine repeated or invented a placeholder")
        line.append(piece)
        end = found.end()
    line += _words(said[end:])
    if pieces:
        raise Lost("the engine lost what was cut out")
    if not any(c.isalpha() for c in words_of(said)):
        raise Lost("the engine answered without words")
    return tuple(line)


def _words(said: str) -> list[Inline]:
    """Every address was cut out, so that the engine's own leads where nobody meant to go."""
    told = " ".join(clean(said).split("\n"))
    # Signs of full width are as good as others to whoever follows them.
    plain = unicodedata.normalize("NFKC", told)
    if _LEADS_AWAY.search(plain) or without_addresses(plain, "") != plain:
        raise Lost("the engine's answer has an address of its own")
    return [Text(told)] if told else []


def _bare(line: str) -> str:
    return "".join(line.split()).casefold()
