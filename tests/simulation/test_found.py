"""What the schedules found: each story alone, as it went wrong once."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from simulation.chat import PEOPLE, PREMIUM
from simulation.promise import broken, calm
from simulation.town import Town
from simulation.weather import Choose, Fate

ANN = PEOPLE[0]
Founder = Callable[[Choose], Town]


def fine(name: str, possible: tuple[Fate, ...]) -> Fate:
    return Fate.FINE


@pytest.fixture
def found(ground: Path) -> Iterator[Founder]:
    """Found a town whose calls and commits go as the test says."""
    towns: list[Town] = []

    def make(choose: Choose) -> Town:
        towns.append(Town(ground / "empty.db", ground, 1_000_000 + len(towns), choose))
        return towns[-1]

    yield make
    for town in towns:
        town.close()


def test_a_disk_that_is_full_for_a_while_buries_no_event(found: Founder) -> None:
    """Seed 33: claiming needs no room, deciding does; five such tries buried a mention."""
    full = False

    def no_room_to_decide(name: str, possible: tuple[Fate, ...]) -> Fate:
        nonlocal claimed
        if not full or name != "commit":
            return Fate.FINE
        claimed = (claimed + 1) % 3  # claim, decide, give back
        return Fate.REFUSED if claimed == 2 else Fate.FINE

    claimed = 0
    town = found(no_room_to_decide)
    town.turn("basics")
    town.mentions_bot(ANN, PREMIUM)
    town.turn("socket")
    full = True
    for _ in range(8):
        town.passes(5_000)
        town.turn("intake")
    assert town.weather.met == {"commit: refused": 8}
    calm(town)
    assert len(town.chat.forms(ANN)) == 1
    assert broken(town) == []
