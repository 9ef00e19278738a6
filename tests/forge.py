"""Runs `syncd` in processes that start at once: each is a fork of one that has imported everything.

To import it takes longer than most of what is told of a command. `Command` is used as
subprocess.Popen is. Run as a program this is the forge: a socket is handed to it for each command.
"""

import atexit
import contextlib
import ctypes
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any

_PARENT_DIED = 1  # PR_SET_PDEATHSIG: https://man7.org/linux/man-pages/man2/prctl.2.html
_BIRTH_SECONDS = 120
_AT_ITS_START = ("PYTHON", "LD_", "LC_", "LANG")
"""What an interpreter reads once, so that a fork of one is deaf to it."""
_NOT_AHEAD = ("syncd.__main__", "syncd.chat.lark.connection.longconn")
"""What is no module to import, and what has to be imported inside of an event loop."""


_BEGAN_WITH = dict(os.environ)


def hears(env: Mapping[str, str]) -> bool:
    """Tell whether all of that environment is heeded by a fork."""
    of_a_start = (name for name in _BEGAN_WITH | dict(env) if name.startswith(_AT_ITS_START))
    return all(env.get(name) == _BEGAN_WITH.get(name) for name in of_a_start)


class Command:
    """One run of `syncd` in a folder and an environment, with both outputs in one file or two."""

    def __init__(
        self,
        words: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        stdout: IO[Any],
        stderr: IO[Any] | None = None,
    ) -> None:
        assert not any(
            env.get(k) != v for k, v in os.environ.items() if k.startswith(_AT_ITS_START)
        )
        ours, theirs = socket.socketpair()
        order = json.dumps({"words": list(words), "cwd": str(cwd), "env": dict(env)}).encode()
        files = [stdout.fileno(), (stderr or stdout).fileno(), theirs.fileno()]
        with theirs:
            socket.send_fds(_forge(), [len(order).to_bytes(4, "big") + order], files)
        self._told = ours.makefile("r", encoding="ascii")
        ours.close()
        self.pid = int(self._line(_BIRTH_SECONDS) or "0")
        assert self.pid, "the forge has broken"
        self.returncode: int | None = None

    def poll(self) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status, minus the signal that ended it; else TimeoutExpired."""
        if self.returncode is None:
            line = self._line(timeout)
            if line is None:
                raise subprocess.TimeoutExpired("syncd", timeout or 0)
            self.returncode = int(line or -signal.SIGKILL)
            self._told.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _line(self, timeout: float | None) -> str | None:
        ready, _, _ = select.select([self._told], [], [], timeout)
        return self._told.readline() if ready else None


@cache
def _forge() -> socket.socket:
    """Start it; it ends with this process."""
    ours, theirs = socket.socketpair()
    here = Path(__file__)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, str(here), str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env={**_BEGAN_WITH, "PYTHONPATH": str(here.parents[1])},
            stdin=subprocess.DEVNULL,
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _become(order: dict[str, Any], files: list[int]) -> None:
    ctypes.CDLL(None).prctl(_PARENT_DIED, signal.SIGKILL)
    for number, file in enumerate(files[:2], start=1):
        os.dup2(file, number)
    os.closerange(3, 256)
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["cwd"])
    time.tzset()
    sys.argv = ["syncd", *order["words"]]
    sys.orig_argv = [sys.executable, "-m", *sys.argv]
    from syncd.cli import main

    main()  # It ends with SystemExit, and so does this process, as any interpreter's.


def _import_all() -> None:
    import syncd

    found = pkgutil.walk_packages(syncd.__path__, "syncd.", onerror=lambda _: None)
    for module in found:
        if not module.name.startswith(("syncd.sandbox", "syncd._", *_NOT_AHEAD)):
            importlib.import_module(module.name)
    gc.freeze()


def main() -> None:
    orders = socket.socket(fileno=int(sys.argv[1]))
    waiting: dict[int, int] = {}
    _import_all()
    while True:
        if select.select([orders], [], [], 0.02)[0]:
            head, files, _, _ = socket.recv_fds(orders, 4, 3)
            if not head:
                return
            told = orders.recv(int.from_bytes(head, "big"), socket.MSG_WAITALL)
            pid = os.fork()
            if pid == 0:
                _become(json.loads(told), files)
            waiting[pid] = files[2]
            for file in files[:2]:
                os.close(file)
            os.write(files[2], f"{pid}\n".encode())
        for pid, number in _ended():
            with contextlib.suppress(BrokenPipeError):
                os.write(waiting[pid], f"{number}\n".encode())
            os.close(waiting.pop(pid))


def _ended() -> list[tuple[int, int]]:
    found = []
    with contextlib.suppress(ChildProcessError):
        while (one := os.waitpid(-1, os.WNOHANG))[0]:
            found.append((one[0], os.waitstatus_to_exitcode(one[1])))
    return found


if __name__ == "__main__":
    main()
