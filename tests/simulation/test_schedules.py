"""The real loops under a virtual clock: seeds choose what is said, what fails and who runs next.

`SEEDS=500 pytest tests/simulation` plays more of them, two or three a second; `SEED=17` plays one
again.
"""

import os
from collections import Counter
from pathlib import Path

import pytest
from simulation.schedule import Told, play

ONE = os.environ.get("SEED")
SEEDS = [int(ONE)] if ONE else range(int(os.environ.get("SEEDS", "12")))


@pytest.fixture(scope="module")
def told(ground: Path) -> list[Told]:
    return [play(ground / "empty.db", ground, seed) for seed in SEEDS]


def test_the_promise_is_kept_in_every_schedule(told: list[Told]) -> None:
    failed = [f"seed {t.seed}: {sentence}" for t in told for sentence in t.broken]
    assert not failed, "\n".join(failed[:20])


def test_the_same_seed_tells_the_same_story(ground: Path, told: list[Told]) -> None:
    assert play(ground / "empty.db", ground, told[-1].seed) == told[-1]


def test_the_schedules_meet_what_they_are_to_prove(told: list[Told]) -> None:
    if ONE:
        return
    met = Counter[str]()
    for one in told:
        met.update(one.met)
    fates = {name.rpartition(": ")[2] for name in met}
    assert fates == {"refused", "logged out", "request lost", "reply lost", "late",
                     "killed before", "killed after"}  # fmt: skip
    assert sum(t.deaths for t in told) > len(told)
    assert sum(t.tickets for t in told) > len(told)
    assert sum(t.shown for t in told) > 5 * len(told)
    assert sum(t.kept for t in told) >= len(told)
