"""The heartbeat is silent exactly while something that an operator must know is wrong."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import databases
import pytest
from house import ACME, GLOBEX, House
from pydantic import SecretStr
from receiver import TOKEN, Receiver, receiving
from shell import Shell
from structlog.testing import capture_logs

from syncd.core.errors import StoreError
from syncd.core.model import DeliveryState
from syncd.core.watching import Reason
from syncd.loops.keep import operating

CREATE = "POST /rest/servicedeskapi/request$"
SEARCH = "POST /rest/api/3/search/jql"

url = databases.fresh_on(databases.SQLITE)


@pytest.fixture
def house(make_house, receiver: Receiver) -> House:
    house: House = make_house(**{"alerts.heartbeat_url": SecretStr(receiver.url)})
    house.app.store.lock()
    return house


def beats(house: House, receiver: Receiver, after: float = 61, frozen: tuple[str, ...] = ()) -> int:
    """Let time pass and the daemon's jobs run; return how often the address was called then."""
    before = len(receiver.asked)
    house.time_passes(seconds=after)
    house.polls()
    house.app.watch.run_once()
    house.settle()
    house.app.report.begin()
    assert house.app.dead_man is not None
    house.app.dead_man.run_once(frozen)
    return len(receiver.asked) - before


def test_it_is_called_once_a_minute_however_often_it_is_looked_at(
    house: House, receiver: Receiver
) -> None:
    assert beats(house, receiver) == 1
    assert [beats(house, receiver, after=10) for _ in range(12)].count(1) == 2


def test_it_is_silent_while_jira_is_away_and_goes_on_when_it_is_back(
    house: House, receiver: Receiver
) -> None:
    assert beats(house, receiver) == 1
    fault = house.fail("jsm", SEARCH, "refuse", times=-1, status=503)
    assert [beats(house, receiver) for _ in range(8)] == [0] * 8
    fault.times = 0
    assert beats(house, receiver) == 1


def test_it_is_silent_while_the_login_is_lost(house: House, receiver: Receiver) -> None:
    assert beats(house, receiver) == 1
    good, house.box.jira_state.token = house.box.jira_state.token, "expired"
    assert [beats(house, receiver) for _ in range(3)] == [0, 0, 0]
    house.box.jira_state.token = good
    assert beats(house, receiver) == 1


def test_it_is_silent_while_lark_is_not_connected(house: House, receiver: Receiver) -> None:
    assert beats(house, receiver) == 1
    house.app.socket.stop()
    assert [beats(house, receiver) for _ in range(3)] == [0, 0, 0]


def test_it_is_silent_until_somebody_has_acted_on_what_is_dead(
    house: House, receiver: Receiver
) -> None:
    story = house.files("aiko", ACME)
    assert beats(house, receiver) == 1
    refusal = '{"code": 230001, "msg": "a parameter is wrong"}'
    house.fail("lark", "POST /open-apis/im", "refuse", times=2, status=400, body=refusal)
    house.box.jira_people.comment("erin", story.key, "an answer")
    assert [beats(house, receiver) for _ in range(3)] == [0, 0, 0]
    (dead,) = house.deliveries(DeliveryState.DEAD)
    operating.drop(house.app.records, dead.id, "")
    assert beats(house, receiver) == 1


def test_it_is_silent_while_a_doubt_lasts(house: House, receiver: Receiver) -> None:
    assert beats(house, receiver) == 1
    house.asks("ben", GLOBEX)
    house.fail("jsm", CREATE, "drop_before")
    house.submits("ben", GLOBEX)
    assert beats(house, receiver) == 1, "a doubt that is being looked into is nobody's business"
    assert [beats(house, receiver, after=3600) for _ in range(3)] == [0, 0, 0]
    (doubtful,) = house.deliveries(DeliveryState.DOUBT)
    operating.drop(house.app.records, doubtful.id, "not ours")
    assert beats(house, receiver) == 1


def test_it_is_silent_while_jira_denies_what_only_operators_can_mend(
    house: House, receiver: Receiver, tmp_path: Path
) -> None:
    house.asks("ben", GLOBEX)
    assert beats(house, receiver) == 1
    fault = house.fail("jsm", CREATE, "refuse", times=-1, status=403, body="")
    house.submits("ben", GLOBEX)
    beats(house, receiver)  # What was remembered of the reporter is looked up anew first.
    assert [beats(house, receiver) for _ in range(5)] == [0] * 5
    house.app.report.begin()
    assert "TO DO: FileTicket waits, because " in Shell(tmp_path).run("status", status=1)
    fault.times = 0
    assert [beats(house, receiver) for _ in range(4)][-1] == 1
    assert house.ticket_keys()


def test_it_is_silent_while_a_ticket_cannot_be_read(house: House, receiver: Receiver) -> None:
    odd = house.files("aiko", ACME)
    house.files("ben", GLOBEX)
    assert beats(house, receiver) == 1
    id = house.box.jira_people.ticket(odd.key).id
    house.box.jira_state.switches.comment_field_limit = 1
    for words in ("one", "two"):
        house.box.jira_people.comment("erin", odd.key, words)
    comments = f"GET /rest/api/3/issue/{id}/comment"
    fault = house.fail("jsm", comments, "refuse", times=-1, status=500)
    for _ in range(12):
        heard = beats(house, receiver, after=300)
    assert heard == 0
    fault.times = 0
    house.comes_due(Reason.READ)
    assert beats(house, receiver, after=3601) == 1


