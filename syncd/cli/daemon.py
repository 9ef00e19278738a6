"""run, migrate, check."""

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.options import ConfigFile, read_config

if TYPE_CHECKING:
    from syncd.config import Config


def run(config: ConfigFile = None) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    loaded = read_config(config, secrets=True)
    from syncd.app import build, open_store
    from syncd.daemon import Daemon

    if not Daemon(build(loaded, open_store(loaded))).run():
        # A call that hangs would hold the process for as long as it hangs; what it was sending is
        # in the outbox as SENDING, and is looked for at the next start.
        sys.stderr.flush()
        os._exit(0)


def migrate(config: ConfigFile = None) -> None:
    """Bring the database to this version's tables, making it when there is none."""
    loaded = read_config(config, secrets=False)
    from syncd.app import open_store

    store = open_store(loaded)
    try:
        store.migrate()
    finally:
        store.close()
    typer.echo("The database has this version's tables.")


def check(
    config: ConfigFile = None,
    online: Annotated[
        bool, typer.Option("--online", help="Ask Lark and the helpdesk as well.")
    ] = False,
) -> None:
    """Check the configuration, and with --online the logins and the form behind it."""
    loaded = read_config(config, secrets=True)
    typer.echo("The configuration is right.")
    if online and not _ask(loaded):
        raise typer.Exit(2)


def _ask(config: "Config") -> bool:
    from syncd.app import make_helpdesk, make_messenger
    from syncd.core.errors import RemoteFailure
    from syncd.loops.basics import form_problems

    messenger, helpdesk = make_messenger(config), make_helpdesk(config)
    good = True
    try:
        try:
            typer.echo(f"Lark: the bot is {messenger.bot()}.")
        except RemoteFailure as exc:
            good = _say(f"Lark at {config.lark.base_url}: {exc}")
        try:
            typer.echo(f"JSM: we are {helpdesk.whoami()}.")
            form = helpdesk.form()
            typer.echo(f"JSM: the form has {len(form.fields)} fields.")
            for problem in form_problems(form):
                good = _say(problem)
            newest = helpdesk.key_floor()
            tickets = f"{newest} tickets so far" if newest else "no ticket yet"
            typer.echo(f"JSM: {config.jsm.project} has {tickets}.")
        except RemoteFailure as exc:
            good = _say(f"JSM at {config.jsm.api_base}: {exc}")
    finally:
        messenger.close()
        helpdesk.close()
    return good


def _say(problem: str) -> bool:
    typer.echo(problem, err=True)
    return False
