"""What a person wrote, as blocks: code that was fenced, addresses as links, all else letter by
letter."""

import re
from collections.abc import Iterator

from syncd.core.text import Anchor, Block, Body, Break, Code, Inline, Paragraph, Text, clean

_FENCE = re.compile(r"[ \t]{0,3}(`{3,})[ \t]{0,3}([\w+#.-]{0,30})[ \t]{0,3}")
_INLINE_FENCE = re.compile(r"(?<!`)```(?!`)([^`\n](?:[^`\n]|`(?!``))*)```(?!`)")
# Only letters of addresses as they are sent: a sentence in Japanese may go on right behind one.
_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9\[][A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*", re.IGNORECASE
)
_PLACEHOLDER = re.compile(r"\[[a-z_ ]{1,50}(?:: [^\]\n]{1,200})?\]")
_STOPS = ".,;:!?'"
_PAIRS = {")": "(", "]": "[", "}": "{"}


def blocks(said: str) -> Body:
    """Return text as blocks. No letter is lost but the fences, which become what they mean."""
    made: list[Block] = []
    for piece in _pieces(clean(said).strip("\n").split("\n")):
        made += [piece] if isinstance(piece, Code) else _paragraphs(piece)
    return tuple(made)


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
    return _PLACEHOLDER.sub("", line)


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


def _pieces(lines: list[str]) -> Iterator[Code | list[str]]:
    """Yield the fenced parts as code, and the lines between them."""
    closers = _longest_fence_below(lines)
    loose: list[str] = []
    number = 0
    while number < len(lines):
        opened = _FENCE.fullmatch(lines[number])
        number += 1
        if opened is None or closers[number] < len(opened[1]):
            loose.append(lines[number - 1])
            continue
        yield loose
        loose, begun = [], number
        while _closing(lines[number]) < len(opened[1]):
            number += 1
        yield Code("\n".join(lines[begun:number]), opened[2])
        number += 1
    yield loose


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


def _paragraphs(lines: list[str]) -> Iterator[Block]:
    """Yield the paragraphs: one blank line parts them, and what else is blank stays."""
    text = "\n".join(lines)
    text = text[1:] if text.startswith("\n") else text
    text = text[:-1] if text.endswith("\n") else text
    for part in text.split("\n\n") if text else ():
        end = 0
        for match in _INLINE_FENCE.finditer(part):
            before = part[end : match.start()]
            if before.strip():
                yield Paragraph(tuple(_lines(before)))
            yield Code(match[1])
            end = match.end()
        if not end or part[end:].strip():
            yield Paragraph(tuple(_lines(part[end:])))


def _lines(text: str) -> Iterator[Inline]:
    for number, line in enumerate(text.split("\n")):
        if number:
            yield Break()
        yield from linked(line)


def _without_tail(url: str) -> str:
    left = {sign: url.count(opening) - url.count(sign) for sign, opening in _PAIRS.items()}
    end = len(url)
    while url[end - 1] in _STOPS or left.get(url[end - 1], 0) < 0:
        end -= 1
        if url[end] in left:
            left[url[end]] += 1
    return url[:end]
