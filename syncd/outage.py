"""The database away for a while: said once when it begins and once when it is over."""

import threading
from collections.abc import Callable
from typing import TypeVar

from syncd.core.errors import StoreError
from syncd.log import Log

Result = TypeVar("Result")


class StoreOutage:
    """What all loops, jobs and frames feel of the database, told as one thing.

    It is over when everybody whom the database failed has been served again: work that only
    reads may succeed all the time on a disk that is full.
    """

    def __init__(self, log: Log) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._failed: set[str] = set()

    def watch(self, who: str, work: Callable[[], Result]) -> Result:
        """Do `work` and return what it returns; a StoreError is noted and passes on."""
        try:
            result = work()
        except StoreError as exc:
            self._note(who, str(exc))
            raise
        self._served(who)
        return result

    def _note(self, who: str, reason: str) -> None:
        with self._lock:
            if not self._failed:
                self._log.error("store_failed", who=who, reason=reason)
            self._failed.add(who)

    def _served(self, who: str) -> None:
        with self._lock:
            if who in self._failed:
                self._failed.remove(who)
                if not self._failed:
                    self._log.info("store_recovered", who=who)
