"""Forgets what people wrote, and the history, when it is older than the operator wants to keep."""

from collections.abc import Callable

from syncd.core.model import Ms
from syncd.log import Log
from syncd.store.portable import FEW
from syncd.store.store import Store
from syncd.store.tx import Tx

_BATCHES = 10
_DAY_MS = 86_400_000
_REMEMBERED = ("profile", "account")
"""What is kept of people from one day to the next."""

Sweep = Callable[[Tx, Ms], int]


class Sweeper:
    """Runs every minute; a transaction touches few rows, because a click waits behind it.

    Rows that tell a duplicate stay for ever, only what people wrote in them goes.
    """

    def __init__(self, store: Store, retention_days: int, log: Log) -> None:
        self._store = store
        self._keeps_ms = retention_days * _DAY_MS
        self._log = log

    def run_once(self) -> int:
        """Forget what is too old; return how many rows were touched."""
        swept = {name: self._repeat(sweep) for name, sweep in _SWEEPS.items()}
        if any(swept.values()):
            self._log.info("swept", **swept)
        return sum(swept.values())

    def _repeat(self, sweep: Sweep) -> int:
        touched = 0
        for _ in range(_BATCHES):
            found = self._store.write(lambda tx: sweep(tx, Ms(tx.now - self._keeps_ms)))
            touched += found
            if found < FEW:
                break
        return touched


def _inbox(tx: Tx, before: Ms) -> int:
    return _from_cursor(tx, "swept-inbox", lambda since: tx.inbox.sweep(since, before))


def _outbox(tx: Tx, before: Ms) -> int:
    return _from_cursor(tx, "swept-outbox", lambda since: tx.outbox.sweep(since, before))


def _requests(tx: Tx, before: Ms) -> int:
    return _from_cursor(tx, "swept-requests", lambda since: tx.requests.sweep(since, before))


def _from_cursor(tx: Tx, name: str, sweep: Callable[[Ms], tuple[int, Ms]]) -> int:
    """Go on where the last sweep stopped, so that rows which stay are not looked at again."""
    since = tx.cursors.get(name)
    found, reached = sweep(since)
    if reached != since:
        tx.cursors.set(name, reached)
    return found


def _history(tx: Tx, before: Ms) -> int:
    return tx.history.sweep(before)


def _people(tx: Tx, before: Ms) -> int:
    return sum(tx.cache.sweep(kind, before, FEW // len(_REMEMBERED)) for kind in _REMEMBERED)


_SWEEPS: dict[str, Sweep] = {
    "inbox": _inbox,
    "outbox": _outbox,
    "requests": _requests,
    "history": _history,
    "people": _people,
}
