"""The command line. Nothing heavy is imported before a command runs."""

import io
import sys
from typing import Annotated

import typer

from syncd import __version__
from syncd.cli import (
    alerts,
    chats,
    daemon,
    doctor,
    inbox,
    outbox,
    probe,
    sandbox,
    service,
    setup,
    status,
    trace,
)
from syncd.cli.upkeep import bundle, configuration, copies, manual
from syncd.core.errors import SyncdError

app = typer.Typer(
    name="syncd",
    help="A bridge between Lark groups and a helpdesk.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(daemon.run)
app.command()(sandbox.demo)
app.command("sandbox")(sandbox.sandbox)
app.command()(daemon.migrate)
app.command()(setup.setup)
app.command()(doctor.doctor)
app.command()(doctor.check)
app.command()(probe.probe)
app.command()(status.status)
app.command()(trace.trace)
app.command()(copies.backup)
app.command()(copies.restore)
app.command()(copies.move)
app.command()(bundle.bundle)
app.command()(manual.man)
app.add_typer(alerts.app, name="alerts")
app.add_typer(chats.app, name="chats")
app.add_typer(configuration.app, name="config")
app.add_typer(inbox.app, name="inbox")
app.add_typer(outbox.app, name="outbox")
app.add_typer(service.app, name="service")


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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # What a terminal cannot show, such as a group's name, must not end a command.
            stream.reconfigure(errors="replace")
    try:
        app(words)
    except SyncdError as exc:
        print(exc, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
