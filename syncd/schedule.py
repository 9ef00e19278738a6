"""Jobs at intervals: APScheduler, with a watchdog that goes by the monotonic clock."""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

from syncd.core.errors import StoreError
from syncd.log import Log
from syncd.store_outage import StoreOutage

_PATIENCE = 3
"""Intervals without a run after which a job is rescheduled."""
_LONG_SECONDS = 60
"""A run shorter than this is never logged as long."""
_STORE_AGAIN_SECONDS = 5
"""After this a job that failed by the database is retried, however long its interval."""

# APScheduler warns at each interval while a run goes on; the guard logs that once.
logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)


@dataclass
class _Job:
    name: str
    seconds: float
    since: float
    """When its last run began or ended, in monotonic seconds."""
    runs: bool = False
    told: bool = False
    """Whether `job_takes_long` was logged for this run."""
    due: float | None = None
    """Since when a run is due that has not begun, in monotonic seconds."""


class Schedule:
    """Runs jobs, each on a thread of its own: one run of a job at a time, missed runs count as one,
    and no exception ends the daemon.

    `steady` returns monotonic seconds.
    """

    def __init__(self, log: Log, outage: StoreOutage, steady: Callable[[], float]) -> None:
        self._log = log
        self._outage = outage
        self._steady = steady
        self._jobs: dict[str, _Job] = {}
        self._ended = threading.Condition()
        self._scheduler = BackgroundScheduler(
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=UTC,
        )

    def every(self, seconds: float, name: str, work: Callable[[], object]) -> None:
        """Run `work` at once, then at this interval."""
        job = self._jobs[name] = _Job(name, seconds, self._steady())

        def run() -> None:
            self._begins(job)
            try:
                self._outage.watch(name, work)
            except StoreError:
                self._again(job)
            except Exception:
                self._log.exception("job_failed", job=name)
            finally:
                self._ends(job)

        self._scheduler.add_job(
            run, "interval", seconds=seconds, id=name, next_run_time=datetime.now(UTC)
        )

    def start(self) -> None:
        """Start with a thread for each job, so that jobs that hang hold up no other."""
        self._scheduler.add_executor(ThreadPoolExecutor(len(self._jobs)))
        self._scheduler.start()

    def guard(self) -> None:
        """Reschedule jobs that have not run for three intervals, and log runs that take long.

        APScheduler goes by the wall clock and stands still for an hour when that is set back by
        one: https://apscheduler.readthedocs.io/en/3.x/userguide.html
        """
        for job in self._jobs.values():
            seconds = self._steady() - job.since
            due = not job.runs and self._is_due(job.name)
            job.due = None if not due else self._steady() if job.due is None else job.due
            if job.runs:
                self._tell_long(job, seconds)
            elif seconds > _PATIENCE * job.seconds + 1 and not due:
                self._log.warning("job_stood_still", job=job.name, seconds=round(seconds))
                job.since = self._steady()
                self._scheduler.modify_job(job.name, next_run_time=datetime.now(UTC))

    def still_seconds(self) -> float:
        """Return for how long, as the guard sees it, the scheduler has not begun a run that is
        due."""
        dues = (job.due for job in self._jobs.values() if job.due is not None)
        return max((self._steady() - due for due in dues), default=0.0)

    def _tell_long(self, job: _Job, seconds: float) -> None:
        if seconds > max(_PATIENCE * job.seconds, _LONG_SECONDS) and not job.told:
            self._log.warning("job_takes_long", job=job.name, seconds=round(seconds))
            job.told = True

    def stop(self, timeout: float) -> bool:
        """Start no more runs; return False when one still goes on after `timeout` seconds."""
        self._scheduler.shutdown(wait=False)
        with self._ended:
            return self._ended.wait_for(self._is_idle, timeout)

    def _is_idle(self) -> bool:
        return not any(job.runs for job in self._jobs.values())

    def _begins(self, job: _Job) -> None:
        with self._ended:
            job.since, job.runs, job.told = self._steady(), True, False

    def _ends(self, job: _Job) -> None:
        with self._ended:
            began, job.since, job.runs = job.since, self._steady(), False
            self._ended.notify_all()
        if job.told:
            self._log.info("job_took_long", job=job.name, seconds=round(job.since - began))

    def _again(self, job: _Job) -> None:
        """Run it again in `seconds`, unless its interval is shorter."""
        if job.seconds > _STORE_AGAIN_SECONDS:
            soon = datetime.now(UTC) + timedelta(seconds=_STORE_AGAIN_SECONDS)
            with suppress(JobLookupError):  # Everything is being stopped.
                self._scheduler.modify_job(job.name, next_run_time=soon)

    def _is_due(self, name: str) -> bool:
        job = self._scheduler.get_job(name)
        return job is None or job.next_run_time <= datetime.now(UTC)
