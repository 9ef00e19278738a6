"""What people write in a thread reaches the ticket in the order in which they wrote it."""

from collections.abc import Iterator
from pathlib import Path

import databases
import pytest
from bursts import Bursts
from running_house import RunningHouse

COUNT = 24
DAEMONS = [("sqlite", 1), *((name, count) for name in databases.servers() for count in (1, 3))]


@pytest.fixture(params=DAEMONS, ids=lambda param: f"{param[0]}-{param[1]}")
def daemons(request: pytest.FixtureRequest) -> int:
    return int(request.param[1])


@pytest.fixture
def url(request: pytest.FixtureRequest, daemons: int, tmp_path: Path) -> Iterator[str]:
    name, _ = request.node.callspec.params["daemons"]
    with databases.fresh(name, tmp_path) as made:
        yield made


def test_bursts_of_replies_keep_their_order_while_much_else_is_written(
    house: RunningHouse, daemons: int
) -> None:
    for _ in range(daemons - 1):
        house.starts()
    bursts = Bursts(house)
    bursts.happen(COUNT)
    assert bursts.swapped() == []
    assert bursts.out_of_order() == 0
