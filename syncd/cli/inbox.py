"""inbox list, requeue."""

from typing import Annotated

import typer

from syncd.cli.options import ConfigFile, console, moment, one_line, open_migrated, read_config

app = typer.Typer(help="What arrived from Lark and could not be handled.", no_args_is_help=True)


@app.command("list")
def list_events(
    config: ConfigFile = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 200,
) -> None:
    """List what arrived and could not be read or handled, with its reason."""
    from rich.table import Table

    store = open_migrated(read_config(config, secrets=False))
    try:
        with store.read() as tx:
            dead = tx.inbox.dead(limit)
    finally:
        store.close()
    table = Table("event", "kind", "received (UTC)", "why")
    for event in dead:
        at = moment(event.received_ms)
        table.add_row(event.event_id, one_line(event.kind), at, one_line(event.reason))
    console().print(table)


@app.command()
def requeue(
    ids: Annotated[
        list[str], typer.Argument(metavar="ID...", help="Events, as `inbox list` names them.")
    ],
    config: ConfigFile = None,
) -> None:
    """Read DEAD events again, as if they had just arrived; a new version may understand them."""
    from syncd.core.errors import SyncdError

    store = open_migrated(read_config(config, secrets=False))
    refused: list[str] = []
    try:
        for id in ids:
            with store.begin() as tx:
                revived = tx.inbox.revive(id)
            if revived:
                typer.echo(f"{id} waits to be read.")
            else:
                refused.append(
                    f"{id} is not DEAD, or what it said was swept already; "
                    "`syncd inbox list` names those there are."
                )
    finally:
        store.close()
    if refused:
        raise SyncdError("\n".join(refused))
