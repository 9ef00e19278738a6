"""The power goes, or the disk does, while events arrive: what was acknowledged is there."""

import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from faults.daemon import serving
from faults.powercut.disk import built
from house import GLOBEX

from syncd.sandbox.box import Sandbox
from syncd.sandbox.lark.connection.delivery import ACKED, Event

NO_SPACE, READ_ONLY, IO_ERROR = "28", "30", "5"
_BURST = 40
_EVENT = "im.message.receive_v1"


@pytest.fixture(scope="session")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("disk"))


def acked(box: Sandbox) -> list[Event]:
    return [e for e in box.lark_state.delivery.events if e.status == ACKED]


def kept(copy: Path) -> set[str]:
    """Return the ids of the events, and of their messages, in a copy of the database."""
    connection = sqlite3.connect(copy / "syncd.db")
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {
            id for row in connection.execute("SELECT event_id, message_id FROM inbox") for id in row
        }
    finally:
        connection.close()


def newest(copies: Path, into: Path) -> Path:
    """Return the database as the last successful sync left it."""
    numbers = [int(p.name) for p in copies.iterdir() if p.name.isdigit()]
    shutil.copytree(copies / str(max(numbers)), into)
    return into


@pytest.mark.parametrize("cut", range(4))
def test_no_acknowledged_event_is_lost_by_a_power_cut(
    box: Sandbox, disk: Path, tmp_path: Path, fault_row, cut: int
) -> None:
    wanted = random.Random(cut).randint(3, _BURST - 5)
    copies = tmp_path / "copies"
    copies.mkdir()
    people = box.lark_people
    with serving(box, tmp_path, LD_PRELOAD=str(disk), CUT_FOLDER=str(copies)) as program:
        for number in range(_BURST):
            people.say("ben", GLOBEX, f"@Support Bot number {number}")
        assert people.wait_until(lambda: len(acked(box)) >= wanted, 60), program.log()
        program.kill()
        assert people.wait_until(lambda: not box.lark_state.delivery.connections.all())
    disk_has = kept(newest(copies, tmp_path / "after"))
    lost = [e.event_id for e in acked(box) if not {e.event_id, e.about} & disk_has]
    assert len(acked(box)) >= wanted
    assert lost == []
    fault_row(
        "the power goes in the middle of a burst of events",
        "nothing; every acknowledged event is on the disk, the others come again",
        "nothing",
    )


@pytest.mark.parametrize("error", [NO_SPACE, READ_ONLY, IO_ERROR])
def test_a_disk_that_takes_nothing_acknowledges_nothing_and_recovers(
    box: Sandbox, disk: Path, tmp_path: Path, fault_row, error: str
) -> None:
    box.lark_state.switches.retry_scale = 0.05
    people, fault = box.lark_people, tmp_path / "fault"
    with serving(box, tmp_path, LD_PRELOAD=str(disk), FAULT_FILE=str(fault)) as program:
        first = people.say("ben", GLOBEX, "@Support Bot before")
        assert people.wait_delivered(first, 60)
        assert people.wait_until(lambda: len(people.view("ben", GLOBEX)) == 2)
        fault.write_text(error)
        message = people.say("ben", GLOBEX, "@Support Bot meanwhile")
        (event,) = box.lark_state.delivery.about(message)
        assert people.wait_until(lambda: event.attempts >= 2, 60), program.log()
        assert event.status != ACKED
        assert len(people.view("ben", GLOBEX)) == 3
        fault.unlink()
        box.world.clock.move(seconds=3600)
        assert people.wait_delivered(message, 60), program.log()
        assert people.wait_until(lambda: len(people.view("ben", GLOBEX)) == 4, 60), program.log()
        assert people.wait_until(lambda: program.count("store_recovered") == 1, 60), program.log()
        assert "Traceback" not in program.log()
        assert program.count("store_failed") == 1, program.log()
        assert program.stop() == 0
    # What the catch-up found first is kept under an id of its own.
    held = kept(tmp_path)
    messages = [e for e in acked(box) if e.event_type == _EVENT]
    assert [e for e in messages if not {e.event_id, e.about} & held] == []
    fault_row(
        "the disk is full, read-only or broken for a while",
        "the form later: Lark delivers again what was not acknowledged",
        "`store_failed` with the reason, `store_recovered`; nothing half-written",
    )
