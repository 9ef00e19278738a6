"""The one clock of the sandbox."""

import time


class Clock:
    """Wall-clock time in epoch milliseconds, which a test may move."""

    def __init__(self) -> None:
        self._offset_ms = 0

    def now_ms(self) -> int:
        """Return the sandbox's time in epoch milliseconds."""
        return int(time.time() * 1000) + self._offset_ms

    def move(self, *, seconds: float) -> None:
        """Step the clock forward, or back with a negative number of seconds."""
        self._offset_ms += int(seconds * 1000)
