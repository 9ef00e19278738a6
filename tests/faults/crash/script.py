"""What happens in a play: who asks where, who answers what, chosen by a seed."""

import random
from dataclasses import dataclass

from faults.crash import wishes
from faults.crash.wishes import Wish
from house import ACME, GLOBEX, INITECH, TOPIC

from syncd.sandbox.jsm import site

SECRETS = {
    "internal comment": "CANARY-internal",
    "comment for a role": "CANARY-restricted",
    "comment made internal": "CANARY-flipped",
    "comment with a file": "CANARY-attached",
    "name of that file": "CANARY-file-name",
    "internal status": site.INTERNAL_STATUS,
}
"""What no customer may see, by kind."""
FILE_CONTENT = "CANARY-content"
"""What the daemon has no reason to ask for."""

SHOWN = ("answer", "unread at first", "corrected", "opened")
"""Kinds of lines that the chat shows once, in their order."""
SHOWN_AGAIN = ("public again",)
"""Kinds of lines that the chat shows once in the end, wherever."""
CORRECTED = {"corrected": "Corrected."}
"""Kinds of lines that are edited after they were shown, and how they end then."""
TAKEN_BACK = ("flipped", "withdrawn", "deleted", "taken from us")
"""Kinds of lines that the chat shows no more in the end."""
CARRIED = ("reply", "mention")
"""Kinds of lines that become one comment, on plan premium."""
SENT_FILE, SHOWN_FILE = "sent file", "file of an answer"
"""Kinds of lines that bring a file to the ticket, or to the chat, once."""
ONLY_IN_THREADS = ("reply", "recalled", SENT_FILE)
AWAY = ("jsm away", "lark away")


@dataclass(frozen=True)
class Line:
    """Somebody does something; the kinds are in `deeds`."""

    kind: str
    text: str
    waits: bool
    """Whether everybody waits until it has come to its end before the next line."""
    calls: int = 0
    """How many calls go wrong, and `text` says how: of lines that are weather."""


@dataclass(frozen=True)
class Script:
    seed: int
    chat: str
    asker: str
    other: str
    premium: bool
    wish: Wish
    double_click: bool
    lines: tuple[Line, ...]

    @property
    def way(self) -> str:
        """Name the way to the ticket, where it is not the one that most stories take."""
        return f"{self.chat} {self.asker}" if self.wish.in_more_than_one_card else ""

    def answers(self) -> dict[str, tuple[str, ...]]:
        """Return by question what the asker fills in that no form begins with."""
        strangers = {"reporter": (f"{self.asker}@initech.example",)}
        return dict(self.wish.answers) | (strangers if self.chat == INITECH else {})

    def files(self, kind: str) -> list[str]:
        """Return the names of the files of lines of that kind."""
        return [file_name(text) for text in self.texts(kind)]

    def texts(self, *kinds: str) -> list[str]:
        return [line.text for line in self.lines if line.kind in kinds]


def file_name(text: str) -> str:
    return f"{text}log"


@dataclass(frozen=True)
class Cast:
    """Who asks where for what, and who else is there."""

    chat: str
    asker: str
    other: str
    premium: bool
    wish: Wish = wishes.PLAIN


FORM, BILL, FORM_IN_THREAD = "a Form", "a bill", "a Form in a thread"
_CASTS = {
    ACME: Cast(ACME, "aiko", "chen", True),
    GLOBEX: Cast(GLOBEX, "ben", "dora", False),
    TOPIC: Cast(TOPIC, "aiko", "chen", True),
    INITECH: Cast(INITECH, "mei", "omar", True),
    FORM: Cast(GLOBEX, "ben", "dora", False, wishes.A_FORM),
    BILL: Cast(INITECH, "mei", "omar", True, wishes.A_BILL),
    FORM_IN_THREAD: Cast(INITECH, "omar", "mei", True, wishes.A_FORM),
}
_FIRST = {
    ACME: "ask, attached, answer, reply, restricted, corrected, mention, opened, public again",
    GLOBEX: "ask, internal, answer, status, mention, unread at first, flipped, answer",
    TOPIC: "ask, answer, withdrawn, reply, recalled, deleted, taken from us, answer, resolved",
    INITECH: "ask, answer, reply, mention",
    FORM: "ask, answer",
    BILL: "ask, answer",
    FORM_IN_THREAD: "ask, answer",
}
_OFTEN = {
    SENT_FILE: 1, SHOWN_FILE: 1,
    "answer": 5, "corrected": 1, "opened": 1, "flipped": 1, "withdrawn": 1, "deleted": 1,
    "public again": 1, "taken from us": 1,
    "internal": 1, "restricted": 1, "attached": 1, "status": 1,
    "reply": 4, "mention": 1, "recalled": 1, "killed": 1, "jsm away": 1, "lark away": 1,
}  # fmt: skip
_WAYS = ("refuse", "drop_before", "drop_after")


def firsts() -> list[Script]:
    """Return the stories in which everybody waits for everything: a bit of each kind."""
    return [*(first(cast) for cast in _FIRST), with_files()]


def with_files() -> Script:
    """Return the story in which files go both ways."""
    return of(ACME, "ask", SENT_FILE, "reply", SHOWN_FILE, "answer")


def first(cast: str = ACME) -> Script:
    return of(cast, *_FIRST[cast].split(", "))


def of(cast: str, *kinds: str) -> Script:
    """Return a story of these lines, in which everybody waits for everything."""
    lines = [_line(kind, n, waits=True) for n, kind in enumerate(kinds)]
    return _script(0, _CASTS[cast], lines, double_click=False)


def varied(seed: int) -> Script:
    """Return the story of that seed."""
    chance = random.Random(seed)
    cast = _CASTS[chance.choice(list(_CASTS))]
    kinds = [chance.choice(AWAY)] if chance.random() < 0.2 else []
    kinds += ["ask", *chance.choices(list(_OFTEN), list(_OFTEN.values()), k=7)]
    kinds += ["answer", "internal", "answer"]
    kinds += ["resolved"] if chance.random() < 0.3 else []
    lines = [
        _weather(kind, chance)
        if kind in AWAY
        else _line(kind, n, waits=chance.random() < 0.4 or kind in ("opened", "resolved"))
        for n, kind in enumerate(kinds)
    ]
    return _script(seed, cast, lines, double_click=chance.random() < 0.5)


def _weather(kind: str, chance: random.Random) -> Line:
    return Line(kind, chance.choice(_WAYS), waits=False, calls=chance.randint(2, 12))


def _line(kind: str, number: int, *, waits: bool) -> Line:
    secret = {"internal": "CANARY-internal ", "restricted": "CANARY-restricted "}.get(kind, "")
    secret = "CANARY-attached " if kind == "attached" else secret
    return Line(kind, f"{secret}{kind} number {number}.", waits)


def _script(seed: int, cast: Cast, lines: list[Line], *, double_click: bool) -> Script:
    kept = tuple(line for line in lines if cast.premium or line.kind not in ONLY_IN_THREADS)
    people = cast.chat, cast.asker, cast.other
    return Script(seed, *people, cast.premium, cast.wish, double_click, kept)
