"""While nothing happens, next to nothing is written, and what is told of the daemon stays true."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from house import ACME, House
from sqlalchemy import event

from syncd.core.model import Ms
from syncd.core.operators.alarms import Trouble
from syncd.daemon import jobs
from syncd.loops.keep.presence import this_process
from syncd.loops.keep.report import STALE_MS, Line, Process, Report, reported
from syncd.loops.leases import HEARTBEAT_SECONDS

_WRITES = re.compile(r"(INSERT INTO|UPDATE|DELETE FROM) (\w+)")
_POLL_SECONDS = 20


@pytest.fixture
def written(house: House) -> Iterator[Counter[str]]:
    """Which tables syncd wrote to, and how often."""
    found: Counter[str] = Counter()

    def hear(_c: object, _k: object, statement: str, *_: object) -> None:
        if told := _WRITES.match(statement):
            found[told[2]] += 1

    event.listen(house.app.store._writer, "before_cursor_execute", hear)
    yield found
    event.remove(house.app.store._writer, "before_cursor_execute", hear)


def a_minute(house: House) -> None:
    """Let each job of the daemon that comes more often than hourly be done as often as it would."""
    due = {j.name: j for j in jobs(house.app) if 1 <= j.seconds < 3600}
    for second in range(60):
        house.time_passes(seconds=1)
        for job in due.values():
            interval = _POLL_SECONDS if job.name in ("poll", "watch") else job.seconds
            if second % interval == 0:
                job.work()
        for courier in house.app.couriers.values():
            courier.run_once()
        house.app.intake.run_once()


def test_an_idle_minute_writes_nothing_but_the_poll_and_a_sign_of_life(
    house: House, written: Counter[str]
) -> None:
    house.files("aiko", ACME)
    house.poll()
    a_minute(house)
    written.clear()
    a_minute(house)
    polls = 60 // _POLL_SECONDS
    assert written["cache"] <= 3 + 1
    assert written["cursors"] <= polls + 1
    alive = 0 if house.app.store.alone else 2 * 60 / HEARTBEAT_SECONDS
    assert written["leases"] <= 5 * polls + alive
    assert written.keys() <= {"cache", "cursors", "leases"}


class Watched:
    """A process's report, whose line to Lark and monotonic clock a test sets."""

    def __init__(self, house: House) -> None:
        self.house, self.ms = house, 0
        self.line = Line(Ms(1), 0, "")
        me = this_process("a test's")
        board = house.app.records.board
        self.report = Report(house.app.store, me, lambda: self.line, board, lambda: self.ms)
        self.report.begin()

    def time_passes(self, *, seconds: int) -> None:
        self.ms += seconds * 1000
        self.house.time_passes(seconds=seconds)

    def said(self) -> Process:
        with self.house.app.store.read() as tx:
            return next(process for process in reported(tx) if process.name == "a test's")


def test_a_change_of_the_connection_is_reported_at_once(house: House) -> None:
    watched = Watched(house)
    assert watched.report.run_once() == 0
    watched.line = Line(None, 3, "HTTP 500")
    assert watched.report.run_once() == 1
    assert watched.said().connected_since is None
    (trouble,) = watched.said().troubles
    assert (trouble.name, trouble.reason) == ("socket", "HTTP 500")
    watched.line = Line(Ms(2), 0, "")
    watched.report.run_once()
    assert watched.said().troubles == ()


def test_a_process_that_lives_says_so_three_times_a_minute(house: House) -> None:
    watched = Watched(house)
    written = 0
    for _ in range(60):
        watched.time_passes(seconds=1)
        written += watched.report.run_once()
    assert written == 3
    with house.app.store.read() as tx:
        assert tx.now - watched.said().seen_ms < STALE_MS


def test_a_trouble_stands_with_its_reason_since_it_began(house: House) -> None:
    watched, board = Watched(house), house.app.records.board
    began = house.app.store.now()
    board.report(Trouble.POLL, down=True, reason="HTTP 503")
    watched.report.run_once()
    reported = house.app.store.now()
    watched.time_passes(seconds=300)
    board.report(Trouble.POLL, down=True, reason="the token has expired")
    watched.report.run_once()
    (trouble,) = watched.said().troubles
    assert trouble.reason == "the token has expired"
    if house.app.store.alone:
        assert began <= trouble.since_ms <= reported
    board.report(Trouble.POLL, down=False)
    watched.report.run_once()
    assert watched.said().troubles == ()


def test_one_that_goes_says_so(house: House) -> None:
    watched = Watched(house)
    watched.report.withdraw()
    assert watched.said().stopped


def test_the_first_poll_does_not_wait_for_its_interval(house: House) -> None:
    """The watch is woken by the job that learns who we are, and polls at once."""
    house.app.basics.account = None
    assert house.app.watch.run_once() == 0
    (basics,) = [job for job in jobs(house.app) if job.name == "basics"]
    nudges = house.app.watch.nudge.count()
    basics.work()
    assert house.app.watch.nudge.count() > nudges
