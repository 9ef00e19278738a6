"""The real loops under a virtual clock: seeds choose what is said, what fails and who runs next.

`SEEDS=5000 pytest tests/simulation` plays more of them, about six for each second of processor time
(15 to 60 steps each, over the real store); `SEED=17` plays one again.
"""

import os
from collections import Counter

import pytest
from simulation.disk import Disk
from simulation.schedule import Told, play

ONE = os.environ.get("SEED")
SEEDS = [int(ONE)] if ONE else range(int(os.environ.get("SEEDS", "60")))


@pytest.fixture(scope="module")
def told(disk: Disk) -> list[Told]:
    return [play(disk, seed) for seed in SEEDS]


def test_the_promise_is_kept_in_every_schedule(told: list[Told]) -> None:
    failed = [f"seed {t.seed}: {sentence}" for t in told for sentence in t.broken]
    assert not failed, "\n".join(failed[:20])


def test_the_same_seed_tells_the_same_story(disk: Disk, told: list[Told]) -> None:
    assert play(disk, told[-1].seed) == told[-1]


def test_the_schedules_meet_what_they_are_to_prove(told: list[Told]) -> None:
    if ONE:
        return
    met = Counter[str]()
    for one in told:
        met.update(one.met)
    fates = {name.rpartition(": ")[2] for name in met}
    assert fates == {"refused", "logged out", "request lost", "reply lost", "late",
                     "rejected", "unsure", "killed before", "killed after"}  # fmt: skip
    assert sum(t.deaths for t in told) > len(told)
    assert 2 * sum(t.tickets for t in told) > len(told)
    assert sum(t.shown for t in told) > 3 * len(told)
    assert 5 * sum(t.kept for t in told) > len(told)
