"""status: whether syncd runs, what is wrong and why, what somebody has to do, and what waits."""

import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.options import ConfigFile, ago, console, moment, one_line, opened, read_config, table
from syncd.core.errors import StoreError, SyncdError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from syncd.config import Config
    from syncd.core.delivery import Delivery
    from syncd.core.model import Ms, Request
    from syncd.core.watching import Look
    from syncd.loops.keep.health import Health
    from syncd.loops.keep.presence import Present
    from syncd.store.store import Store
    from syncd.store.tx import Tx

_WATCH_SECONDS = 2
_ACT = 1
"""Exit status when somebody has to act; 2 is for what cannot be told."""


def status(
    config: ConfigFile = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print it for programs, on one line.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Show it anew every two seconds, until Ctrl-C.")
    ] = False,
) -> None:
    """Show whether syncd runs, what is wrong and why, and what somebody has to do.

    Exit status 0: all is well. 1: somebody has to act. 2: it cannot be told.
    """
    if watch:
        _watch(read_config(config, secrets=False), as_json=as_json)
        return
    from syncd.core.operators.expiry import mind
    from syncd.loops.keep.health import health

    loaded = read_config(config, secrets=False)
    with opened(loaded) as store, store.read() as tx:
        found, ends = health(store, tx), mind(loaded.jsm.token_expires, tx.now)
        if as_json:
            from syncd.cli.status_json import as_line

            typer.echo(as_line(found, ends, tx))
        else:
            _show(found, ends, tx, console())
    if found.to_do:
        raise typer.Exit(_ACT)


def _watch(loaded: "Config", *, as_json: bool) -> None:
    """Show it in place until Ctrl-C, an outage of the database too."""
    from rich.live import Live

    from syncd.app import open_store

    screen = console()
    if as_json or not screen.is_terminal or screen.is_dumb_terminal:
        raise SyncdError("--watch wants a terminal that can be written over; leave it out here.")
    with (
        closing(open_store(loaded)) as store,
        suppress(KeyboardInterrupt),
        Live(console=screen, screen=True, auto_refresh=False) as live,
    ):
        while True:
            live.update(_picture(loaded, store), refresh=True)
            time.sleep(_WATCH_SECONDS)


def _picture(loaded: "Config", store: "Store") -> "Text":
    """Return what `_show` prints, as it fits on the screen."""
    from rich.text import Text

    from syncd.core.operators.expiry import mind
    from syncd.loops.keep.health import health

    screen = console()
    with screen.capture() as shown:
        try:
            store.check_schema()
            with store.read() as tx:
                screen.print(f"{moment(tx.now)} UTC, again in {_WATCH_SECONDS} s; Ctrl-C ends it")
                _show(health(store, tx), mind(loaded.jsm.token_expires, tx.now), tx, screen)
        except StoreError as failure:
            screen.print(str(failure))
    return Text.from_ansi(shown.get())


def _show(found: "Health", ends: str, tx: "Tx", screen: "Console") -> None:
    for one in found.processes:
        screen.print(_process(one, tx.now), soft_wrap=True)
    if not found.processes:
        screen.print("syncd is NOT running (it never was, on this database).")
    for to_do in found.to_do:
        screen.print(f"TO DO: {to_do.told}", soft_wrap=True)
    if ends:
        screen.print(f"MIND: {ends}", soft_wrap=True)
    screen.print(_parts(found, tx))
    for part in (_requests, _outbox, _undelivered, _unhandled, _unlinked, _unread):
        if (listed := part(tx)).row_count:
            screen.print(listed)


def _process(one: "Present", now: "Ms") -> str:
    from syncd.loops.keep.presence import Life

    process, seen = one.process, ago(one.process.seen_ms, now)
    who = f"syncd {process.version}".rstrip()
    at = f"process {process.pid} on {process.host}"
    match one.life:
        case Life.RUNNING:
            return f"{who} is running ({at}, since {moment(process.started_ms)} UTC)."
        case Life.SILENT:
            return f"{who} is running ({at}), but it last said something {seen}."
        case Life.STARTING:
            return f"{who} is starting ({at})."
        case Life.STOPPED:
            return f"{who} is NOT running (it was stopped {seen}; {at})."
        case Life.GONE:
            return f"{who} is NOT running (last seen {seen}; {at})."


def _parts(found: "Health", tx: "Tx") -> "Table":
    inbox = (f"{count} {state}" for state, count in tx.inbox.counts().items() if count)
    rows = [
        *_lark(found, tx.now),
        ("helpdesk", _helpdesk(found, tx.now)),
        *(
            (f"trouble: {trouble.name}", _since(trouble.since_ms, tx.now, trouble.reason))
            for trouble in found.troubles
            if trouble.name not in ("socket", "poll")
        ),
        ("linked tickets", str(tx.links.count())),
        ("inbox", ", ".join(inbox) or "-"),
    ]
    return table("what", "is", rows=rows)


