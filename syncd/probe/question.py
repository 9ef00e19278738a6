"""What a question is, and what it is answered with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from syncd.core.errors import Denied, Rejected, RemoteFailure
from syncd.probe.ground import Ground


class State(StrEnum):
    ANSWERED = "answered"
    OPEN = "open"
    """It was asked, and what there is here does not tell."""
    LEFT_OUT = "left out"
    """It was not asked: it writes, and nobody agreed, or something was not named."""


@dataclass(frozen=True)
class Answer:
    """`said` is a sentence of our own without its full stop: it repeats no word, name or id of
    anybody. `value` is the same for programs."""

    value: str
    said: str
    state: State = State.ANSWERED


Ask: TypeAlias = Callable[[Ground], Iterator[Answer]]


@dataclass(frozen=True)
class Question:
    """`code` stays for ever, and has its row in docs/probe.md."""

    code: str
    asks: str
    ask: Ask
    writes: str = ""
    """What it writes, as it is asked before; empty: nothing."""
    cleans: str = ""
    """How that is taken away again."""
    needs: tuple[str, ...] = ()
    """Options of the command without which it cannot be asked."""
    about: Callable[[Ground], str] = lambda ground: ""
    """Says where it writes and what, for whoever has to agree to it; no report holds it."""


@dataclass(frozen=True)
class Step:
    """What only a person can find out."""

    code: str
    asks: str
    do: str
    look: str
    """What to look at, and what the answers can be."""


def answer(value: object, said: str) -> Answer:
    return Answer(str(value), said)


def untold(said: str) -> Answer:
    """Return that it cannot be told here."""
    return Answer("", said, State.OPEN)


def number(failure: RemoteFailure) -> str:
    """Return by which number it was refused, the platform's own or HTTP's.

    A doubt, a limit, or a failure without a number is no answer to any question: it is raised
    again.
    """
    refused = isinstance(failure, Rejected | Denied)
    if not refused or not (failure.code or failure.status):
        raise failure
    return str(failure.code or failure.status)
