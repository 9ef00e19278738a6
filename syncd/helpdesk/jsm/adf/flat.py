"""Words without shape: what is left where a document nests too deep or in the wrong place."""

from collections.abc import Iterator

from syncd.core.text import (
    Break,
    Code,
    Heading,
    Inline,
    Listing,
    Node,
    Paragraph,
    Quote,
    Rule,
    Text,
    inside,
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


def lines_of(node: Node) -> list[Inline]:
    """Return the words of a block, or of a list's item, as inlines, each line ended by a break.

    What led the entries of a list, and the lines of a quotation, leads them in signs.
    """
    match node:
        case Paragraph(inlines) | Heading(inlines):
            return [*inlines, Break()]
        case Code(text):
            return [piece for line in text.split("\n") for piece in (Text(line), Break())]
        case Rule():
            return [Text("---"), Break()]
        case Listing(items, ordered, start):
            leads = (f"{start + number}. " if ordered else "- " for number in range(len(items)))
            told = [
                _led(lines_of(item), lead, "  ") for lead, item in zip(leads, items, strict=True)
            ]
            return [piece for lines in told for piece in lines]
        case Quote(_, icon):
            return _led(_inside(node), f"{icon} " if icon else "> ", "  " if icon else "> ")
        case _:
            return _inside(node)


def _inside(node: Node) -> list[Inline]:
    return [piece for part in inside(node) for piece in lines_of(part)]


def _led(lines: list[Inline], first: str, others: str) -> list[Inline]:
    """Return the lines, each with what leads it before it."""
    led: list[Inline] = []
    lead, begins = first, True
    for piece in lines:
        if begins:
            led.append(Text(lead))
            lead = others
        led.append(piece)
        begins = isinstance(piece, Break)
    return led
