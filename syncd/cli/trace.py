"""trace: every step of a ticket, a message, a request or a delivery, and what became of it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.options import ConfigFile, console, reading, table
from syncd.core.errors import SyncdError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from syncd.core.operators.history import Entry
    from syncd.store.tx import Tx

_FEW = 5


def trace(
    named: Annotated[
        str,
        typer.Argument(
            metavar="KEY|ID",
            help="A ticket's key, or the id of a message, request or delivery, or how it begins.",
        ),
    ],
    config: ConfigFile = None,
) -> None:
    """Show every step of what belongs to this ticket or message, and why it was posted or not."""
    from syncd.core.operators.trace import sentences

    with reading(config) as tx:
        steps = tx.history.trace(named) or tx.history.trace(named.upper())
        steps = steps or tx.history.trace(_whole(tx, named))
    if not steps:
        raise SyncdError(
            f"Nothing is on record for {named}: it was never seen, or it is older than "
            f"store.retention_days. Name a ticket's key or an id as `syncd status` shows it."
        )
    screen = console()
    names = ("time (UTC)", "step", "of", "why", "delivery", "message", "comment")
    screen.print(table(*names, rows=_rows(steps)))
    for sentence in sentences(steps):
        screen.print(sentence)


def _whole(tx: "Tx", letters: str) -> str:
    """Return the one id that begins so; SyncdError where several do."""
    from syncd.loops.keep.operating import SHORTEST

    if len(letters) < SHORTEST:
        return letters
    found = {id for said in (letters, letters.upper()) for id in tx.history.beginning(said, _FEW)}
    if len(found) > 1:
        raise SyncdError(f"{letters} begins {', '.join(sorted(found)[:_FEW])}; name one of them.")
    return next(iter(found), letters)


def _rows(steps: "Iterable[Entry]") -> "Iterator[tuple[str, ...]]":
    from syncd.core.operators.history import QUEUED
    from syncd.core.text import clean

    kinds: dict[str, str] = {}
    for step in steps:
        if step.what == QUEUED:
            kinds[step.delivery_id] = step.detail
        kind = kinds.get(step.delivery_id, "")
        why = "" if step.what == QUEUED else " ".join(clean(step.detail).split())
        shown = (step.delivery_id, clean(step.message_id), step.comment_id)
        yield (_time(step.at_ms), step.what, kind or step.ticket_key, why, *shown)


def _time(at_ms: int) -> str:
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return at.strftime("%Y-%m-%d %H:%M:%S.") + f"{at_ms % 1000:03d}"
