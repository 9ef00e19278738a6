"""The status is shown in place for as long as somebody looks."""

from contextlib import closing
from pathlib import Path

import pytest
from terminal import Terminal

from syncd.app import open_store_at
from syncd.sandbox.box import Sandbox


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Sandbox() as box:
        (tmp_path / "config.toml").write_text(box.config_toml(), encoding="utf-8")
    return tmp_path


def test_it_shows_what_changes_until_it_is_interrupted(folder: Path) -> None:
    with Terminal("status", "--watch", folder=folder) as terminal:
        terminal.sees("run `syncd migrate`")
        with closing(open_store_at(f"sqlite:///{folder}/syncd.db")) as store:
            store.migrate()
        terminal.sees("Ctrl-C ends it")
        terminal.sees("syncd is NOT running")
        terminal.sees("Ctrl-C ends it")
        terminal.types("\x03")
        assert terminal.ends() == 0
    assert "Traceback" not in terminal.shown


def test_a_terminal_that_cannot_be_written_over_is_told(folder: Path) -> None:
    with Terminal("status", "--watch", folder=folder, environment={"TERM": "dumb"}) as terminal:
        assert terminal.ends() == 2
    assert "--watch wants a terminal" in terminal.shown
