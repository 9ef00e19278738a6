"""Reads what may take long, for somebody who waits only so long."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from syncd.core.errors import StoreError

T = TypeVar("T")


class Bounded(Generic[T]):
    """Reads on a thread of its own, and never twice at the same time: what hangs is waited for by
    the next who asks."""

    def __init__(self, read: Callable[[], T], seconds: float) -> None:
        self._read, self._seconds = read, seconds
        self._lock = threading.Lock()
        self._under_way: Future[T] | None = None

    def __call__(self) -> T | None:
        """Return what was read; None when it cannot be read, or not in time."""
        with self._lock:
            reading = self._under_way
            if reading is None or reading.done():
                reading = self._under_way = Future()
                threading.Thread(target=self._run, args=(reading,), daemon=True).start()
        try:
            return reading.result(self._seconds)
        except (TimeoutError, StoreError):
            return None

    def _run(self, reading: Future[T]) -> None:
        try:
            reading.set_result(self._read())
        except Exception as exc:
            reading.set_exception(exc)
