"""What runs at intervals: APScheduler, under a guard that goes by the monotonic clock."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from syncd.log import Log

_PATIENCE = 3
"""Intervals without a run after which a job is started anew."""


@dataclass
class _Job:
    seconds: float
    ran: float
    """When it last began, on the monotonic clock."""


class Schedule:
    """Jobs that never overlap themselves, never pile up and never end the daemon.

    `store_failure` is what they raise when the database fails them.
    """

    def __init__(self, log: Log, store_failure: type[Exception]) -> None:
        self._log = log
        self._store_failure = store_failure
        self._lock = threading.Lock()
        self._jobs: dict[str, _Job] = {}
        self._running = 0
        self._ended = threading.Condition()
        self._storeless: set[str] = set()
        """Jobs that the database failed the last time."""
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(8)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=UTC,
        )

    def every(self, seconds: float, name: str, work: Callable[[], object]) -> None:
        """Run `work` now and then at this interval."""
        job = self._jobs[name] = _Job(seconds, time.monotonic())

        def run() -> None:
            job.ran = time.monotonic()
            self._runs(+1)
            try:
                work()
                self._store_works_for(name)
            except self._store_failure as exc:
                self._store_failed(name, exc)
            except Exception:
                self._log.exception("job_failed", job=name)
            finally:
                self._runs(-1)

        self._scheduler.add_job(
            run, "interval", seconds=seconds, id=name, next_run_time=datetime.now(UTC)
        )

    def start(self) -> None:
        self._scheduler.start()

    def guard(self) -> None:
        """Start anew what has not run for three intervals.

        APScheduler goes by the wall clock: when that is set back by an hour, it stands still for
        an hour. https://apscheduler.readthedocs.io/en/3.x/userguide.html
        """
        for name, job in self._jobs.items():
            silent = time.monotonic() - job.ran
            if silent > _PATIENCE * job.seconds + 1 and not self._is_due(name):
                self._log.warning("job_stood_still", job=name, seconds=round(silent))
                job.ran = time.monotonic()
                self._scheduler.modify_job(name, next_run_time=datetime.now(UTC))

    def stop(self, timeout: float) -> bool:
        """Start nothing more; False when something still runs after `timeout` seconds."""
        self._scheduler.shutdown(wait=False)
        with self._ended:
            return self._ended.wait_for(lambda: self._running == 0, timeout)

    def _runs(self, change: int) -> None:
        with self._ended:
            self._running += change
            self._ended.notify_all()

    def _store_failed(self, name: str, failure: Exception) -> None:
        """Say it once, however many jobs it hits and however often."""
        with self._lock:
            if not self._storeless:
                self._log.error("store_failed", job=name, reason=str(failure))
            self._storeless.add(name)

    def _store_works_for(self, name: str) -> None:
        with self._lock:
            if name in self._storeless:
                self._storeless.remove(name)
                if not self._storeless:
                    self._log.info("store_recovered", job=name)

    def _is_due(self, name: str) -> bool:
        """Whether the job is about to run, or kept from it by a run that still goes on."""
        job = self._scheduler.get_job(name)
        return job is None or job.next_run_time <= datetime.now(UTC)
