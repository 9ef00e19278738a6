"""What happens in a play: who asks where, who answers what, chosen by a seed."""

import random
from dataclasses import dataclass

from house import ACME, GLOBEX, TOPIC

MARKER = "CANARY"


@dataclass(frozen=True)
class Line:
    """Somebody says something: `answer`, `internal`, `restricted` or `reply`."""

    kind: str
    text: str
    waits: bool
    """Whether everybody waits until it has arrived before the next line."""


@dataclass(frozen=True)
class Script:
    seed: int
    chat: str
    asker: str
    other: str
    premium: bool
    double_click: bool
    lines: tuple[Line, ...]

    @property
    def answers(self) -> list[str]:
        return [line.text for line in self.lines if line.kind == "answer"]

    @property
    def replies(self) -> list[str]:
        return [line.text for line in self.lines if line.kind == "reply"]


_CASTS = (
    (ACME, "aiko", "chen", True),
    (GLOBEX, "ben", "dora", False),
    (TOPIC, "aiko", "chen", True),
)


def first(chat: str = ACME) -> Script:
    """Return the story in which crash points are counted: a bit of everything."""
    cast = next(cast for cast in _CASTS if cast[0] == chat)
    kinds = ("internal", "answer", "reply", "restricted", "answer")
    lines = [_line(kind, n, waits=True) for n, kind in enumerate(kinds)]
    return _script(0, cast, lines, double_click=False)


def varied(seed: int) -> Script:
    """Return the story of that seed."""
    chance = random.Random(seed)  # noqa: S311 - a story, no secret
    cast = chance.choice(_CASTS)
    kinds = chance.choices(["answer", "internal", "restricted", "reply"], [4, 1, 1, 3], k=6)
    kinds += ["answer", "internal", "answer"]
    lines = [_line(kind, n, waits=chance.random() < 0.4) for n, kind in enumerate(kinds)]
    return _script(seed, cast, lines, double_click=chance.random() < 0.5)


def _line(kind: str, number: int, *, waits: bool) -> Line:
    secret = f"{MARKER} " if kind in ("internal", "restricted") else ""
    return Line(kind, f"{secret}{kind} number {number}.", waits)


def _script(
    seed: int, cast: tuple[str, str, str, bool], lines: list[Line], *, double_click: bool
) -> Script:
    chat, asker, other, premium = cast
    kept = tuple(line for line in lines if premium or line.kind != "reply")
    return Script(seed, chat, asker, other, premium, double_click, kept)
