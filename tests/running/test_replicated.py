"""Litestream copies the SQLite file while everybody writes, and what it has comes up in service."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import databases
import pytest
from crowd import Case, Crowd
from kept import promise_is_kept
from running_house import RunningHouse, at_once
from shell import Shell
from sqlalchemy import make_url

PEOPLE = 6
_PATIENCE_SECONDS = 60

url = databases.fresh_on("sqlite")


@pytest.fixture
def litestream() -> str:
    found = shutil.which("litestream", path=Path(sys.executable).parent)
    return found or pytest.skip("Litestream's package has no program for this machine")


@contextmanager
def replicating(program: str, file: str, replica: Path) -> Iterator[None]:
    """Copy it all the while, and lose power at the end: the last second is in no copy."""
    log = replica.with_suffix(".log")
    with log.open("wb") as out:
        process = subprocess.Popen(
            [program, "replicate", file, f"file://{replica}"], stdout=out, stderr=out
        )
    try:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not any(one.is_file() for one in replica.rglob("*")):
            assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
            time.sleep(0.1)
        yield
    finally:
        process.kill()
        process.wait()


def test_what_litestream_copied_of_a_burst_knows_what_was_done_since(
    house: RunningHouse, url: str, tmp_path: Path, litestream: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd, shell = Crowd(house, PEOPLE), Shell(house.folder)
    replica, copy = tmp_path / "replica", tmp_path / "copy.db"
    cases: list[Case] = []
    with replicating(litestream, str(make_url(url).database), replica):
        at_once(lambda p=p, c=c: cases.append(crowd.files(p, c)) for p, c in crowd.people)
        at_once(lambda case=case: crowd.talks(case) for case in cases)
        promise_is_kept(house, cases)
        at_once(lambda case=case: crowd.talks(case) for case in cases)
    at_once(lambda case=case: crowd.talks(case) for case in cases)
    promise_is_kept(house, cases)
    house.ends()

    subprocess.run([litestream, "restore", "-o", copy, f"file://{replica}"], check=True)
    monkeypatch.setenv("SYNCD_STORE__URL", f"sqlite:///{tmp_path / 'restored.db'}")
    shell.run("restore", str(copy))
    house.starts()
    promise_is_kept(house, cases)
