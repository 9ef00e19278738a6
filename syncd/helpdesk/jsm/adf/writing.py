"""The neutral text tree as Atlassian Document Format.

What may stand in what, and that text is never empty:
https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

from collections.abc import Iterable

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
    clean,
    inlines,
)
from syncd.helpdesk.jsm.adf.flat import lines_of
from syncd.helpdesk.jsm.adf.node import Node

_DEEPEST_LIST = 6
_IN_DOCUMENT = (Paragraph, Heading, Listing, Code, Quote, Table, Rule)
_IN_ITEM = (Paragraph, Listing, Code)
_IN_QUOTE = (Paragraph, Listing, Code)
_IN_CELL = (Paragraph, Heading, Listing, Code, Quote, Rule)


def document(body: Body, *, led_by: str = "") -> Node:
    """Return a document: a first line that says who speaks, then the body."""
    first: list[Node] = [_paragraph((Text(led_by),))] if led_by else []
    return {"type": "doc", "version": 1, "content": first + _blocks(body, _IN_DOCUMENT, 0)}


def _blocks(body: Iterable[Block], allowed: tuple[type, ...], depth: int) -> list[Node]:
    nodes: list[Node] = []
    for block in body:
        fits = isinstance(block, allowed) and depth < _DEEPEST_LIST
        nodes += _block(block, depth) if fits else _flat(block)
    return nodes


def _flat(block: Block) -> list[Node]:
    """What has no place here keeps its words."""
    words = lines_of(block)
    return [_paragraph(tuple(words[:-1]))] if words else []


def _block(block: Block, depth: int) -> list[Node]:
    match block:
        case Paragraph():
            return [_paragraph(block.inlines)]
        case Heading():
            level = min(max(block.level, 1), 6)
            return [_node("heading", _inlines(block.inlines), level=level)]
        case Listing():
            return _listing(block, depth)
        case Code():
            return [_code(block)]
        case Quote():
            inner = _blocks(block.blocks, _IN_QUOTE, depth + 1)
            lead = [_paragraph((Text(block.icon),))] if block.icon else []
            return [_node("blockquote", lead + inner)] if inner else []
        case Table():
            return _table(block, depth)
        case Rule():
            return [{"type": "rule"}]


def _listing(listing: Listing, depth: int) -> list[Node]:
    items = [
        _node("listItem", inner) for item in listing.items if (inner := _item(item, depth + 1))
    ]
    if not items:
        return []
    if listing.ordered:
        return [_node("orderedList", items, order=max(listing.start, 0))]
    return [_node("bulletList", items)]


# An item begins with a paragraph or code, never with another list.
def _item(item: Item, depth: int) -> list[Node]:
    nodes = _blocks(item.blocks, _IN_ITEM, depth)
    if item.done is not None:
        nodes.insert(0, _paragraph((Text("[x]" if item.done else "[ ]"),)))
    if nodes and nodes[0]["type"] in ("bulletList", "orderedList"):
        nodes.insert(0, _paragraph(()))
    return nodes


def _code(code: Code) -> Node:
    text = clean(code.text)
    content: list[Node] = [{"type": "text", "text": text}] if text else []
    language = clean(code.language)
    return _node("codeBlock", content, **({"language": language} if language else {}))


def _table(table: Table, depth: int) -> list[Node]:
    rows = []
    for number, row in enumerate(table.rows):
        kind = "tableHeader" if table.header and number == 0 else "tableCell"
        cells = [
            _node(kind, _blocks(cell, _IN_CELL, depth + 1) or [_paragraph(())]) for cell in row
        ]
        rows += [_node("tableRow", cells)] if cells else []
    return [_node("table", rows)] if rows else []


def _paragraph(words: tuple[Inline, ...]) -> Node:
    return _node("paragraph", _inlines(words))


def _inlines(words: Iterable[Inline]) -> list[Node]:
    return [node for one in words for node in _inline(one)]


def _inline(inline: Inline) -> list[Node]:
    match inline:
        case Text():
            return _lines(inline.text, [{"type": mark} for mark in _marks(inline)])
        case Anchor():
            linked = inline.url.lower().startswith(("http://", "https://"))
            marks: list[Node] = [{"type": mark} for mark in _marks(inline)]
            if linked:
                marks.append({"type": "link", "attrs": {"href": inline.url}})
            return _lines(inline.text or inline.url, marks)
        case Mention():
            return _lines(f"@{inline.name}", [])
        case Break():
            return [{"type": "hardBreak"}]


# Code stands beside no other mark but a link.
def _marks(marked: Text | Anchor) -> list[str]:
    return ["code"] if "code" in marked.marks else list(dict.fromkeys(marked.marks))


def _lines(text: str, marks: list[Node]) -> list[Node]:
    marked: Node = {"marks": marks} if marks else {}
    return [
        {"type": "text", "text": one.text, **marked}
        if isinstance(one, Text)
        else {"type": "hardBreak"}
        for one in inlines(clean(text))
    ]


def _node(kind: str, content: list[Node], **attrs: object) -> Node:
    return {"type": kind, **({"attrs": attrs} if attrs else {}), "content": content}
