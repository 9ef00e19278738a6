"""An administrator is led from an empty folder to a service that works, and changes it later."""

import base64
import re
import stat
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from terminal import Terminal
from typer.testing import CliRunner

from syncd import config
from syncd.cli import app
from syncd.cli.setup.answers import Answers
from syncd.cli.setup.writing import write
from syncd.config.edited import with_chat, with_value, without_chats
from syncd.core.errors import SyncdError
from syncd.ops.unit import sample
from syncd.sandbox.box import Sandbox


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox() as opened:
        yield opened


def names_the_app(terminal: Terminal, box: Sandbox) -> None:
    terminal.answers("Which one is it", "3")
    terminal.answers("Its address", box.lark_url)
    terminal.answers("App ID", "ACME bot")
    terminal.sees("An App ID begins with cli_")
    terminal.answers("App ID", box.lark_state.app_id)
    terminal.answers("App Secret", "mistyped-secret")
    terminal.sees("app secret invalid")
    terminal.answers("App ID", "")
    terminal.answers("App Secret", box.lark_state.app_secret)
    terminal.sees("the bot is Support Bot")


def names_the_site(terminal: Terminal, box: Sandbox) -> None:
    terminal.answers("Your site", "http://127.0.0.1:1")
    terminal.sees("connection refused")
    terminal.answers("Your site", box.jsm_url)
    terminal.answers("Where customers open the portal", "")
    terminal.answers("e-mail address", "support-bot@example.com")
    terminal.answers("Its API token", box.jira_state.token)
    terminal.sees("We are Support Bot")
    terminal.answers("last day", "tomorrow")
    terminal.answers("must be a day", "2099-05-01")


def chooses_what_there_is(terminal: Terminal) -> None:
    terminal.sees("2. Billing (BILL)")
    terminal.answers("Which service desk", "7")
    terminal.answers("Type a number from 1 to 2", "")
    terminal.answers("Which request type", "1")
    terminal.answers("Where may it stand", "1")
    terminal.sees("The form asks for: Summary (required), Description")
    terminal.answers("shall be served", "1")
    terminal.answers("Which plan", "2")
    terminal.answers("In which language", "3")
    terminal.answers("Domains", "acme.example")
    terminal.sees("Where operators are told")
    terminal.answers("In which group", "4")


def test_from_an_empty_folder_to_a_service_that_works(box: Sandbox, tmp_path: Path) -> None:
    with Terminal("setup", folder=tmp_path) as terminal:
        names_the_app(terminal, box)
        terminal.sees(f"{box.lark_url}/app/{box.lark_state.app_id}/event")
        terminal.sees("While this waits syncd is connected")
        waits_for_a_connection(box)
        terminal.answers("Press Enter", "")
        names_the_site(terminal, box)
        chooses_what_there_is(terminal)
        terminal.sees("SY-101  The configuration is right.")
        terminal.sees("syncd can work")
        terminal.answers("Into which group", "1")
        terminal.sees("It stands there")
        assert terminal.ends() == 0

    for secret in ("mistyped-secret", *box.environment().values()):
        assert secret not in terminal.shown
    modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir()}
    assert modes == {"config.toml": 0o644, "jsm_api_token": 0o600, "lark_app_secret": 0o600}
    written = (tmp_path / "config.toml").read_text(encoding="utf-8")
    assert not any(secret in written for secret in box.environment().values())
    assert "this is a test message" in str(box.lark_people.view("aiko", "oc_acme"))
    looked = checks(tmp_path)
    assert looked.returncode == 0, looked.stderr

    before = written.splitlines()
    assert changes_one_answer(tmp_path) == 0
    after = (tmp_path / "config.toml").read_text(encoding="utf-8").splitlines()
    assert [(a, b) for a, b in zip(before, after, strict=True) if a != b] == [
        (line(before, "chat ="), line(after, "chat ="))
    ]
    assert 'chat = "oc_globex"' in line(after, "chat =")
    assert "# oc_..., a chat that the bot is in" in line(after, "chat =")


@pytest.mark.parametrize("end", ["made", "denied", "expired", "^C"])
def test_an_app_that_lark_makes_by_a_code(box: Sandbox, tmp_path: Path, end: str) -> None:
    registration = box.lark_state.registration
    registration.interval = 1
    with Terminal("setup", folder=tmp_path) as terminal:
        terminal.answers("Which one is it", "3")
        terminal.answers("Its address", box.lark_url)
        terminal.answers("App ID", "scan")
        terminal.sees("open it in a browser: ")
        terminal.sees("Ctrl-C takes you back")
        (link,) = re.findall(r"browser: (\S+)", terminal.shown)
        if end == "made":
            assert httpx.get(link).text == "The app is made."
            terminal.sees("the bot is Support Bot")
            terminal.answers("Press Enter", "")
            terminal.sees("Your site")
        elif end == "^C":
            terminal.interrupts("Nobody scanned it")
            terminal.sees("App ID")
        else:
            (code,) = registration.begun.values()
            registration.decide(code, end)
            terminal.sees({"denied": "refused", "expired": "The code has expired"}[end])
            terminal.sees("App ID")
    assert box.lark_state.app_secret not in terminal.shown
    if end == "made":
        scopes = registration.wanted["scopes"]["tenant"]
        assert {"im:message:send_as_bot", "im:message.group_msg"} <= set(scopes)
        assert registration.wanted["callbacks"] == {"items": ["card.action.trigger"]}
        assert "im.message.receive_v1" in registration.wanted["events"]["items"]["tenant"]


