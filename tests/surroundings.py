"""What a configuration reads of the environment, as a sandbox says it and nobody else."""

import os

import pytest

from syncd.sandbox.box import Sandbox


def surround(monkeypatch: pytest.MonkeyPatch, box: Sandbox) -> None:
    """Set it for one test; what was there comes back."""
    for name in [*os.environ]:
        if name.startswith("SYNCD_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "")
    for name, value in box.environment().items():
        monkeypatch.setenv(name, value)
