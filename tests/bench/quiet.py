"""Runs the daemon on a store while nothing happens, and prints what that costs.

python -m bench.quiet PATH [--seconds 600] [--plain], in the folder of the tests. The store is
changed as any daemon changes it. `--plain` leaves the statements out, and what looking costs.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.around import furnish
from bench.process import cpu_seconds, resident_mb
from rich.console import Console
from rich.table import Table

from syncd.sandbox.box import Sandbox
from syncd.sandbox.journal import Call

_TESTS = Path(__file__).parents[1]
_SLICE_SECONDS = 10
_READY_SECONDS = 300
_WORTH_MS = 1.0
_SEARCH = "/rest/api/3/search/jql"


@dataclass(frozen=True)
class Start:
    """Seconds from the start of the process, and its processor time until it was ready."""

    started: float
    connected: float
    polled: float
    cpu: float


@dataclass(frozen=True)
class Quiet:
    """What a stretch of it took."""

    seconds: float
    cpu: float
    worst: float
    """Processor seconds a second, in the worst slice."""
    late: float
    """The same in its second half."""
    memory: tuple[int, int]


class Daemon:
    """One run of it, with its log and its statements in a folder."""

    def __init__(self, box: Sandbox, folder: Path, store: Path, *, plain: bool) -> None:
        config = box.config_toml(f"sqlite:///{store.resolve()}")
        for tested, usual in (("interval_seconds = 1", 20), ("overlap_seconds = 5", 300)):
            config = config.replace(tested, f"{tested.partition('=')[0]}= {usual}")
        (folder / "config.toml").write_text(config, encoding="utf-8")
        self.log, self._statements = folder / "daemon.log", folder / "statements.json"
        program = "syncd" if plain else "bench.watched"
        self._began = time.monotonic()
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", program, "run", "--config", str(folder / "config.toml")],
                env={
                    **os.environ,
                    **box.environment(),
                    "PYTHONPATH": str(_TESTS),
                    "BENCH_STATEMENTS": str(self._statements),
                },
                stdout=output,
                stderr=output,
            )
        self.pid = self._process.pid

    def age(self) -> float:
        if self._process.poll() is not None:
            raise SystemExit(f"the daemon has ended:\n{self.log.read_text()[-3000:]}")
        return time.monotonic() - self._began

    def started(self) -> bool:
        return '"event": "started"' in self.log.read_text(encoding="utf-8")

    def errors(self) -> list[str]:
        """Return what it logged that is no quiet work: the store does not hold what a real one
        would."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if '"level": "error"' in line]

    def statements(self) -> list[dict[str, Any]]:
        self._process.send_signal(signal.SIGUSR1)
        for _ in range(100):
            if self._statements.exists():
                return list(json.loads(self._statements.read_text(encoding="utf-8")))
            time.sleep(0.1)
        return []

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(30)


@contextmanager
def running(box: Sandbox, folder: Path, store: Path, *, plain: bool) -> Iterator[Daemon]:
    daemon = Daemon(box, folder, store, plain=plain)
    try:
        yield daemon
    finally:
        daemon.stop()


def until_ready(daemon: Daemon, box: Sandbox) -> Start:
    """Wait for the log's `started`, the connection and the end of the first poll."""
    at: dict[str, float] = {}
    signs = {
        "started": daemon.started,
        "connected": lambda: box.lark_people.wait_connected(0),
        "polled": lambda: bool(polls(box.world.journal.calls("jsm", _SEARCH))),
    }
    while len(at) < len(signs) and daemon.age() < _READY_SECONDS:
        for name in signs.keys() - at.keys():
            if signs[name]():
                at[name] = daemon.age()
        time.sleep(0.02)
    return Start(**{name: at.get(name, -1.0) for name in signs}, cpu=cpu_seconds(daemon.pid))


