"""status: what waits, what is in doubt, what is dead, and how the daemon is."""

import json
from typing import TYPE_CHECKING

from syncd.cli.options import ConfigFile, console, open_migrated, read_config

if TYPE_CHECKING:
    from rich.table import Table

    from syncd.core.commands import Delivery
    from syncd.core.model import Ms
    from syncd.store.tx import Tx


def status(config: ConfigFile = None) -> None:
    """Show requests, links, the outbox by state, the cursor's age and the socket."""
    loaded = read_config(config, secrets=False)
    store = open_migrated(loaded)
    screen = console()
    try:
        with store.read() as tx:
            screen.print(_health(tx))
            screen.print(_requests(tx))
            screen.print(_outbox(tx))
            troubled = _troubled(tx)
        if troubled is not None:
            screen.print(troubled)
    finally:
        store.close()


def _health(tx: "Tx") -> "Table":
    from rich.table import Table

    from syncd.app import SOCKET_REPORT
    from syncd.core.model import Ms
    from syncd.loops.poller import CURSOR

    table = Table("what", "is", title="daemon")
    report = tx.cache.get(*SOCKET_REPORT, not_older_than=Ms(tx.now - 30_000))
    table.add_row("socket", _socket(json.loads(report), tx.now) if report else "no daemon reports")
    cursor = tx.cursors.get(CURSOR)
    read = f"read up to {_ago(cursor, tx.now)}" if cursor else "never read"
    moved = tx.cursors.at(CURSOR)
    table.add_row("helpdesk", f"{read}, asked {_ago(moved, tx.now)}" if moved else read)
    table.add_row("linked tickets", str(tx.links.count()))
    inbox = {state: count for state, count in tx.inbox.counts().items() if count}
    table.add_row("inbox", ", ".join(f"{count} {state}" for state, count in inbox.items()) or "-")
    return table


def _socket(state: dict[str, object], now: "Ms") -> str:
    since = state.get("connected_since")
    if isinstance(since, int) and since:
        return f"connected since {_ago(since, now)}"
    return f"not connected, {state.get('attempts')} attempts: {state.get('last_error') or '-'}"


def _requests(tx: "Tx") -> "Table":
    from rich.table import Table

    table = Table("state", "requests", title="requests")
    for state, count in sorted(tx.requests.counts().items()):
        table.add_row(state, str(count))
    return table


def _outbox(tx: "Tx") -> "Table":
    from rich.table import Table

    from syncd.core.model import DeliveryState, Destination

    counts = tx.outbox.counts()
    table = Table("to", *DeliveryState, title="outbox")
    for destination in Destination:
        row = [str(counts.get((destination, state), 0)) for state in DeliveryState]
        table.add_row(destination, *row)
    return table


def _troubled(tx: "Tx") -> "Table | None":
    from rich.table import Table

    from syncd.core.model import DeliveryState
    from syncd.core.text import clean

    listed: list[Delivery] = []
    for state in (DeliveryState.DOUBT, DeliveryState.DEAD, DeliveryState.WITHHELD):
        listed += tx.outbox.in_state(state)
    if not listed:
        return None
    table = Table("delivery", "what", "state", "since", "chat", "why", title="not delivered")
    for delivery in listed:
        table.add_row(
            delivery.id,
            type(delivery.command).__name__,
            delivery.state,
            _ago(delivery.settled_ms or delivery.first_sent_ms, tx.now),
            delivery.chat_id,
            " ".join(clean(delivery.reason).split()),
        )
    return table


def _ago(then: int, now: int) -> str:
    seconds = max(now - then, 0) // 1000
    for size, name in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {name} ago"
    return f"{seconds} s ago"
