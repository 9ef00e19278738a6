"""Everything at once, while events come twice, answers are lost, and daemons come and go."""

import storm
from crowd import Case, Crowd
from kept import promise_is_kept
from running_house import RunningHouse, at_once

PEOPLE = 9
SEED = 20


def test_in_a_storm_of_faults_everything_is_still_done_exactly_once(house: RunningHouse) -> None:
    faults = storm.breaks_out(house.box, SEED)
    crowd = Crowd(house, PEOPLE)
    cases: list[Case] = []
    at_once(
        [
            *(lambda p=p, c=c: crowd.lives(p, c, cases) for p, c in crowd.people),
            *(lambda n=n: storm.lightning_strikes(house, n) for n in (1, PEOPLE // 2)),
        ]
    )
    promise_is_kept(house, cases)
    assert [fault for fault in faults if not fault.hits] == []


def test_a_daemon_that_ends_in_the_midst_of_a_burst_leaves_the_rest_to_the_next(
    house: RunningHouse,
) -> None:
    crowd = Crowd(house, PEOPLE)
    cases: list[Case] = []
    restarts = [house.restarts] * 3
    at_once(
        [
            lambda: [again() for again in restarts],
            *(lambda p=p, c=c: crowd.lives(p, c, cases) for p, c in crowd.people),
        ]
    )
    at_once([house.restarts, *(lambda case=case: crowd.talks(case) for case in cases)])
    promise_is_kept(house, cases)
