"""`syncd status` tells the truth: who runs, what is wrong and why, and what is to be done."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from faults.daemon import configure, serving
from house import ACME, House
from shell import Shell

from syncd import __version__
from syncd.core.model import DeliveryState
from syncd.loops.keep.report import reported
from syncd.sandbox.box import Sandbox
from syncd.sandbox.faults import Fault
from syncd.store.store import Store

MYSELF = "GET /rest/api/3/myself"


def told(folder: Path, status: int) -> str:
    return Shell(folder).run("status", status=status)


def as_json(folder: Path, status: int) -> dict[str, Any]:
    (line,) = Shell(folder).run("status", "--json", status=status).splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def becomes(box: Sandbox, folder: Path, status: int, what: str) -> str:
    """Ask until it is so and that is said; return all that is said."""

    def is_so() -> bool:
        code, shown = Shell(folder).ask("status")
        return code == status and what in shown

    assert box.lark_people.wait_until(is_so, 30), Shell(folder).ask("status")
    return told(folder, status)


@pytest.fixture
def folder(box: Sandbox, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SYNCD_STORE__URL", url)
    configure(box, tmp_path)
    return tmp_path


def test_one_that_serves_is_running_and_one_that_was_killed_is_not(
    box: Sandbox, folder: Path
) -> None:
    with serving(box, folder) as program:
        first = becomes(box, folder, 0, "asked ").splitlines()[0]
        assert first.startswith(f"syncd {__version__} is running (process {program.pid} on ")
        assert "since 20" in first
        becomes(box, folder, 0, "connected for")
        program.kill()
        first, to_do, *_ = told(folder, 1).splitlines()
        assert first.startswith(f"syncd {__version__} is NOT running (last seen ")
        assert "start it" in to_do


def test_one_that_was_stopped_says_so_and_the_next_takes_its_place(
    box: Sandbox, folder: Path
) -> None:
    with serving(box, folder) as program:
        assert program.stop() == 0
    assert "is NOT running (it was stopped " in told(folder, 1).splitlines()[0]
    with serving(box, folder):
        shown = becomes(box, folder, 0, "is running")
    assert "NOT" not in shown


def test_a_login_that_is_refused_is_told_with_its_reason_and_its_remedy(
    box: Sandbox, folder: Path
) -> None:
    box.world.faults.add(Fault("jsm", MYSELF, times=-1, status=401))
    with serving(box, folder):
        shown = becomes(box, folder, 1, "API token has expired")
        found = as_json(folder, 1)
    assert "TO DO: The helpdesk does not accept the bot's login." in shown
    assert [one["what"] for one in found["to_do"]] == ["jsm_login"]
    (trouble,) = found["troubles"]
    assert trouble["reason"]
    assert found["running"]


def test_a_helpdesk_that_fails_is_told_with_the_reason_of_the_log(house: House) -> None:
    house.app.report.begin()
    house.fail("jsm", "POST /rest/api/3/search/jql", "refuse", times=-1, status=503)
    house.polls()
    house.app.report.run_once()
    with house.app.store.read() as tx:
        (trouble,) = reported(tx)[0].troubles
    assert trouble.name == "poll"
    assert "503" in trouble.reason


def test_a_quiet_system_does_not_look_as_if_it_lagged(
    box: Sandbox, house: House, tmp_path: Path
) -> None:
    house.time_passes(seconds=3600)
    house.polls()
    lock_and_report(house)
    shown = told(tmp_path, 0)
    assert "asked 0 s ago, all changes until then were read" in shown


def lock_and_report(house: House) -> None:
    """Be the running daemon, as far as others can see."""
    house.app.store.lock()
    house.app.report.begin()


def test_what_is_dead_is_named_as_something_to_do(house: House, tmp_path: Path) -> None:
    lock_and_report(house)
    assert as_json(tmp_path, 0)["to_do"] == []
    story = house.files("aiko", ACME)
    refusal = '{"code": 230001, "msg": "a parameter is wrong"}'
    house.fail("lark", "POST /open-apis/im", "refuse", times=-1, status=400, body=refusal)
    house.box.jira_people.comment("erin", story.key, "an answer")
    house.poll()
    found = as_json(tmp_path, 1)
    assert [one["what"] for one in found["to_do"]] == ["dead_deliveries"]
    assert "1 delivery is DEAD" in told(tmp_path, 1)
    (dead,) = house.deliveries(DeliveryState.DEAD)
    Shell(tmp_path).run("outbox", "drop", dead.id)
    assert as_json(tmp_path, 0)["to_do"] == []
    assert dead.id in told(tmp_path, 0)
    assert "DEAD already" in Shell(tmp_path).run("outbox", "drop", dead.id, status=2)


def test_hanging_up_starts_a_service_anew(box: Sandbox, folder: Path) -> None:
    with serving(box, folder) as program:
        program.send(signal.SIGHUP)
        assert box.lark_people.wait_until(lambda: program.count("starting") == 2, 60)
        assert box.lark_people.wait_connected(60)
        assert program.stop() == 0
        assert '"signal": "SIGTERM"' in program.log()


def test_the_first_line_of_the_log_says_what_was_started_on_what(
    box: Sandbox, folder: Path, url: str
) -> None:
    with serving(box, folder) as program:
        first = json.loads(program.log().splitlines()[0])
    assert (first["event"], first["version"]) == ("starting", __version__)
    assert first["configuration"] == str(folder / "config.toml")
    assert first["store"]
    for secret in box.environment().values():
        assert secret not in program.log()


def test_the_lock_names_its_holder_and_looking_takes_it_from_nobody(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/syncd.db", clock=lambda: 1)
    other = Store.open(f"sqlite:///{tmp_path}/syncd.db", clock=lambda: 1)
    assert other.holder() is None
    store.lock()
    assert other.holder() == os.getpid()
    store.close()
    assert other.holder() is None
    other.close()
