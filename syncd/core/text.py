"""The neutral text tree: what a remark says, free of either platform's markup."""

import dataclasses
import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Mark: TypeAlias = Literal["strong", "em", "strike", "code"]


@dataclass(frozen=True)
class Text:
    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Anchor:
    """A link; `url` is http or https, adapters drop any other scheme to plain text."""

    text: str
    url: str


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

_NODES = {
    cls.__name__: cls
    for cls in (
        Text, Anchor, Mention, Break,
        Paragraph, Heading, Item, Listing, Code, Quote, Table, Rule,
    )
}  # fmt: skip

# Control characters but newline and tab; zero-width and bidirectional controls; lone surrogates.
_UNWANTED = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f"
    "\u061c\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff]"
)


def clean(foreign: str) -> str:
    """Return text from outside in NFC, without control, invisible or direction characters."""
    unified = re.sub("\r\n?|\u2028|\u2029|\x85", "\n", foreign)
    return unicodedata.normalize("NFC", _UNWANTED.sub("", unified))


def paragraphs(plain: str) -> Body:
    """Return plain text as paragraphs: a blank line parts them, a newline breaks a line."""
    blocks: list[Block] = []
    for part in re.split(r"\n\s*\n", plain.strip("\n")):
        inlines: list[Inline] = []
        for line in part.split("\n"):
            if inlines:
                inlines.append(Break())
            if line:
                inlines.append(Text(line))
        if inlines:
            blocks.append(Paragraph(tuple(inlines)))
    return tuple(blocks)


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
