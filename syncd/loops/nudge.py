"""Wakes a loop when there is something for it, so that nothing waits for a look at the database."""

import threading


class Nudge:
    """A condition with a memory: a nudge between two waits is not lost."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0

    def give(self) -> None:
        """Wake everybody who waits."""
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def count(self) -> int:
        """Return how many nudges were given; pass it to `wait`."""
        with self._changed:
            return self._count

    def wait(self, since: int, timeout: float) -> None:
        """Return when a nudge came after the count `since`, or after `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._count != since, timeout)
