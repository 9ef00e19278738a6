"""A backup and a move, taken while everybody writes, come up without losing or repeating a word."""

from collections.abc import Iterator
from pathlib import Path

import databases
import pytest
from crowd import Case, Crowd
from kept import promise_is_kept
from running_house import RunningHouse, at_once
from shell import Shell

PEOPLE = 6


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[str]:
    """Another database without tables: a server's where one is named."""
    with databases.empty(databases.names()[-1], tmp_path) as made:
        yield made


def test_a_backup_of_a_burst_knows_what_was_done_since(
    house: RunningHouse, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd, shell = Crowd(house, PEOPLE), Shell(house.folder)
    copy = str(house.folder / "backup.gz")
    cases = _filed(crowd)
    talks = [lambda case=case: crowd.talks(case) for case in cases]
    at_once([lambda: shell.run("backup", copy), *talks])
    at_once(talks)
    promise_is_kept(house, cases)
    house.ends()

    monkeypatch.setenv("SYNCD_STORE__URL", elsewhere)
    shell.run("restore", copy)
    house.starts()
    promise_is_kept(house, cases)


def test_a_move_in_a_burst_loses_nothing_and_repeats_nothing(
    house: RunningHouse, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd, shell = Crowd(house, PEOPLE), Shell(house.folder)
    cases = _filed(crowd)

    def moves() -> None:
        house.ends()
        shell.run("move", "--to", elsewhere)
        monkeypatch.setenv("SYNCD_STORE__URL", elsewhere)
        house.starts()

    at_once([moves, *(lambda case=case: crowd.talks(case) for case in cases)])
    promise_is_kept(house, cases)


def _filed(crowd: Crowd) -> list[Case]:
    cases: list[Case] = []
    at_once(lambda p=p, c=c: cases.append(crowd.files(p, c)) for p, c in crowd.people)
    return cases
