"""Starts daemons at once: everything is imported beforehand, then each is a fork.

Run as a program it reads orders, a JSON object a line: {"folder", "environment", "label", "nth",
"spared"}, and answers with lines {"started": pid} and {"ended": pid, "status": n}.
"""

import ctypes
import json
import mmap
import os
import select
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from faults.crash.witness import Fate, Point, Witness, WitnessedStore, watch_calls

from syncd import config, log
from syncd.app import App
from syncd.chat.lark.connection import longconn
from syncd.core.model import Ms
from syncd.daemon import Daemon
from syncd.schedule import Schedule

_PARENT_DIED = 1  # PR_SET_PDEATHSIG: https://man7.org/linux/man-pages/man2/prctl.2.html
_HASTE = 5.0
LOADED = longconn.LongConnection


class SharedClock:
    """A clock that the play may set forward while the daemon runs."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._shared = mmap.mmap(file.fileno(), 8, access=mmap.ACCESS_READ)

    def wall(self) -> Ms:
        return Ms(time.time_ns() // 1_000_000 + self._offset())

    def steady(self) -> Ms:
        return Ms(time.monotonic_ns() // 1_000_000 + self._offset())

    def _offset(self) -> int:
        return int.from_bytes(self._shared[:8], "little", signed=True)


class HastySchedule(Schedule):
    """The daemon's own jobs, five times as often, so that a story is soon told."""

    def every(self, seconds: float, name: str, work: Any) -> None:
        super().every(seconds / _HASTE, name, work)


def serve(order: dict[str, Any]) -> None:
    """Be the daemon until SIGTERM, or until the point where it dies."""
    folder = Path(order["folder"])
    loaded = config.load(folder / "config.toml")
    log.configure(loaded.secrets(), terminal=False)
    point = Point(order["label"], order["nth"]) if order["nth"] else None
    spared = None if order["spared"] is None else frozenset(order["spared"])
    witness = Witness(Fate(point, spared), folder)
    watch_calls(witness)
    clock = SharedClock(folder / "clock")
    store = WitnessedStore.open(loaded.store.url, clock=clock.wall, steady=clock.steady)
    store.watch(witness)
    app = App(loaded, store, monotonic=lambda: clock.steady() / 1000)
    daemon = Daemon(app)
    daemon._schedule = HastySchedule(log.get("schedule"), app.outage, time.monotonic)
    daemon.run()


def _become(order: dict[str, Any]) -> None:
    ctypes.CDLL(None).prctl(_PARENT_DIED, signal.SIGKILL)
    output = os.open(Path(order["folder"]) / "daemon.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(output, stream)
    os.close(0)
    os.environ.update(order["environment"])
    status = 1
    try:
        serve(order)
        status = 0
    finally:
        left = [t.name for t in threading.enumerate() if not t.daemon][1:]
        if left:
            print(f"threads left: {left}", file=sys.stderr)
        sys.stderr.flush()
        os._exit(status)


def _told(**what: int) -> None:
    print(json.dumps(what), flush=True)


def main() -> None:
    while True:
        if select.select([sys.stdin], [], [], 0.02)[0]:
            line = sys.stdin.readline()
            if not line:
                return
            pid = os.fork()
            if pid == 0:
                _become(json.loads(line))
            _told(started=pid)
        _reap()


def _reap() -> None:
    try:
        pid, status = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return
    if pid:
        _told(ended=pid, status=os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
