"""Tells a file that never comes through from an outage of what carries it."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from syncd.core.errors import Rejected, Unavailable
from syncd.core.model import DeliveryId, Ms

_LASTS_MS = 600_000
"""How long the thread behind a file waits for it."""
_MOST = 1000
"""Files whose failures are remembered."""


@dataclass
class FailingFiles:
    """Thread-safe; a process that begins anew is as patient as before."""

    now: Callable[[], Ms]
    _since: dict[DeliveryId, Ms] = field(default_factory=dict)
    """When each failed first."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def is_hopeless(
        self, id: DeliveryId, failure: Unavailable, answers: Callable[[], object]
    ) -> bool:
        """Tell whether the file has failed for ten minutes.

        `answers` asks the same platform for something small. Where it fails, too, that is raised:
        the file is not at fault then.
        """
        if failure.retry_after is not None:
            return False
        with suppress(Rejected):  # A definite no is an answer.
            answers()
        now = self.now()
        with self._lock:
            if id not in self._since and len(self._since) >= _MOST:
                self._since.pop(next(iter(self._since)))
            first = self._since.setdefault(id, now)
            if abs(now - first) < _LASTS_MS:
                return False
            del self._since[id]
            return True
