"""The nursery as its users see it, and the stage that one play needs."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Self

from faults.crash.witness import Fate

from syncd.sandbox.box import Sandbox

_TESTS = Path(__file__).parents[2]
_BIRTH_SECONDS = 120
"""The first daemon waits until everything is imported, beside as many as play at once."""


class Nursery:
    """One process that forks daemons."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "faults.crash.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_TESTS,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(_TESTS), str(_TESTS.parent)])},
            text=True,
        )
        self._changed = threading.Condition()
        self._started: list[int] = []
        self._ended: dict[int, int] = {}
        self._ordering = threading.Lock()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def start(self, box: Sandbox, folder: Path, fate: Fate) -> int:
        """Start a daemon on the folder's configuration and return its process id."""
        point = fate.point
        order = {
            "folder": str(folder),
            "environment": box.environment(),
            "label": point.label if point else "",
            "nth": point.nth if point else 0,
            "spared": None if fate.spared is None else sorted(fate.spared),
        }
        with self._ordering, self._changed:
            assert self._process.stdin is not None
            before = len(self._started)
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            assert self._changed.wait_for(lambda: len(self._started) > before, _BIRTH_SECONDS)
            return self._started[-1]

    def status(self, pid: int) -> int | None:
        """Return how it ended, None while it lives."""
        with self._changed:
            return self._ended.get(pid)

    def wait(self, pid: int, timeout: float) -> int | None:
        with self._changed:
            self._changed.wait_for(lambda: pid in self._ended, timeout)
            return self._ended.get(pid)

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._reader.join(10)
        self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            told = json.loads(line)
            with self._changed:
                if "started" in told:
                    # The system gives the number of a process that ended to another one.
                    self._ended.pop(told["started"], None)
                    self._started.append(told["started"])
                else:
                    self._ended[told["ended"]] = told["status"]
                self._changed.notify_all()
