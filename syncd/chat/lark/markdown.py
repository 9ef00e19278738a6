"""The text tree as Lark's markdown; nothing in the text itself is taken for markup.

https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/content-components/rich-text
"""

import re
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from syncd.chat.lark.plain import in_columns, plain
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
    Mark,
    Mention,
    Paragraph,
    Quote,
    Rule,
    Table,
    Text,
    clean,
)

# The vendor's own table; `&` because an entity in the text must not become a character, `|` for
# tables. A colon starts an emoji code and, with the slashes, an automatic link.
_ENTITIES = str.maketrans(
    {
        **{c: f"&#{ord(c)};" for c in "&<>-!*/\\[]()#:+\"'`$_|"},
        "~": "&sim;",
    }
)
# The tags that name people, link or embed. Nobody outside Lark knows whether they act in code too.
_ACTIVE_TAG = re.compile(
    r"<(?=/?(?:at|person|a|link|audio|raw|img|font|text_tag)\b)", re.IGNORECASE
)
_MAX_DEPTH = 2
_OUTSIDE_IN: tuple[tuple[Mark, str], ...] = (("strike", "~~"), ("strong", "**"), ("em", "*"))


def escape(foreign: str) -> str:
    """Return text from outside on one line, with every character that markup could use escaped."""
    return "<br>".join(_at_line_start(line) for line in clean(foreign).split("\n"))


def link(label: str, url: str) -> str:
    """Return a link, or only its label where the address is not http or https."""
    address = safe_url(url)
    one_line = " ".join(clean(label).split()) or url
    return f"[{escape(one_line)}]({address})" if address else escape(one_line)


def safe_url(url: str) -> str:
    """Return the address unable to end a link or a tag; empty when it is not http or https."""
    try:
        parts = urlsplit(clean(url).strip())
        usable = parts.scheme.lower() in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    return quote(parts.geturl(), safe="%:/?#@!$&*+,;=-._~") if usable else ""


def render(body: Body) -> str:
    """Return the whole text as markdown."""
    return "\n\n".join(_block(block, 0) for block in body)


def _escape_after(before: str, foreign: str) -> str:
    """Escape text that goes on after `before`, which may be the start of a line."""
    if before == "" or before.endswith("<br>"):
        return escape(foreign)
    first, *others = clean(foreign).split("\n")
    return "<br>".join([_escape_line(first), *(_at_line_start(line) for line in others)])


def _at_line_start(line: str) -> str:
    # Four leading spaces would start a code block, and digits with a full stop a list.
    text = line.lstrip(" \t")
    indent = line[: len(line) - len(text)].replace("\t", "    ")
    return "\u00a0" * len(indent) + re.sub(r"^(\d+)\.", r"\1&#46;", _escape_line(text))


def _escape_line(line: str) -> str:
    return line.translate(_ENTITIES).replace("\t", " ")


def _block(block: Block, depth: int) -> str:
    match block:
        case Paragraph(inlines):
            return _inlines(inlines)
        case Heading(inlines):
            return _heading(inlines)
        case Listing():
            return _listing(block, depth)
        case Code(text, language):
            return _fenced(clean(text), language)
        case Quote(blocks, icon):
            return _quote(blocks, icon)
        case Table():
            # A card takes three real tables at most, so none is used.
            return _fenced(in_columns(block), "")
        case Rule():
            return "---"


def _heading(inlines: tuple[Inline, ...]) -> str:
    """A bold line, whatever the level: levels render unevenly in cards."""
    if any(isinstance(inline, Anchor) for inline in inlines):
        return _inlines(inlines)
    words = " ".join(plain((Paragraph(inlines),)).split())
    return f"**{escape(words)}**" if words else ""


def _inlines(inlines: Sequence[Inline]) -> str:
    merged = _merged(inlines)
    parts = [""]
    for index, inline in enumerate(merged):
        following = merged[index + 1] if index + 1 < len(merged) else None
        parts.append(_inline(inline, parts[-1], following))
    return "".join(parts)


def _merged(inlines: Sequence[Inline]) -> list[Inline]:
    merged: list[Inline] = []
    for inline in inlines:
        last = merged[-1] if merged else None
        if isinstance(inline, Text) and isinstance(last, Text) and last.marks == inline.marks:
            merged[-1] = Text(last.text + inline.text, last.marks)
        else:
            merged.append(inline)
    return merged


def _inline(inline: Inline, before: str, following: Inline | None) -> str:
    match inline:
        case Text(text, ()):
            return _escape_after(before, text)
        case Text(text, marks):
            return _with_marks(text, marks, before, following)
        case Anchor(text, url):
            return link(text or url, url)
        case Mention(name):
            return "@" + escape(name.removeprefix("@"))
        case Break():
            return "<br>"


def _with_marks(text: str, marks: Sequence[Mark], before: str, following: Inline | None) -> str:
    """Set the marks where they are sure to be read as such; elsewhere the words stand alone."""
    text = clean(text)
    words = text.strip()
    lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    free_before = bool(lead) or before == "" or before.endswith(("<br>", " "))
    free_after = bool(trail) or _starts_free(following)
    if not words or "\n" in words or not (free_before and free_after):
        return _escape_after(before, text)
    inner = escape(words)
    # An entity is literal inside code, so only text that needs none of them may be code.
    if "code" in marks and not re.search(r"[`<\[\]&!\\]|:\w+:|^\s|\s$", words):
        inner = f"`{words}`"
    for mark, sign in reversed(_OUTSIDE_IN):
        if mark in marks:
            inner = f"{sign}{inner}{sign}"
    return _escape_after(before, lead) + inner + _escape_after(inner, trail)


def _starts_free(following: Inline | None) -> bool:
    if isinstance(following, Text):
        return following.text[:1] in (" ", "\n", "\t")
    return following is None or isinstance(following, Break)


def _listing(listing: Listing, depth: int) -> str:
    pad = " " * 4 * min(depth, _MAX_DEPTH - 1)
    lines = []
    for number, item in enumerate(listing.items, start=max(listing.start, 0)):
        marker = f"{number}. " if listing.ordered else "- "
        lines.append(pad + marker + _item(item, depth, pad))
    return "\n".join(lines)


def _item(item: Item, depth: int, pad: str) -> str:
    """An item's own words stay on its first line; code, quotes and lists follow, indented."""
    tick = {True: "&#91;x&#93; ", False: "&#91; &#93; ", None: ""}[item.done]
    words: list[str] = []
    below: list[str] = []
    for block in item.blocks:
        if isinstance(block, Listing):
            below.append(_listing(block, depth + 1))
        elif isinstance(block, Paragraph | Heading):
            words.append(_block(block, depth))
        else:
            below.append(_indented(_block(block, depth), pad + "    "))
    return "\n".join([tick + "<br>".join(words), *below])


def _indented(text: str, pad: str) -> str:
    return "\n".join(pad + line for line in text.split("\n"))


def _quote(blocks: Body, icon: str) -> str:
    inside = "\n\n".join(_block(block, 0) for block in blocks)
    beside = " " if blocks and isinstance(blocks[0], Paragraph) else "\n\n"
    lines = (escape(icon) + beside + inside if icon else inside).split("\n")
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _fenced(text: str, language: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    label = language if re.fullmatch(r"[\w+#.-]{1,20}", language, re.ASCII) else ""
    return f"{fence}{label}\n{_ACTIVE_TAG.sub('＜', text)}\n{fence}"
