"""A migrated, empty database to copy. `--basetemp` on a disk in memory makes the schedules fast."""

from pathlib import Path

import pytest

from syncd.core.model import Ms
from syncd.store.store import Store


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose `empty.db` has all tables."""
    folder = tmp_path_factory.mktemp("simulation")
    store = Store.open(f"sqlite:///{folder}/empty.db", clock=lambda: Ms(0))
    store.migrate()
    store.close()
    return folder
