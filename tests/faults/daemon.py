"""The installed program itself, `syncd run`, as a process."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

from syncd.sandbox.box import Sandbox

_STOP_SECONDS = 10


class Program:
    """One run of `syncd run` on the configuration in a folder."""

    def __init__(self, box: Sandbox, folder: Path, **environment: str) -> None:
        self._log = folder / "program.log"
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "syncd", "run", "--config", str(folder / "config.toml")],
                env={**os.environ, **box.environment(), **environment},
                stdout=output,
                stderr=output,
            )

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def count(self, event: str) -> int:
        """Return how many lines of the log have that event."""
        return len(re.findall(f'"event": "{event}"', self.log()))

    def stop(self) -> int:
        """Send SIGTERM and return the exit status; TimeoutExpired after ten seconds."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(_STOP_SECONDS)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def wait(self, timeout: float) -> int:
        return self._process.wait(timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._process.poll() is None:
            self.kill()


def configure(box: Sandbox, folder: Path) -> None:
    """Write a configuration with a database of its own into the folder."""
    text = box.config_toml(store_url=f"sqlite:///{folder / 'syncd.db'}")
    (folder / "config.toml").write_text(text, encoding="utf-8")
