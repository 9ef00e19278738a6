"""Threads of the real daemon are made to stand still, and the supervisor hears which."""

import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.daemon import Program, configure

from syncd.sandbox.box import Sandbox

_PATIENCE = 60.0
_LOOPS = [
    "APScheduler", "intake", "jsm-1", "jsm-2", "jsm-3", "jsm-urgent", "lark-1", "lark-2", "lark-3",
    "lark-urgent", "lark-socket", "slow-watch", "watch",
]  # fmt: skip
"""Every thread that must turn, but for the main one."""

# Python's own `site` imports this. A signal lets the threads that a file names stand still in the
# midst of what they do, but not while they wait for the database or for a platform.
_FREEZING = """\
import ctypes, pathlib, signal, sys, threading, time

class Freeze(BaseException):
    def __init__(self):
        while True:
            time.sleep(1)

def is_outside(frame):
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name.startswith(("sqlalchemy", "http", "socket", "ssl", "syncd.store")):
            return True
        frame = frame.f_back
    return False

def freeze(*_):
    names = pathlib.Path(__file__).with_name("freeze").read_text().split()
    if "MainThread" in names:
        Freeze()
    left = [thread for thread in threading.enumerate() if thread.name in names]
    while left:
        for thread in left[:]:
            if not is_outside(sys._current_frames().get(thread.ident)):
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(thread.ident), ctypes.py_object(Freeze)
                )
                left.remove(thread)
        time.sleep(0.01)

signal.signal(signal.SIGUSR1, freeze)
"""


@pytest.fixture
def ear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as opened:
        opened.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "10000000")
        folder = tmp_path / "site"
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(_FREEZING)
        monkeypatch.setenv("PYTHONPATH", str(folder))
        yield opened


def hear(ear: socket.socket, wanted: str, seconds: float = _PATIENCE) -> str:
    """Return the first datagram that begins so; empty when none comes in that time."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        ear.settimeout(left)
        try:
            heard = ear.recv(4096).decode()
        except TimeoutError:
            break
        if heard.startswith(wanted):
            return heard
    return ""


@pytest.mark.parametrize("together", [False, True])
def test_every_thread_that_must_turn_is_named_when_it_stands_still(
    box: Sandbox, ear: socket.socket, tmp_path: Path, together: bool
) -> None:
    """Together; and the scheduler alone, whose jobs nobody misses at once."""
    names = _LOOPS if together else ["APScheduler"]
    shown = {"scheduler" if name == "APScheduler" else name for name in names}
    configure(box, tmp_path)
    (tmp_path / "site" / "freeze").write_text(" ".join(names))
    with Program(box, tmp_path) as program:
        assert hear(ear, "READY=1"), program.log()
        program.send(signal.SIGUSR1)
        named: set[str] = set()
        while not shown <= named:
            said = hear(ear, "STATUS=Frozen: ")
            assert said, f"{shown - named} are missing: {program.log()}"
            named = set(said.removeprefix("STATUS=Frozen: ").rstrip(".").split(", "))
        assert hear(ear, "WATCHDOG=") == "WATCHDOG=trigger"


def test_nothing_is_said_any_more_when_the_main_thread_stands_still(
    box: Sandbox, ear: socket.socket, tmp_path: Path
) -> None:
    configure(box, tmp_path)
    (tmp_path / "site" / "freeze").write_text("MainThread")
    with Program(box, tmp_path) as program:
        assert hear(ear, "READY=1"), program.log()
        assert hear(ear, "WATCHDOG=1")
        program.send(signal.SIGUSR1)
        said = [hear(ear, "WATCHDOG=", seconds=10) for _ in range(5)]
        assert said[-1] == "", "systemd misses it after ten seconds"
        assert "WATCHDOG=trigger" not in said
