"""Words without shape: what is left where a document nests too deep or in the wrong place."""

from collections.abc import Iterator

from syncd.core.text import (
    Block,
    Break,
    Code,
    Heading,
    Inline,
    Listing,
    Paragraph,
    Quote,
    Table,
    Text,
)


def words(node: object) -> Iterator[str]:
    """Yield every `text` of the JSON of a document, in order, however deep it lies."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, list):
            waiting += reversed(one)
        elif isinstance(one, dict):
            waiting += [one["content"]] if "content" in one else []
            attrs = one.get("attrs")
            own = one.get("text") or (attrs.get("text") if isinstance(attrs, dict) else None)
            if isinstance(own, str):
                yield own
            elif one.get("type") == "hardBreak":
                yield "\n"


def lines_of(block: Block) -> list[Inline]:
    """Return a block's words as inlines, each line ended by a break."""
    match block:
        case Paragraph() | Heading():
            return [*block.inlines, Break()]
        case Code():
            return [p for line in block.text.split("\n") for p in (Text(line), Break())]
        case Listing():
            inner = [one for item in block.items for one in item.blocks]
        case Quote():
            inner = list(block.blocks)
        case Table():
            inner = [one for row in block.rows for cell in row for one in cell]
        case _:
            inner = []
    return [piece for one in inner for piece in lines_of(one)]
