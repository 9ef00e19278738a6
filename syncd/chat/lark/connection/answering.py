"""Answers frames in time, whatever their handlers do."""

import asyncio
import json
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

from syncd.chat.lark.connection.storing import OnEvents, Storing
from syncd.chat.lark.connection.timing import Timing
from syncd.chat.lark.members import Json
from syncd.chat.lark.wire import CARD_ACTION, envelope
from syncd.core.errors import StoreError
from syncd.core.operators.meter import Meter

OnCard: TypeAlias = Callable[[bytes, Callable[[], bool]], Json]
OnTrouble: TypeAlias = Callable[[bytes], Json]

_log = logging.getLogger("syncd.lark")
_THREADS = 4
_OK, _FAILED = 200, 500


class Deadline:
    """Fixes once, for handler and event loop alike, whether the handler's answer is used."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._late: bool | None = None

    def late(self) -> bool:
        """Asked by the handler: True when its answer comes too late, else it is now promised."""
        return self._settle(late=False)

    def passed(self) -> bool:
        """Told by the loop when the budget is spent: False when the answer was promised."""
        return self._settle(late=True)

    def _settle(self, *, late: bool) -> bool:
        with self._lock:
            if self._late is None:
                self._late = late
            return self._late


class Answering:
    """Gives events and card actions to their handlers and says what to answer."""

    def __init__(
        self,
        on_events: OnEvents,
        on_card: OnCard,
        late: OnTrouble,
        failed: OnTrouble,
        timing: Timing,
        meter: Meter,
    ) -> None:
        self._on_card = on_card
        self._late, self._failed = late, failed
        self._timing, self._meter = timing, meter
        self._events = Storing(on_events)
        self._cards = ThreadPoolExecutor(_THREADS, "lark-card")

    async def answer(self, card_frame: bool, payload: bytes) -> tuple[int, bytes | None]:
        """Return the ack's code and data, within the budget whatever the handler does."""
        now = asyncio.get_running_loop().time
        began = now()
        if card_frame or _is_card_action(payload):
            data, outcome = await self._card(payload)
            self._meter.answered("click", outcome, now() - began)
            return _OK, data
        code = await self._event(payload)
        self._meter.answered("event", "ok" if code == _OK else "failed", now() - began)
        return code, None

    def close(self) -> None:
        """Take no more work; what runs is left to end by itself."""
        self._events.close()
        self._cards.shutdown(wait=False, cancel_futures=True)

    async def _event(self, payload: bytes) -> int:
        # Not acked in time means delivered again, so a slow write goes on and is met as known:
        # https://open.feishu.cn/document/ukTMukTMukTM/uUTNz4SN1MjL1UzM
        frame = self._events.put(payload)
        work = asyncio.wrap_future(frame.stored)
        work.add_done_callback(_report)
        await asyncio.wait({work}, timeout=self._timing.ack_budget)
        if _succeeded(work):
            return _OK
        frame.given_up = True
        return _FAILED

    async def _card(self, payload: bytes) -> tuple[bytes, str]:
        """Return the ack's data, and what came of it: `ok`, `failed`, or `late`."""
        # A click is never delivered again, so it is always answered, and never without data:
        # https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-callback-communication
        deadline = Deadline()
        work = asyncio.get_running_loop().run_in_executor(
            self._cards, lambda: _encoded(self._on_card(payload, deadline.late))
        )
        work.add_done_callback(_report)
        await asyncio.wait({work}, timeout=self._timing.ack_budget)
        if not work.done() and not deadline.passed():
            await asyncio.wait({work}, timeout=self._timing.ack_grace)
        if _succeeded(work):
            return work.result(), "ok"
        if work.done():
            return _encoded(self._failed(payload)), "failed"
        _log.warning("card_answered_late")
        return _encoded(self._late(payload)), "late"


def _is_card_action(payload: bytes) -> bool:
    return CARD_ACTION.encode() in payload and envelope(payload).kind == CARD_ACTION


def _succeeded(work: asyncio.Future[Any]) -> bool:
    return work.done() and not work.cancelled() and work.exception() is None


def _report(work: asyncio.Future[Any]) -> None:
    if work.cancelled() or (error := work.exception()) is None:
        return
    if isinstance(error, StoreError):
        _log.error("frame_not_stored", extra={"reason": str(error)})
    else:
        _log.error("frame_handler_failed", exc_info=error)


def _encoded(answer: Json) -> bytes:
    return json.dumps(answer, ensure_ascii=False).encode()
