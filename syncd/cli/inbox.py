"""inbox list, requeue."""

from typing import Annotated

import typer

from syncd.cli.options import ConfigFile, moment, one_line, opened, print_rows, read_config, reading
from syncd.core.errors import SyncdError

app = typer.Typer(help="What arrived from Lark and could not be handled.", no_args_is_help=True)


@app.command("list")
def list_events(
    config: ConfigFile = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 200,
) -> None:
    """List what arrived and could not be read or handled, with its reason."""
    with reading(config) as tx:
        dead = tx.inbox.dead(limit)
    if not dead:
        typer.echo("Nothing that arrived is DEAD.")
        return
    rows = (
        (event.event_id, one_line(event.kind), moment(event.received_ms), one_line(event.reason))
        for event in dead
    )
    print_rows("event", "kind", "received (UTC)", "why", rows=rows)


@app.command()
def requeue(
    ids: Annotated[
        list[str], typer.Argument(metavar="ID...", help="Events, as `inbox list` names them.")
    ],
    config: ConfigFile = None,
) -> None:
    """Read DEAD events again, as if they had just arrived; a new version may understand them."""
    refused: list[str] = []
    with opened(read_config(config, secrets=False)) as store:
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
    if refused:
        raise SyncdError("\n".join(refused))
