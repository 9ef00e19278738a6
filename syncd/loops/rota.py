"""Workers of one queue, of which one polls it for all."""

import math
import threading
from collections.abc import Callable

from syncd.loops.nudge import Nudge

_BEHIND_SECONDS = 0.1


class Rota:
    """Gives each poll of the queue, which another process may have filled, to one worker.

    A nudge wakes all workers. `steady` returns monotonic seconds, `seconds` is the interval.
    """

    def __init__(self, nudge: Nudge, seconds: float, steady: Callable[[], float]) -> None:
        self.nudge = nudge
        self._seconds = seconds
        self._steady = steady
        self._lock = threading.RLock()
        self._looked = dict.fromkeys((True, False), steady())
        """When a worker polled last: for all work, and for urgent work only."""

    def wait(
        self,
        since: int,
        *,
        sees_all: bool = True,
        at_most: float = math.inf,
        turned: Callable[[], object] = lambda: None,
    ) -> bool:
        """Return when there may be work, and after `at_most` seconds.

        False: a nudge came after the count `since`. True: it is this worker's turn to poll; it
        should nudge the others when it finds work. `sees_all`: it takes all work, not urgent work
        only; others get a turn only if no such worker has polled. `turned` is called at least once
        in each interval meanwhile.
        """
        until = self._steady() + at_most
        while True:
            turned()
            self.nudge.wait(since, min(self._left(sees_all), max(until - self._steady(), 0)))
            if self.nudge.count() != since:
                return False
            with self._lock:
                if self._left(sees_all) <= 0 or self._steady() >= until:
                    self._looked[sees_all] = self._steady()
                    return True

    def _left(self, sees_all: bool) -> float:
        """Return the seconds until this worker's turn, unless another polls before."""
        with self._lock:
            due = self._looked[True] if sees_all else max(self._looked.values()) + _BEHIND_SECONDS
            return max(due + self._seconds - self._steady(), 0)
