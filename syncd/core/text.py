"""The neutral text tree: what a remark says, free of either platform's markup."""

import dataclasses
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal, TypeAlias, get_args

Mark: TypeAlias = Literal["strong", "em", "underline", "strike", "code"]


@dataclass(frozen=True)
class Text:
    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Anchor:
    """A link; `url` is http or https, adapters drop any other scheme to plain text."""

    text: str
    url: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Mention:
    """A person named in the text; never rendered as a mention that notifies."""

    name: str


@dataclass(frozen=True)
class Break:
    """A line break inside a paragraph."""


Inline: TypeAlias = Text | Anchor | Mention | Break


@dataclass(frozen=True)
class Paragraph:
    inlines: tuple[Inline, ...]


@dataclass(frozen=True)
class Heading:
    inlines: tuple[Inline, ...]
    level: int = 1


@dataclass(frozen=True)
class Item:
    """One entry of a list; `done` is None for an ordinary list, else the tick of a task."""

    blocks: tuple["Block", ...]
    done: bool | None = None


@dataclass(frozen=True)
class Listing:
    items: tuple[Item, ...]
    ordered: bool = False
    start: int = 1


@dataclass(frozen=True)
class Code:
    text: str
    language: str = ""


@dataclass(frozen=True)
class Quote:
    """A quotation, or a panel when it has an icon."""

    blocks: tuple["Block", ...]
    icon: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of cells; rows may differ in length."""

    rows: tuple[tuple[tuple["Block", ...], ...], ...]
    header: bool = False


@dataclass(frozen=True)
class Rule:
    """A horizontal line."""


Block: TypeAlias = Paragraph | Heading | Listing | Code | Quote | Table | Rule
Body: TypeAlias = tuple[Block, ...]
Node: TypeAlias = Inline | Block | Item

_NODES = {cls.__name__: cls for cls in get_args(Node)}

# Control characters but newline and tab; zero-width and bidirectional controls; lone surrogates.
# Persian and Indic words are spelt with a zero-width non-joiner, which elsewhere can only deceive.
_SPELT = "[\u0600-\u0dff\u1780-\u18af\ufb50-\ufdff\ufe70-\ufefc]"
_UNWANTED = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f"
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    f"\ud800-\udfff]|(?<!{_SPELT})\u200c|\u200c(?!{_SPELT})"
)


# Putting marks of one letter into order costs the square of their number; no script needs more
# than 30 of them, and a joiner between them changes nothing: https://www.unicode.org/reports/tr15/
_MOST_MARKS = 30
_MARKS_TOGETHER = 20
_MAY_BE_MARKS = re.compile(r"[^\w\s\x00-\x7f]{16,}")
_JOINER = "\u034f"


def clean(foreign: str) -> str:
    """Return text from outside in NFC, without control, invisible or direction characters."""
    if foreign.isascii() and foreign.isprintable():
        return foreign
    unified = re.sub("\r\n?|\u2028|\u2029|\x85", "\n", foreign)
    bounded = _MAY_BE_MARKS.sub(_parted, _UNWANTED.sub("", unified))
    return unicodedata.normalize("NFC", bounded)


def _parted(run: re.Match[str]) -> str:
    """Part the marks of one letter by joiners where they are too many."""
    parts: list[str] = []
    for are_marks, characters in groupby(run[0], lambda c: bool(unicodedata.combining(c))):
        # One character may be several marks at once.
        marks = [unicodedata.normalize("NFD", c) if are_marks else c for c in characters]
        whole = "".join(marks)
        if are_marks and len(whole) > _MOST_MARKS:
            some = range(0, len(whole), _MARKS_TOGETHER)
            whole = _JOINER.join(whole[at : at + _MARKS_TOGETHER] for at in some)
        parts.append(whole)
    return "".join(parts)


# No address begins inside a word, so each letter is looked at from one beginning only. What
# follows two slashes is the user of a database or of a web page, and no address.
_ADDRESS = re.compile(r"(?<![\w.+%-])(?<!//)[\w.+%-]+@(?:[\w-]+\.)+[^\W\d_][\w-]+")
LONGEST_ADDRESS = 320
"""Characters: https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1"""


def without_addresses(said: str, instead: str) -> str:
    """Return the text with `instead` in the place of each e-mail address."""
    return _ADDRESS.sub(lambda found: instead, said) if "@" in said else said


def inlines(plain: str, marks: tuple[Mark, ...] = ()) -> list[Inline]:
    """Return plain text with a break for each newline."""
    found: list[Inline] = []
    for number, line in enumerate(plain.split("\n")):
        found += [Break()] if number else []
        found += [Text(line, marks)] if line else []
    return found


def inside(node: Node) -> Sequence[Node]:
    """Return the nodes that a node is made of, in order; a table's are those of its cells."""
    match node:
        case Paragraph(parts) | Heading(parts) | Listing(parts) | Item(parts) | Quote(parts):
            return parts
        case Table(rows):
            return [block for row in rows for cell in row for block in cell]
        case _:
            return ()


def retold(body: Body, instead: Mapping[str, str]) -> Body:
    """Return the tree with other texts in the place of those that are one of these as a whole."""
    told: Body = _retold(body, instead)
    return told


def _retold(value: Any, instead: Mapping[str, str]) -> Any:
    if isinstance(value, tuple):
        return tuple(_retold(part, instead) for part in value)
    if isinstance(value, Text | Anchor):
        return dataclasses.replace(value, text=instead.get(value.text, value.text))
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    inner = {k: _retold(v, instead) for k, v in vars(value).items() if isinstance(v, tuple)}
    return dataclasses.replace(value, **inner)


def dump(body: Body) -> str:
    """Return the tree as JSON, for a text column."""
    return json.dumps([_encode(block) for block in body], ensure_ascii=False)


def load(stored: str) -> Body:
    """Return the tree that `dump` wrote."""
    return tuple(_decode(block) for block in json.loads(stored))


def _encode(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        fields = {f.name: _encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {"node": type(value).__name__, **fields}
    if isinstance(value, tuple):
        return [_encode(part) for part in value]
    return value


def _decode(value: Any) -> Any:
    if isinstance(value, dict):
        fields = {k: _decode(v) for k, v in value.items() if k != "node"}
        return _NODES[value["node"]](**fields)
    if isinstance(value, list):
        return tuple(_decode(part) for part in value)
    return value
