from collections.abc import Iterator

import pytest

from syncd.sandbox.box import Sandbox


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox() as opened:
        yield opened
