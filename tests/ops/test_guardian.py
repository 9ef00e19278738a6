"""What the supervisor hears while threads turn, stand still, end, or are stopped from outside."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from syncd import log
from syncd.core.model import Ms
from syncd.ops.guardian import Guardian
from syncd.ops.notify import Supervisor
from syncd.ops.pulse import Pulse
from syncd.ops.readiness import live


@dataclass
class Line:
    """How the long connection is said to be."""

    connected_since: Ms | None = Ms(1)
    last_error: str = ""

    def state(self) -> "Line":
        return self


@dataclass
class World:
    """A guardian, what it is told, and what systemd hears of it."""

    ear: socket.socket
    now: float = 1000.0
    line: Line = field(default_factory=Line)
    troubles: dict[str, str] = field(default_factory=dict)
    still: float = 0.0
    pulse: Pulse = field(init=False)
    guardian: Guardian = field(init=False)

    def begins(self, address: str, watchdog_seconds: float) -> None:
        def steady() -> float:
            return self.now

        self.pulse = Pulse(steady)
        self.guardian = Guardian(
            Supervisor(address, watchdog_seconds),
            self.pulse,
            self.line,
            {"lark-socket": lambda: self.still},
            lambda: self.troubles,
            steady,
            log.get("guardian"),
        )

    def looks(self, seconds: int) -> set[str]:
        """Let that time pass, a look a second, and return what was heard."""
        for _ in range(seconds):
            self.now += 1
            self.guardian.look()
        return self.hears()

    def hears(self) -> set[str]:
        heard = set()
        try:
            while True:
                heard.add(self.ear.recv(65536).decode())
        except BlockingIOError:
            return heard


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(tmp_path / "notify"))
        ear.setblocking(False)
        made = World(ear)
        made.begins(str(tmp_path / "notify"), 30)
        yield made


def test_a_thread_that_stands_still_is_told_within_the_watchdogs_time(world: World) -> None:
    let_go, begun = threading.Event(), threading.Event()

    def stand_still() -> None:
        with world.pulse.life("intake"):
            begun.set()
            assert let_go.wait(20)

    thread = threading.Thread(target=stand_still)
    thread.start()
    assert begun.wait(10)
    assert "WATCHDOG=trigger" not in world.looks(15)
    assert {"WATCHDOG=trigger", "STATUS=Frozen: intake."} <= world.looks(14)
    assert [(one.what, one.why) for one in world.guardian.reasons()] == [("frozen", "intake")]
    let_go.set()
    thread.join(10)
    assert "STATUS=Serving." in world.looks(1)


def test_a_loop_that_does_not_come_round_is_told_as_well(world: World) -> None:
    world.looks(10)
    world.still = 16
    assert "STATUS=Frozen: lark-socket." not in world.looks(3)
    assert "STATUS=Frozen: lark-socket." in world.looks(10)


def test_a_process_that_was_stopped_for_a_while_is_not_frozen(world: World) -> None:
    world.looks(5)
    world.now += 25
    world.still = 26
    assert "WATCHDOG=trigger" not in world.looks(1)
    world.still = 0
    assert "WATCHDOG=1" in world.looks(20)


def test_ready_is_said_again_until_it_was_heard(tmp_path: Path, world: World) -> None:
    (tmp_path / "notify").rename(tmp_path / "elsewhere")
    assert world.looks(2) == set()
    (tmp_path / "elsewhere").rename(tmp_path / "notify")
    ready = "READY=1\nWATCHDOG_USEC=30000000"
    assert ready in world.looks(2)
    assert ready not in world.looks(2)


def test_reasons_hold_no_address_and_fit_a_line(world: World) -> None:
    world.line.connected_since, world.line.last_error = None, "no\nroute"
    world.troubles["jsm_login"] = "bot@acme.example is refused \ud83d " + "x" * 5000
    heard = world.looks(1)
    (told,) = [said for said in heard if said.startswith("STATUS=Not serving: ")]
    assert "socket: no route; jsm_login: (address) is refused" in told
    assert len(told) < 500
    assert "bot@acme" not in str(world.guardian.reasons())


def test_a_start_that_waits_asks_for_time_unless_it_stands_still(world: World) -> None:
    world.guardian.waits("the database is away")
    asked = {"EXTEND_TIMEOUT_USEC=30000000", "WATCHDOG=1", "STATUS=Waiting: the database is away"}
    assert world.hears() == asked
    world.looks(1)
    world.still = 100
    heard = []
    for _ in range(20):
        world.now += 1
        world.guardian.waits("the database is away")
        heard.append(world.hears())
    assert {"STATUS=Frozen: lark-socket."} in heard
    assert heard[-1] == set()


def test_what_was_not_taken_at_a_reload_is_in_the_status(world: World) -> None:
    world.guardian.refuse("poll.interval_seconds: too small")
    assert "STATUS=Serving. Not reloaded: poll.interval_seconds: too small" in world.looks(1)


def test_a_main_thread_that_does_not_look_any_more_is_not_healthy(world: World) -> None:
    """Where no watchdog waits for it, somebody asks for the page."""
    world.looks(1)
    assert live(world.guardian).status == 200
    world.now += 16
    assert live(world.guardian).status == 503
    assert [(one.what, one.why) for one in world.guardian.reasons()] == [("frozen", "main")]
    world.looks(1)
    assert live(world.guardian).status == 200
