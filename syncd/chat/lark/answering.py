"""Answers frames in time: handlers run in threads, and one that is stuck stops no other."""

import asyncio
import json
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

from syncd.chat.lark.timing import Timing
from syncd.chat.lark.wire import CARD_ACTION, envelope
from syncd.core.errors import StoreError

Json: TypeAlias = dict[str, Any]
OnEvent: TypeAlias = Callable[[bytes], None]
OnCard: TypeAlias = Callable[[bytes, Callable[[], bool]], Json]
OnTrouble: TypeAlias = Callable[[bytes], Json]

_log = logging.getLogger("syncd.lark")
_THREADS = 4
_OK, _FAILED = 200, 500


class Deadline:
    """Settles once, for handler and loop alike, whether the handler's answer will be used."""

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
        on_event: OnEvent,
        on_card: OnCard,
        late: OnTrouble,
        failed: OnTrouble,
        timing: Timing,
    ) -> None:
        self._on_event, self._on_card = on_event, on_card
        self._late, self._failed = late, failed
        self._timing = timing
        self._events = ThreadPoolExecutor(_THREADS, "lark-event")
        self._cards = ThreadPoolExecutor(_THREADS, "lark-card")

    async def answer(self, card_frame: bool, payload: bytes) -> tuple[int, bytes | None]:
        """Return the ack's code and data, within the budget whatever the handler does."""
        if card_frame or _is_card_action(payload):
            return _OK, await self._card(payload)
        return await self._event(payload), None

    def close(self) -> None:
        """Take no more work; what runs is left to end by itself."""
        self._events.shutdown(wait=False, cancel_futures=True)
        self._cards.shutdown(wait=False, cancel_futures=True)

    async def _event(self, payload: bytes) -> int:
        # Not acked in time means delivered again, so a slow write goes on and is met as known:
        # https://open.feishu.cn/document/ukTMukTMukTM/uUTNz4SN1MjL1UzM
        work = self._started(self._events, self._on_event, payload)
        await asyncio.wait({work}, timeout=self._timing.ack_budget)
        return _OK if _succeeded(work) else _FAILED

    async def _card(self, payload: bytes) -> bytes:
        # A click is never delivered again, so it is always answered, and never without data:
        # https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-callback-communication
        deadline = Deadline()
        work = self._started(self._cards, lambda raw: self._decided(raw, deadline), payload)
        await asyncio.wait({work}, timeout=self._timing.ack_budget)
        if not work.done() and not deadline.passed():
            await asyncio.wait({work}, timeout=self._timing.ack_grace)
        if _succeeded(work):
            answer: bytes = work.result()
            return answer
        if work.done():
            return _encoded(self._failed(payload))
        _log.warning("card_answered_late")
        return _encoded(self._late(payload))

    def _decided(self, raw: bytes, deadline: Deadline) -> bytes:
        return _encoded(self._on_card(raw, deadline.late))

    def _started(
        self, pool: ThreadPoolExecutor, handler: Callable[[bytes], Any], payload: bytes
    ) -> asyncio.Future[Any]:
        work = asyncio.get_running_loop().run_in_executor(pool, handler, payload)
        work.add_done_callback(_report)
        return work


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
