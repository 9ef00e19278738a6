"""The demo as a process of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx


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


def _children(pid: int) -> list[int]:
    """Return the processes that any thread of `pid` started: proc_pid_task(5)."""
    return [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]


def _runs(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()
