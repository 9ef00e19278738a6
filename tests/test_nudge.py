"""A loop is woken when there is work, and not before."""

import threading

from syncd.loops.nudge import Nudge


def test_a_nudge_for_later_wakes_who_waits_then() -> None:
    nudge = Nudge()
    since = nudge.count()
    nudge.give_in(0.05)
    assert nudge.count() == since
    nudge.wait(since, 60)
    assert nudge.count() == since + 1


def test_a_nudge_for_later_that_is_given_while_somebody_waits_wakes_him() -> None:
    nudge = Nudge()
    since, waits = nudge.count(), threading.Event()

    def wait() -> None:
        waits.set()
        nudge.wait(since, 60)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    waits.wait(10)
    nudge.give_in(0.05)
    nudge.give_in(30)
    thread.join(10)
    assert not thread.is_alive()


def test_who_waits_in_vain_goes_on_after_his_time() -> None:
    nudge = Nudge()
    nudge.give_in(60)
    since = nudge.count()
    nudge.wait(since, 0.01)
    assert nudge.count() == since
