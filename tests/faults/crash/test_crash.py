"""The daemon is killed with -9 at any commit and any call; after a restart nothing is missing."""

from collections.abc import Iterator

import pytest
from faults.crash import matrix, script
from faults.crash.daemons import Nursery
from faults.crash.matrix import Run
from faults.crash.witness import Point
from house import GLOBEX

_POINTS = [
    ("before commit: INSERT history, INSERT inbox", 2),
    ("before ack", 1),
    ("before POST /open-apis/ephemeral/v1/send", 1),
    ("before POST /rest/servicedeskapi/request", 1),
    ("after POST /rest/servicedeskapi/request", 1),
    ("after POST /open-apis/im/v1/messages/ID/reply", 2),
    ("after POST /rest/api/3/issue/ID/comment", 1),
]
"""One for each way of recovering; `make faults` takes all of them."""


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as opened:
        yield opened


@pytest.mark.parametrize(("label", "nth"), _POINTS)
def test_a_story_with_one_death_ends_as_if_nothing_had_happened(
    nursery: Nursery, label: str, nth: int
) -> None:
    verdict, _ = matrix.play(nursery, Run(script.first(), (Point(label, nth),)))
    assert verdict.problems() == []
    assert verdict.deaths == 1, f"the daemon never came to {label!r}"
    assert verdict.markers_received > 0


def test_a_post_in_a_group_with_one_death_is_shown_once(nursery: Nursery) -> None:
    point = Point("after POST /open-apis/im/v1/messages", 1)
    verdict, _ = matrix.play(nursery, Run(script.first(GLOBEX), (point,)))
    assert verdict.problems() == []
    assert verdict.deaths == 1


@pytest.mark.parametrize("seed", [1, 2])
def test_a_varied_story_with_deaths_by_chance_ends_well(nursery: Nursery, seed: int) -> None:
    verdict, _ = matrix.play(nursery, matrix.seeded(seed))
    assert verdict.problems() == []
    assert verdict.deaths > 0
