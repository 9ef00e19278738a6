"""A sandbox a test; what a configuration reads of the environment is put back."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tenant import Tenant

from syncd.sandbox.box import Sandbox


@pytest.fixture
def tenant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tenant]:
    for name in [*os.environ]:
        if name.startswith("SYNCD_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "")
    with Sandbox() as box:
        for name, value in box.environment().items():
            monkeypatch.setenv(name, value)
        yield Tenant(box, tmp_path)
