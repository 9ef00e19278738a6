"""The command line as an operator meets it: processes of their own, a real SQLite file."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import databases
import forge
import pytest
from sqlalchemy import create_engine, text

from syncd import __version__
from syncd.core.delivery import Order
from syncd.core.kinds import TellPerson
from syncd.core.model import ChatId, Destination, Ms, PersonId
from syncd.store.store import Store

CONFIG = """\
[lark]
app_id = "cli_1"
[jsm]
api_base = "https://acme.atlassian.net"
portal_base = "https://support.acme.example"
account_email = "bot@acme.example"
service_desk = "1"
project = "HELP"
request_type = "10"
[[chats]]
id = "oc_filed"
name = "ACME support"
plan = "premium"
"""
FIVE_MISTAKES = (
    CONFIG.replace("https://acme.atlassian.net", "acme.atlassian.net")
    .replace('plan = "premium"', 'plan = "gold"')
    .replace("[[chats]]", "[poll]\nintervall_seconds = 5\n[[chats]]")
    + '[[chats]]\nid = "oc_filed"\n'
)
SECRETS = {"SYNCD_LARK__APP_SECRET": "lark-secret", "SYNCD_JSM__API_TOKEN": "jsm-token"}
HEAVY = (
    "alembic", "apscheduler", "httpx", "lark_oapi", "pydantic", "pydantic_settings", "sqlalchemy",
    "starlette", "structlog", "uvicorn", "websockets", "syncd.config", "syncd.app", "syncd.sandbox",
)  # fmt: skip
SAY_WHAT_WAS_LOADED = f"""
import sys
from syncd.cli import main
try:
    main()
finally:
    print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)