def _lark(found: "Health", now: "Ms") -> list[tuple[str, str]]:
    """Say of each process that lives whether it is connected to Lark."""
    from syncd.loops.keep.health import ALIVE

    rows = []
    alive = [one.process for one in found.processes if one.life in ALIVE]
    for process in alive:
        name = "lark" if len(alive) == 1 else f"lark, process {process.pid}"
        down = next((one for one in process.troubles if one.name == "socket"), None)
        if process.connected_since:
            said = f"connected for {ago(process.connected_since, now, '')}"
        elif down:
            tries = f"{process.attempts} {'try' if process.attempts == 1 else 'tries'}: "
            said = "NOT connected, " + _since(down.since_ms, now, tries + down.reason)
        else:
            said = "connecting"
        rows.append((name, said))
    return rows or [("lark", "not connected")]


def _helpdesk(found: "Health", now: "Ms") -> str:
    failing = next((one for one in found.troubles if one.name == "poll"), None)
    if failing:
        asked = f"; last answered {ago(found.asked_ms, now)}" if found.asked_ms else ""
        return f"NOT answering, {_since(failing.since_ms, now, failing.reason)}{asked}"
    if not found.asked_ms:
        return "not asked yet"
    return f"asked {ago(found.asked_ms, now)}, all changes until then were read"


def _since(then: "Ms", now: "Ms", reason: str) -> str:
    said = f"for {ago(then, now, '')}"
    return f"{said}: {one_line(reason)}" if reason else said


def _requests(tx: "Tx") -> "Table":
    rows = ((state, str(count)) for state, count in sorted(tx.requests.counts().items()))
    return table("state", "requests", rows=rows, title="requests")


def _outbox(tx: "Tx") -> "Table":
    from syncd.core.model import DeliveryState, Destination

    counts = tx.outbox.counts()
    rows = ((to, *(str(counts.get((to, of), 0)) for of in DeliveryState)) for to in Destination)
    return table("to", *DeliveryState, rows=rows, title="outbox")


def _undelivered(tx: "Tx") -> "Table":
    from syncd.core.model import DeliveryState
    from syncd.loops.keep import operating
    from syncd.store.portable import FEW

    def row(d: "Delivery") -> tuple[str, ...]:
        since = ago(d.settled_ms or d.first_sent_ms, tx.now)
        return (d.id, d.command.kind(), d.state, since, d.chat_id, one_line(d.reason))

    states = (DeliveryState.DOUBT, DeliveryState.DEAD, DeliveryState.WITHHELD)
    found = [tx.outbox.newest_of_each(state) for state in states]
    rows = [row(d) for some in found for d in some if not operating.went_on(tx, d)]
    names = ("delivery", "what", "state", "since", "chat", "why")
    cut = any(len(some) >= FEW for some in found)
    more = "These are the newest; `syncd outbox list --limit` shows more." if cut else ""
    return table(*names, rows=rows, title="not delivered", caption=more)


def _unhandled(tx: "Tx") -> "Table":
    from syncd.store.portable import FEW

    rows = [
        (d.event_id, one_line(d.kind), ago(d.received_ms, tx.now), one_line(d.reason))
        for d in tx.inbox.dead()
    ]
    names = ("event", "kind", "since", "why")
    cut = len(rows) >= FEW
    more = "These are the newest; `syncd inbox list --limit` shows more." if cut else ""
    return table(*names, rows=rows, title="received and not handled", caption=more)


def _unlinked(tx: "Tx") -> "Table":
    def row(request: "Request") -> tuple[str, ...]:
        first = tx.links.of_thread(request.thread.root)
        has = first.ticket_key if first else "another ticket"
        why = f"its thread belongs to {has}: what happens on this one is not shown"
        return (request.ticket_key, request.id, request.thread.chat_id, why)

    rows = map(row, tx.requests.unlinked())
    return table("ticket", "request", "chat", "why", rows=rows, title="filed and not followed")


def _unread(tx: "Tx") -> "Table":
    from syncd.core.model import TicketId

    failing = tx.looks.failing()
    links = tx.links.of_tickets(TicketId(look.subject) for look in failing)

    def row(look: "Look") -> tuple[str, ...]:
        link = links.get(TicketId(look.subject))
        name = link.ticket_key if link else look.subject
        return (name, look.reason, ago(look.failing_since_ms, tx.now), one_line(look.problem))

    rows = map(row, failing)
    return table("ticket", "look", "since", "why", rows=rows, title="cannot be read")
