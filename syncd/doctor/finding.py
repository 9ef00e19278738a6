"""What a check is, and what it finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from syncd.doctor.case import Case


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    """It works, and less well than it could, or not for long."""
    BLOCKING = "blocking"
    """People would not be served."""
    UNSEEN = "unseen"
    """It cannot be told from here; somebody has to look."""
    SKIPPED = "skipped"
    """Another check comes first."""


@dataclass(frozen=True)
class Finding:
    """One line; a sentence without its full stop."""

    level: Level
    said: str
    means: str = ""
    """What it means for users; empty: as the check says."""
    fix: str = ""
    """What somebody has to do; empty: as the check says."""


Look: TypeAlias = Callable[[Case], Iterator[Finding]]


@dataclass(frozen=True)
class Check:
    """`code` stays for ever, and has its paragraph in docs/errors.md."""

    code: str
    name: str
    look: Look
    means: str
    remedy: str
    needs: str = ""
    """The code of the check without which this one cannot be made."""
    brief: bool = False
    """Whether `syncd check` tells of it, too."""
    mend: Callable[[Case], Iterator[str]] | None = None
    """What `--fix` does, yielding a sentence for each thing that it did."""
    about: str = ""
    """What a failure of the platform is told with."""


def ok(said: str) -> Finding:
    return Finding(Level.OK, said)


def warning(said: str, means: str = "", fix: str = "") -> Finding:
    return Finding(Level.WARNING, said, means, fix)


def blocking(said: str, means: str = "", fix: str = "") -> Finding:
    return Finding(Level.BLOCKING, said, means, fix)


def unseen(said: str, fix: str = "") -> Finding:
    return Finding(Level.UNSEEN, said, fix=fix)
