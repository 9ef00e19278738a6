"""What one look that always fails costs the others, however many are taken together."""

import pytest
from house import ACME, House

from syncd import log
from syncd.core.errors import Unavailable
from syncd.core.watching import Look, Reason
from syncd.loops.watch.taking import Taker


class Work:
    """Fails whenever one of the bad ones is among those asked for."""

    def __init__(self, bad: set[int]) -> None:
        self.bad = {f"t{number:03d}" for number in bad}
        self.done: list[str] = []
        self.calls = 0

    def __call__(self, looks: list[Look], turn: object) -> None:
        self.calls += 1
        if {look.subject for look in looks} & self.bad:
            raise Unavailable("HTTP 500")
        self.done += [look.subject for look in looks]


def taken(house: House, count: int, work: Work, **how: int) -> tuple[int, set[str]]:
    """Return how many could be looked at, and what was put aside."""
    with house.app.store.begin() as tx:
        for number in range(count):
            tx.looks.ask(Look(f"t{number:03d}", Reason.SHOWN, tx.now))
        looks = tx.looks.due(Reason.SHOWN, count)
    assert len(looks) == count
    taker = Taker(house.app.records, house.app.helpdesk, log.get("test"))
    turn = house.app.watch.leading.turn()
    assert turn is not None
    try:
        done = taker.each(looks, turn, work, **how)
    except Unavailable:
        done = 0
    with house.app.store.read() as tx:
        return done, {look.subject for look in tx.looks.failing()}


@pytest.mark.parametrize(
    ("count", "bad"),
    [(300, {0}), (300, {1}), (300, {299}), (128, {0}), (100, {0, 1}), (33, {0, 1, 2})],
)
def test_the_first_of_many_that_always_fails_is_put_aside_and_no_other(
    house: House, count: int, bad: set[int]
) -> None:
    house.files("aiko", ACME)
    work = Work(bad)
    done, aside = taken(house, count, work)
    assert (done, aside) == (count - len(bad), work.bad)
    assert len(work.done) == done
    assert work.calls < 45


def test_when_one_by_one_fails_only_a_few_are_tried_and_these_hold_up_nobody_next_time(
    house: House,
) -> None:
    house.files("aiko", ACME)
    everything = Work(set(range(50)))
    assert taken(house, 50, everything, at_once=1) == (0, {"t000", "t001", "t002"})
    assert everything.calls == 3
    with house.app.store.read() as tx:
        waiting = [look.subject for look in tx.looks.due(Reason.SHOWN, 50)]
    assert waiting[0] == "t003"


@pytest.mark.parametrize(("count", "others"), [(64, True), (100, True), (300, True), (100, False)])
def test_when_everything_fails_it_is_an_outage_after_a_few_calls(
    house: House, count: int, others: bool
) -> None:
    if others:
        house.files("aiko", ACME)
    work = Work(set(range(count)))
    taker_done, aside = taken(house, count, work)
    assert (taker_done, len(aside)) == (0, 3 if others else 0)
    assert work.calls < 25


@pytest.mark.parametrize("step", [3, 8, 20])
def test_many_that_fail_among_others_are_put_aside_and_the_others_are_not(
    house: House, step: int
) -> None:
    house.files("aiko", ACME)
    work = Work(set(range(0, 300, step)))
    done, aside = taken(house, 300, work)
    assert done == len(work.done)
    assert done or aside
    assert aside <= work.bad


def test_without_any_other_ticket_a_failure_is_an_outage_and_puts_nothing_aside(
    house: House,
) -> None:
    work = Work(set(range(10)))
    assert taken(house, 10, work) == (0, set())
    assert work.calls <= 10
