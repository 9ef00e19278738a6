"""A person at a terminal: a pseudo-terminal with a real `syncd` behind it."""

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

_SECONDS = 180
_PLAIN: Mapping[str, str] = {}


class Terminal:
    """What was shown since the last question is looked through for the next one."""

    def __init__(self, *words: str, folder: Path, environment: Mapping[str, str] = _PLAIN) -> None:
        self._master, slave = pty.openpty()
        clean = {k: v for k, v in os.environ.items() if not k.startswith("SYNCD_")}
        clean.pop("CREDENTIALS_DIRECTORY", None)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "syncd", *words],
            cwd=folder,
            env={**clean, "TERM": "xterm", "COLUMNS": "200", **environment},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_own_terminal,
        )
        os.close(slave)
        self.shown = ""
        self._seen = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def sees(self, text: str) -> None:
        """Wait until it is shown."""
        deadline = time.monotonic() + _SECONDS
        while (at := self.shown.find(text, self._seen)) < 0:
            assert self._read(deadline), f"never shown: {text!r}\n{self.shown}"
        self._seen = at + len(text)

    def answers(self, question: str, answer: str) -> None:
        self.sees(question)
        self.types(f"{answer}\n")

    def types(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def ends(self) -> int:
        """Wait for the end, and return the exit status."""
        deadline = time.monotonic() + _SECONDS
        while self._read(deadline):
            pass
        return self._process.wait(_SECONDS)

    def interrupts(self, text: str) -> None:
        """Press ^C until this is shown.

        Python misses one that comes after a question was shown and before it is waited for.
        """
        deadline = time.monotonic() + _SECONDS
        while text not in self.shown[self._seen :]:
            assert time.monotonic() < deadline, f"never shown: {text!r}\n{self.shown}"
            self.types("\x03")
            until = min(time.monotonic() + 2.0, deadline)
            while text not in self.shown[self._seen :] and self._read(until):
                pass

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(deadline - time.monotonic(), 0))
        try:
            read = os.read(self._master, 65536) if ready else b""
        except OSError:  # Nobody is at the other end any more.
            return False
        self.shown += read.decode(errors="replace")
        return bool(read)


def _own_terminal() -> None:
    """Make the pseudo-terminal the one that ^C and questions for secrets go by."""
    os.close(os.open(os.ttyname(0), os.O_RDWR))
