"""Atlassian Document Format as the neutral text tree.

Total: any JSON becomes a tree, no word of it is lost, and nothing raises.
https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
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
from syncd.core.wording.notes import NOT_SHOWN
from syncd.helpdesk.jsm.adf import inline
from syncd.helpdesk.jsm.adf.flat import lines_of, words
from syncd.helpdesk.jsm.adf.node import Node, attr, attrs, is_kind, kind_of

Piece: TypeAlias = Block | Inline

_DEEPEST = 60
_INLINE = (Text, Anchor, Mention, Break)
_TASKS = ("taskItem", "blockTaskItem")
_LISTS = ("bulletList", "orderedList", "taskList", "decisionList")
_DECIDED = "➡️ "
_WIDEST = 64
"""Columns up to which cells that reach over several are honoured."""
_ICONS = {"info": "ℹ️", "note": "📝", "success": "✅", "warning": "⚠️", "error": "⛔"}


_DITTO: Body = (Paragraph((Text("〃"),)),)


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
    return inside if known else [Text(NOT_SHOWN)]


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
        if any(not isinstance(one, Break) for one in loose):
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


# Blocks.


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
    items = _items(node.get("content"), depth + 1)
    return [Listing(tuple(items), node.get("type") == "orderedList", start)] if items else []


def _items(content: object, depth: int) -> list[Item]:
    """Return the items, the empty ones between others, too, so that each keeps its number."""
    items: list[Item] = []
    for node in _listed(content):
        blocks = _blocks(_opened(node, "listItem", "decisionItem", *_TASKS), depth)
        if is_kind(node, *_LISTS) and items:
            # A task's own list stands beside it, not in it.
            items[-1] = replace(items[-1], blocks=items[-1].blocks + blocks)
            continue
        if is_kind(node, "decisionItem"):
            blocks = (_decided(blocks[0]), *blocks[1:]) if blocks else ()
        items.append(
            Item(blocks, attr(node, "state") == "DONE" if is_kind(node, *_TASKS) else None)
        )
    while items and not items[-1].blocks:
        items.pop()
    return items


def _decided(block: Block) -> Block:
    if not isinstance(block, Paragraph):
        return block
    return replace(block, inlines=(Text(_DECIDED), *block.inlines))


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
    cells = [_listed(_opened(row, "tableRow")) for row in _listed(node.get("content"))]
    header = bool(cells and cells[0]) and all(is_kind(cell, "tableHeader") for cell in cells[0])
    from_above: dict[int, int] = {}
    rows = tuple(tuple(_row(row, from_above, depth)) for row in cells if row)
    return [Table(rows, header)] if any(any(row) for row in rows) else []


def _row(cells: list[object], from_above: dict[int, int], depth: int) -> Iterable[Body]:
    """Yield the cells, each in its column; `from_above`: for how many rows a cell above goes on."""
    column = 0
    for cell in cells:
        while from_above.get(column):
            from_above[column] -= 1
            column += 1
            yield _DITTO
        yield _blocks(_opened(cell, "tableCell", "tableHeader"), depth + 1)
        reaches, below = _span(cell, "colspan"), _span(cell, "rowspan") - 1
        last = column + 1 if column >= _WIDEST else min(column + reaches, _WIDEST)
        for reached in range(column, last):
            if reached < _WIDEST and below:
                from_above[reached] = below
            if reached > column:
                yield ()
        column = last
    for reached in range(column, _WIDEST):
        if from_above.get(reached):
            from_above[reached] -= 1
            yield from [()] * (reached - column)
            yield _DITTO
            column = reached + 1


def _span(cell: object, name: str) -> int:
    written = attrs(cell).get(name) if isinstance(cell, dict) else 1
    return written if isinstance(written, int) and written > 1 else 1


def _opened(node: object, *kinds: str) -> object:
    """Return what a node of these kinds contains, and any other as it is."""
    return node.get("content") if is_kind(node, *kinds) else node


def _listed(content: object) -> list[object]:
    return content if isinstance(content, list) else [content]


def _apart(node: Node, depth: int) -> list[Piece]:
    """Return what stands on lines of its own: a card, a picture and what is written below it."""
    own = inline.read(node) if inline.knows(node) else []
    inner = [_blocks([one], depth) for one in _listed(node.get("content", []))]
    blocks = [block for some in inner for block in some]
    if not own and not blocks:
        own = [Text(NOT_SHOWN)]
    return [*([Paragraph(tuple(own))] if own else []), *blocks]


def _rule(node: Node, depth: int) -> list[Piece]:
    return [Rule(), *_inside(node, depth)]


_BLOCKS: dict[str, Callable[[Node, int], list[Piece]]] = {
    "doc": _inside,
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
    "mediaSingle": _apart,
    "mediaGroup": _apart,
    "blockCard": _apart,
    "embedCard": _apart,
    "extension": _apart,
    "syncBlock": _apart,
}
