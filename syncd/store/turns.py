"""Whose turn it is to write: first come, first served."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class NoTurn(Exception):
    """The turn did not come in time."""


class Turns:
    """Lets one thread after the other through.

    A pool of one connection gives it to whoever asks at the right moment, so that a busy thread
    may keep others waiting for long.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._queue: deque[threading.Event] = deque()

    def waiting(self) -> int:
        """Return how many threads wait or are through and not done."""
        with self._lock:
            return len(self._queue)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn and hold it; NoTurn when it does not come in time."""
        mine = threading.Event()
        with self._lock:
            self._queue.append(mine)
            self._queue[0].set()
        try:
            if not mine.wait(self._seconds):
                raise NoTurn
            yield
        finally:
            with self._lock:
                self._queue.remove(mine)
                if self._queue:
                    self._queue[0].set()
