"""Frames on their way to the disk: in the order in which they came, all that wait at once."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeAlias

OnEvents: TypeAlias = Callable[[Sequence[bytes]], None]

_AT_ONCE = 100


@dataclass(eq=False)
class Frame:
    """One frame that is to be stored."""

    payload: bytes
    stored: Future[None] = field(default_factory=Future)
    """Has no result before the frame is on the disk."""
    given_up: bool = False
    """Whether nobody waits for it any more, because it will come again."""


class Storing:
    """Gives frames to `on_events` on one thread, so that a burst of them costs one commit."""

    def __init__(self, on_events: OnEvents) -> None:
        self._on_events = on_events
        self._lock = threading.Lock()
        self._waiting: deque[Frame] = deque()
        self._thread = ThreadPoolExecutor(1, "lark-event")

    def put(self, payload: bytes) -> Frame:
        frame = Frame(payload)
        with self._lock:
            self._waiting.append(frame)
            self._thread.submit(self._store_waiting)
        return frame

    def close(self) -> None:
        """Take no more frames; what is being stored is left to end by itself."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _store_waiting(self) -> None:
        with self._lock:
            count = min(len(self._waiting), _AT_ONCE)
            frames = [self._waiting.popleft() for _ in range(count)]
        if not frames:
            return
        failure = self._failure(frames)
        if failure is None or len(frames) == 1:
            _tell(frames, failure)
            return
        # One of them may be to blame. Or it is the database, and each try takes long: then those
        # that come again are not tried.
        for frame in frames:
            _tell([frame], failure if frame.given_up else self._failure([frame]))

    def _failure(self, frames: Sequence[Frame]) -> Exception | None:
        try:
            self._on_events([frame.payload for frame in frames])
        except Exception as exc:
            return exc
        return None


def _tell(frames: Sequence[Frame], failure: Exception | None) -> None:
    for frame in frames:
        if failure is None:
            frame.stored.set_result(None)
        else:
            frame.stored.set_exception(failure)
