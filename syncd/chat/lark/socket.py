"""The long connection over which events arrive: kept open for ever, on a thread of its own."""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

from syncd.chat.lark.answering import Answering, OnCard, OnEvent, OnTrouble
from syncd.chat.lark.outage import OUTAGES, reason
from syncd.chat.lark.timing import Timing, pause
from syncd.core.model import Ms

_log = logging.getLogger("syncd.lark")


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

    `on_event(raw)` stores a frame and returns: the event is acked; raises or takes too long: the
    platform delivers it again. `on_card(raw, late)` returns the answer to a click; it asks
    `late()` once, just before it commits, and tells the person in another way when that is True.
    Both run in worker threads. `late_answer(raw)` and `failed_answer(raw)` return at once what is
    shown when there is none in time, or none at all. `clock` returns epoch milliseconds, `chance` a
    number in [0, 1).
    """

    def __init__(
        self,
        base_url: str,
        app_id: str,
        app_secret: str,
        *,
        on_event: OnEvent,
        on_card: OnCard,
        late_answer: OnTrouble,
        failed_answer: OnTrouble,
        clock: Callable[[], int],
        chance: Callable[[], float],
        timing: Timing | None = None,
    ) -> None:
        self._address = (base_url.rstrip("/"), app_id, app_secret)
        self._timing = timing or Timing()
        self._answering = Answering(on_event, on_card, late_answer, failed_answer, self._timing)
        self._clock, self._chance = clock, chance
        self._state = SocketState()
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="lark-socket", daemon=True)
        self._running = threading.Event()
        self._loop: asyncio.AbstractEventLoop
        self._stopping: asyncio.Event
        self._hang_up: Callable[[], Coroutine[Any, Any, None]] | None = None
        self._handlers: set[asyncio.Task[None]] = set()
        self._patience = 5.0

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
        with self._changed:
            return self._state

    def wait_connected(self, timeout: float) -> bool:
        """Block until the connection is open; False when `timeout` seconds pass first."""
        with self._changed:
            return self._changed.wait_for(lambda: self._state.connected_since is not None, timeout)

    def _run(self) -> None:
        asyncio.run(self._supervise())

    async def _supervise(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        self._running.set()
        failures = 0
        while not self._stopping.is_set():
            began = self._loop.time()
            try:
                await self._connected_once()
            except Exception as error:
                self._broke(error)
            if self._loop.time() - began >= self._timing.steady:
                failures = 0
            await self._or_stop(asyncio.sleep(pause(self._timing, failures, self._chance())))
            failures += 1
        self._set(replace(self._state, connected_since=None))

    async def _connected_once(self) -> None:
        # Late: the SDK takes the event loop of whoever imports it, and a while to load.
        from syncd.chat.lark.longconn import LongConnection

        connection = LongConnection(
            *self._address, self._timing, self._answering.answer, self._spawn
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
        now = Ms(self._clock())
        self._set(SocketState(connected_since=now, last_frame=now))

    def _received(self) -> None:
        self._set(replace(self._state, last_frame=Ms(self._clock())))

    def _broke(self, error: Exception) -> None:
        why = reason(error)
        if not isinstance(error, OUTAGES):
            _log.error("socket_failed", exc_info=error)
        elif why != self._state.last_error:
            _log.warning("socket_down", extra={"reason": why})
        tried = self._state.attempts + (self._state.connected_since is None)
        self._set(replace(self._state, connected_since=None, attempts=tried, last_error=why))

    def _set(self, state: SocketState) -> None:
        with self._changed:
            self._state = state
            self._changed.notify_all()
