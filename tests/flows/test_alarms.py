"""The operators' chat is told once of an outage, once of its end, and of what they must act on."""

from collections.abc import Iterator
from pathlib import Path

import databases
import pytest
from house import ACME, GLOBEX, LOBBY, House

from syncd.core.model import DeliveryState
from syncd.loops import operating

COMMENT = "POST /rest/api/3/issue/.*/comment"
CREATE = "POST /rest/servicedeskapi/request$"


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """On SQLite alone: a trouble lasts by the clock, and a server's cannot be moved."""
    with databases.fresh(databases.SQLITE, tmp_path) as address:
        yield address


@pytest.fixture
def house(make_house) -> House:
    """Operators sit in the lobby, which asks for no support."""
    house: House = make_house(**{"alerts.chat": LOBBY})
    return house


def watch(house: House, *seconds: float) -> None:
    """Let the daemon's jobs run after each of these waits."""
    for wait in seconds:
        house.time_passes(seconds=wait)
        house.app.poller.run_once()
        house.app.alarms.run_once()
        house.settle()


def alarms(house: House) -> list[str]:
    """Return what the operators read in their chat, oldest first."""
    with house.app.store.read() as tx:
        alerts = [d for d in tx.outbox.newest(DeliveryState.DONE) if "alert" in d.lane]
    shown = [m.text for m in house.box.lark_people.view("dora", LOBBY) if m.kind == "card"]
    assert len(shown) == len(alerts)
    return shown


def test_quiet_days_are_quiet(house: House) -> None:
    house.files("ben", GLOBEX)
    watch(house, 0, 60, 3600)
    assert alarms(house) == []


def test_a_poll_that_fails_is_told_after_five_minutes_and_once_at_its_end(house: House) -> None:
    fault = house.fail("jsm", ".*search/jql", "refuse", times=-1, status=503)
    watch(house, 0, 200)
    assert alarms(house) == []
    watch(house, 200, 200, 200)
    (begun,) = alarms(house)
    assert "cannot be read" in begun
    fault.times = 0
    watch(house, 60, 60)
    _, over = alarms(house)
    assert over.startswith("Over after")
    assert "cannot be read" in over


def test_a_short_hiccup_is_not_told(house: House) -> None:
    fault = house.fail("jsm", ".*search/jql", "refuse", times=-1, status=503)
    watch(house, 0, 100)
    fault.times = 0
    watch(house, 10)
    assert alarms(house) == []


def test_a_restart_does_not_tell_the_same_outage_again(house: House, make_house) -> None:
    house.fail("jsm", ".*search/jql", "refuse", times=-1, status=503)
    watch(house, 0, 400)
    assert len(alarms(house)) == 1
    house.app.socket.stop()
    again: House = make_house(**{"alerts.chat": LOBBY})
    watch(again, 0, 400)
    assert len(alarms(again)) == 1


def test_a_lost_login_is_told_at_once(house: House) -> None:
    good, house.box.jira_state.token = house.box.jira_state.token, "expired"
    watch(house, 0, 60)
    (begun,) = alarms(house)
    assert "API token" in begun
    house.box.jira_state.token = good
    watch(house, 60)
    assert len(alarms(house)) == 2


def test_a_lost_permission_is_told(house: House) -> None:
    one, other = house.files("aiko", ACME), house.files("ben", GLOBEX)
    for story in (one, other):
        house.box.jira_people.comment("erin", story.key, "hello")
    ours = {"content-type": "application/json", "x-aaccountid": str(house.app.basics.account)}
    house.fail(
        "jsm", ".*bulkfetch", "refuse", times=-1, status=200, body='{"issues": []}', headers=ours
    )
    watch(house, 0)
    (told,) = alarms(house)
    assert "None of the linked tickets" in told


def test_a_deaf_socket_is_told_after_two_minutes(house: House) -> None:
    house.app.socket.stop()
    watch(house, 0, 60)
    assert alarms(house) == []
    watch(house, 90, 90)
    (told,) = alarms(house)
    assert "no message arrives" in told


def test_a_request_without_a_ticket_is_told_without_what_was_typed(house: House) -> None:
    house.asks("ben", GLOBEX, "CANARY our cluster is down")
    house.fail("jsm", CREATE, "refuse", status=403, body='{"errorMessage": "CANARY"}',
               headers={"content-type": "application/json"})  # fmt: skip
    house.submits("ben", GLOBEX)
    (told,) = alarms(house)
    assert "ended without a ticket" in told
    assert "CANARY" not in told
    assert "ben" not in told


def test_what_an_operator_gave_up_is_no_news_to_operators(house: House) -> None:
    house.asks("ben", GLOBEX)
    house.fail("jsm", CREATE, "drop_before")
    house.submits("ben", GLOBEX)
    (doubtful,) = house.deliveries(DeliveryState.DOUBT)
    operating.drop(house.app.records, doubtful.id, "not ours")
    house.settle()
    assert alarms(house) == []
    assert len(house.told("ben")) == 2


def test_without_a_chat_nobody_is_told(make_house) -> None:
    house: House = make_house()
    house.box.jira_state.token = "expired"
    house.time_passes(seconds=1)
    house.app.poller.run_once()
    assert house.app.alarms.run_once() == 0
    assert house.deliveries(DeliveryState.READY) == []
