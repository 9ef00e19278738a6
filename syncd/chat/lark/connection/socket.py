"""The long connection over which events arrive: kept open for ever, on a thread of its own."""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

from syncd.chat.lark.connection.answering import Answering, OnCard, OnTrouble
from syncd.chat.lark.connection.outage import OUTAGES, Refused, reason
from syncd.chat.lark.connection.storing import OnEvents
from syncd.chat.lark.connection.timing import Timing, pause
from syncd.core.model import Ms
from syncd.core.operators.meter import Meter
from syncd.network.network import Network

_log = logging.getLogger("syncd.lark")
_TURN_SECONDS = 1.0
"""How often the event loop notes that it came round."""


@dataclass(frozen=True)
class SocketState:
    """How the long connection is doing."""

    connected_since: Ms | None = None
    last_frame: Ms | None = None
    attempts: int = 0
    """Failed tries since it was last open."""
    last_error: str = ""
    """Why it last broke or could not be opened; empty while all is well."""


class LarkSocket:
    """Receives the bot's events.

    `on_events(raws)` stores frames, in the order in which they came: returns, and the events are
    acked; raises or takes too long, and the platform delivers them again. `on_card(raw, late)`
    returns the answer to a click; it asks `late()` once, just before it commits, and tells the
    person in another way when that is True. Both run in threads of their own. `late_answer(raw)`
    and `failed_answer(raw)` return at once what is shown when there is none in time, or none at
    all. `clock` returns epoch milliseconds, `chance` a number in [0, 1). `on_open` is told of each
    connection that was opened.
    """

    def __init__(
        self,
        base_url: str,
        app_id: str,
        app_secret: str,
        *,
        on_events: OnEvents,
        on_card: OnCard,
        late_answer: OnTrouble,
        failed_answer: OnTrouble,
        clock: Callable[[], int],
        chance: Callable[[], float],
        timing: Timing | None = None,
        network: Network | None = None,
        on_open: Callable[[], None] = lambda: None,
        meter: Meter | None = None,
    ) -> None:
        self._address = (base_url.rstrip("/"), app_id, app_secret)
        self._timing = timing or Timing()
        self._network = network or Network()
        self._way = self._network.way(base_url).shown
        self._meter = meter or Meter()
        answers = on_events, on_card, late_answer, failed_answer
        self._answering = Answering(*answers, self._timing, self._meter)
        self._clock, self._chance, self._on_open = clock, chance, on_open
        self._state = SocketState()
        self._thread = threading.Thread(target=self._run, name="lark-socket", daemon=True)
        self._running = threading.Event()
        self._loop: asyncio.AbstractEventLoop
        self._stopping: asyncio.Event
        self._hang_up: Callable[[], Coroutine[Any, Any, None]] | None = None
        self._handlers: set[asyncio.Task[None]] = set()
        self._patience = 5.0
        self._turned, self._ended = 0.0, False

    def start(self) -> None:
        """Start connecting; returns at once."""
        self._thread.start()
        self._running.wait()

    def stop(self, timeout: float = 5.0) -> None:
        """Take what is still on its way, wait up to `timeout` seconds for handlers, and close."""
        self._patience = timeout
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(timeout + self._timing.drain + 5.0)
        self._answering.close()

    def reconnect(self) -> None:
        """Give up a connection that seems open, for a new one; returns at once."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._give_up)

    def state(self) -> SocketState:
        """Return how the connection is doing; may be called from any thread."""
        return self._state

    def still_seconds(self) -> float:
        """Return for how long its event loop has not come round, also because it has ended though
        nobody stopped it; may be called from any thread."""
        lives = self._running.is_set() and not self._ended
        return self._loop.time() - self._turned if lives else 0.0

    def _run(self) -> None:
        asyncio.run(self._supervise())
        self._ended = True

    async def _supervise(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        self._turned = self._loop.time()
        turning = asyncio.create_task(self._turn())
        self._running.set()
        failures = 0
        while not self._stopping.is_set():
            began, refused = self._loop.time(), False
            try:
                await self._connected_once()
            except Exception as error:
                refused = isinstance(error, Refused)
                self._broke(error)
            if self._loop.time() - began >= self._timing.steady:
                failures = 0
            wait = pause(self._timing, failures, self._chance(), refused=refused)
            await self._or_stop(asyncio.sleep(wait))
            failures += 1
        turning.cancel()
        self._state = replace(self._state, connected_since=None)

    async def _turn(self) -> None:
        while True:
            self._turned = self._loop.time()
            await asyncio.sleep(_TURN_SECONDS)

    async def _connected_once(self) -> None:
        # Late: the SDK takes the event loop of whoever imports it, and a while to load.
        from syncd.chat.lark.connection.longconn import LongConnection

        connection = LongConnection(
            *self._address, self._timing, self._answering.answer, self._spawn, self._network
        )
        try:
            if not await self._or_stop(connection.open()):
                return
            self._opened()
            self._hang_up = connection.hang_up
            if not await self._or_stop(connection.read(self._received)):
                await self._finish(connection.drain())
        finally:
            self._hang_up = None
            await connection.aclose()

    def _give_up(self) -> None:
        if self._hang_up is not None:
            self._spawn(self._hang_up())

    async def _finish(self, drain: Coroutine[Any, Any, None]) -> None:
        await asyncio.gather(drain, return_exceptions=True)
        if self._handlers:
            await asyncio.wait(self._handlers, timeout=self._patience)

    async def _or_stop(self, work: Coroutine[Any, Any, None]) -> bool:
        """Return True when `work` ended, False when it was given up because of a stop."""
        task, stop = asyncio.create_task(work), asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                task.result()
            return task.done()
        finally:
            task.cancel()
            stop.cancel()
            await asyncio.gather(task, stop, return_exceptions=True)

    def _spawn(self, handler: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(handler)
        self._handlers.add(task)
        task.add_done_callback(self._handlers.discard)

    def _opened(self) -> None:
        _log.info("socket_open")
        self._on_open()
        self._meter.connected()
        now = Ms(self._clock())
        self._state = SocketState(connected_since=now, last_frame=now)

    def _received(self) -> None:
        self._state = replace(self._state, last_frame=Ms(self._clock()))

    def _broke(self, error: Exception) -> None:
        why = " ".join(filter(None, (reason(error), self._way)))
        if not isinstance(error, OUTAGES):
            _log.error("socket_failed", exc_info=error)
        elif why != self._state.last_error:
            _log.warning("socket_down", extra={"reason": why})
        tried = self._state.attempts + (self._state.connected_since is None)
        self._state = replace(self._state, connected_since=None, attempts=tried, last_error=why)