def test_where_no_apps_are_made_by_a_code_the_question_comes_again(
    box: Sandbox, tmp_path: Path
) -> None:
    with Terminal("setup", folder=tmp_path) as terminal:
        terminal.answers("Which one is it", "3")
        terminal.answers("Its address", box.jsm_url)
        terminal.answers("App ID", "scan")
        terminal.sees("Lark made no app")
        terminal.sees("App ID")


def test_another_site_is_not_shown_the_token_that_is_there(box: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        '[lark]\napp_id = "cli_1"\n[jsm]\napi_base = "https://jira.invalid"\n'
        'account_email = "bot@acme.example"\n'
    )
    answers = Answers(path, path.read_text(), is_new=False, secrets={"jsm_api_token": "CANARY"})
    answers.put("jsm", "api_base", box.jsm_url)
    with answers.case(strangers=True) as case:
        case.helpdesk.site()
    known = base64.b64encode(b"bot@acme.example:CANARY").decode()
    calls = box.world.journal.calls("jsm")
    assert calls and not any(known in str(call) for call in calls)
    with answers.case() as case:
        case.helpdesk.site()
    assert any(known in str(call) for call in box.world.journal.calls("jsm")), "it is seen"
    assert answers.token_is_for == "https://jira.invalid"


def waits_for_a_connection(box: Sandbox) -> None:
    assert box.lark_people.wait_connected(), "setup does not hold a connection for the console"


def line(lines: list[str], start: str) -> str:
    (found,) = [one for one in lines if one.startswith(start)]
    return found


def checks(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "syncd", "check", "--online"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)


def changes_one_answer(folder: Path) -> int:
    with Terminal("setup", folder=folder) as terminal:
        terminal.sees("What shall be changed?")
        terminal.answers("Which", "5")
        terminal.answers("In which group", "2")
        terminal.sees("Written: ")
        terminal.answers("Into which group", "")
        return terminal.ends()


def test_whoever_stops_in_the_middle_finds_nothing_written(box: Sandbox, tmp_path: Path) -> None:
    with Terminal("setup", folder=tmp_path) as terminal:
        names_the_app(terminal, box)
        terminal.answers("Press Enter", "")
        terminal.sees("Your site")
        terminal.interrupts("Stopped; nothing is written.")
        assert terminal.ends() == 2
    assert "Traceback" not in terminal.shown
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_terminal_is_told_another_way(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "syncd", "setup"]
    done = subprocess.run(
        command, cwd=tmp_path, input="3\n", capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "this is no terminal" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_files_are_written_all_together_or_not_at_all(tmp_path: Path) -> None:
    there, elsewhere = tmp_path / "config.toml", tmp_path / "file" / "lark_app_secret"
    there.write_text("as it was")
    elsewhere.parent.write_text("no folder")
    with pytest.raises(SyncdError, match="What was there is as it was"):
        write({there: ("new", 0o644), elsewhere: ("secret", 0o600)})
    assert there.read_text() == "as it was"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config.toml", "file"]


def test_a_full_disk_leaves_all_as_it_was(tmp_path: Path) -> None:
    """As the operating system tells of one: no file may become longer than that."""
    (tmp_path / "config.toml").write_text("as it was")
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from syncd.cli.setup.writing import write; from syncd.core.errors import SyncdError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "folder = Path(sys.argv[1])\n"
        "files = {folder / 'jsm_api_token': ('t', 0o600)}\n"
        "files[folder / 'config.toml'] = ('long' * 4096, 0o644)\n"
        "try: write(files)\n"
        "except SyncdError as told: print(told)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert "cannot be written: File too large. What was there is as it was" in done.stdout
    assert [path.read_text() for path in tmp_path.iterdir()] == ["as it was"]


def test_a_place_that_cannot_be_written_is_told_before_the_first_question(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with Terminal("setup", "--config", "file/config.toml", folder=tmp_path) as terminal:
        assert terminal.ends() == 2
    assert "could not be written" in terminal.shown
    assert "Which one is it" not in terminal.shown


def test_secrets_beside_the_file_are_found_by_every_command(
    box: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "")
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    (tmp_path / "config.toml").write_text(box.config_toml(), encoding="utf-8")
    (tmp_path / "lark_app_secret").write_text(box.lark_state.app_secret)
    (tmp_path / "jsm_api_token").write_text(box.jira_state.token)
    config_file = str(tmp_path / "config.toml")
    done = CliRunner().invoke(app, ["check", "--online", "--config", config_file])
    assert done.exit_code == 0, done.output


def test_the_sample_is_a_file_that_setup_can_fill_in() -> None:
    text = without_chats(sample().read_text(encoding="utf-8"))
    text = with_value(text, "lark", "app_id", 'cli_"1" # \\')
    text = with_value(text, "jsm", "forms_base", "https://forms.example")
    text = with_value(text, "new", "key", ["a", "b"])
    text = with_chat(text, {"id": "oc_1", "name": "名前", "allowed_domains": ["acme.com"]})
    found = tomllib.loads(text)
    assert found["lark"]["app_id"] == 'cli_"1" # \\'
    assert found["chats"] == [{"id": "oc_1", "name": "名前", "allowed_domains": ["acme.com"]}]
    assert found["new"] == {"key": ["a", "b"]}
    assert "# secret: SYNCD_LARK__APP_SECRET" in text


def test_a_line_that_cannot_be_changed_is_left_to_the_operator() -> None:
    text = '[alerts]\nchat = """\noc_1"""\n'
    with pytest.raises(config.ConfigError, match=r"alerts.chat: .* by hand"):
        with_value(text, "alerts", "chat", "oc_2")
