"""What systemd hears, on a real datagram socket."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from syncd.ops.notify import Supervisor

READY = "READY=1\nWATCHDOG_USEC=30000000"


@pytest.fixture(params=["path", "abstract"])
def ear(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    """The address as it stands in NOTIFY_SOCKET, and the socket behind it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as opened:
        if request.param == "path":
            address = str(tmp_path / "notify")
            opened.bind(address)
        else:
            opened.bind("")
            address = "@" + opened.getsockname()[1:].decode()
        opened.settimeout(10)
        yield address, opened


def test_each_word_is_a_datagram_of_its_own(ear: tuple[str, socket.socket]) -> None:
    address, opened = ear
    told = Supervisor.of_environment({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "30000000"})
    assert told.watchdog_seconds == 30
    told.ready()
    told.alive()
    told.frozen()
    told.status("All\nis well.")
    told.status("All is well.")
    told.stopping()
    heard = [opened.recv(4096).decode() for _ in range(5)]
    words = [READY, "WATCHDOG=1", "WATCHDOG=trigger", "STATUS=All is well."]
    assert heard == [*words, "STOPPING=1\nSTATUS=Stopping."]


def test_a_reload_says_when_it_began_and_asks_for_time(ear: tuple[str, socket.socket]) -> None:
    """Until the new start is ready, what is under way ends and the database is prepared."""
    address, opened = ear
    Supervisor(address, 10).reloading()
    assert opened.recv(4096) == b"WATCHDOG_USEC=90000000\nWATCHDOG=1"
    first, second = opened.recv(4096).decode().splitlines()
    assert first == "RELOADING=1"
    assert second.startswith("MONOTONIC_USEC=")
    assert second.partition("=")[2].isdecimal()


def test_no_watchdog_is_fed_that_nobody_asked_for(ear: tuple[str, socket.socket]) -> None:
    address, opened = ear
    for environment in (
        {"NOTIFY_SOCKET": address},
        {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"},
        {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "soon"},
    ):
        told = Supervisor.of_environment(environment)
        told.alive()
        told.frozen()
        told.ready()
        assert opened.recv(4096) == b"READY=1"


def test_a_supervisor_that_is_not_there_ends_nothing(tmp_path: Path) -> None:
    for address in ("", str(tmp_path / "nobody"), "@nobody-listens-here", "x" * 500):
        told = Supervisor(address, 30)
        told.ready()
        told.alive()
    mine = {"NOTIFY_SOCKET": "", "WATCHDOG_USEC": "5000000", "WATCHDOG_PID": str(os.getpid())}
    assert Supervisor.of_environment(mine).watchdog_seconds == 5


def test_what_the_supervisor_could_not_take_is_said_again(ear: tuple[str, socket.socket]) -> None:
    """It has stopped reading: nobody waits for it, and it hears everything once it reads again."""
    address, opened = ear
    told = Supervisor(address, 30)
    while told.alive():
        pass
    assert not told.ready()
    told.status("All is well.")
    _emptied(opened)
    assert told.ready()
    told.status("All is well.")
    assert [opened.recv(4096).decode() for _ in range(2)] == [READY, "STATUS=All is well."]


@pytest.mark.parametrize("sentence", ["half a letter \ud83d", "a \0 in it", "long " * 2000])
def test_a_status_of_any_letters_is_one_that_systemd_takes(
    ear: tuple[str, socket.socket], sentence: str
) -> None:
    """It leaves alone what is longer than 4096 bytes, is not UTF-8 or has a NUL in it:
    https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html"""
    address, opened = ear
    Supervisor(address).status(sentence)
    heard = opened.recv(65536)
    assert heard.decode().startswith(f"STATUS={sentence[0]}")
    assert len(heard) < 4096
    assert b"\0" not in heard


def _emptied(opened: socket.socket) -> None:
    opened.setblocking(False)
    try:
        while opened.recv(65536):
            pass
    except BlockingIOError:
        opened.settimeout(10)
