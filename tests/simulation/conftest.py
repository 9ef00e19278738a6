"""A disk for the whole run; every town wipes it before it begins."""

from collections.abc import Iterator

import pytest
from simulation.disk import Disk


@pytest.fixture(scope="session")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    opened = Disk(tmp_path_factory.mktemp("simulation"))
    yield opened
    opened.close()
