"""Rescues what a stop left behind, and ends what has waited too long."""

from functools import partial

from syncd.core.commands import Delivery
from syncd.core.events import (
    Doubtful,
    Event,
    RequestExpired,
    RequestSlow,
)
from syncd.core.model import DeliveryState, Ms
from syncd.core.retry import key_lives
from syncd.log import Log
from syncd.loops.records import Records
from syncd.loops.settling import attempt_of, settle
from syncd.store.failures import LeaseLost
from syncd.store.tx import Tx

_SLOW_MS = 60_000
_AT_ONCE = 50


class Janitor:
    """Runs every few seconds; each step touches few rows."""

    def __init__(self, records: Records, log: Log) -> None:
        self._records = records
        self._log = log

    def run_once(self) -> int:
        """Do what is due; return how many rows were moved on."""
        store = self._records.store
        with store.read() as tx:
            now = tx.now
            expired = tx.outbox.expired()
            drafts = tx.requests.expired(now, _AT_ONCE)
            slow = tx.requests.slow(Ms(now - _SLOW_MS), _AT_ONCE)
        moved = self.rescue(expired)
        for request in drafts:
            self._decide(RequestExpired(request.id))
        for request in slow:
            self._decide(RequestSlow(request.id))
        return moved + len(drafts) + len(slow)

    def rescue_all(self) -> int:
        """At the start on SQLite we are alone: whatever is held, nobody is working on it."""
        with self._records.store.read() as tx:
            held = tx.outbox.held()
        return self.rescue(held)

    def rescue(self, held: list[Delivery]) -> int:
        """Free deliveries whose holder is gone; what may have been sent unkeyed is in DOUBT."""
        for delivery in held:
            self._log.warning("delivery_rescued", delivery=delivery.id, was=str(delivery.state))
            self._records.store.write(partial(self._rescue, delivery))
        for nudge in self._records.nudges.values() if held else ():
            nudge.give()
        return len(held)

    def _rescue(self, delivery: Delivery, tx: Tx) -> None:
        try:
            if delivery.state is DeliveryState.LEASED:
                tx.outbox.step(delivery, "expire")
            elif key_lives(attempt_of(delivery), tx.now):
                tx.outbox.step(delivery, "same key again", reason="stopped while sending")
            else:
                reason = "stopped while sending"
                event = Doubtful(delivery, reason)
                settle(self._records, tx, delivery, "uncertain", event, reason)
        except LeaseLost:
            self._log.info("rescue_not_needed", delivery=delivery.id)

    def _decide(self, event: Event) -> None:
        decision = self._records.store.write(lambda tx: self._records.decide(tx, event))
        self._records.nudge(decision)
