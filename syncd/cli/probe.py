"""probe: what nobody outside the platforms can know, asked of a real tenant."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self, TextIO

import typer

from syncd.cli.options import ConfigFile, configured, one_line
from syncd.core.errors import SyncdError

if TYPE_CHECKING:
    from syncd.config import Config
    from syncd.probe.ground import Ground
    from syncd.probe.question import Question
    from syncd.probe.rounds import Told

_ENDS = (signal.SIGTERM, signal.SIGHUP)


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
    from syncd.probe.rounds import rounds
    from syncd.probe.table import QUESTIONS

    _check(chat, person, yes or [])
    _require_absent(file, _beside(file))
    path = configured(config)
    loaded = load(path)
    with (
        _signals_break_off(),
        _Files(file) as files,
        Case(path, loaded=loaded) as case,
        Ground(case, ChatId(chat), PersonId(person), tell=_tell) as ground,
    ):
        if not read_only:
            _require_known(ground)
        consent = _Consent(ground, yes or [], read_only=read_only)
        told: list[Told] = []
        try:
            for one in rounds(ground, QUESTIONS, consent):
                _show(one)
                told.append(one)
        finally:
            _end(ground, lambda: files.write(_report(ground, told), loaded))
    typer.echo(f"\n{file} and {_beside(file)} are written. Read them before you hand them on;")
    typer.echo("the second one ends with what only a person can find out, step by step.")


def _end(ground: "Ground", write: Callable[[], None]) -> None:
    """Take away what was written, write the report, and tell what is left, whatever happens."""
    try:
        try:
            ground.written.clean()
        finally:
            write()
    finally:
        for what, id in ground.written.left:
            _tell(f"Mind: {what}: {id}.")


def _report(ground: "Ground", told: "list[Told]") -> dict[str, Any]:
    from syncd.probe.report import report
    from syncd.probe.rounds import broken_off
    from syncd.probe.table import QUESTIONS

    return report(ground, [*told, *broken_off(QUESTIONS, told)])


def _tell(said: str) -> None:
    """Tell what is for the operator alone, as an id is."""
    typer.echo(said, err=True)


@contextmanager
def _signals_break_off() -> Iterator[None]:
    """End as by Ctrl-C where somebody else ends it, so that what was written still goes away.

    What was to be ignored from the outset (nohup) still is.
    """

    def break_off(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    heeded = [one for one in _ENDS if signal.getsignal(one) is not signal.SIG_IGN]
    before = {one: signal.signal(one, break_off) for one in heeded}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _require_known(ground: "Ground") -> None:
    """Refuse a chat that the bot is not in; where nobody can tell, the questions will."""
    from syncd.core.errors import RemoteFailure

    try:
        known = [one.id for one in ground.groups] if ground.chat else [ground.chat]
    except RemoteFailure:
        return
    if ground.chat not in known:
        raise SyncdError(f"--chat: the bot is in no group {ground.chat}")


class _Consent:
    """Asks before anything is written; once somebody breaks off, nothing is written any more."""

    def __init__(self, ground: "Ground", yes: list[str], *, read_only: bool) -> None:
        self._ground, self._yes = ground, yes
        self._over, self._alone = read_only, False

    def __call__(self, question: "Question") -> bool:
        agreed = question.code in self._yes
        if self._over or agreed or self._alone:
            return agreed and not self._over
        self._show(question)
        try:
            return typer.confirm("        Do it?", default=False)
        except typer.Abort as abort:
            # The lack of a terminal takes back nothing of what was agreed to beforehand.
            self._alone = isinstance(abort.__context__, EOFError)
            self._over = not self._alone
            typer.echo("")
            return False

    def _show(self, question: "Question") -> None:
        from syncd.probe.rounds import about

        typer.echo(f"\n{question.code}  {question.asks}")
        typer.echo(f"        It writes {question.writes}; {question.cleans}.")
        if said := one_line(about(question, self._ground)):
            typer.echo(f"        {said}.")


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


class _Files:
    """The report, readable by its owner alone; both files are there before anything is asked.

    What could not be written is not found out after all of it was asked. Where nothing was asked
    they go away again.
    """

    def __init__(self, file: Path) -> None:
        self._paths, self._open = (file, _beside(file)), ExitStack()
        self._files: list[TextIO] = []
        self._written = False

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            for path in self._paths:
                self._files.append(opened.enter_context(_opened(path)))
                opened.callback(self._forget, path)
            self._open = opened.pop_all()
        return self

    def _forget(self, path: Path) -> None:
        if not self._written:
            path.unlink(missing_ok=True)

    def __exit__(self, *broken: object) -> None:
        self._open.close()

    def write(self, found: dict[str, object], loaded: "Config") -> None:
        """Write both, without whatever the configuration names."""
        from syncd.cli.upkeep.bundle import named
        from syncd.ops.bundle import redacted
        from syncd.probe.report import as_text

        text = redacted(found, [*loaded.secrets(), *named(loaded)])
        self._written = True
        for path, file, content in zip(
            self._paths, self._files, (text, as_text(json.loads(text))), strict=True
        ):
            try:
                file.write(content)
                file.flush()
            except OSError as failure:
                raise SyncdError(f"{path} cannot be written: {failure.strerror}.") from failure


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except OSError as failure:
        raise SyncdError(f"{path} cannot be written: {failure.strerror}.") from failure
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        yield file
