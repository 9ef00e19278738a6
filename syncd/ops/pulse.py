"""Which of our threads stand still, and are not merely waiting for somebody outside."""

import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

_OUTSIDE = frozenset({"httpcore._backends.sync", "socket", "ssl", "sqlalchemy.engine.default"})
"""Modules in whose functions a thread waits for a platform, a name server or the database. Each of
these calls has a deadline of its own, and a restart would make none of them faster."""
_BEHIND = frozenset(
    {
        "httpcore._synchronization",
        "sqlalchemy.pool.base",
        "sqlalchemy.pool.impl",
        "syncd.chat.lark.token",
        "syncd.loops.turnstile",
        "syncd.store.turns",
    }
)
"""Modules in whose functions a thread waits for another one that is in such a call. That one is
watched itself."""


@dataclass
class _Round:
    """Something a thread is busy with."""

    name: str
    thread: threading.Thread
    moved: float
    """When it began, or was last seen in a call to the outside, in monotonic seconds."""


@dataclass(frozen=True)
class Frozen:
    """A thread that stands still, or has ended though it must not."""

    name: str
    seconds: float
    where: str
    """The innermost frames of its stack, one a line."""


class Pulse:
    """Knows what each thread is busy with since when, and when each that must turn came round.

    `steady` returns monotonic seconds.
    """

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._rounds: dict[int, _Round] = {}

    @contextmanager
    def round(self, name: str) -> Iterator[None]:
        """Count the thread as busy while the block runs; a round within a round is part of it."""
        thread = threading.get_ident()
        outermost = thread not in self._rounds
        if outermost:
            self._begin(name)
        try:
            yield
        finally:
            if outermost:
                del self._rounds[thread]

    @contextmanager
    def life(self, name: str) -> Iterator[Callable[[], None]]:
        """Expect the thread to call what this gives, again and again, until the block's own end.

        One that an exception ends is frozen from then on.
        """
        mine = self._begin(name)

        def turned() -> None:
            mine.moved = self._steady()

        yield turned
        del self._rounds[threading.get_ident()]

    def frozen(self, limit_seconds: float, since: float = 0.0) -> list[Frozen]:
        """Return who was last seen to move longer ago than that; nobody could before `since`.

        What it sees are samples: call it often, in respect of the limit.
        """
        now, stacks = self._steady(), sys._current_frames()
        found = []
        for number, round_ in list(self._rounds.items()):
            alive = round_.thread.is_alive()
            frame = stacks.get(number) if alive else None
            seconds = now - max(round_.moved, since)
            if _is_outside(frame):
                round_.moved = now
            elif seconds > limit_seconds:
                where = _where(frame) if alive else "it has ended"
                found.append(Frozen(round_.name, seconds, where))
        return found

    def _begin(self, name: str) -> _Round:
        begun = _Round(name, threading.current_thread(), self._steady())
        self._rounds[threading.get_ident()] = begun
        return begun


def _is_outside(frame: FrameType | None) -> bool:
    while frame is not None:
        name = frame.f_globals.get("__name__")
        if name in _OUTSIDE or name in _BEHIND:
            return True
        frame = frame.f_back
    return False


def _where(frame: FrameType | None) -> str:
    stack = traceback.extract_stack(frame, limit=None)[-8:] if frame else []
    return "\n".join(f"{line.filename}:{line.lineno} {line.name}" for line in stack)
