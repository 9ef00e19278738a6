"""An operator asks whether what the file says will work, before anybody mentions the bot."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from syncd.sandbox.box import Sandbox


def check(box: Sandbox, folder: Path, right: str = "", wrong: str = "") -> tuple[int, str]:
    """Run `syncd check --online` on the sandbox's file, with one thing changed."""
    config = folder / "config.toml"
    config.write_text(box.config_toml().replace(right, wrong), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "syncd", "check", "--online", "--config", str(config)],
        env={**os.environ, **box.environment()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout


def test_a_file_that_works_is_told_so_even_where_no_ticket_exists(
    box: Sandbox, tmp_path: Path
) -> None:
    status, said = check(box, tmp_path)
    assert status == 0, said
    assert "the form has" in said
    assert "HELP has no ticket yet" in said


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("customfield_10050", "customfield_19999", "no text field customfield_19999"),
        ("customfield_10050", "customfield_10041", "no text field customfield_10041"),
        ('project = "HELP"', 'project = "HLEP"', "HLEP"),
        ('request_type = "10"', 'request_type = "999"', "JSM at http://127.0.0.1"),
        ('app_id = "cli_', 'app_id = "cli_x', "Lark at http://127.0.0.1"),
    ],
)
def test_what_would_refuse_every_submit_is_named(
    box: Sandbox, tmp_path: Path, right: str, wrong: str, says: str
) -> None:
    assert right in box.config_toml()
    status, said = check(box, tmp_path, right, wrong)
    assert status == 2, said
    assert says in said
