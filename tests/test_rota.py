"""Several workers at one queue: one looks for all, and a nudge has all of them look."""

import threading
import time
from collections.abc import Callable

from syncd.loops.nudge import Nudge
from syncd.loops.rota import Rota

SECONDS = 0.1


class Workers:
    """Threads that wait for their turns, and how often each came back, and by what."""

    def __init__(self, rota: Rota, *see_all: bool) -> None:
        self.turns = [0] * len(see_all)
        self.nudged = [0] * len(see_all)
        self._rota = rota
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=(number, sees_all))
            for number, sees_all in enumerate(see_all)
        ]
        for thread in self._threads:
            thread.start()

    def _work(self, number: int, sees_all: bool) -> None:
        while not self._ended.is_set():
            since = self._rota.nudge.count()
            counted = self.turns if self._rota.wait(since, sees_all=sees_all) else self.nudged
            counted[number] += 1

    def end(self) -> None:
        self._ended.set()
        self._rota.nudge.give()
        for thread in self._threads:
            thread.join(10)


def rota() -> Rota:
    return Rota(Nudge(), SECONDS, time.monotonic)


def within(seconds: float, seen: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not seen() and time.monotonic() < deadline:
        time.sleep(0.005)
    return seen()


def test_of_many_workers_one_looks_each_time() -> None:
    workers = Workers(rota(), True, True, True, True)
    began = time.monotonic()
    assert within(10, lambda: sum(workers.turns) >= 5)
    assert time.monotonic() - began >= 5 * SECONDS * 0.9
    workers.end()


def test_a_nudge_has_everybody_look_at_once() -> None:
    shared = Rota(Nudge(), 60, time.monotonic)
    workers = Workers(shared, True, True, False)
    time.sleep(0.05)
    shared.nudge.give()
    assert within(10, lambda: min(workers.nudged) >= 1)
    assert workers.turns == [0, 0, 0]
    workers.end()


def test_one_who_sees_a_part_looks_when_nobody_sees_all() -> None:
    """The others hang with their platform; what is urgent is found by its own worker."""
    workers = Workers(rota(), False)
    began = time.monotonic()
    assert within(10, lambda: workers.turns[0] >= 3)
    assert time.monotonic() - began >= 3 * SECONDS * 0.9
    workers.end()


def test_a_nudge_before_the_wait_is_not_lost() -> None:
    shared = Rota(Nudge(), 60, time.monotonic)
    since = shared.nudge.count()
    shared.nudge.give()
    assert not shared.wait(since)


def test_one_who_knows_when_there_is_room_looks_then() -> None:
    shared = Rota(Nudge(), 60, time.monotonic)
    began = time.monotonic()
    assert shared.wait(shared.nudge.count(), at_most=SECONDS)
    assert SECONDS * 0.9 <= time.monotonic() - began < 60
