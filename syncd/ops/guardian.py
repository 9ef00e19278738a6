"""Tells the supervisor, and whoever asks, whether the daemon is alive and would serve a mention."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from syncd.core.model import Ms
from syncd.core.operators.history import presentable
from syncd.core.text import clean
from syncd.log import Log
from syncd.ops.notify import Supervisor
from syncd.ops.pulse import Frozen, Pulse

_READY_SECONDS = 30.0
"""After this the daemon is ready, whether or not Lark's socket is open."""
_FROZEN_SECONDS = 20.0
"""How long a thread may stand still; half of the supervisor's patience where that is shorter."""


class SocketState(Protocol):
    @property
    def connected_since(self) -> Ms | None: ...
    @property
    def last_error(self) -> str: ...


class Socket(Protocol):
    """What is asked of the long connection."""

    def state(self) -> SocketState: ...


@dataclass(frozen=True)
class Reason:
    """Why a mention would not be served now: a stable name, and a sentence that holds no words of
    customers and no secret."""

    what: str
    why: str


class Guardian:
    """Looks once a second, from the main thread, which is thereby guarded as well.

    A platform that hangs or is away is no reason for a restart, which would help nobody; a thread
    of ours that stands still is. `turning` names loops that are not ours, and tells for how many
    seconds each has not come round; `troubles` returns what goes wrong now, by name, besides the
    connection to Lark; `steady` returns monotonic seconds.
    """

    def __init__(
        self,
        supervisor: Supervisor,
        pulse: Pulse,
        socket: Socket,
        turning: Mapping[str, Callable[[], float]],
        troubles: Callable[[], dict[str, str]],
        steady: Callable[[], float],
        log: Log,
    ) -> None:
        self._supervisor, self._pulse, self._socket = supervisor, pulse, socket
        self._turning, self._troubles = turning, troubles
        self._steady, self._log = steady, log
        patience = supervisor.watchdog_seconds
        self._limit = min(_FROZEN_SECONDS, patience / 2) if patience else _FROZEN_SECONDS
        self._since = self._looked = self._woken = steady()
        self._ready = self._ready_heard = False
        self._refused = ""
        self._frozen: tuple[str, ...] = ()
        """Threads that stood still at the last look."""

    def frozen(self) -> tuple[str, ...]:
        """Return which threads stand still, also the one that looks; waits for nobody."""
        late = self._steady() - self._looked > self._limit
        return (*self._frozen, "main") if late else self._frozen

    def waits(self, reason: str) -> None:
        """Say that the start goes on, and what it waits for, unless a thread stands still."""
        if not self._stand_still():
            self._supervisor.starting()
            self._supervisor.status(f"Waiting: {reason}")

    def look(self) -> None:
        """Feed the watchdog, unless a thread stands still; say when the daemon is ready."""
        if self._stand_still():
            self._supervisor.frozen()
            return
        self._supervisor.alive()
        connected = self._socket.state().connected_since is not None
        if connected or self._steady() - self._since > _READY_SECONDS:
            self._say_ready()
        self._supervisor.status(self._sentence())

    def refuse(self, reason: str) -> None:
        """Say from now on that another configuration was not taken."""
        self._refused = _shown(reason)

    def leave(self, *, reloads: bool) -> None:
        """Say that the end is meant: a stop, or a new start with another configuration."""
        if reloads:
            self._supervisor.reloading()
        else:
            self._supervisor.stopping()

    def reasons(self) -> list[Reason]:
        """Return why a mention would not be served now; waits for nobody."""
        state = self._socket.state()
        found = [Reason("frozen", name) for name in self.frozen()]
        if state.connected_since is None:
            found.append(Reason("socket", _shown(state.last_error or "connecting")))
        return found + [Reason(it, _shown(why)) for it, why in sorted(self._troubles().items())]

    def _sentence(self) -> str:
        told = "; ".join(f"{reason.what}: {reason.why}" for reason in self.reasons())
        refused = f" Not reloaded: {self._refused}" if self._refused else ""
        return (f"Not serving: {told}." if told else "Serving.") + refused

    def _say_ready(self) -> None:
        if not self._ready:
            self._log.info("ready")
        if not self._ready_heard:
            self._ready_heard = self._supervisor.ready()
        self._ready = True

    def _stand_still(self) -> bool:
        """Tell whether a thread does, and say so."""
        now = self._steady()
        if now - self._looked > self._limit / 2:
            # We were stopped, or the machine was: nobody could turn.
            self._woken = now
        self._looked = now
        frozen = self._pulse.frozen(self._limit, self._woken)
        for name, still_seconds in self._turning.items():
            still = min(still_seconds(), now - self._woken)
            if still > self._limit:
                frozen.append(Frozen(name, still, ""))
        self._tell(frozen)
        if frozen:
            self._supervisor.status(f"Frozen: {', '.join(self._frozen)}.")
        return bool(frozen)

    def _tell(self, frozen: list[Frozen]) -> None:
        for one in frozen:
            if one.name not in self._frozen:
                seconds = round(one.seconds)
                self._log.error("thread_frozen", thread=one.name, seconds=seconds, where=one.where)
        self._frozen = tuple(one.name for one in frozen)


def _shown(reason: str) -> str:
    return presentable(clean(reason))
