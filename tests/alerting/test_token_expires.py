"""That the API token ends is told in time, by the alarms, by `status` and by `check`."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import databases
import pytest
from house import LOBBY, House
from pydantic import SecretStr
from receiver import Receiver
from shell import Shell

DAY_SECONDS = 86_400

url = databases.fresh_on(databases.SQLITE)


def in_days(house: House, days: int) -> str:
    now = datetime.fromtimestamp(house.box.world.clock.now_ms() / 1000, UTC)
    return f"{now + timedelta(days=days):%Y-%m-%d}"


@pytest.fixture
def house(make_house) -> House:
    house: House = make_house()
    return house


def told(house: House) -> list[str]:
    return [m.text for m in house.box.lark_people.view("dora", LOBBY) if m.kind == "card"]


def test_the_alarms_remind_of_it_and_no_heartbeat_stops_for_it(
    house: House, make_house, receiver: Receiver
) -> None:
    house.app.socket.stop()
    ends = in_days(house, 15)
    changes = {"alerts.heartbeat_url": SecretStr(receiver.url), "alerts.chat": LOBBY}
    house = make_house(**changes, **{"jsm.token_expires": ends})
    house.app.store.lock()
    for days, reminders in ((0, 0), (1, 1), (3, 1), (5, 2)):
        house.time_passes(seconds=days * DAY_SECONDS)
        for _ in range(3):
            house.polls()
            house.app.alarms.run_once()
            house.settle()
        assert len([text for text in told(house) if ends in text]) == reminders
    house.app.report.begin()
    assert house.app.condition.wrong() == []
    house.app.dead_man.run_once()
    assert len(receiver.asked) == 1


def test_a_restart_reminds_of_nothing_twice(house: House, make_house) -> None:
    changes = {"alerts.chat": LOBBY, "jsm.token_expires": in_days(house, 5)}
    house.app.socket.stop()
    for _ in range(2):
        house = make_house(**changes)
        house.app.alarms.run_once()
        house.settle()
        house.app.socket.stop()
    assert len(told(house)) == 1


@pytest.mark.parametrize(("days", "minded"), [(5, True), (100, False)])
def test_status_and_check_mind_it_and_it_is_nothing_to_do_yet(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, minded: bool
) -> None:
    ends = in_days(house, days)
    monkeypatch.setenv("SYNCD_JSM__TOKEN_EXPIRES", ends)
    house.app.store.lock()
    house.app.report.begin()
    shell = Shell(tmp_path)
    assert (f"MIND: The API token of the bot's account in the helpdesk ends on {ends}"
            in shell.run("status")) is minded  # fmt: skip
    found = json.loads(shell.run("status", "--json"))
    assert [one["what"] for one in found["mind"]] == ["token_expires"] * minded
    assert ("Mind jsm.token_expires: " in shell.run("check")) is minded
