"""What is asked of an engine at once, and its answers as lines again."""

import re
from collections.abc import Callable, Sequence

from syncd.core.translating.cutting import Lost

_SENTENCE = re.compile(r"(?<=[.!?]) |(?<=[。！？；])")
_WORD = re.compile(r"(?<= )")


def translated(lines: Sequence[str], longest: int, ask: Callable[[str], str]) -> tuple[str, ...]:
    """Return the lines as the engine says them; it is asked texts of at most `longest` characters.

    Lost where it answers with more or fewer lines than it was asked.
    """
    portions = [_portions(line, longest) for line in lines]
    said = iter([line for text in asked(lines, longest) for line in _answer(text, ask)])
    return tuple(" ".join(next(said) for _ in parts) for parts in portions)


def asked(lines: Sequence[str], longest: int) -> list[str]:
    """Return what the engine is asked, as few texts as possible."""
    texts: list[str] = []
    for portion in (part for line in lines for part in _portions(line, longest)):
        if texts and len(texts[-1]) + 1 + len(portion) <= longest:
            texts[-1] += f"\n{portion}"
        else:
            texts.append(portion)
    return texts


def cost(lines: Sequence[str], longest: int) -> int:
    """Return the characters that go to the engine."""
    return sum(map(len, asked(lines, longest)))


def _answer(text: str, ask: Callable[[str], str]) -> list[str]:
    said = [line.strip() for line in ask(text).split("\n") if line.strip()]
    if len(said) != text.count("\n") + 1:
        raise Lost("the engine answered with more or fewer lines than it was asked")
    return said


def _portions(line: str, longest: int) -> list[str]:
    """Return a line in portions that are short enough: cut between sentences, else words. No
    placeholder has a blank in it."""
    if len(line) <= longest:
        return [line]
    cut = _gathered(_SENTENCE.split(line), longest)
    if any(len(part) > longest for part in cut):
        cut = [word for part in cut for word in _gathered(_WORD.split(part), longest)]
    if any(len(part) > longest for part in cut):
        raise Lost(f"a sentence is longer than the {longest} characters that the engine takes")
    return cut


def _gathered(parts: Sequence[str], longest: int) -> list[str]:
    found: list[str] = []
    for part in (one.strip() for one in parts if one.strip()):
        if found and len(found[-1]) + 1 + len(part) <= longest:
            found[-1] += f" {part}"
        else:
            found.append(part)
    return found
