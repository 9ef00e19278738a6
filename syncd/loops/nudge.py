"""Wakes a loop when there is work, so that nothing waits for the next poll of the database."""

import heapq
import threading
import time


class Nudge:
    """A condition variable that counts: a nudge between two waits is not lost."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0
        self._later: list[float] = []
        """When more nudges are due, by the monotonic clock; a heap."""

    def give(self) -> None:
        """Wake everybody who waits."""
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def give_in(self, seconds: float) -> None:
        """Wake whoever waits in so many seconds."""
        with self._changed:
            heapq.heappush(self._later, time.monotonic() + seconds)
            self._changed.notify_all()

    def count(self) -> int:
        """Return how many nudges were given; pass it to `wait`."""
        with self._changed:
            return self._count

    def wait(self, since: int, timeout: float) -> None:
        """Return when a nudge came after the count `since`, or after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                now = time.monotonic()
                self._give_due(now)
                if self._count != since or now >= deadline:
                    return
                self._changed.wait(min([deadline, *self._later[:1]]) - now)

    def _give_due(self, now: float) -> None:
        while self._later and self._later[0] <= now:
            heapq.heappop(self._later)
            self._count += 1
            self._changed.notify_all()
