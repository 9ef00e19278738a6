"""The program itself, `syncd run`, as a process."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Self

import forge
from house import ACME

from syncd.sandbox.box import Sandbox
from syncd.sandbox.lark.shown import Shown

_STOP_SECONDS = 10


class Program:
    """One run of `syncd run` on the configuration in a folder."""

    def __init__(self, box: Sandbox, folder: Path, **environment: str) -> None:
        self._log = folder / "program.log"
        words = ["run", "--config", str(folder / "config.toml")]
        with self._log.open("ab") as output:
            env = {**os.environ, **box.environment(), **environment}
            self._process = self._begun(words, env, output)

    def _begun(
        self, words: list[str], env: Mapping[str, str], output: IO[bytes]
    ) -> forge.Command | subprocess.Popen[bytes]:
        if forge.hears(env):
            return forge.Command(words, cwd=Path.cwd(), env=env, stdout=output)
        return _whole(words, env, output)

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def count(self, event: str) -> int:
        """Return how many lines of the log have that event."""
        return len(re.findall(f'"event": "{event}"', self.log()))

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, number: int) -> None:
        self._process.send_signal(number)

    def stop(self) -> int:
        """Send SIGTERM and return the exit status; TimeoutExpired after ten seconds."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(_STOP_SECONDS)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def wait(self, timeout: float) -> int:
        return self._process.wait(timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._process.poll() is None:
            self.kill()


class Installed(Program):
    """One whose interpreter begins with it, for what is told of a whole process."""

    def _begun(
        self, words: list[str], env: Mapping[str, str], output: IO[bytes]
    ) -> subprocess.Popen[bytes]:
        return _whole(words, env, output)


def _whole(words: list[str], env: Mapping[str, str], output: IO[bytes]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "syncd", *words]
    return subprocess.Popen(command, env=env, stdout=output, stderr=output)


def configure(box: Sandbox, folder: Path) -> None:
    """Write a configuration into the folder, with a database there."""
    (folder / "config.toml").write_text(box.config_toml(), encoding="utf-8")


@contextmanager
def serving(box: Sandbox, folder: Path, url: str = "", **environment: str) -> Iterator[Program]:
    """Run the program on a configuration of its own, from when it hears what people say."""
    configure(box, folder)
    if url:
        environment["SYNCD_STORE__URL"] = url
    with Program(box, folder, **environment) as program:
        assert box.lark_people.wait_connected(60), program.log()
        yield program


def form_of(box: Sandbox, person: str, chat: str) -> Shown | None:
    forms = [m for m in box.lark_people.view(person, chat) if m.fields]
    return forms[-1] if forms else None


def files(box: Sandbox, person: str, chat: str, program: Program) -> str:
    """Ask and submit; return the root of the thread once the ticket's link is in it."""
    people = box.lark_people
    root = people.say(person, chat, "@Support Bot it is down")
    submits(box, person, chat, program)
    assert people.wait_until(lambda: replies(box, person, chat, root), 60), program.log()
    assert people.wait_until(lambda: form_of(box, person, chat) is None, 60), program.log()
    return root


def submits(box: Sandbox, person: str, chat: str, program: Program) -> None:
    people = box.lark_people
    assert people.wait_until(lambda: form_of(box, person, chat), 60), program.log()
    card = form_of(box, person, chat)
    assert card is not None
    click = people.click(person, card.message_id, "submit", {"customfield_10041": "2-Major"})
    assert click.outcome == "ok"


def replies(box: Sandbox, person: str, chat: str, root: str) -> list[Shown]:
    (found,) = [m for m in box.lark_people.view(person, chat) if m.message_id == root]
    return found.thread


def answered(box: Sandbox, roots: list[str]) -> bool:
    """Whether any of these threads shows what the engineer answered."""
    return any("an answer" in m.text for r in roots for m in replies(box, "aiko", ACME, r))
