"""The whole daemon under a supervisor that is a socket of this test."""

import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import databases
import pytest
from faults.daemon import Program, configure, files, form_of, serving
from faults.relay import relayed
from house import ACME
from sqlalchemy import make_url

from syncd.sandbox.box import Sandbox
from syncd.sandbox.faults import Fault

_PATIENCE = 60.0

url = databases.fresh_on(*databases.servers())


class Supervisor:
    """Hears what the daemon says of itself."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.heard: list[str] = []

    def looks(self, times: int) -> list[str]:
        """Return what is heard while the daemon says so often that it lives, or that it does
        not."""
        before = len(self.heard)
        for _ in range(times):
            self.hear("WATCHDOG=")
        return self.heard[before:]

    def hear(self, wanted: str) -> None:
        """Wait for a datagram that begins so; AssertionError when none comes."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            self.socket.settimeout(deadline - time.monotonic())
            self.heard.append(self.socket.recv(4096).decode())
            if self.heard[-1].startswith(wanted):
                return
        raise AssertionError(f"{wanted!r} is not in {self.heard}")


@pytest.fixture
def supervisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    opened = Supervisor(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", "60000000")
    yield opened
    opened.socket.close()


def test_it_says_ready_alive_how_it_is_and_stopping(
    box: Sandbox, supervisor: Supervisor, tmp_path: Path
) -> None:
    configure(box, tmp_path)
    with Program(box, tmp_path) as program:
        supervisor.hear("READY=1")
        assert box.lark_people.wait_connected(0), "ready means connected, while Lark is there"
        supervisor.hear("STATUS=Serving.")
        supervisor.hear("WATCHDOG=1")
        assert program.stop() == 0
        supervisor.hear("STOPPING=1")
        assert not [said for said in supervisor.heard if said == "WATCHDOG=trigger"]


def test_it_is_ready_without_lark_after_a_while(
    box: Sandbox, supervisor: Supervisor, tmp_path: Path
) -> None:
    box.lark_state.switches.endpoint_502 = True
    configure(box, tmp_path)
    with Program(box, tmp_path) as program:
        supervisor.hear("STATUS=Not serving: socket: ")
        supervisor.hear("READY=1")
        assert program.stop() == 0


def test_a_hang_up_starts_it_anew_with_the_new_configuration(
    box: Sandbox, supervisor: Supervisor, tmp_path: Path
) -> None:
    configure(box, tmp_path)
    config = tmp_path / "config.toml"
    right = config.read_text(encoding="utf-8")
    people = box.lark_people
    with Program(box, tmp_path) as program:
        supervisor.hear("READY=1")
        config.write_text(right.replace("interval_seconds = 1", "interval_seconds = 0"))
        program.send(signal.SIGHUP)
        assert people.wait_until(lambda: program.count("reload_refused"), _PATIENCE)
        config.write_text(right.replace('language = "ja"', 'language = "zh"'), encoding="utf-8")
        program.send(signal.SIGHUP)
        supervisor.hear("RELOADING=1\nMONOTONIC_USEC=")
        supervisor.hear("READY=1")
        people.say("aiko", ACME, "@Support Bot it is down")
        assert people.wait_until(lambda: form_of(box, "aiko", ACME), _PATIENCE), program.log()
        form = form_of(box, "aiko", ACME)
        assert form is not None
        assert "提交" in [button.text for button in form.buttons]
        assert program.stop() == 0
        supervisor.hear("STOPPING=1")


def test_a_start_that_takes_long_asks_for_time(
    box: Sandbox, supervisor: Supervisor, tmp_path: Path
) -> None:
    """Somebody else holds the tables; a migration of many rows is no different."""
    configure(box, tmp_path)
    with Program(box, tmp_path) as program:
        supervisor.hear("READY=1")
        assert program.stop() == 0
    with closing(sqlite3.connect(tmp_path / "syncd.db", isolation_level=None)) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with Program(box, tmp_path) as program:
            supervisor.heard.clear()
            supervisor.hear("STATUS=Waiting: the database is being prepared")
            assert "EXTEND_TIMEOUT_USEC=30000000" in supervisor.heard
            holder.execute("ROLLBACK")
            supervisor.hear("READY=1")
            assert program.stop() == 0


def test_a_configuration_that_the_new_start_could_not_use_is_refused(
    box: Sandbox, supervisor: Supervisor, tmp_path: Path
) -> None:
    """Each of these would end the daemon with exit status 2, after which nobody starts it again."""
    configure(box, tmp_path)
    config = tmp_path / "config.toml"
    right = config.read_text(encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as taken, Program(box, tmp_path) as program:
        supervisor.hear("READY=1")
        listen = f'[http]\nlisten = "127.0.0.1:{taken.getsockname()[1]}"\n'
        for number, wrong in enumerate(
            (
                right + listen,
                right.replace("sqlite:///syncd.db", "sqlite:///nowhere/syncd.db"),
                right + '[network]\nca_file = "nobody.pem"\n',
            )
        ):
            config.write_text(wrong, encoding="utf-8")
            program.send(signal.SIGHUP)
            assert box.lark_people.wait_until(
                lambda n=number: program.count("reload_refused") == n + 1, _PATIENCE
            ), program.log()
            supervisor.hear("STATUS=Serving. Not reloaded: ")
        assert program.stop() == 0


def test_hang_ups_in_a_row_end_nothing_and_the_last_configuration_is_taken(
    box: Sandbox, supervisor: Supervisor, tmp_path: Path
) -> None:
    """While the new start has not come so far as to hear them, they wait."""
    configure(box, tmp_path)
    with Program(box, tmp_path) as program:
        supervisor.hear("READY=1")
        for _ in range(40):
            program.send(signal.SIGHUP)
            time.sleep(0.1)
        assert box.lark_people.wait_until(lambda: program.count("ready") >= 2, _PATIENCE)
        program.send(signal.SIGTERM)
        assert program.wait(_PATIENCE) == 0, program.log()


def test_a_helpdesk_that_hangs_while_several_updates_wait_for_it_is_no_freeze(
    box: Sandbox, supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One reads the comments for all of them; the others wait for it."""
    monkeypatch.setenv("WATCHDOG_USEC", "10000000")
    with serving(box, tmp_path) as program:
        for _ in range(3):
            files(box, "aiko", ACME, program)
        hanging = Fault("jsm", "POST .*/comment/list", "hang", times=-1, seconds=20)
        box.world.faults.add(hanging)
        for ticket in box.jira_people.tickets():
            box.jira_people.comment("erin", ticket.key, "an answer")
        assert box.lark_people.wait_until(lambda: hanging.hits > 0, _PATIENCE)
        supervisor.heard.clear()
        assert "WATCHDOG=trigger" not in supervisor.looks(30), program.log()


def test_a_stop_that_is_asked_while_it_starts_anew_is_heard(
    box: Sandbox, supervisor: Supervisor, tmp_path: Path
) -> None:
    configure(box, tmp_path)
    with Program(box, tmp_path) as program:
        supervisor.hear("READY=1")
        program.send(signal.SIGHUP)
        supervisor.hear("RELOADING=1")
        program.send(signal.SIGTERM)
        assert program.wait(_PATIENCE) == 0, program.log()


def test_a_database_server_that_hangs_is_no_freeze(
    box: Sandbox,
    supervisor: Supervisor,
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One worker looks into the database for all; the others wait for it, or for a connection."""
    monkeypatch.setenv("WATCHDOG_USEC", "10000000")
    server = make_url(url)
    assert server.host
    assert server.port
    with relayed(server.host, server.port) as relay:
        by_relay = server.set(host="127.0.0.1", port=relay.port)
        with serving(box, tmp_path, by_relay.render_as_string(hide_password=False)) as program:
            supervisor.hear("STATUS=Serving.")
            relay.hang()
            box.lark_people.say("aiko", ACME, "@Support Bot it is down")
            supervisor.heard.clear()
            assert "WATCHDOG=trigger" not in supervisor.looks(40), program.log()
            relay.flow()
            assert box.lark_people.wait_until(lambda: form_of(box, "aiko", ACME), _PATIENCE)
