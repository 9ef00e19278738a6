"""Whether each platform answers, so that what waits for one is woken when it answers again."""

import threading
from dataclasses import dataclass, field

from syncd.core.delivery import Delivery
from syncd.core.errors import Rejected, RemoteFailure
from syncd.core.model import Destination
from syncd.core.retry import OUTAGE, is_outage


@dataclass
class Reach:
    """Thread-safe; hears of every call that this process makes.

    One failure, and one thing that always fails, are no outage: else each success would wake it.
    """

    _failures: dict[Destination, int] = field(default_factory=dict)
    """How many calls failed in a row."""
    _reasons: dict[Destination, str] = field(default_factory=dict)
    _back: set[Destination] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def heard(self, platform: Destination, failure: RemoteFailure | None) -> None:
        """Take what came of one call; None when the platform answered."""
        with self._lock:
            if failure is None or isinstance(failure, Rejected):
                if self._failures.pop(platform, 0) >= OUTAGE:
                    self._back.add(platform)
            elif is_outage(failure):
                self._failures[platform] = self._failures.get(platform, 0) + 1
                self._reasons[platform] = str(failure)

    def got_through(self, delivery: Delivery) -> None:
        """Take that one was delivered which a platform had failed, perhaps another process's."""
        if delivery.failures >= OUTAGE:
            with self._lock:
                self._back.add(Destination(delivery.failed_by))

    def away(self) -> dict[Destination, str]:
        """Return which platforms do not answer, and why the last call failed."""
        with self._lock:
            failed = [it for it, times in self._failures.items() if times >= OUTAGE]
            return {it: self._reasons[it] for it in failed}

    def is_back(self, platform: Destination) -> bool:
        """Tell once that the platform answers again."""
        with self._lock:
            back = platform in self._back
            self._back.discard(platform)
            return back

    def more_waits(self, platform: Destination) -> None:
        """Have it told once more: not all that waited was woken."""
        with self._lock:
            self._back.add(platform)
