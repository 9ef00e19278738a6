"""A sandbox a test; what a check reads of the environment is put back."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from breakages import World, healthy

from syncd.sandbox.box import Sandbox


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name in [*os.environ]:
        if name.startswith("SYNCD_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "")
    with Sandbox() as box:
        for name, value in box.environment().items():
            monkeypatch.setenv(name, value)
        yield healthy(box, tmp_path)
