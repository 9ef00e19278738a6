"""Who scrapes waits only so long, and what hangs is not asked twice."""

import threading

from syncd.core.errors import StoreError
from syncd.ops.metrics.bounded import Bounded


def test_what_hangs_is_given_up_and_waited_for_by_the_next_who_asks() -> None:
    gate, begun = threading.Event(), threading.Semaphore(0)
    times: list[int] = []

    def read() -> str:
        times.append(1)
        begun.release()
        gate.wait(20)
        return "read"

    bounded = Bounded(read, 0.05)
    assert bounded() is None
    assert begun.acquire(timeout=10)
    assert bounded() is None
    assert len(times) == 1
    gate.set()
    patient = Bounded(read, 20)
    assert patient() == "read"


def test_what_fails_is_nothing_and_is_read_again() -> None:
    answers: list[str] = []

    def read() -> str:
        if not answers:
            answers.append("away")
            raise StoreError("The database is away.")
        return "read"

    bounded = Bounded(read, 20)
    assert bounded() is None
    assert bounded() == "read"
