"""The demo as a process of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

_PATIENCE = 60
"""Seconds in which the daemon has surely started."""


def test_ending_the_demo_twice_ends_its_daemon_in_peace() -> None:
    command = [sys.executable, "-u", "-m", "syncd", "demo", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:
        try:
            assert demo.stdout is not None
            said = ""
            for line in demo.stdout:
                said += line
                if line.startswith("Open "):
                    break
            page = said.split("Open ")[1].split()[0]
            assert httpx.get(page).status_code == 200
            _wait_until_connected(page)
            assert "is running" in _looked_at(said, "status")
            assert "trace HELP-1" in said
            daemons = _children(demo.pid)
            assert daemons
        finally:
            demo.terminate()
            demo.send_signal(signal.SIGINT)
        assert demo.wait(30) == 0
    assert [pid for pid in daemons if _runs(pid)] == []


def test_the_demo_says_that_its_daemon_has_ended() -> None:
    command = [sys.executable, "-u", "-m", "syncd", "demo", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as demo:
        assert demo.stdout is not None
        for line in demo.stdout:
            if line.startswith("Open "):
                break
        (daemon,) = _children(demo.pid)
        os.kill(daemon, signal.SIGKILL)
        _, told = demo.communicate(timeout=30)
    assert demo.returncode == 1
    assert "The daemon has ended. The daemon's last lines:" in told


def _wait_until_connected(page: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not httpx.get(f"{page}/api/world").json()["bot_connected"]:
        assert time.monotonic() < deadline, "the daemon does not connect"
        time.sleep(0.1)


def _looked_at(said: str, command: str) -> str:
    """Run a command as the demo says, in a shell of its own."""
    lines = said.splitlines()
    world = next(line for line in lines if line.startswith(". "))
    told = next(line for line in lines if line.endswith(f" {command}"))
    shell = ["sh", "-c", f"{world}\n{told}"]
    return subprocess.run(shell, capture_output=True, text=True, timeout=60).stdout


def _children(pid: int) -> list[int]:
    """Return the processes that any thread of `pid` started: proc_pid_task(5)."""
    return [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]


def _runs(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()
