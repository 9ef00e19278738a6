"""Sweeps are done when they are due, whatever restarts and outages come between."""

import databases
from house import House

from syncd.core.model import Ms
from syncd.core.operators.alarms import Trouble
from syncd.core.watching import Reason

SEARCH = "POST /rest/api/3/search/jql"

# On SQLite alone: they are due by the clock, and a server's cannot be moved.
url = databases.fresh_on(databases.SQLITE)


def test_each_sweep_comes_at_its_interval_however_often_syncd_is_restarted(
    house: House, make_house
) -> None:
    assert searches(house, house) == 3
    assert searches(house, make_house()) == 0
    swept = []
    for _ in range(8 * 4):
        house.time_passes(seconds=900)
        swept.append(searches(house, house))
    assert swept == [1, 1, 1, 2] * 8
    house.time_passes(seconds=86_400)
    assert searches(house, make_house()) == 3


def test_a_sweep_that_fails_is_left_alone_longer_and_longer_and_stays_due(house: House) -> None:
    house.app.watch.look(Reason.SWEEP)
    house.time_passes(seconds=900)
    refused = house.fail("jsm", SEARCH, "refuse", times=-1)
    assert searches(house, house) == 1
    assert [minutes_until_a_search(house) for _ in range(4)] == [1, 2, 4, 8]
    refused.times = 0
    assert minutes_until_a_search(house) == 15
    assert searches(house, house) == 0


def test_a_sweep_that_failed_is_over_when_another_process_has_done_it(house: House) -> None:
    house.app.watch.look(Reason.SWEEP)
    house.time_passes(seconds=900)
    house.fail("jsm", SEARCH, "refuse", times=2)
    assert searches(house, house) == 1
    assert minutes_until_a_search(house) == 1
    house.app.watch.run_once()
    assert (Trouble.SWEEP, True) in house.app.records.board.reports()
    with house.app.store.begin() as tx:
        failing = tx.looks.of(Reason.SWEEP, "3")
        assert failing is not None
        tx.looks.again([(failing, Ms(tx.now + 900_000))])  # As another process does.
    assert searches(house, house) == 0
    house.app.watch.run_once()
    assert (Trouble.SWEEP, True) not in house.app.records.board.reports()


def minutes_until_a_search(house: House) -> int:
    minutes = 1
    house.time_passes(seconds=60)
    while not searches(house, house):
        minutes += 1
        house.time_passes(seconds=60)
    return minutes


def searches(world: House, house: House) -> int:
    """Let sweeps be done that are due; return how many searches Jira was asked for."""
    calls = world.box.world.journal.calls
    before = len(calls("jsm", "/search/jql"))
    house.app.watch.look(Reason.SWEEP)
    return len(calls("jsm", "/search/jql")) - before