"""


class Shell:
    """Runs `syncd` in a folder that holds a configuration."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("SYNCD_") and name not in ("STATE_DIRECTORY", "COLUMNS")
        }
        self.write(CONFIG)

    def write(self, config: str) -> None:
        (self.folder / "config.toml").write_text(config, encoding="utf-8")

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        out, err = self.folder / ".stdout", self.folder / ".stderr"
        env = {**self.environment, **environment}
        with out.open("wb") as stdout, err.open("wb") as stderr:
            command = forge.Command(words, cwd=self.folder, env=env, stdout=stdout, stderr=stderr)
            status = command.wait(60)
        said = (out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))
        return subprocess.CompletedProcess(words, status, *said)

    def installed(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run it as a shell does, the interpreter included."""
        return self._run("-m", "syncd", *words, **environment)

    def script(
        self, code: str, *words: str, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return self._run("-c", code, *words, **environment)

    def says(self, *words: str, **environment: str) -> str:
        """What the command prints when all goes well."""
        done = self.run(*words, **environment)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def refuses(self, *words: str, **environment: str) -> list[str]:
        """The lines in which the command says what is wrong."""
        done = self.run(*words, **environment)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Traceback" not in done.stderr
        return done.stderr.splitlines()

    def row(self, id: str) -> list[str]:
        """What `chats list` says about one chat."""
        (line,) = [line for line in self.says("chats", "list").splitlines() if id in line]
        return [cell.strip() for cell in line.strip("│").split("│")]

    def _run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words],
            cwd=self.folder,
            env={**self.environment, **environment},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def migrated(shell: Shell) -> Iterator[Shell]:
    with databases.fresh(databases.SQLITE, shell.folder):
        yield shell


@pytest.mark.parametrize("port", ["99999", "-1"])
def test_a_port_that_does_not_exist_is_refused_in_a_sentence(shell: Shell, port: str) -> None:
    assert "Invalid value for '--port'" in "\n".join(shell.refuses("demo", "--port", port))


def test_help_loads_nothing_heavy(shell: Shell) -> None:
    done = shell.script(SAY_WHAT_WAS_LOADED, "--help")
    assert (done.returncode, done.stderr) == (0, "[]\n")
    assert "status" in done.stdout


def test_help_of_a_command_loads_nothing_of_ours(shell: Shell) -> None:
    done = shell.script(SAY_WHAT_WAS_LOADED, "run", "--help")
    assert done.returncode == 0
    # typer itself may read a command's options with pydantic.
    assert done.stderr in ("[]\n", "['pydantic']\n")
    assert "SIGTERM" in done.stdout


@pytest.mark.parametrize("words", [(), ("status",), ("outbox",), ("outbox", "show")])
def test_help_is_had_by_its_short_name_everywhere(shell: Shell, words: tuple[str, ...]) -> None:
    assert shell.says(*words, "-h") == shell.says(*words, "--help")


def test_version_is_the_packages_own(shell: Shell) -> None:
    done = shell.installed("--version")
    assert (done.returncode, done.stdout) == (0, f"{__version__}\n")


@pytest.mark.parametrize("command", ["run", "check"])
def test_five_mistakes_are_five_lines_on_standard_error(shell: Shell, command: str) -> None:
    shell.write(FIVE_MISTAKES)
    lines = shell.refuses(command, SYNCD_LARK__APP_SECRET="lark-secret")
    assert sorted(line.partition(":")[0] for line in lines) == [
        "chats[0].plan",
        "chats[1].id",
        "jsm.api_base",
        "jsm.api_token",
        "poll.intervall_seconds",
    ]


def test_right_configuration_is_said_to_be_right(shell: Shell) -> None:
    right, store = shell.says("check", **SECRETS).splitlines()
    assert right == "The configuration is right."
    assert store.endswith("syncd.db is not there yet; `syncd run` makes it.")
    assert not (shell.folder / "syncd.db").exists()


def test_a_database_that_could_not_be_used_is_told_before_anything_runs(shell: Shell) -> None:
    for url, said in (
        ("sqlite:////nowhere/syncd.db", "/nowhere is not there"),
        (f"sqlite:///{shell.folder}", "it is no file"),
        ("postgresql+psycopg://127.0.0.1:1/syncd", "cannot be reached"),
    ):
        done = shell.run("check", **SECRETS, SYNCD_STORE__URL=url)
        assert (done.returncode, done.stdout) == (2, "The configuration is right.\n")
        (line,) = done.stderr.splitlines()
        assert said in line


def test_a_database_of_a_newer_version_is_told_by_check(migrated: Shell) -> None:
    url = f"sqlite:///{migrated.folder}/syncd.db"
    assert "has this version's tables" in migrated.says("check", **SECRETS)
    with create_engine(url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    done = migrated.run("check", **SECRETS)
    assert done.returncode == 2
    assert "migrated by a newer syncd" in done.stderr


def test_configuration_that_is_not_there_is_named(shell: Shell) -> None:
    (line,) = shell.refuses("check", "--config", "other.toml")
    assert line.startswith(f"{shell.folder}/other.toml: no such file")


def test_unknown_command_is_refused(shell: Shell) -> None:
    assert "No such command 'brew'" in "\n".join(shell.refuses("brew"))


@pytest.mark.parametrize("words", [("status",), ("chats", "list"), ("chats", "enable", "oc_1")])
def test_database_that_was_never_made_is_told_in_a_sentence(
    shell: Shell, words: tuple[str, ...]
) -> None:
    (line,) = shell.refuses(*words)
    assert line.endswith("run `syncd migrate`.")
    assert not (shell.folder / "syncd.db").exists()


def test_file_that_is_no_database_is_told_in_a_sentence(shell: Shell) -> None:
    (shell.folder / "syncd.db").write_text("a letter to my aunt, and no database at all")
    (line,) = shell.refuses("status")
    assert "syncd.db is not a SQLite database" in line


def test_migrating_twice_is_as_good_as_once(shell: Shell) -> None:
    first, second = shell.says("migrate"), shell.says("migrate")
    assert first == second == "The database has this version's tables.\n"


def test_database_is_made_where_the_service_keeps_its_state(shell: Shell) -> None:
    state = shell.folder / "state"
    state.mkdir()
    shell.says("migrate", STATE_DIRECTORY=str(state))
    assert (state / "syncd.db").exists()
    assert not (shell.folder / "syncd.db").exists()


def test_status_of_an_empty_database_says_that_nothing_happened_yet(migrated: Shell) -> None:
    done = migrated.run("status")
    assert (done.returncode, done.stderr) == (1, "")
    first, to_do, *_ = done.stdout.splitlines()
    assert first == "syncd is NOT running (it never was, on this database)."
    assert to_do.startswith("TO DO: syncd is not running")
    assert "not asked yet" in done.stdout
    assert "not delivered" not in done.stdout


def test_status_shows_what_is_dead_with_its_reason_whatever_that_is(migrated: Shell) -> None:
    reason = "the chat said [/no] to\x1b[2J\nthis"
    store = Store.open(f"sqlite:///{migrated.folder}/syncd.db", clock=lambda: Ms(1))
    tell = TellPerson(ChatId("oc_filed"), PersonId("ou_ann"), "hello")
    store.write(lambda tx: tx.outbox.put(Order(tell, "lark:1", "k1", chat_id=tell.chat_id)))
    (claimed,) = store.claim(Destination.LARK, 1, 1000)
    store.write(lambda tx: tx.outbox.step(claimed, "rejected", reason=reason))
    store.close()
    shown = migrated.run("status").stdout.partition("not delivered")[2]
    (line,) = [line for line in shown.splitlines() if claimed.id in line]
    assert "TellPerson" in line
    assert "oc_filed" in line
    assert "the chat said [/no] to[2J this" in line


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_name_that_the_terminal_cannot_show_ends_no_command(
    migrated: Shell, encoding: str
) -> None:
    migrated.says("chats", "enable", "oc_new", "--name", "客户群")
    for words in (("chats", "list"), ("status",), ("outbox", "list"), ("inbox", "list")):
        deaf = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C"}
        done = migrated.installed(*words, **deaf)
        assert done.returncode in (0, 1)
        assert "Traceback" not in done.stderr
        assert ("oc_new" in done.stdout) is (words[0] == "chats")
