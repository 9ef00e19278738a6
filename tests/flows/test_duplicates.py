"""A create that was proven absent and sent again may come true after all: operators are told."""

import httpx
import pytest
from house import ACME, GLOBEX, LOBBY, House

from syncd.core.model import DeliveryState
from syncd.core.watching import Look, Reason
from syncd.sandbox.journal import Call

CREATE = "POST /rest/servicedeskapi/request$"
BULK = "POST /rest/api/3/issue/bulkfetch"
MINUTE, HOUR, DAY = 60, 3600, 86_400


@pytest.fixture
def house(make_house) -> House:
    """Operators sit in the lobby; the project has a ticket, so that it can be seen."""
    house: House = make_house(**{"alerts.chat": LOBBY})
    house.files("aiko", ACME)
    return house


def pass_by(house: House, *seconds: float) -> None:
    for wait in seconds:
        house.time_passes(seconds=wait)
        house.tidy()


def creates(house: House) -> list[Call]:
    calls = house.box.world.journal.calls("jsm", "/rest/servicedeskapi/request", "POST")
    return [call for call in calls if call.path.endswith("/request")]


def send_twice(house: House) -> None:
    """Ben's first create is lost on its way; the second one makes HELP-2."""
    house.asks("ben", GLOBEX)
    house.fail("jsm", CREATE, "drop_before")
    house.submits("ben", GLOBEX)
    pass_by(house, 1, 6, 10, 45, 60, 120, 100)
    assert house.ticket_keys() == ["HELP-1", "HELP-2"]
    assert house.undelivered() == []


def first_create_comes_true(house: House) -> None:
    """Jira carries out, late, what it had taken and never answered."""
    lost = next(call for call in creates(house) if not call.status)
    kept = {name: lost.headers[name] for name in ("authorization", "content-type")}
    httpx.post(f"{house.box.jsm_url}{lost.path}", content=lost.request, headers=kept)


def told(house: House) -> list[str]:
    """Return what the operators read of a Request with two tickets."""
    shown = [m.text for m in house.box.lark_people.view("dora", LOBBY) if m.kind == "card"]
    return [text for text in shown if "more than one ticket" in text]


def calls_while_looking(house: House) -> int:
    journal = house.box.world.journal
    before = len(journal.calls("jsm"))
    house.app.slow_watch.look(Reason.DUPLICATE)
    return len(journal.calls("jsm")) - before


def watched(house: House) -> list[Look]:
    house.comes_due(Reason.DUPLICATE)
    with house.app.store.read() as tx:
        return tx.looks.due(Reason.DUPLICATE, 10)


@pytest.mark.parametrize("late", [[], [16 * MINUTE], [16 * MINUTE, HOUR]], ids=["0", "16", "76"])
def test_both_tickets_are_named_to_the_operators_once(house: House, late: list[float]) -> None:
    send_twice(house)
    pass_by(house, *late)
    first_create_comes_true(house)
    assert told(house) == []
    pass_by(house, 16 * MINUTE, HOUR, DAY, DAY)
    (said,) = told(house)
    assert "HELP-2, HELP-3" in said
    assert watched(house) == []
    with house.app.store.read() as tx:
        steps = [step.detail for step in tx.history.trace("HELP-2")]
    assert "it came true twice: HELP-2, HELP-3" in steps


def test_nothing_is_told_and_in_the_end_nothing_asked_where_no_create_was_late(
    house: House,
) -> None:
    send_twice(house)
    looked = []
    for wait in (14 * MINUTE, 2 * MINUTE, 43 * MINUTE, 3 * MINUTE, 22 * HOUR, 2 * HOUR, DAY):
        house.time_passes(seconds=wait)
        looked.append(calls_while_looking(house) > 0)
    assert looked == [False, True, False, True, False, True, False]
    assert told(house) == []
    assert watched(house) == []


def test_no_call_is_made_for_tickets_that_were_sent_once(house: House) -> None:
    house.asks("ben", GLOBEX)
    house.fail("jsm", CREATE, "drop_after")
    house.submits("ben", GLOBEX)
    pass_by(house, 1, 6)
    assert house.ticket_keys() == ["HELP-1", "HELP-2"]
    house.time_passes(seconds=DAY)
    assert calls_while_looking(house) == 0


def test_a_restart_forgets_no_create(house: House, make_house) -> None:
    send_twice(house)
    first_create_comes_true(house)
    house.app.socket.stop()
    again: House = make_house(**{"alerts.chat": LOBBY})
    pass_by(again, 16 * MINUTE)
    assert len(told(again)) == 1


def test_a_look_that_jira_does_not_answer_is_made_up_for(house: House) -> None:
    send_twice(house)
    pass_by(house, 16 * MINUTE, HOUR)
    first_create_comes_true(house)
    outage = house.fail("jsm", BULK, "refuse", times=-1, status=503)
    pass_by(house, DAY, 4 * HOUR, 4 * HOUR)
    assert told(house) == []
    outage.times = 0
    pass_by(house, HOUR)
    assert len(told(house)) == 1


def test_a_look_without_sight_of_the_project_does_not_count(house: House) -> None:
    send_twice(house)
    first_create_comes_true(house)
    house.box.jira_state.switches.bot_sees_project = False
    pass_by(house, 16 * MINUTE, HOUR, DAY)
    assert told(house) == []
    house.box.jira_state.switches.bot_sees_project = True
    pass_by(house, HOUR)
    assert len(told(house)) == 1


def test_after_a_week_without_an_answer_nobody_looks_any_more(house: House) -> None:
    send_twice(house)
    house.box.jira_state.switches.bot_sees_project = False
    pass_by(house, HOUR, 6 * DAY)
    house.time_passes(seconds=HOUR)
    assert calls_while_looking(house) > 0
    pass_by(house, 2 * DAY)
    assert calls_while_looking(house) == 0
    assert watched(house) == []


def test_the_lost_create_of_values_that_were_corrected_is_looked_for_too(house: House) -> None:
    """The first round was in doubt and then refused; the second made the ticket."""
    house.asks("ben", GLOBEX)
    house.fail("jsm", CREATE, "drop_before")
    house.submits("ben", GLOBEX)
    house.fail("jsm", CREATE, "refuse", status=400, body='{"errorMessage": "too short"}',
               headers={"content-type": "application/json"})  # fmt: skip
    pass_by(house, 1, 6, 10, 45, 60, 120, 100)
    assert house.ticket_keys() == ["HELP-1"]
    first_create_comes_true(house)
    house.submits("ben", GLOBEX)
    assert house.ticket_keys() == ["HELP-1", "HELP-2", "HELP-3"]
    assert house.deliveries(DeliveryState.DOUBT) == []
    pass_by(house, 16 * MINUTE)
    (said,) = told(house)
    assert "HELP-3, HELP-2" in said
