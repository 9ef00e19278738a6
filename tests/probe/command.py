"""The command as a process of its own, which somebody ends from outside."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Self

from tenant import Tenant

_PATIENCE = 20
"""Seconds in which whatever is waited for has surely happened."""


class Command:
    """One run of `syncd probe` on a tenant; use it as a context."""

    def __init__(self, tenant: Tenant, *words: str) -> None:
        report, config = str(tenant.folder / "report.json"), str(tenant.config_file())
        asked = [sys.executable, "-u", "-W", "error", "-m", "syncd", "probe", report]
        told = tenant.folder / "told.txt"
        self._told, self._errors = told, told.with_suffix(".err")
        with told.open("wb") as out, self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [*asked, *words, "--config", config],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=errors,
                env={**os.environ, "COLUMNS": "200"},
            )

    @property
    def said(self) -> str:
        """What it has printed so far, on either stream."""
        return self._told.read_text() + self._errors.read_text()

    def wait(self, until: Callable[[], object]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not until():
            assert self._process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.02)

    def says_no(self) -> None:
        """Answer one question with a bare Enter."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()

    def hears(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def ends(self) -> int:
        return self._process.wait(_PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._process.kill()
        self._process.communicate()
