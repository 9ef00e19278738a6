"""Words without shape: what is left where a document nests too deep or in the wrong place."""

from collections.abc import Iterator

from syncd.core.text import Break, Code, Heading, Inline, Node, Paragraph, Text, inside


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


def lines_of(node: Node) -> list[Inline]:
    """Return the words of a block, or of a list's item, as inlines, each line ended by a break."""
    match node:
        case Paragraph(inlines) | Heading(inlines):
            return [*inlines, Break()]
        case Code(text):
            return [piece for line in text.split("\n") for piece in (Text(line), Break())]
        case _:
            return [piece for part in inside(node) for piece in lines_of(part)]
