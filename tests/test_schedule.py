"""Jobs at intervals, in real time and with real threads."""

import ctypes
import threading
from collections.abc import Callable, Iterator

import pytest

from syncd import log
from syncd.core.errors import StoreError
from syncd.schedule import Schedule
from syncd.store_outage import StoreOutage

SOON = 0.02


class Job:
    """Something to be done, which may go wrong or hang."""

    def __init__(self) -> None:
        self.runs = 0
        self.at_once = 0
        self.most_at_once = 0
        self.failure: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()
        self._changed = threading.Condition()

    def __call__(self) -> None:
        with self._changed:
            self.runs += 1
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            self._changed.notify_all()
        try:
            assert self.gate.wait(20)
            if self.failure is not None:
                raise self.failure
        finally:
            with self._changed:
                self.at_once -= 1

    def has_begun(self) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.runs > 0, 20)

    def runs_more(self, times: int) -> bool:
        with self._changed:
            until = self.runs + times
            return self._changed.wait_for(lambda: self.runs >= until, 20)


class Watch:
    """A clock that stands until somebody moves it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def schedule(watch: Watch) -> Schedule:
    return Schedule(log.get("schedule"), StoreOutage(log.get("store")), watch)


@pytest.fixture
def run(schedule: Schedule) -> Iterator[Callable[..., None]]:
    """Run jobs at a short interval until the test ends."""

    def start(**jobs: Job) -> None:
        for name, job in jobs.items():
            schedule.every(SOON, name, job)
        schedule.start()

    yield start
    assert schedule.stop(20)


def test_a_job_runs_at_once_and_again_and_again(run: Callable[..., None]) -> None:
    job = Job()
    run(sweep=job)
    assert job.runs_more(5)


def test_a_job_that_hangs_runs_once_and_stops_no_other(run: Callable[..., None]) -> None:
    hanging, other = Job(), Job()
    hanging.gate.clear()
    run(hanging=hanging, other=other)
    assert other.runs_more(5)
    assert (hanging.runs, hanging.most_at_once) == (1, 1)
    hanging.gate.set()
    assert hanging.runs_more(2)
    assert hanging.most_at_once == 1


def test_many_jobs_that_hang_stop_no_other(run: Callable[..., None]) -> None:
    gate, other = threading.Event(), Job()
    hanging = {f"hanging-{number}": Job() for number in range(12)}
    for job in hanging.values():
        job.gate = gate
    run(**hanging, other=other)
    assert other.runs_more(5)
    assert not gate.is_set()
    gate.set()


def test_a_run_that_takes_long_is_said_once_and_its_end_once(
    run: Callable[..., None],
    schedule: Schedule,
    watch: Watch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    hanging, other = Job(), Job()
    hanging.gate.clear()
    run(hanging=hanging, other=other)
    assert hanging.has_begun()
    for _ in range(3):
        assert other.runs_more(3)
        watch.seconds += 61
        schedule.guard()
    hanging.gate.set()
    assert hanging.runs_more(2)
    schedule.guard()
    lines = [line for line in capsys.readouterr().out.splitlines() if "job=hanging" in line]
    assert ["job_takes_long" in line for line in lines] == [True, False]
    assert "job_took_long" in lines[1]
    assert caplog.messages == []


def test_a_job_that_fails_runs_again(run: Callable[..., None], capsys) -> None:
    job = Job()
    job.failure = RuntimeError("a bug")
    run(sweep=job)
    assert job.runs_more(3)
    assert capsys.readouterr().out.count("job_failed") >= 2


def test_an_outage_of_the_database_is_said_once_however_many_jobs_it_hits(
    run: Callable[..., None], capsys
) -> None:
    first, second = Job(), Job()
    first.failure = second.failure = StoreError("the disk is full")
    run(first=first, second=second)
    assert first.runs_more(3)
    assert second.runs_more(3)
    first.failure = second.failure = None
    assert first.runs_more(3)
    assert second.runs_more(3)
    said = capsys.readouterr().out
    assert said.count("store_failed") == 1
    assert said.count("store_recovered") == 1


def test_an_hourly_job_that_the_database_failed_is_run_again_within_seconds(
    schedule: Schedule, capsys: pytest.CaptureFixture[str]
) -> None:
    hourly = Job()
    hourly.failure = StoreError("the server went away")
    schedule.every(3600, "hourly", hourly)
    schedule.start()
    assert hourly.runs_more(1)
    hourly.failure = None
    assert hourly.runs_more(1)
    assert schedule.stop(20)
    assert "store_recovered" in capsys.readouterr().out


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_scheduler_whose_thread_has_ended_is_known_to_stand_still(
    schedule: Schedule, watch: Watch
) -> None:
    job = Job()
    schedule.every(1, "sweep", job)
    schedule.start()
    assert job.has_begun()
    schedule.guard()
    assert schedule.still_seconds() == 0
    (thread,) = [one for one in threading.enumerate() if one.name == "APScheduler"]
    assert thread.ident is not None
    # https://docs.python.org/3/c-api/init.html#c.PyThreadState_SetAsyncExc
    ended = ctypes.py_object(SystemExit)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ended)
    thread.join(20)
    assert not thread.is_alive()
    for _ in range(3):
        watch.seconds += 10
        schedule.guard()
    assert schedule.still_seconds() >= 10
    assert schedule.stop(20)