def test_it_is_silent_while_an_alarm_reaches_nobody(make_house, receiver: Receiver) -> None:
    """One of which nothing lasts but that nobody knows it."""
    with receiving() as hook:
        ways = {"alerts.heartbeat_url": receiver.url, "alerts.webhook_url": hook.url}
        house: House = make_house(**{key: SecretStr(address) for key, address in ways.items()})
        house.app.store.lock()
        assert beats(house, receiver) == 1
        hook.status = 503
        good, house.box.jira_state.token = house.box.jira_state.token, "expired"
        house.polls()
        house.app.alarms.run_once()
        house.box.jira_state.token = good
        house.app.second_way.run_once()
        assert beats(house, receiver, after=240) == 1
        house.app.second_way.run_once()
        assert [beats(house, receiver) for _ in range(3)] == [0, 0, 0]
        hook.status = 200
        house.app.second_way.run_once()
        assert len(hook.told) == 1
        assert beats(house, receiver) == 1


def test_it_is_silent_while_a_thread_of_ours_stands_still(house: House, receiver: Receiver) -> None:
    assert beats(house, receiver, frozen=("intake",)) == 0
    assert beats(house, receiver) == 1


def test_it_is_silent_while_the_database_takes_nothing(house: House, receiver: Receiver) -> None:
    assert beats(house, receiver) == 1
    with locked(house), pytest.raises(StoreError):
        house.app.outage.watch("report", house.app.report.begin)
    house.time_passes(seconds=61)
    assert house.app.dead_man is not None
    assert house.app.dead_man.run_once() == 0
    house.app.outage.watch("report", house.app.report.begin)
    assert beats(house, receiver, after=0) == 1


def test_it_is_silent_while_the_database_tells_nothing(house: House, receiver: Receiver) -> None:
    assert beats(house, receiver) == 1
    house.time_passes(seconds=61)
    with without_a_table(house), pytest.raises(StoreError):
        house.app.dead_man.run_once()
    assert beats(house, receiver) == 1


@pytest.mark.parametrize("how", ["hangs", "redirects", "fails", "answers megabytes of no HTTP"])
def test_an_address_that_does_not_answer_is_tried_once_a_minute_and_told_once(
    house: House, receiver: Receiver, how: str
) -> None:
    assert beats(house, receiver) == 1
    receiver.hangs = how == "hangs"
    receiver.status = {"redirects": 302, "fails": 500}.get(how, 200)
    receiver.speaks_no_http = how.startswith("answers")
    tries = 2 if how == "hangs" else 5
    with capture_logs() as lines:
        assert [beats(house, receiver) for _ in range(tries)] == [1] * tries
        assert beats(house, receiver, after=30) == 0
        receiver.hangs, receiver.status, receiver.speaks_no_http = False, 200, False
        assert beats(house, receiver) == 1
        assert beats(house, receiver) == 1
    events = [line["event"] for line in lines if line["event"].startswith("heartbeat")]
    assert events == ["heartbeat_failed", "heartbeat_recovered"]
    assert TOKEN not in str(lines)
    wrong = house.app.condition.wrong()
    assert wrong == [], "that nobody takes the call is nothing that is wrong here"


def test_while_it_hangs_everybody_is_served(house: House, receiver: Receiver) -> None:
    receiver.hangs = True
    house.app.report.begin()
    calling = threading.Thread(target=house.app.dead_man.run_once)
    calling.start()
    assert house.box.lark_people.wait_until(lambda: receiver.asked, 10)
    story = house.files("ben", GLOBEX)
    assert story.key in house.thread("ben", GLOBEX, story.root)[-1].text
    receiver.closing.set()
    calling.join()


def test_its_silence_is_logged_once_with_its_reason(house: House, receiver: Receiver) -> None:
    good, house.box.jira_state.token = house.box.jira_state.token, "expired"
    with capture_logs() as lines:
        assert [beats(house, receiver) for _ in range(3)] == [0, 0, 0]
        house.box.jira_state.token = good
        assert beats(house, receiver) == 1
    told = [line for line in lines if line["event"].startswith("heartbeat")]
    assert [line["event"] for line in told] == ["heartbeat_silent", "heartbeat_goes_on"]
    assert "jsm_login" in told[0]["because"]


def test_without_an_address_nobody_is_called(make_house: Callable[..., House]) -> None:
    assert make_house().app.dead_man is None


@contextmanager
def locked(house: House) -> Iterator[None]:
    """Let another program hold the database."""
    other = sqlite3.connect(house.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@contextmanager
def without_a_table(house: House) -> Iterator[None]:
    """Let the database be broken."""
    other = sqlite3.connect(house.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("ALTER TABLE looks RENAME TO lost")
    yield
    other.execute("ALTER TABLE lost RENAME TO looks")
    other.close()
