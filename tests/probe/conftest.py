"""A sandbox a test; what a configuration reads of the environment is put back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from surroundings import surround
from tenant import Tenant

from syncd.sandbox.box import Sandbox


@pytest.fixture
def tenant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tenant]:
    with Sandbox() as box:
        surround(monkeypatch, box)
        yield Tenant(box, tmp_path)
