"""`python -m syncd`, with a look at every statement: who asked for it, and how long it took.

Writes what it saw to $BENCH_STATEMENTS at SIGUSR1 and at the end. Reading the rows counts as well,
because SQLite does most of the work of a SELECT then.
"""

import atexit
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from types import FrameType
from typing import Any

from sqlalchemy import Connection, Engine, event

_BEGAN = time.monotonic()
_LOOPS = ("loops/", "schedule.py", "daemon.py", "app.py", "chat/", "helpdesk/")


@dataclass
class Seen:
    """One text of SQL."""

    statement: str
    count: int = 0
    total: float = 0.0
    """Seconds of the thread's own processor time, since the machine may be shared."""
    longest: float = 0.0
    wall: float = 0.0
    """Seconds by the clock, of the run that took longest by it."""
    at: float = 0.0
    """Seconds after the start of the process, of the longest run."""
    who: str = ""


class Statements:
    """What was asked so far; each running statement is known by its cursor."""

    def __init__(self) -> None:
        self._seen: dict[str, Seen] = {}
        self._lock = threading.Lock()

    def ran(self, statement: str, cpu: float, wall: float) -> None:
        with self._lock:
            self._seen.setdefault(statement, Seen(statement)).count += 1
        self.took(statement, cpu, cpu, wall)

    def took(self, statement: str, more: float, cpu: float, wall: float) -> None:
        """Add what it took `more`, by which it comes to so much processor time and time."""
        with self._lock:
            seen = self._seen[statement]
            seen.total += more
            if cpu > seen.longest:
                seen.longest, seen.at, seen.who = cpu, time.monotonic() - _BEGAN, _who()
            seen.wall = max(seen.wall, wall)

    def write(self) -> None:
        path = os.environ["BENCH_STATEMENTS"]
        with self._lock, open(f"{path}.new", "w", encoding="utf-8") as out:
            json.dump([asdict(seen) for seen in self._seen.values()], out)
        os.replace(f"{path}.new", path)


class TimedCursor:
    """A cursor that adds what fetching takes to what its statement took."""

    def __init__(self, cursor: Any, statement: str, spent: tuple[float, float]) -> None:
        self._cursor, self._statement, self._spent = cursor, statement, spent

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._cursor, name)
        return self._timed(found) if name in ("fetchone", "fetchmany", "fetchall") else found

    def _timed(self, fetch: Callable[..., Any]) -> Callable[..., Any]:
        def fetched(*args: Any) -> Any:
            cpu, wall = time.thread_time(), time.monotonic()
            rows = fetch(*args)
            cpu, wall = time.thread_time() - cpu, time.monotonic() - wall
            self._spent = (self._spent[0] + cpu, self._spent[1] + wall)
            STATEMENTS.took(self._statement, cpu, *self._spent)
            return rows

        return fetched


STATEMENTS = Statements()


def _who() -> str:
    """Return the innermost part of the loops that asks, and the outermost."""
    found: list[str] = []
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        _, _, inside = frame.f_code.co_filename.partition("/syncd/")
        if inside.startswith(_LOOPS):
            found.append(f"{inside.removeprefix('loops/')}:{frame.f_code.co_name}")
        frame = frame.f_back
    return f"{found[0]} < {found[-1]}" if found else "?"


@event.listens_for(Engine, "before_cursor_execute")
def _before(connection: Connection, *_: Any) -> None:
    connection.info["began"] = (time.thread_time(), time.monotonic())


@event.listens_for(Engine, "after_cursor_execute")
def _after(
    connection: Connection, cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool
) -> None:
    cpu, wall = connection.info["began"]
    spent = (time.thread_time() - cpu, time.monotonic() - wall)
    STATEMENTS.ran(statement, *spent)
    if context is not None:
        context.cursor = TimedCursor(cursor, statement, spent)


def main() -> None:
    from syncd.cli import main as run

    atexit.register(STATEMENTS.write)
    signal.signal(signal.SIGUSR1, lambda *_: STATEMENTS.write())
    run()


if __name__ == "__main__":
    main()
