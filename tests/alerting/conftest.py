from collections.abc import Iterator

import flows.conftest as flows
import pytest
from receiver import Receiver, receiving

box, make_house, timing, url = flows.box, flows.make_house, flows.timing, flows.url


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened
