"""The command line. Nothing heavy is imported before a command runs."""

import sys
from typing import Annotated, NoReturn

import typer

from syncd import __version__
from syncd.cli import chats, daemon, inbox, outbox, sandbox, status, trace
from syncd.core.errors import SyncdError

app = typer.Typer(
    name="syncd",
    help="A bridge between Lark groups and a helpdesk.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(daemon.run)
app.command()(sandbox.demo)
app.command("sandbox")(sandbox.sandbox)
app.command()(daemon.migrate)
app.command()(daemon.check)
app.command()(status.status)
app.command()(trace.trace)
app.add_typer(chats.app, name="chats")
app.add_typer(inbox.app, name="inbox")
app.add_typer(outbox.app, name="outbox")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def syncd(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version)
    ] = False,
) -> None:
    """A bridge between Lark groups and a helpdesk."""


def main(words: list[str] | None = None) -> None:
    """Run the command line, by default the process's own; it ends with SystemExit.

    What goes wrong is said in sentences, exit status 2.
    """
    try:
        app(words)
    except SyncdError as exc:
        _fail(str(exc))
    except KeyboardInterrupt:
        sys.exit(130)


def _fail(sentences: str) -> NoReturn:
    print(sentences, file=sys.stderr)
    sys.exit(2)
