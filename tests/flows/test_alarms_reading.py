"""Operators are told when changes are not read, by the poll or by the sweeps behind it."""

import databases
import pytest
from house import ACME, LOBBY, House, watch_of

from syncd import log
from syncd.core.errors import Unavailable
from syncd.core.model import Ms, Ticket, TicketId
from syncd.core.watching import Page, Reason
from syncd.loops.keep.prerequisites import Basics
from syncd.loops.watch.watch import Watch

SEARCH = "POST /rest/api/3/search/jql"
DAY_MS = 86_400_000

# On SQLite alone: a trouble lasts by the clock, and a server's cannot be moved.
url = databases.fresh_on(databases.SQLITE)


@pytest.fixture
def house(make_house) -> House:
    """Operators sit in the lobby, which asks for no support."""
    house: House = make_house(**{"alerts.chat": LOBBY})
    return house


class NeverFarBack:
    """The helpdesk, but a search that looks back more than a day is not answered."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._helpdesk = house.app.helpdesk
        self.tickets = self._helpdesk.tickets
        self.comment_details = self._helpdesk.comment_details
        self.keys = self._helpdesk.keys
        self.key_floor = self._helpdesk.key_floor
        self.far_searches = 0

    def changed_since(self, since: Ms, page: str) -> Page:
        if self._house.app.store.now() - since > DAY_MS:
            self.far_searches += 1
            raise Unavailable("no answer: ReadTimeout")
        return self._helpdesk.changed_since(since, page)


class NonsenseAboutTickets:
    """The helpdesk, but what it says of tickets is more than our code can take."""

    def __init__(self, house: House) -> None:
        self._helpdesk = house.app.helpdesk
        self.changed_since = self._helpdesk.changed_since
        self.comment_details = self._helpdesk.comment_details
        self.keys = self._helpdesk.keys
        self.key_floor = self._helpdesk.key_floor
        self.nonsense = True

    def tickets(self, ids: list[TicketId]) -> list[Ticket]:
        if self.nonsense:
            raise KeyError("a member that is always there")
        return self._helpdesk.tickets(ids)


def to_which(house: House, helpdesk: object) -> Watch:
    """Return the watch of a process to which the helpdesk looks like this."""
    house.app.watch.hand_over()
    return watch_of(house, "another", helpdesk)


def minutes_pass(house: House, minutes: int, watch: Watch) -> None:
    for _ in range(minutes):
        house.time_passes(seconds=60)
        watch.look(Reason.SWEEP)
        watch.run_once()
        house.app.alarms.run_once()
    house.settle()


def alarms(house: House) -> list[str]:
    return [m.text for m in house.box.lark_people.view("dora", LOBBY) if m.kind == "card"]


def test_sweeps_that_always_fail_are_told_though_the_poll_works(house: House) -> None:
    helpdesk = NeverFarBack(house)
    minutes_pass(house, 60, to_which(house, helpdesk))
    (told,) = alarms(house)
    assert "hours or days back" in told
    assert helpdesk.far_searches < 20


def test_sweeps_that_fail_where_the_poll_fails_are_not_told_beside_it(house: House) -> None:
    app = house.app
    refused = house.fail("jsm", SEARCH, "refuse", times=-1)
    minutes_pass(house, 60, app.watch)
    refused.times = 0
    minutes_pass(house, 30, app.watch)
    begun, over = alarms(house)
    assert "cannot be read" in begun
    assert "cannot be read" in over


def test_a_fault_of_our_own_in_each_poll_is_told_and_its_end(house: House) -> None:
    house.files("aiko", ACME)
    helpdesk = NonsenseAboutTickets(house)
    watch = to_which(house, helpdesk)
    for _ in range(6):
        house.time_passes(seconds=60)
        with pytest.raises(KeyError):
            house.polls(watch)
        house.app.alarms.run_once()
    house.settle()
    (begun,) = alarms(house)
    assert "cannot be read" in begun
    helpdesk.nonsense = False
    house.polls(watch)
    house.app.alarms.run_once()
    house.settle()
    _, over = alarms(house)
    assert "Over after" in over


def test_a_helpdesk_that_is_away_since_the_start_is_told_and_its_end(house: House) -> None:
    """Without our own account no poll begins, so none fails."""
    app = house.app
    app.watch.hand_over()
    basics = Basics(app.records, app.messenger, app.helpdesk, log.get("basics"))
    watch = watch_of(house, "started", basics=basics)
    away = house.fail("jsm", ".*", "refuse", times=-1)
    for _ in range(7):
        house.time_passes(seconds=60)
        basics.run_once()
        minutes_pass(house, 1, watch)
    (begun,) = alarms(house)
    assert "cannot be read" in begun
    away.times = 0
    basics.run_once()
    minutes_pass(house, 1, watch)
    _, over = alarms(house)
    assert "Over after" in over
