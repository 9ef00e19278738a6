"""What a person wrote, as blocks: code that was fenced, addresses as links, all else letter by
letter."""

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from syncd.core.text import Anchor, Block, Body, Break, Code, Inline, Mark, Paragraph, Text, clean
from syncd.core.wording.notes import NOTE

Links: TypeAlias = Callable[[str], list[Inline]]

_FENCE = re.compile(r"[ \t]{0,3}(`{3,})[ \t]{0,3}([\w+#.-]{0,30})[ \t]{0,3}")
_INLINE_FENCE = re.compile(r"(?<!`)```(?!`)([^`\n](?:[^`\n]|`(?!``))*)```(?!`)")
# Only letters of addresses as they are sent: a sentence in Japanese may go on right behind one.
_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9\[][A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*", re.IGNORECASE
)
# So Lark writes a link in a text:
# https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/im-v1/message/events/message_content
_LABELLED = re.compile(
    r"\[([^\[\]\n]{1,200})\]\((https?://[^\s()]+(?:\([^\s()]*\)[^\s()]*)*)\)", re.IGNORECASE
)
_PARTS = re.compile(r"(?:https?://)?([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_STOPS = ".,;:!?'"
_PAIRS = {")": "(", "]": "[", "}": "{"}


def fenced(code: str, language: str = "") -> str:
    """Return code as text that `blocks` reads as that code."""
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{code}\n{fence}"


def placeholder(kind: str, name: str = "") -> str:
    """Return what stands for something that is no words, such as `[file: tikv.log]`."""
    shown = " ".join(clean(name).replace("]", ")").split())[:200]
    return f"[{kind}: {shown}]" if shown else f"[{kind}]"


def without_placeholders(line: str) -> str:
    """Return the words of a line that stand beside what is no words."""
    return NOTE.sub("", line)


def linked(line: str) -> list[Inline]:
    """Return a line with its addresses as links; the punctuation behind one is not part of it."""
    found: list[Inline] = []
    end = 0
    for match in _ADDRESS.finditer(line):
        url = _without_tail(match[0])
        before = line[end : match.start()]
        found += [Text(before)] if before else []
        found.append(Anchor(url, url))
        end = match.start() + len(url)
    return [*found, Text(line[end:])] if line[end:] else found


def linked_by_lark(line: str) -> list[Inline]:
    """Return a line of a message likewise, and `[words](address)` as a link with these words."""
    found: list[Inline] = []
    end = 0
    for match in _LABELLED.finditer(line):
        found += linked(line[end : match.start()])
        found += labelled(match[1], match[2])
        end = match.end()
    return [*found, *linked(line[end:])]


def labelled(words: str, url: str, marks: tuple[Mark, ...] = ()) -> list[Inline]:
    """Return a link; one whose words are not its address shows that behind them."""
    if not words.strip():
        return [Anchor(url, url, marks)]
    if _bare(words) == _bare(url):
        return [Anchor(words, url, marks)]
    return [Text(f"{words} (", marks), Anchor(url, url, marks), Text(")", marks)]


def _bare(address: str) -> str:
    """Return an address without that in which two may differ and lead to the same place."""
    host, rest = _PARTS.findall(address.strip())[0]
    return f"{host.lower()}{rest.removesuffix('/')}"


def blocks(said: str, links: Links = linked) -> Body:
    """Return text as blocks. No letter is lost but the fences, which become what they mean.

    `links` finds the links of a line.
    """
    made: list[Block] = []
    lines = clean(said).strip("\n").split("\n")
    for piece in fences(lines):
        made += (
            [piece]
            if isinstance(piece, Code)
            else paragraphs(lines[piece.start : piece.stop], links)
        )
    return tuple(made)


def opens_code(line: str) -> bool:
    return _FENCE.fullmatch(line) is not None


def fences(lines: list[str]) -> Iterator[Code | range]:
    """Yield the fenced parts as code, and between them which lines are none."""
    closers = _longest_fence_below(lines)
    loose, number = 0, 0
    while number < len(lines):
        opened = _FENCE.fullmatch(lines[number])
        number += 1
        if opened is None or closers[number] < len(opened[1]):
            continue
        yield range(loose, number - 1)
        begun = number
        while _closing(lines[number]) < len(opened[1]):
            number += 1
        yield Code("\n".join(lines[begun:number]), opened[2])
        number += 1
        loose = number
    yield range(loose, len(lines))


def _longest_fence_below(lines: list[str]) -> list[int]:
    """Return for each line the length of the longest closing fence from there on."""
    longest = [0]
    for line in reversed(lines):
        longest.append(max(longest[-1], _closing(line)))
    return longest[::-1]


def _closing(line: str) -> int:
    """Return how many backticks a line has that ends code, 0 when it is none."""
    fence = _FENCE.fullmatch(line)
    return len(fence[1]) if fence and not fence[2] else 0


def paragraphs(lines: list[str], links: Links) -> Iterator[Block]:
    """Yield the paragraphs: one blank line parts them, and what else is blank stays."""
    text = "\n".join(lines)
    text = text[1:] if text.startswith("\n") else text
    text = text[:-1] if text.endswith("\n") else text
    for part in text.split("\n\n") if text else ():
        end = 0
        for match in _INLINE_FENCE.finditer(part):
            before = part[end : match.start()]
            if before.strip():
                yield Paragraph(tuple(_lines(before, links)))
            yield Code(match[1])
            end = match.end()
        if not end or part[end:].strip():
            yield Paragraph(tuple(_lines(part[end:], links)))


def _lines(text: str, links: Links) -> Iterator[Inline]:
    for number, line in enumerate(text.split("\n")):
        if number:
            yield Break()
        yield from links(line)


def _without_tail(url: str) -> str:
    left = {sign: url.count(opening) - url.count(sign) for sign, opening in _PAIRS.items()}
    end = len(url)
    while url[end - 1] in _STOPS or left.get(url[end - 1], 0) < 0:
        end -= 1
        if url[end] in left:
            left[url[end]] += 1
    return url[:end]
