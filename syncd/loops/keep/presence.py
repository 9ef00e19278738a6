"""Whether the processes that reported are alive, by the lock, the operating system, or the time."""

import os
import platform
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from syncd import __version__
from syncd.core.model import Ms
from syncd.loops.keep.report import STALE_MS, Process, reported
from syncd.store.store import Store
from syncd.store.tx import Tx


class Life(StrEnum):
    RUNNING = "running"
    STARTING = "starting"
    """It has the SQLite file and has not reported yet."""
    SILENT = "silent"
    """It is alive and has not reported for long."""
    STOPPED = "stopped"
    GONE = "gone"
    """It ended without saying so."""


@dataclass(frozen=True)
class Present:
    """A process and whether it lives."""

    life: Life
    process: Process


def this_process(name: str) -> Process:
    """Return who we are; `name` is no other run's."""
    pid = os.getpid()
    return Process(name, __version__, platform.node(), pid, _place(), _born(pid))


def present(store: Store, tx: Tx) -> list[Present]:
    """Return who is there, and those that ended and that nobody has followed.

    On a SQLite file its lock tells at once. On a server a process of this machine is looked for;
    of others their last report tells.
    """
    said = reported(tx)
    if store.alone:
        return _holding(store.holder(), said, tx.now)
    here = _place()
    judged = [Present(_life(process, tx.now, here), process) for process in said]
    return [one for one in judged if not _is_followed(one, judged)]


def _holding(holder: int | None, said: list[Process], now: Ms) -> list[Present]:
    """Judge by who has the lock; a file is one daemon's alone."""
    for process in said:
        if holder in (process.pid, 0) and not process.stopped:
            silent = now - process.seen_ms > STALE_MS
            return [Present(Life.SILENT if silent else Life.RUNNING, process)]
    if holder is not None:
        return [Present(Life.STARTING, Process("", "", platform.node(), holder, ""))]
    return [
        Present(Life.STOPPED if process.stopped else Life.GONE, process) for process in said[:1]
    ]


def _life(process: Process, now: Ms, here: str) -> Life:
    if process.stopped:
        return Life.STOPPED
    stale = now - process.seen_ms > STALE_MS
    if process.place and process.place == here:
        if _born(process.pid) != process.born:
            return Life.GONE
        return Life.SILENT if stale else Life.RUNNING
    return Life.GONE if stale else Life.RUNNING


def _is_followed(one: Present, judged: list[Present]) -> bool:
    """Tell whether it has ended and need not be named any more.

    A stopped one is followed by any later one, a dead one by the next that starts on its host.
    """
    ended, others = one.process, [other.process for other in judged if other is not one]
    if one.life is Life.STOPPED:
        return any(other.seen_ms > ended.seen_ms for other in others)
    later = (other for other in others if other.host == ended.host)
    return one.life is Life.GONE and any(other.started_ms >= ended.seen_ms for other in later)


# https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html and proc_pid_ns.5.html
def _place() -> str:
    """Return where a process number names the same process; empty where that cannot be told."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


# https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
def _born(pid: int) -> str:
    """Return when the process was started, in ticks; empty when there is none, or it is dead."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # Its name, in brackets, may hold blanks and brackets.
    state, *rest = stat.rpartition(")")[2].split()
    return "" if state in "ZX" else rest[18]
