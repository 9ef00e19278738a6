"""Atlassian Document Format as the neutral text tree.

Total: any JSON becomes a tree, no word of it is lost, and nothing raises.
https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias

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
)
from syncd.helpdesk.jsm.adf import inline
from syncd.helpdesk.jsm.adf.flat import lines_of, words
from syncd.helpdesk.jsm.adf.node import Node, attr, attrs, is_kind, kind_of

Piece: TypeAlias = Block | Inline

_DEEPEST = 60
_INLINE = (Text, Anchor, Mention, Break)
_ICONS = {"info": "ℹ️", "note": "📝", "success": "✅", "warning": "⚠️", "error": "⛔"}


def read(document: object) -> Body:
    """Return the tree; anything that is no document is read as far as it can be."""
    return _blocks([document], 0)


# Nodes of nodes.


def _pieces(node: object, depth: int) -> list[Piece]:
    if isinstance(node, str):
        return [*inline.text_lines(node)]
    if isinstance(node, list):
        return [piece for one in node for piece in _pieces_below(one, depth)]
    if not isinstance(node, dict):
        return []
    if reader := _BLOCKS.get(kind_of(node)):
        return reader(node, depth)
    inside = _inside(node, depth)
    if spoken := inline.read(node):
        return [*spoken, *inside]
    known = inline.knows(node) or "content" in node or not kind_of(node)
    return inside if known else [Text(inline.UNSUPPORTED)]


def _pieces_below(node: object, depth: int) -> list[Piece]:
    if depth < _DEEPEST:
        return _pieces(node, depth + 1)
    return [piece for word in words(node) for piece in [*inline.text_lines(word), Break()]]


def _inside(node: Node, depth: int) -> list[Piece]:
    return _pieces_below(node.get("content"), depth) if "content" in node else []


def _blocks(node: object, depth: int) -> Body:
    """Return the pieces as blocks: what stands loose becomes paragraphs."""
    blocks: list[Block] = []
    loose: list[Inline] = []
    for piece in [*_pieces_below(node, depth), None]:
        if isinstance(piece, _INLINE):
            loose.append(piece)
            continue
        if _says_something(loose):
            blocks.append(Paragraph(tuple(loose)))
        loose = []
        if piece is not None:
            blocks.append(piece)
    return tuple(blocks)


def _inlines(pieces: Iterable[Piece]) -> tuple[Inline, ...]:
    """Return the pieces as one line of text: blocks become their words."""
    flat: list[Inline] = []
    for piece in pieces:
        flat += [piece] if isinstance(piece, _INLINE) else lines_of(piece)
    while flat and isinstance(flat[-1], Break):
        flat.pop()
    return tuple(flat)


def _says_something(inlines: list[Inline]) -> bool:
    return any(not isinstance(one, Break) for one in inlines)


# Blocks.


def _document(node: Node, depth: int) -> list[Piece]:
    return _inside(node, depth)


def _paragraph(node: Node, depth: int) -> list[Piece]:
    return [Paragraph(inlines)] if (inlines := _inlines(_inside(node, depth))) else []


def _heading(node: Node, depth: int) -> list[Piece]:
    level = attrs(node).get("level")
    level = min(max(level, 1), 6) if isinstance(level, int) else 1
    return [Heading(inlines, level)] if (inlines := _inlines(_inside(node, depth))) else []


def _code(node: Node, depth: int) -> list[Piece]:
    text = "".join(words(node.get("content")))
    return [Code(clean(text), clean(attr(node, "language")))] if text else []


def _listing(node: Node, depth: int) -> list[Piece]:
    order = attrs(node).get("order")
    start = order if isinstance(order, int) and order >= 0 else 1
    items = tuple(_items(node.get("content"), depth + 1))
    return [Listing(items, node.get("type") == "orderedList", start)] if items else []


def _items(content: object, depth: int) -> Iterable[Item]:
    for node in content if isinstance(content, list) else [content]:
        done = None
        if isinstance(node, dict) and node.get("type") == "taskItem":
            done = attr(node, "state") == "DONE"
        inner = (
            node.get("content") if is_kind(node, "listItem", "taskItem", "decisionItem") else node
        )
        if blocks := _blocks(inner, depth):
            yield Item(blocks, done)


def _quote(node: Node, depth: int) -> list[Piece]:
    icon = ""
    if node.get("type") == "panel":
        custom = clean(attr(node, "panelIconText"))
        icon = custom or _ICONS.get(attr(node, "panelType"), _ICONS["info"])
    blocks = _blocks(node.get("content"), depth)
    return [Quote(blocks, icon)] if blocks else []


def _expand(node: Node, depth: int) -> list[Piece]:
    title = [Text(line, ("strong",)) for line in clean(attr(node, "title")).split("\n") if line]
    return [*([Paragraph(tuple(title))] if title else []), *_blocks(node.get("content"), depth)]


def _table(node: Node, depth: int) -> list[Piece]:
    content = node.get("content")
    rows = content if isinstance(content, list) else [content]
    cells = [_cells(row) for row in rows]
    header = bool(cells and cells[0]) and all(is_kind(cell, "tableHeader") for cell in cells[0])
    read_rows = tuple(
        tuple(_blocks(_content_of(cell), depth + 1) for cell in row) for row in cells if row
    )
    return [Table(read_rows, header)] if any(any(row) for row in read_rows) else []


def _cells(row: object) -> list[object]:
    content = row.get("content") if is_kind(row, "tableRow") else row
    return content if isinstance(content, list) else [content]


def _content_of(cell: object) -> object:
    return cell.get("content") if is_kind(cell, "tableCell", "tableHeader") else cell


def _rule(node: Node, depth: int) -> list[Piece]:
    return [Rule(), *_inside(node, depth)]


_BLOCKS: dict[str, Callable[[Node, int], list[Piece]]] = {
    "doc": _document,
    "paragraph": _paragraph,
    "caption": _paragraph,
    "heading": _heading,
    "codeBlock": _code,
    "bulletList": _listing,
    "orderedList": _listing,
    "taskList": _listing,
    "decisionList": _listing,
    "blockquote": _quote,
    "panel": _quote,
    "expand": _expand,
    "nestedExpand": _expand,
    "table": _table,
    "rule": _rule,
}
