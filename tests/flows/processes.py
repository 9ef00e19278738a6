"""Daemons as processes of their own, with only a configuration between them and the sandbox."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

from syncd.sandbox.box import Sandbox

_MORTAL = Path(__file__).with_name("mortal_daemon.py")
_PATH = os.pathsep.join(map(str, (_MORTAL.parents[1], _MORTAL.parents[2])))
_STOP_SECONDS = 15


class Process:
    """One run of the daemon."""

    def __init__(self, box: Sandbox, folder: Path, *point: str) -> None:
        self.log = folder / "daemon.log"
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-W", "error", str(_MORTAL), str(folder / "config.toml"), *point],
                env={**os.environ, **box.environment(), "PYTHONPATH": _PATH},
                stdout=output,
                stderr=output,
            )

    def died(self) -> bool:
        return self._process.poll() is not None

    def exit_code(self) -> int | None:
        return self._process.poll()

    def kill(self) -> None:
        """End it as a power cut does."""
        self._process.kill()
        self._process.wait(_STOP_SECONDS)

    def stop(self) -> int:
        """End it as an operator does, and return its exit status."""
        if not self.died():
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(_STOP_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if not self.died():
            self._process.kill()
        self._process.wait(_STOP_SECONDS)
