"""A sandbox a test; what a check reads of the environment is put back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from breakages import World, healthy
from surroundings import surround

from syncd.sandbox.box import Sandbox


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with Sandbox() as box:
        surround(monkeypatch, box)
        yield healthy(box, tmp_path)
