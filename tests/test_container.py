"""The Dockerfile: what it promises is in it, and what it names is there."""

import fnmatch
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer

from syncd.cli import app
from syncd.config.credentials import CREDENTIALS
from syncd.ops.web import Page, Web

_ROOT = Path(__file__).parents[1]
_TEXT = (_ROOT / "Dockerfile").read_text(encoding="utf-8")


def lines() -> list[tuple[str, str]]:
    """Each instruction and what follows it, with continued lines joined and comments left out."""
    kept = [line for line in _TEXT.splitlines() if line and not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(kept))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in joined.splitlines())]


def last_stage() -> dict[str, list[str]]:
    """What each instruction of the image itself says."""
    found: dict[str, list[str]] = {}
    for word, rest in lines():
        if word == "FROM":
            found = {}
        found.setdefault(word, []).append(rest)
    return found


def only(word: str) -> str:
    (said,) = last_stage()[word]
    return said


def environment() -> dict[str, str]:
    return dict(re.findall(r"(\w+)=(\S+)", " ".join(last_stage()["ENV"])))


def health_command() -> list[str]:
    command: list[str] = json.loads(only("HEALTHCHECK").partition(" CMD ")[2])
    return command


def test_every_stage_stands_on_the_same_base_pinned_by_its_digest() -> None:
    bases = {rest.partition(" AS ")[0] for word, rest in lines() if word == "FROM"}
    (base,) = bases
    assert re.fullmatch(r"python:3\.\d+-slim-\w+@sha256:[0-9a-f]{64}", base)


def test_it_runs_as_a_user_who_is_not_root_and_keeps_everything_in_one_place() -> None:
    user = only("USER").partition(":")[0]
    assert int(user) > 0
    assert f"--uid {user} " in only("RUN")
    assert environment()["STATE_DIRECTORY"] == only("VOLUME") == only("WORKDIR")
    order = [word for word, _ in lines()]
    assert "RUN" not in order[order.index("USER") :]


def test_what_it_starts_is_a_program_and_a_command_of_this_project() -> None:
    scripts = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (program,) = json.loads(only("ENTRYPOINT"))
    (command,) = json.loads(only("CMD"))
    assert program in scripts["scripts"]
    assert command in getattr(typer.main.get_command(app), "commands", ())


def test_every_file_that_it_copies_is_there_and_not_ignored() -> None:
    ignore = (_ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = [line[1:] for line in ignore if line.startswith("!")]
    copied = [rest.split()[:-1] for word, rest in lines() if word == "COPY"]
    own = [source for sources in copied for source in sources if not sources[0].startswith("--")]
    assert own
    assert [name for name in [*own, *let_in] if not (_ROOT / name).exists()] == []
    assert [name for name in own if name != "." and name not in let_in] == []
    needed = ["LICENSE", "README.md", "config.toml", "migrations", "pyproject.toml", "syncd"]
    assert "*" in ignore
    assert [name for name in needed if not any(fnmatch.fnmatch(name, p) for p in let_in)] == []


def test_all_libraries_come_by_their_hashes_and_from_no_address_that_it_names() -> None:
    commands = [rest for word, rest in lines() if word == "RUN" and "pip " in rest]
    fetching, installing = commands
    assert "--require-hashes" in fetching
    assert "-r requirements.lock" in fetching
    assert "--no-index --find-links /wheels" in installing
    assert set(re.findall(r"https?://([\w.]+)", _TEXT)) == {"127.0.0.1"}
    assert "index-url" not in _TEXT


def test_secrets_are_read_from_where_containers_find_them_and_never_stand_in_it() -> None:
    assert environment()["CREDENTIALS_DIRECTORY"] == "/run/secrets"
    assert [name for name in CREDENTIALS if name in _TEXT] == []
    assert "SECRET" not in " ".join(environment())


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_it_is_as_healthy_as_healthz_says(status: int, healthy: bool) -> None:
    port = only("EXPOSE")
    assert environment()["SYNCD_HTTP__LISTEN"] == f"0.0.0.0:{port}"
    web = Web("127.0.0.1:0", {"/healthz": lambda: Page(status, "{}")})
    web.start()
    _python, *words = [part.replace(port, str(web.port)) for part in health_command()]
    ended = subprocess.run([sys.executable, *words], capture_output=True)
    web.stop()
    assert (ended.returncode == 0) is healthy


def test_hadolint_has_nothing_to_say() -> None:
    if shutil.which("hadolint") is None:
        pytest.skip("hadolint is not installed")
    ran = subprocess.run(["hadolint", str(_ROOT / "Dockerfile")], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (0, "")


def test_the_image_is_built_and_runs() -> None:
    engine = next((name for name in ("docker", "podman") if shutil.which(name)), "")
    if not engine or subprocess.run([engine, "info"], capture_output=True).returncode:
        pytest.skip("no engine answers that builds images")
    built = subprocess.run([engine, "build", "--quiet", str(_ROOT)], capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    run = [engine, "run", "--rm", "--read-only", "--network=none", built.stdout.strip()]
    ran = subprocess.run([*run, "--version"], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
