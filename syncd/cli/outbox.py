"""outbox list, show, requeue, drop."""

import dataclasses
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.options import ConfigFile, moment, one_line, opened, print_rows, read_config, reading
from syncd.core.errors import SyncdError

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncd.core.delivery import Delivery
    from syncd.core.model import DeliveryId, DeliveryState
    from syncd.loops.records import Records

app = typer.Typer(help="What is to be done in Lark and in the helpdesk.", no_args_is_help=True)

DeliveryIds = Annotated[
    list[str],
    typer.Argument(
        metavar="ID...", help="Deliveries, as `outbox list` names them, or how their ids begin."
    ),
]


@app.command("list")
def list_deliveries(
    config: ConfigFile = None,
    state: Annotated[str, typer.Option(help="Only these: READY, DOUBT, DEAD ...")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Also what was delivered.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many of each state.")] = 200,
) -> None:
    """List what is not delivered, newest first."""
    from syncd.core.model import DeliveryState

    wanted = [_state(state)] if state else list(DeliveryState)
    if not everything and not state:
        wanted.remove(DeliveryState.DONE)
    with reading(config) as tx:
        found = [delivery for one in wanted for delivery in tx.outbox.newest(one, limit)]
        counts = tx.outbox.counts()
    if not found:
        typer.echo(f"No delivery is {' or '.join(wanted)}.")
        return
    names = ("delivery", "what", "state", "enqueued (UTC)", "tries", "chat", "request", "why")
    print_rows(*names, rows=map(_listed, found))
    total = sum(count for (_, of), count in counts.items() if of in wanted)
    if total > len(found):
        typer.echo(f"{total - len(found)} more are not shown; --limit shows more.")


@app.command()
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="A delivery, or how its id begins.")],
    config: ConfigFile = None,
    body: Annotated[bool, typer.Option("--body", help="Also what people wrote.")] = False,
) -> None:
    """Show one delivery: its command, how far it has come, and why."""
    from syncd.loops.keep import operating

    with reading(config) as tx:
        delivery = tx.outbox.get(whole := operating.whole_id(tx, id))
        if delivery is None:
            raise SyncdError(operating.why_missing(tx, whole))
    print_rows("what", "is", rows=_rows(delivery, body))


@app.command()
def requeue(
    ids: DeliveryIds,
    config: ConfigFile = None,
    sent_nothing: Annotated[
        bool, typer.Option("--sent-nothing", help="I looked: it did not happen.")
    ] = False,
) -> None:
    """Send DEAD deliveries again; what ever was uncertain is looked for first."""
    from syncd.loops.keep import operating

    def one(records: "Records", id: "DeliveryId") -> str:
        return operating.requeue(records, id, sent_nothing=sent_nothing)

    _each(config, ids, one)


@app.command()
def drop(
    ids: DeliveryIds,
    config: ConfigFile = None,
    reason: Annotated[
        str, typer.Option(help="Told to whoever waits; left out: that the support team gave it up.")
    ] = "",
) -> None:
    """Give deliveries up: they are DEAD, their lane goes on, and whoever waits is told why."""
    from syncd.loops.keep import operating

    def one(records: "Records", id: "DeliveryId") -> str:
        operating.drop(records, id, reason)
        return f"{id} is DEAD and will not be sent."

    _each(config, ids, one)


def _each(config: str | None, ids: list[str], work: "Callable[[Records, DeliveryId], str]") -> None:
    """Do it to each delivery; those to which it cannot be done are told last, exit status 2."""
    loaded = read_config(config, secrets=False)
    from syncd.app import make_records
    from syncd.loops.keep.operating import NotPossible, whole_id
    from syncd.store.failures import LeaseLost

    refused: list[str] = []
    with opened(loaded) as store:
        records = make_records(loaded, store)
        for id in ids:
            try:
                with store.read() as tx:
                    whole = whole_id(tx, id)
                typer.echo(work(records, whole))
            except (NotPossible, LeaseLost) as exc:
                refused.append(str(exc))
    if refused:
        raise SyncdError("\n".join(refused))


def _state(word: str) -> "DeliveryState":
    from syncd.core.model import DeliveryState

    if word.upper() not in list(DeliveryState):
        raise SyncdError(f"--state: {word} is not {', '.join(DeliveryState)}")
    return DeliveryState(word.upper())


def _listed(d: "Delivery") -> tuple[str, ...]:
    told = (moment(d.enqueued_ms), str(d.tries), d.chat_id, d.request_id, one_line(d.reason))
    return (d.id, d.command.kind(), d.state, *told)


def _rows(delivery: "Delivery", body: bool) -> list[tuple[str, str]]:
    rows = [("id", delivery.id), ("command", delivery.command.kind())]
    for name, value in dataclasses.asdict(delivery.command).items():
        hidden = name in delivery.command.texts and not body
        rows.append((f"  {name}", f"{len(value)} characters" if hidden else _line(str(value))))
    rows += [
        (name, _line(str(getattr(delivery, name))))
        for name in ("state", "reason", "lane", "chat_id", "request_id", "tries", "attempts")
    ]
    rows.append(("was ever uncertain", "yes" if delivery.was_uncertain else "no"))
    times = ("enqueued_ms", "first_sent_ms", "not_before", "settled_ms")
    rows += [
        (f"{name.removesuffix('_ms')} (UTC)", moment(getattr(delivery, name))) for name in times
    ]
    return rows


def _line(foreign: str) -> str:
    from syncd.core.text import clean

    return " ".join(clean(foreign).split())
