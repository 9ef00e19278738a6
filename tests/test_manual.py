"""The manual page says what the program says, in letters that a typesetter takes as they are."""

import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from syncd.cli import app
from syncd.cli.upkeep import manual, roff

_PAGE = Path(__file__).parents[1] / "man" / "syncd.1"
_ESCAPES = re.compile(r"\\(?:[e&-]|\((?:aq|ga|ha|ti)|f[BIR]|\[u[0-9A-F]{4,6}\])")
_REQUESTS = re.compile(r"\.(TH|SH|SS|PP|TP)\b")
_JUDGES = (
    ["groff", "-man", "-ww", "-z", "-T", "utf8"],
    # It wants a date, which would differ from build to build.
    ["mandoc", "-T", "lint", "-W", "error,stop"],
)


def commands(group: Any, *words: str) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, *words, name)
        else:
            yield " ".join((*words, name)), command


def sections() -> dict[str, str]:
    """What the page says of each command, by its words."""
    plain = _ESCAPES.sub(lambda found: "-" if found[0] == r"\-" else "", manual.page())
    found = re.findall(r"^\.SS syncd ([a-z ]*[a-z])(.*?)(?=^\.S[SH] )", plain, re.M | re.S)
    return dict(found)


def test_the_page_that_is_installed_is_the_one_that_the_program_prints() -> None:
    printed = CliRunner().invoke(app, ["man"])
    assert printed.exit_code == 0
    assert printed.stdout == _PAGE.read_text(encoding="utf-8"), "run `make man`"


def test_it_names_every_command_and_option_and_no_other() -> None:
    told = sections()
    real = dict(commands(typer.main.get_command(app)))
    assert told.keys() == real.keys()
    for words, command in real.items():
        options = {
            name
            for param in command.params
            if param.param_type_name == "option"
            for name in (*param.opts, *param.secondary_opts)
        }
        terms = set(re.findall(r"^\.TP\n(--.*)$", told[words], re.M))
        assert {name for term in terms for name in re.findall(r"--[a-z-]+", term)} == options, words
        for param in command.params:
            assert roff.text(param.help) in manual.page(), (words, param.name)


def test_options_of_the_program_itself_are_told_too() -> None:
    page = manual.page()
    for name in ("--version", "--install-completion", "--help"):
        assert roff.bold(name) in page or f", {name}".replace("-", r"\-") in page


def test_every_secret_is_told_with_its_variable_and_its_file() -> None:
    page = manual.page()
    assert roff.bold("SYNCD_JSM__API_TOKEN") in page
    assert "jsm_api_token" in page


def test_nothing_in_it_is_taken_for_a_request_or_an_escape() -> None:
    for line in manual.page().splitlines():
        assert "\\" not in _ESCAPES.sub("", line), line
        assert not line.startswith((".", "'")) or _REQUESTS.match(line), line
        assert line.isascii()


@given(st.text())
def test_no_words_are_taken_for_a_request_or_an_escape(words: str) -> None:
    line = roff.text(words)
    assert "\n" not in line
    assert "\\" not in _ESCAPES.sub("", line)
    assert not line.startswith((".", "'"))


@pytest.mark.parametrize("judge", _JUDGES, ids=lambda judge: judge[0])
def test_typesetters_have_nothing_to_say(judge: list[str]) -> None:
    if shutil.which(judge[0]) is None:
        pytest.skip(f"{judge[0]} is not installed")
    done = subprocess.run([*judge, str(_PAGE)], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_it_is_put_where_it_can_be_found_and_read_by_everybody(tmp_path: Path) -> None:
    path = manual.write(tmp_path / "share" / "man1")
    assert path.read_text(encoding="utf-8") == manual.page()
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_an_argument_that_may_be_left_out_stands_in_brackets_with_what_it_is_then() -> None:
    page = manual.page()
    assert ".SS \\fBsyncd probe\\fR [\\fIFILE\\fR]" in page
    assert "Default: syncd\\-probe.json." in page
    assert ".SS \\fBsyncd chats show\\fR \\fICHAT\\fR" in page
