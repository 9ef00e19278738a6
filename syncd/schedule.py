"""What runs at intervals: APScheduler, under a guard that goes by the monotonic clock."""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

from syncd.core.errors import RemoteFailure, StoreError
from syncd.log import Log
from syncd.outage import StoreOutage

_PATIENCE = 3
"""Intervals without a run after which a job is started anew."""
_LONG_SECONDS = 60
"""A run is not worth a word before that."""
_STORE_AGAIN_SECONDS = 5
"""After which a job that the database failed is tried again, however long its interval."""

# Says at each interval that a run still goes on; the guard says it once.
logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)


@dataclass
class _Job:
    name: str
    seconds: float
    since: float
    """When its last run began or ended, on the monotonic clock."""
    runs: bool = False
    told: bool = False
    """Whether it was said that this run takes long."""
    failures: int = 0
    """How often in a row a platform kept it from coming to its end."""


class Schedule:
    """Jobs that never overlap themselves, never pile up, never wait for each other and never end
    the daemon.

    `steady` returns seconds and is never set back; after `platform_again` seconds a job that a
    platform failed is tried again, the first time, the second and so on.
    """

    def __init__(
        self,
        log: Log,
        outage: StoreOutage,
        steady: Callable[[], float],
        platform_again: Sequence[float] = (60, 120, 240),
    ) -> None:
        self._log = log
        self._outage = outage
        self._platform_again = platform_again
        self._steady = steady
        self._jobs: dict[str, _Job] = {}
        self._running = 0
        self._ended = threading.Condition()
        self._scheduler = BackgroundScheduler(
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=UTC,
        )

    def every(self, seconds: float, name: str, work: Callable[[], object]) -> None:
        """Run `work` now and then at this interval."""
        job = self._jobs[name] = _Job(name, seconds, self._steady())

        def run() -> None:
            self._begins(job)
            try:
                self._outage.watch(name, work)
            except StoreError:
                self._again(job, _STORE_AGAIN_SECONDS)
            except RemoteFailure as exc:
                self._postpone(job, exc)
            except Exception:
                self._log.exception("job_failed", job=name)
            else:
                self._succeeded(job)
            finally:
                self._ends(job)

        self._scheduler.add_job(
            run, "interval", seconds=seconds, id=name, next_run_time=datetime.now(UTC)
        )

    def start(self) -> None:
        """Give each job a thread: with fewer, some that hang would hold up all the others."""
        self._scheduler.add_executor(ThreadPoolExecutor(len(self._jobs)))
        self._scheduler.start()

    def guard(self) -> None:
        """Start anew what has not run for three intervals, and say what takes long.

        APScheduler goes by the wall clock: when that is set back by an hour, it stands still for
        an hour. https://apscheduler.readthedocs.io/en/3.x/userguide.html
        """
        for job in self._jobs.values():
            seconds = self._steady() - job.since
            if job.runs:
                self._tell_long(job, seconds)
            elif seconds > _PATIENCE * job.seconds + 1 and not self._is_due(job.name):
                self._log.warning("job_stood_still", job=job.name, seconds=round(seconds))
                job.since = self._steady()
                self._scheduler.modify_job(job.name, next_run_time=datetime.now(UTC))

    def _tell_long(self, job: _Job, seconds: float) -> None:
        if seconds > max(_PATIENCE * job.seconds, _LONG_SECONDS) and not job.told:
            self._log.warning("job_takes_long", job=job.name, seconds=round(seconds))
            job.told = True

    def stop(self, timeout: float) -> bool:
        """Start nothing more; False when something still runs after `timeout` seconds."""
        self._scheduler.shutdown(wait=False)
        with self._ended:
            return self._ended.wait_for(lambda: self._running == 0, timeout)

    def _begins(self, job: _Job) -> None:
        with self._ended:
            self._running += 1
            job.since, job.runs, job.told = self._steady(), True, False

    def _ends(self, job: _Job) -> None:
        with self._ended:
            self._running -= 1
            began, job.since, job.runs = job.since, self._steady(), False
            self._ended.notify_all()
        if job.told:
            self._log.info("job_took_long", job=job.name, seconds=round(job.since - began))

    def _postpone(self, job: _Job, failure: RemoteFailure) -> None:
        if not job.failures:
            self._log.warning("job_postponed", job=job.name, reason=str(failure))
        wait = self._platform_again[min(job.failures, len(self._platform_again) - 1)]
        job.failures += 1
        self._again(job, wait)

    def _succeeded(self, job: _Job) -> None:
        if job.failures:
            self._log.info("job_resumed", job=job.name)
        job.failures = 0

    def _again(self, job: _Job, seconds: float) -> None:
        """Do not let an hourly job wait for its hour."""
        if job.seconds > seconds:
            soon = datetime.now(UTC) + timedelta(seconds=seconds)
            with suppress(JobLookupError):  # Everything is being stopped.
                self._scheduler.modify_job(job.name, next_run_time=soon)

    def _is_due(self, name: str) -> bool:
        job = self._scheduler.get_job(name)
        return job is None or job.next_run_time <= datetime.now(UTC)
