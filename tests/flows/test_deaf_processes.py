"""One process is deaf: what it missed is read, whatever others do and however it ends."""

from collections.abc import Callable

import databases
import pytest
from house import GLOBEX, House

from syncd import log
from syncd.core.model import ChatId
from syncd.loops.incoming.canary import Canary
from syncd.loops.incoming.catchup import CatchUp

# On SQLite alone: whether something is late is told by the clock, which is moved here.
url = databases.fresh_on(databases.SQLITE)


@pytest.fixture
def house(make_house) -> House:
    """A house that has listened for a while."""
    house: House = make_house()
    is_connected(house)
    house.app.catchup.run_once()
    house.files("ben", GLOBEX)
    house.time_passes(seconds=1800)
    assert house.app.canary.run_once() == 0
    return house


def is_connected(house: House, not_since: int | None = None) -> None:
    state = house.app.socket.state
    people = house.box.lark_people
    assert people.wait_until(lambda: state().connected_since not in (None, not_since), 20)


def misses_a_mention(house: House) -> None:
    house.box.lark_state.switches.events_go_elsewhere = True
    house.box.lark_people.say("dora", GLOBEX, "@Support Bot is anybody there?")
    house.time_passes(seconds=2400)


def goes_on_listening(house: House) -> CatchUp:
    """Return the catch-up of a process of the house whose last frame always came just now."""
    app = house.app
    since = app.socket.state().connected_since
    chats = tuple(ChatId(chat.id) for chat in app.config.chats)
    made = CatchUp(
        app.records,
        app.messenger,
        app.intake,
        lambda: (since, house.box.world.clock.now_ms()),
        chats,
        lambda: house.box.world.clock.now_ms(),
        log.get("catchup"),
    )
    made.run_once()
    return made


def canary_that_reconnects_by(house: House, reconnect: Callable[[], None]) -> Canary:
    app = house.app
    since = app.socket.state().connected_since
    return Canary(
        app.records, app.messenger, app.catchup, lambda: since, reconnect, log.get("canary")
    )


def reads_back(house: House) -> None:
    house.app.catchup.run_once()
    house.settle()


def forms(house: House) -> list[str]:
    return [m.text for m in house.box.lark_people.view("dora", GLOBEX) if m.fields]


def findings(house: House) -> int:
    with house.app.store.read() as tx:
        return len(tx.facts.gaps())


class Killed(BaseException):
    """The process ends in this place."""


def test_what_was_missed_is_read_though_another_process_goes_on_listening(
    house: House, make_house
) -> None:
    other: House = make_house()
    is_connected(other)
    listening = goes_on_listening(other)
    misses_a_mention(house)
    before = house.app.socket.state().connected_since
    assert house.app.canary.run_once() == 1
    listening.run_once()
    is_connected(house, not_since=before)
    reads_back(house)
    assert len(forms(house)) == 1
    assert findings(house) == 0


def test_what_was_missed_is_read_by_the_next_process_when_this_one_dies_reconnecting(
    house: House, make_house
) -> None:
    def dies() -> None:
        raise Killed

    listening = goes_on_listening(house)
    misses_a_mention(house)
    listening.run_once()
    with pytest.raises(Killed):
        canary_that_reconnects_by(house, dies).run_once()
    house.app.socket.stop()
    again: House = make_house()
    is_connected(again)
    reads_back(again)
    assert len(forms(again)) == 1
    assert findings(again) == 0


def test_what_is_found_while_an_earlier_finding_is_read_is_read_as_well(
    house: House, make_house
) -> None:
    other: House = make_house()
    misses_a_mention(house)
    before = house.app.socket.state().connected_since
    assert house.app.canary.run_once() == 1
    is_connected(house, not_since=before)
    house.fail("lark", "GET /open-apis/im/v1/messages$", "refuse", status=503)
    reads_back(house)
    other.app.catchup.go_back(house.app.store.now())
    reads_back(house)
    assert (len(forms(house)), findings(house)) == (1, 1)
    reads_back(other)
    assert findings(house) == 0
