"""Day two as an administrator meets it: real processes, real SQLite files."""

from pathlib import Path

import databases
from test_cli import SECRETS, Shell

_COMPLETED = "import sys; sys.argv[0] = 'syncd'; from syncd.cli import main; main()"


def test_a_shell_completes_commands(tmp_path: Path) -> None:
    asked = {"COMP_WORDS": "syncd outbox re", "COMP_CWORD": "2"}
    done = Shell(tmp_path).script(_COMPLETED, _SYNCD_COMPLETE="complete_bash", **asked)
    assert (done.stdout, done.stderr) == ("requeue\n", "")


def test_what_is_kept_goes_into_a_file_out_of_it_and_elsewhere(tmp_path: Path) -> None:
    shell, restored = Shell(tmp_path), {"SYNCD_STORE__URL": "sqlite:///restored.db"}
    with databases.fresh(databases.SQLITE, tmp_path):
        shell.says("chats", "enable", "oc_new")
    assert "chats 1" in shell.says("backup", "all.gz")
    assert "chats 1" in shell.says("restore", "all.gz", **restored)
    (tmp_path / "address").write_text("sqlite:///moved.db\n")
    assert "chats 1" in shell.says("move", "--from", "sqlite:///restored.db", "--to", "@address")
    (line, *_) = shell.refuses("restore", "all.gz", SYNCD_STORE__URL="sqlite:///moved.db")
    assert "is not empty" in line
    started = shell.run("run", **SECRETS, **restored)
    assert started.returncode == 2
    assert "was moved to" in started.stderr.splitlines()[-1]
