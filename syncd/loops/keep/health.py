"""How syncd is: who runs, what goes wrong and why, and what somebody has to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass

from syncd.core.doubt import OPERATOR_DECIDES, TOLD_AFTER_MS
from syncd.core.model import DeliveryState, Language, Ms
from syncd.core.operators.alarms import Trouble, is_to_be_told, name_of
from syncd.core.wording import words
from syncd.loops.keep import operating
from syncd.loops.keep.denials import denied_now
from syncd.loops.keep.presence import Life, Present, present
from syncd.loops.keep.report import Standing
from syncd.loops.keep.second_way import untold
from syncd.loops.watch.leading import CURSOR
from syncd.store.store import Store
from syncd.store.tx import Tx

ALIVE = (Life.RUNNING, Life.STARTING, Life.SILENT)


@dataclass(frozen=True)
class ToDo:
    """One thing that somebody has to do; `what` is a stable name, `told` a sentence."""

    what: str
    told: str


@dataclass(frozen=True)
class Health:
    """Times are epoch milliseconds, 0 for never."""

    processes: tuple[Present, ...]
    asked_ms: Ms
    """When the helpdesk last told what changed."""
    cursor_ms: Ms
    """Up to when it was read."""
    troubles: tuple[Standing, ...]
    """Of all processes that live, each once, since it began."""
    to_do: tuple[ToDo, ...]

    @property
    def is_running(self) -> bool:
        return any(one.life in ALIVE for one in self.processes)


def health(store: Store, tx: Tx) -> Health:
    """Return how it is now."""
    processes = present(store, tx)
    troubles = _troubles(processes)
    to_do = (*_about_processes(processes), *_about_troubles(troubles, tx.now), *_about_work(tx))
    cursor = tx.cursors
    return Health(tuple(processes), cursor.at(CURSOR), cursor.get(CURSOR), tuple(troubles), to_do)


def _troubles(processes: list[Present]) -> list[Standing]:
    found: dict[str, Standing] = {}
    for one in processes:
        for standing in one.process.troubles if one.life in ALIVE else ():
            first = found.setdefault(standing.name, standing)
            if standing.since_ms < first.since_ms:
                found[standing.name] = standing
    return list(found.values())


def _about_processes(processes: list[Present]) -> Iterator[ToDo]:
    if not any(one.life in ALIVE for one in processes):
        yield ToDo("not_running", "syncd is not running: start it; the end of its log says why.")
        return
    for one in processes:
        who = f"process {one.process.pid} on {one.process.host}"
        if one.life is Life.GONE:
            yield ToDo("process_gone", f"The {who} ended without being asked: start it again.")
        elif one.life is Life.SILENT:
            yield ToDo("process_silent", f"The {who} runs and says nothing: look at its log.")


def _about_troubles(troubles: list[Standing], now: Ms) -> Iterator[ToDo]:
    wording = words(Language.EN)
    for standing in troubles:
        if standing.name not in set(Trouble):
            continue  # Of another version.
        trouble = Trouble(standing.name)
        if is_to_be_told(trouble, standing.since_ms, now):
            why = f" ({standing.reason})" if standing.reason else ""
            name = standing.name.replace(" ", "_")
            yield ToDo(name, f"{name_of(trouble, wording)}{why}")


def _about_work(tx: Tx) -> Iterator[ToDo]:
    if dead := operating.to_act_on(tx):
        told = f"{_some(len(dead), 'delivery is', 'deliveries are')} DEAD, {dead[0].id} last: "
        told += "`syncd outbox show` says why, `requeue` sends it again, `drop` puts it aside."
        yield ToDo("dead_deliveries", told)
    for doubt in tx.outbox.in_state(DeliveryState.DOUBT):
        if tx.now - doubt.enqueued_ms > TOLD_AFTER_MS or doubt.reason == OPERATOR_DECIDES:
            told = words(Language.EN).alarm_doubt.format(delivery=doubt.id)
            yield ToDo("doubt", told)
    for what, reason in denied_now(tx):
        yield ToDo("denied", words(Language.EN).alarm_denied.format(what=what, reason=reason))
    if waiting := untold(tx):
        told = f"{_some(len(waiting), 'alarm has', 'alarms have')} reached nobody: "
        told += "`syncd alerts test` says which way is closed, `syncd outbox list` what waits."
        yield ToDo("untold_alarms", told)
    if unhandled := tx.inbox.dead():
        told = f"{_some(len(unhandled), 'event', 'events')} could not be handled: "
        yield ToDo("dead_events", f"{told}`syncd inbox list` says why.")
    if failing := [look for look in tx.looks.failing() if look.told]:
        told = f"{_some(len(failing), 'ticket', 'tickets')} cannot be read whole; they are below."
        yield ToDo("unread_tickets", told)


def _some(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
