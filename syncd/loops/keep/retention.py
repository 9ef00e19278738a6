"""Retention: blanks what people wrote, and deletes history, older than `store.retention_days`."""

from collections.abc import Callable
from dataclasses import dataclass

from syncd.core.arrival import REMEMBERED_MS
from syncd.core.model import Ms
from syncd.log import Log
from syncd.store.portable import FEW
from syncd.store.store import Store
from syncd.store.tables import requests
from syncd.store.tables.cache import KEPT, CacheKind
from syncd.store.tables.rows import Swept
from syncd.store.tx import Tx

_BATCHES = 10
_DAY_MS = 86_400_000
_FORGOTTEN = tuple(kind for kind in CacheKind if kind not in KEPT)

Sweep = Callable[[Tx, Ms], Swept]


@dataclass(frozen=True)
class Sweeper:
    """Runs every minute, a few rows a transaction, because a click may wait behind it.

    Rows whose keys recognise duplicates stay as long as any may come; the text in them goes.
    """

    store: Store
    retention_days: int
    log: Log

    def run_once(self) -> int:
        """Blank or delete what is too old; return how many rows that were."""
        swept = {name: self._repeat(sweep) for name, sweep in _SWEEPS.items()}
        if any(swept.values()):
            self.log.info("swept", **swept)
        return sum(swept.values())

    def _repeat(self, sweep: Sweep) -> int:
        touched, keeps_ms = 0, self.retention_days * _DAY_MS
        for _ in range(_BATCHES):
            step = self.store.write(lambda tx: sweep(tx, Ms(tx.now - keeps_ms)))
            touched += step.touched
            if not step.more:
                break
        return touched


def _on(tx: Tx, name: str, sweep: Callable[[Ms, Ms], Swept], before: Ms) -> Swept:
    """Go on where the last sweep stopped, so that rows already blanked are not read again."""
    since = tx.cursors.get(name)
    step = sweep(since, before)
    if step.reached != since:
        tx.cursors.set(name, step.reached)
    return step


def _people(tx: Tx, before: Ms) -> Swept:
    few = FEW // len(_FORGOTTEN)
    found = [tx.cache.sweep(kind, before, few) for kind in _FORGOTTEN]
    return Swept(sum(found), few in found)


def _deleted(count: int) -> Swept:
    return Swept(count, count == FEW)


_SWEEPS: dict[str, Sweep] = {
    "inbox": lambda tx, before: tx.inbox.sweep(before),
    "arrived": lambda tx, before: tx.inbox.forget(Ms(tx.now - REMEMBERED_MS)),
    "outbox": lambda tx, before: _on(tx, "swept-outbox", tx.outbox.sweep, before),
    "requests": lambda tx, before: _on(tx, requests.SWEPT, tx.requests.sweep, before),
    "history": lambda tx, before: _deleted(tx.history.sweep(before)),
    "people": _people,
    "budgets": lambda tx, before: _deleted(tx.budgets.sweep()),
}
