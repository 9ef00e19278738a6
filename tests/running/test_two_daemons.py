"""Two daemons on one database server share the work."""

import databases
from crowd import Case, Crowd
from kept import promise_is_kept
from running_house import RunningHouse, at_once

PEOPLE = 12

url = databases.fresh_on(*databases.servers())


def test_two_daemons_on_one_database_do_everything_once(house: RunningHouse) -> None:
    house.starts()
    crowd = Crowd(house, PEOPLE)
    cases: list[Case] = []
    at_once(lambda p=p, c=c: crowd.lives(p, c, cases) for p, c in crowd.people)
    at_once(lambda case=case: crowd.talks(case) for case in cases)
    promise_is_kept(house, cases)


def test_when_one_of_two_daemons_ends_the_other_goes_on(house: RunningHouse) -> None:
    house.starts()
    crowd = Crowd(house, PEOPLE)
    cases: list[Case] = []
    at_once([house.ends, *(lambda p=p, c=c: crowd.lives(p, c, cases) for p, c in crowd.people)])
    promise_is_kept(house, cases)
