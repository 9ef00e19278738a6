"""Searches far back at long intervals, whatever restarts and outages come between."""

from dataclasses import dataclass

from syncd.core.alarms import Trouble
from syncd.core.errors import StoreError
from syncd.core.model import Ms
from syncd.core.retry import sweep_wait
from syncd.log import Log
from syncd.loops.poller import NOT_READ, Poller
from syncd.loops.records import Records

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_SWEEPS = ((15 * _MINUTE_MS, 3), (_HOUR_MS, 26), (24 * _HOUR_MS, 8 * 24))
"""At these intervals, so many hours are searched again."""


@dataclass(frozen=True)
class _Failing:
    """A sweep that did not succeed, so many times, the last time then."""

    times: int
    last_ms: Ms


class Sweeps:
    """Runs every few seconds, and remembers in the store what was swept when."""

    def __init__(self, records: Records, poller: Poller, log: Log) -> None:
        self._records = records
        self._store = records.store
        self._poller = poller
        self._log = log
        self._failing: dict[int, _Failing] = {}
        """By the hours that were to be searched; a poll that works says nothing of them."""

    def run_once(self) -> int:
        """Sweep what is due; return how many tickets were found that the poll had missed."""
        due = self._due()
        for hours in self._failing.keys() - due:
            self._works(hours)  # Another process has swept it.
        found = sum(self._sweep(hours) for hours in due if not self._waits(hours))
        self._report()
        return found

    def _due(self) -> list[int]:
        with self._store.read() as tx:
            return [
                hours
                for interval_ms, hours in _SWEEPS
                # A clock that was set back makes it due, too.
                if not 0 <= tx.now - tx.cursors.get(_cursor(hours)) < interval_ms
            ]

    def _waits(self, hours: int) -> bool:
        failing = self._failing.get(hours)
        if failing is None:
            return False
        return 0 <= self._store.now() - failing.last_ms < sweep_wait(failing.times)

    def _sweep(self, hours: int) -> int:
        """What could not be swept now stays due."""
        began = self._store.now()
        try:
            found = self._poller.sweep(hours * _HOUR_MS)
        except StoreError:
            raise
        except Exception as exc:
            self._fails(hours, exc)
            return 0
        if found is None:
            return 0
        self._store.write(lambda tx: tx.cursors.set(_cursor(hours), Ms(began)))
        self._works(hours)
        return found

    def _fails(self, hours: int, failure: Exception) -> None:
        before = self._failing.get(hours)
        ours = None if isinstance(failure, NOT_READ) else failure
        if before is None or ours:
            reason = str(failure) or type(failure).__name__
            self._log.warning("sweep_failed", hours=hours, reason=reason, exc_info=ours)
        times = before.times + 1 if before else 1
        self._failing[hours] = _Failing(times, self._store.now())

    def _works(self, hours: int) -> None:
        if self._failing.pop(hours, None):
            self._log.info("sweep_recovered", hours=hours)

    def _report(self) -> None:
        """Sweeps that fail where the poll fails, too, are no news beside it.

        One that failed once may be the first to meet an outage that the poll is about to meet.
        """
        if not self._poller.down:
            down = any(failing.times > 1 for failing in self._failing.values())
            self._records.board.report(Trouble.SWEEP, down=down)


def _cursor(hours: int) -> str:
    return f"swept-{hours}h"
