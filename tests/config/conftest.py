"""Only what a test writes is configured."""

import os
from pathlib import Path

import pytest
from config_file import SECRETS, written


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Only the two secrets are set."""
    for name in [*os.environ]:
        if name.startswith("SYNCD_") or name in ("CREDENTIALS_DIRECTORY", "STATE_DIRECTORY"):
            monkeypatch.delenv(name)
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A configuration that says no more than it has to."""
    return written(tmp_path / "etc" / "config.toml")


@pytest.fixture
def credentials(tmp_path: Path, environment: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "credentials"
    folder.mkdir()
    environment.setenv("CREDENTIALS_DIRECTORY", str(folder))
    return folder
