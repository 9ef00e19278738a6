"""status: what waits, what is in doubt, what is dead, and how the daemon is."""

import json
from typing import TYPE_CHECKING

from syncd.cli.options import ConfigFile, console, one_line, open_migrated, read_config

if TYPE_CHECKING:
    from rich.table import Table

    from syncd.core.commands import Delivery
    from syncd.core.model import Ms
    from syncd.store.tx import Tx


def status(config: ConfigFile = None) -> None:
    """Show the socket, the cursor's age, requests and the outbox by state, and what went wrong."""
    loaded = read_config(config, secrets=False)
    store = open_migrated(loaded)
    screen = console()
    try:
        with store.read() as tx:
            screen.print(_health(tx))
            screen.print(_requests(tx))
            screen.print(_outbox(tx))
            for table in (_undelivered(tx), _unhandled(tx), _unlinked(tx)):
                if table.row_count:
                    screen.print(table)
    finally:
        store.close()


def _health(tx: "Tx") -> "Table":
    from rich.table import Table

    from syncd.app import SOCKET_REPORT
    from syncd.core.model import Ms
    from syncd.loops.leading import CURSOR

    table = Table("what", "is", title="daemon")
    report = tx.cache.get(*SOCKET_REPORT, not_older_than=Ms(tx.now - 30_000))
    table.add_row("socket", _socket(json.loads(report), tx.now) if report else "no daemon reports")
    cursor = tx.cursors.get(CURSOR)
    read = f"read up to {_ago(cursor, tx.now)}" if cursor else "never read"
    moved = tx.cursors.at(CURSOR)
    table.add_row("helpdesk", f"{read}, last answered {_ago(moved, tx.now)}" if moved else read)
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


def _undelivered(tx: "Tx") -> "Table":
    from rich.table import Table

    from syncd.core.model import DeliveryState
    from syncd.loops import operating
    from syncd.store.portable import FEW

    table = Table("delivery", "what", "state", "since", "chat", "why", title="not delivered")
    listed: list[Delivery] = []
    for state in (DeliveryState.DOUBT, DeliveryState.DEAD, DeliveryState.WITHHELD):
        found = tx.outbox.newest(state)
        listed += [delivery for delivery in found if not operating.went_on(tx, delivery)]
        if len(found) >= FEW:
            table.caption = "These are the newest; `syncd outbox list --limit` shows more."
    for delivery in listed:
        table.add_row(
            delivery.id,
            type(delivery.command).__name__,
            delivery.state,
            _ago(delivery.settled_ms or delivery.first_sent_ms, tx.now),
            delivery.chat_id,
            one_line(delivery.reason),
        )
    return table


def _unhandled(tx: "Tx") -> "Table":
    from rich.table import Table

    from syncd.store.portable import FEW

    table = Table("event", "kind", "since", "why", title="received and not handled")
    dead = tx.inbox.dead()
    for event in dead:
        since = _ago(event.received_ms, tx.now)
        table.add_row(event.event_id, one_line(event.kind), since, one_line(event.reason))
    if len(dead) >= FEW:
        table.caption = "These are the newest; `syncd inbox list --limit` shows more."
    return table


def _unlinked(tx: "Tx") -> "Table":
    from rich.table import Table

    table = Table("ticket", "request", "chat", "why", title="filed and not followed")
    for request in tx.requests.unlinked():
        first = tx.links.of_thread(request.thread.root)
        has = first.ticket_key if first else "another ticket"
        why = f"its thread belongs to {has}: what happens on this one is not shown"
        table.add_row(request.ticket_key, request.id, request.thread.chat_id, why)
    return table


def _ago(then: int, now: int) -> str:
    seconds = max(now - then, 0) // 1000
    for size, name in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {name} ago"
    return f"{seconds} s ago"