def quiet(daemon: Daemon, seconds: float) -> Quiet:
    """Let it run, and look now and then what it takes."""
    began, first = time.monotonic(), cpu_seconds(daemon.pid)
    marks = [(began, first)]
    while (left := began + seconds - time.monotonic()) > 0:
        time.sleep(min(left, _SLICE_SECONDS))
        daemon.age()
        marks.append((time.monotonic(), cpu_seconds(daemon.pid)))
    rates = [(c - b) / (t - s) for (s, b), (t, c) in pairwise(marks)]
    (half, cpu), (end, last) = marks[(len(marks) - 1) // 2], marks[-1]
    return Quiet(
        end - began, last - first, max(rates), (last - cpu) / (end - half), resident_mb(daemon.pid)
    )


def polls(calls: list[Call]) -> list[Call]:
    """Return the searches for what changed, those of the sweeps too."""
    return [call for call in calls if b"updated >=" in call.request]


def by_route(calls: list[Call]) -> Counter[str]:
    """Count calls by what is the same in all of their kind."""
    return Counter(f"{c.method} {re.sub(r'/[A-Z]*-?[0-9]+(?=/|$)', '/*', c.path)}" for c in calls)


def print_table(start: Start, found: Quiet, calls: list[Call]) -> None:
    table = Table("what", "is", title="a quiet daemon")
    ready = max(start.started, start.connected, start.polled)
    table.add_row("READY", f"{ready:.1f} s, of them {start.cpu:.1f} s on the processor")
    table.add_row("  log says started", f"{start.started:.1f} s")
    table.add_row("  connected", f"{start.connected:.1f} s")
    table.add_row("  first poll answered", f"{start.polled:.1f} s")
    table.add_row("quiet for", f"{found.seconds:.0f} s")
    table.add_row("processor", f"{1000 * found.cpu / found.seconds:.1f} ms a second")
    table.add_row(f"  its worst {_SLICE_SECONDS} s", f"{1000 * found.worst:.1f} ms a second")
    table.add_row("  its second half", f"{1000 * found.late:.1f} ms a second")
    table.add_row("memory", f"{found.memory[0]} MB, at most {found.memory[1]} MB")
    table.add_row("calls to the helpdesk", f"{len(calls)} for {len(polls(calls))} polls")
    late = [call for call in calls if call.at_ms > calls[-1].at_ms - 500 * found.seconds]
    table.add_row("  in the second half", f"{len(late)} for {len(polls(late))} polls")
    for route, times in by_route(calls).most_common(6):
        table.add_row(f"  {route}", str(times))
    Console(width=150, markup=False).print(table)


def print_statements(found: list[dict[str, Any]]) -> None:
    table = Table("longest ms", "by clock", "at s", "times", "all ms", "who", "statement")
    worth = [one for one in found if 1000 * one["longest"] >= _WORTH_MS]
    for one in sorted(worth, key=lambda one: -float(one["longest"]))[:25]:
        figures = (one["longest"] * 1000, one["wall"] * 1000, one["at"])
        shown = re.sub(r"SELECT .*? FROM", "SELECT ... FROM", " ".join(one["statement"].split()))
        table.add_row(
            *(f"{figure:.1f}" for figure in figures),
            str(one["count"]),
            f"{one['total'] * 1000:.0f}",
            one["who"],
            shown[:180],
        )
    Console(width=220, markup=False).print(table)


def main() -> None:
    words = argparse.ArgumentParser(description="What a quiet daemon costs.")
    words.add_argument("store", type=Path)
    words.add_argument("--seconds", type=float, default=600)
    words.add_argument("--plain", action="store_true")
    words.add_argument("--log", type=Path, help="where to leave the daemon's log")
    asked = words.parse_args()
    with Sandbox() as box, tempfile.TemporaryDirectory(prefix="syncd-bench-") as folder:
        print(f"{furnish(box, asked.store)} tickets are in the sandbox")
        with running(box, Path(folder), asked.store, plain=asked.plain) as daemon:
            start = until_ready(daemon, box)
            found = quiet(daemon, asked.seconds)
            statements = [] if asked.plain else daemon.statements()
        print_table(start, found, box.world.journal.calls("jsm"))
        if statements:
            print_statements(statements)
        if asked.log:
            asked.log.write_bytes(daemon.log.read_bytes())
        wrong = daemon.errors()
    if wrong:
        raise SystemExit("\n".join(["This was no quiet run:", *wrong[:5]]))


if __name__ == "__main__":
    main()
