"""trace: every step of a ticket, a message, a request or a delivery, and what became of it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.options import ConfigFile, console, open_migrated, read_config

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.table import Table

    from syncd.core.history import Step


def trace(
    named: Annotated[
        str,
        typer.Argument(
            metavar="KEY|ID", help="A ticket's key, or the id of a message, request or delivery."
        ),
    ],
    config: ConfigFile = None,
) -> None:
    """Show every step of what belongs to this ticket or message, and why it was posted or not."""
    loaded = read_config(config, secrets=False)
    from syncd.core.errors import SyncdError
    from syncd.core.tracing import sentences

    store = open_migrated(loaded)
    try:
        with store.read() as tx:
            steps = tx.history.trace(named) or tx.history.trace(named.upper())
    finally:
        store.close()
    if not steps:
        raise SyncdError(
            f"Nothing is on record for {named}: it was never seen, or it is older than "
            f"store.retention_days. Name a ticket's key or an id as `syncd status` shows it."
        )
    screen = console()
    screen.print(_table(steps))
    for sentence in sentences(steps):
        screen.print(sentence)


def _table(steps: "Iterable[Step]") -> "Table":
    from rich.table import Table

    from syncd.core.history import QUEUED
    from syncd.core.text import clean

    table = Table("time (UTC)", "step", "of", "why", "delivery", "message", "comment")
    kinds: dict[str, str] = {}
    for step in steps:
        if step.what == QUEUED:
            kinds[step.delivery_id] = step.detail
        kind = kinds.get(step.delivery_id, "")
        why = "" if step.what == QUEUED else " ".join(clean(step.detail).split())
        shown = (step.delivery_id, clean(step.message_id), step.comment_id)
        table.add_row(_time(step.at_ms), step.what, kind or step.ticket_key, why, *shown)
    return table


def _time(at_ms: int) -> str:
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return at.strftime("%Y-%m-%d %H:%M:%S.") + f"{at_ms % 1000:03d}"
