"""What each process says of itself in the store, for `syncd status`."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace

from syncd.core.model import Ms
from syncd.core.operators.alarms import Trouble
from syncd.core.operators.history import presentable
from syncd.loops.troubles import Board
from syncd.store.store import Store
from syncd.store.tables.cache import CacheKind
from syncd.store.tx import Tx

STALE_MS = 60_000
"""Age of a report after which its process counts as dead where nothing else can tell."""
_AGAIN_MS = 20_000
"""Interval at which an unchanged state is written again."""
_FORGOTTEN_MS = 86_400_000


@dataclass(frozen=True)
class Standing:
    """A trouble that goes on in one process."""

    name: str
    since_ms: Ms
    reason: str


@dataclass(frozen=True)
class Process:
    """One run of syncd; `name` is no other run's."""

    name: str
    version: str
    host: str
    pid: int
    place: str
    """Where process numbers mean the same: one boot of one machine, or one container."""
    born: str = ""
    """When the operating system started it, which tells it from a later one of the same number."""
    started_ms: Ms = Ms(0)
    seen_ms: Ms = Ms(0)
    stopped: bool = False
    connected_since: Ms | None = None
    attempts: int = 0
    """Tries to connect to Lark that failed since the connection was last open."""
    troubles: tuple[Standing, ...] = ()


@dataclass(frozen=True)
class Line:
    """How the connection to Lark is."""

    connected_since: Ms | None
    attempts: int
    last_error: str


@dataclass
class Report:
    """Runs every second; writes when the state changes, else every 20 s as a sign of life.

    `me` says which process this is, `steady` returns monotonic milliseconds.
    """

    store: Store
    me: Process
    line: Callable[[], Line]
    board: Board
    steady: Callable[[], int]
    _since: dict[str, Ms] = field(default_factory=dict)
    _told: Process | None = None
    _told_at: int = 0

    def begin(self) -> None:
        """Say that this process is there, and forget what long gone ones said."""
        self.me = replace(self.me, started_ms=self.store.now())
        self.store.write(self._forget)
        self._write(self._state())

    def run_once(self) -> int:
        """Write the state when that is due; return how many reports were written."""
        state = self._state()
        if state == self._told and self.steady() - self._told_at < _AGAIN_MS:
            return 0
        self._write(state)
        return 1

    def withdraw(self) -> None:
        """Say that this process has stopped as it was asked to."""
        self._write(replace(self._state(), stopped=True))

    def _forget(self, tx: Tx) -> None:
        """On a SQLite file every other process is gone; elsewhere time tells."""
        tx.cache.sweep(
            CacheKind.PROCESS, tx.now if self.store.alone else Ms(tx.now - _FORGOTTEN_MS)
        )

    def _write(self, state: Process) -> None:
        said = json.dumps(asdict(state))
        self.store.write(lambda tx: tx.cache.put(CacheKind.PROCESS, state.name, said))
        self._told, self._told_at = state, self.steady()

    def _state(self) -> Process:
        line, standing = self.line(), dict(self.board.standing())
        standing.pop(Trouble.SOCKET, None)
        if line.connected_since is None and line.attempts:
            standing[Trouble.SOCKET] = line.last_error
        troubles = {str(name): presentable(reason) for name, reason in sorted(standing.items())}
        new = troubles.keys() - self._since.keys()
        now = self.store.now() if new else Ms(0)
        self._since = {name: self._since.get(name, now) for name in troubles}
        told = (Standing(name, self._since[name], why) for name, why in troubles.items())
        return replace(
            self.me,
            connected_since=line.connected_since,
            attempts=line.attempts,
            troubles=tuple(told),
        )


def reported(tx: Tx) -> list[Process]:
    """Return what each process said last, the one that started last first."""
    found = [_read(body, seen_ms) for _, body, seen_ms in tx.cache.all(CacheKind.PROCESS)]
    return sorted(found, key=lambda process: -process.started_ms)


def _read(body: str, seen_ms: Ms) -> Process:
    """Read what any version wrote; of what this one does not know nothing is told."""
    said = json.loads(body)
    known = {name.name: said[name.name] for name in fields(Process) if name.name in said}
    troubles = tuple(Standing(**standing) for standing in said.get("troubles", ()))
    return Process(**{**known, "troubles": troubles, "seen_ms": seen_ms})
