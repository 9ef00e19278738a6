"""A served fake Jira for each test."""

from collections.abc import Iterator

import pytest
from jsm_served import Served, served


@pytest.fixture
def here() -> Iterator[Served]:
    with served() as site_there:
        yield site_there
