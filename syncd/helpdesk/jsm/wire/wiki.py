"""The neutral text tree as wiki markup, for sites that take no document in a create.

https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
"""

import re
from collections.abc import Iterable

from syncd.core.prose.said import linked
from syncd.core.text import (
    Anchor,
    Body,
    Break,
    Code,
    Inline,
    Listing,
    Mention,
    Node,
    Paragraph,
    Quote,
    Rule,
    Text,
    clean,
    inside,
)

# A backslash is doubled only where it would escape something, because two of them elsewhere are
# a line break.
_SIGNS = re.compile(r"\\(?=[\\{}\[\]*_\-+^~!|?#()])|[{}\[\]*_\-+^~!|?#]")
# Icons, and what is an address to Jira alone. In `:)` it is the bracket that can be escaped; in the
# others stands a blank of no width, because a backslash before a letter is no escape:
# https://github.com/jgm/pandoc/issues/8511
_ICON = re.compile(
    r"\((?=(?:[inxy/]|on|off|flag|flagoff)\))|(?<=[:;])[()]|(?<=:)(?=[DP](?![A-Za-z0-9]))"
    r"|(?<=http:)(?=//)|(?<=https:)(?=//)",
    re.IGNORECASE,
)
_NO_WIDTH = "\u200b"
# Headings and quotes begin with a word and a full stop, neither of which can be escaped.
_BLOCK = re.compile(r"^(?=[^\S\n]{0,99}(?:h[1-6]|bq)\.)", re.MULTILINE)
_IN_LINK = re.compile(r"[\[\]|^{}\\!*]")
_NOFORMAT = "{noformat}"


def markup(body: Body) -> str:
    """Return wiki markup that shows exactly the words of a body."""
    return "\n\n".join(written for block in body if (written := _block(block)))


def escaped(plain: str) -> str:
    """Return text as wiki markup that shows exactly that text; addresses in it are links."""
    return "\n".join(_inlines(linked(line)) for line in clean(plain).split("\n"))


def _block(node: Node) -> str:
    match node:
        case Code(text) if _NOFORMAT not in text:
            return f"{_NOFORMAT}\n{text}\n{_NOFORMAT}"
        case Code(text):
            return escaped(text)
        case Paragraph(inlines):
            return _inlines(inlines).strip("\n")
        case Listing(items, ordered, start):
            return "\n".join(
                _led(f"{number}." if ordered else "•", _block(item))
                for number, item in enumerate(items, start)
            )
        case Quote(blocks):
            return "\n\n".join(_quoted(block) for block in blocks)
        case Rule():
            return "----"
        case _:
            return _inside(node)


def _led(marker: str, item: str) -> str:
    """Return an item behind its marker; nobody outside Jira knows how code in its lists is read."""
    return f"{marker}\n{item}" if item.startswith(_NOFORMAT) else f"{marker} {item}"


def _quoted(block: Node) -> str:
    """Return a block of a quotation behind signs that mean nothing to Jira; code stands alone."""
    written = _block(block)
    is_code = isinstance(block, Code) or _NOFORMAT in written
    return written if is_code else "\n".join(f"> {line}" for line in written.split("\n"))


def _inside(node: Node) -> str:
    return "\n\n".join(_block(part) for part in inside(node))


def _inlines(inlines: Iterable[Inline]) -> str:
    """Return what is said on a line; what stands between links is escaped as one text."""
    between: list[list[str]] = [[]]
    links: list[str] = []
    for inline in inlines:
        match inline:
            case Anchor(text, url):
                # Escapes behind a bare address would be part of it, so brackets end it; what they
                # cannot hold stands behind them.
                link = _IN_LINK.split(url, maxsplit=1)[0]
                between[-1].append("" if text == url else f"{text} ")
                between.append([url[len(link) :]])
                links.append(f"[{link}]")
            case Break():
                between[-1].append("\n")
            case Mention(name):
                between[-1].append(f"@{name}")
            case Text(text):
                between[-1].append(text)
    written = _plain("".join(between[0]))
    for link, behind in zip(links, between[1:], strict=True):
        # A backslash that was the last of a text would escape a link's bracket.
        ends = written.endswith("\\")
        written += f"{_NO_WIDTH if ends else ''}{link}{_plain(''.join(behind))}"
    return _BLOCK.sub(_NO_WIDTH, written)


def _plain(text: str) -> str:
    signs = _SIGNS.sub(r"\\\g<0>", clean(text))
    return _ICON.sub(lambda found: f"\\{found[0]}" if found[0] else _NO_WIDTH, signs)
