"""probe: what nobody outside the platforms can know, asked of a real tenant."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.options import ConfigFile, configured
from syncd.core.errors import SyncdError

if TYPE_CHECKING:
    from syncd.config import Config
    from syncd.probe.question import Question
    from syncd.probe.rounds import Told


def probe(
    file: Annotated[
        Path, typer.Argument(help="The report, JSON; the same to read stands beside it as .txt.")
    ] = Path("syncd-probe.json"),
    chat: Annotated[
        str, typer.Option(help="A group that test messages may go into, oc_...; they are recalled.")
    ] = "",
    person: Annotated[
        str, typer.Option(help="Who may be shown a private test card there, ou_...")
    ] = "",
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Ask nothing that writes anything.")
    ] = False,
    yes: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="Agree to this question, which writes; may be repeated."),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Ask the open questions about Lark and Jira of a real tenant, and write a report to send back.

    What writes anything is asked for first, one by one, and taken away again. The report holds no
    secret, address, name or word of anybody: read it before you hand it on.
    """
    from syncd.config import load
    from syncd.core.model import ChatId, PersonId
    from syncd.doctor.case import Case
    from syncd.probe.ground import Ground
    from syncd.probe.report import report
    from syncd.probe.rounds import rounds
    from syncd.probe.table import QUESTIONS

    _check(chat, person, yes or [])
    _require_absent(file, _beside(file))
    path = configured(config)
    loaded = load(path)
    consent = _Consent(yes or [], read_only=read_only)
    with Case(path, loaded=loaded) as case, Ground(case, ChatId(chat), PersonId(person)) as ground:
        told = []
        try:
            for one in rounds(ground, QUESTIONS, consent):
                _show(one)
                told.append(one)
        finally:
            ground.clean()
            for what, id in ground.left:
                typer.echo(f"Mind: {what}: {id}.", err=True)
        found = report(ground, told)
    _write(file, found, loaded)
    typer.echo(f"\n{file} and {_beside(file)} are written. Read them before you hand them on;")
    typer.echo("the second one ends with what only a person can find out, step by step.")


class _Consent:
    """Asks before anything is written; once somebody breaks off, the rest is not asked."""

    def __init__(self, yes: list[str], *, read_only: bool) -> None:
        self._yes, self._read_only, self._over = yes, read_only, False

    def __call__(self, question: "Question") -> bool:
        if self._read_only or question.code in self._yes or self._over:
            return not self._read_only and question.code in self._yes
        typer.echo(f"\n{question.code}  {question.asks}")
        typer.echo(f"        It writes {question.writes}; {question.cleans}.")
        try:
            return typer.confirm("        Do it?", default=False)
        except typer.Abort:
            self._over = True
            typer.echo("")
            return False


def _show(one: "Told") -> None:
    """Print the answers, below the question, which may have been asked long before."""
    typer.echo(f"{one.question.code}  {one.question.asks}")
    for answer in one.answers:
        typer.echo(f"        {answer.said}.")


def _check(chat: str, person: str, yes: list[str]) -> None:
    from syncd.config.values import is_chat_id, may_be_escalated_to
    from syncd.probe.table import WRITES

    if chat and not is_chat_id(chat):
        raise SyncdError(f"--chat: {chat} is no chat's id, oc_...")
    if person and not (person.startswith("ou_") and may_be_escalated_to(person)):
        raise SyncdError(f"--person: {person} is no person's id, ou_...")
    codes = [question.code for question in WRITES]
    for code in yes:
        if code not in codes:
            raise SyncdError(f"--yes: {code} is no question that writes; {', '.join(codes)} are")


def _beside(file: Path) -> Path:
    return file.with_suffix(".txt")


def _require_absent(*files: Path) -> None:
    if len(set(files)) < len(files):
        raise SyncdError(f"{files[0]} would be both; name the JSON, such as syncd-probe.json.")
    for file in files:
        if file.exists():
            raise SyncdError(f"{file} is there already; name another file.")
        if not file.parent.is_dir():
            raise SyncdError(f"{file} cannot be written: there is no folder {file.parent}.")


def _write(file: Path, found: dict[str, object], loaded: "Config") -> None:
    """Write both, readable by their owner alone, without whatever the configuration names."""
    from syncd.cli.upkeep.bundle import named
    from syncd.ops.bundle import redacted
    from syncd.probe.report import as_text

    text = redacted(found, [*loaded.secrets(), *named(loaded)])
    for path, content in ((file, text), (_beside(file), as_text(json.loads(text)))):
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                out.write(content)
        except OSError as failure:
            raise SyncdError(f"{path} cannot be written: {failure.strerror}.") from failure
