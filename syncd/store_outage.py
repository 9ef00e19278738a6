"""An outage of the database, logged once when it begins and once when all have recovered."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from syncd.core.errors import StoreError
from syncd.log import Log

Result = TypeVar("Result")


@dataclass(frozen=True)
class StoreOutage:
    """Joins the database failures of all loops, jobs and frames into one outage.

    It has recovered when each one that failed has succeeded again: on a full disk those that only
    read succeed all the time.
    """

    log: Log
    _failed: dict[str, str] = field(default_factory=dict)
    """Who failed last time, and why."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def watch(
        self, who: str, work: Callable[[], Result], *, wrote: Callable[[Result], bool] | None = None
    ) -> Result:
        """Return what `work` returns; a StoreError is noted under the name `who` and re-raised.

        `wrote` tells from the result whether success proves anything about the database.
        """
        try:
            result = work()
        except StoreError as exc:
            with self._lock:
                if not self._failed:
                    self.log.error("store_failed", who=who, reason=str(exc))
                self._failed[who] = str(exc)
            raise
        if wrote is not None and not wrote(result):
            return result
        with self._lock:
            if self._failed.keys() == {who}:
                self.log.info("store_recovered", who=who)
            self._failed.pop(who, None)
        return result

    def reason(self) -> str:
        """Return why somebody cannot use the database now; empty when everybody can."""
        with self._lock:
            return next(iter(self._failed.values()), "")
