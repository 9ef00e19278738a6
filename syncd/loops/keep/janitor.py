"""Releases expired leases, and ends Requests whose form has expired."""

from dataclasses import dataclass
from functools import partial

from syncd.core.delivery import Delivery
from syncd.core.ends import Doubtful
from syncd.core.events import Event, RequestExpired, RequestSlow, RequestUnused
from syncd.core.lifecycle import Step
from syncd.core.model import DeliveryState, Ms
from syncd.core.retry import key_lives
from syncd.log import Log
from syncd.loops.outgoing.settling import attempt_of, settle
from syncd.loops.records import Records
from syncd.store.failures import LeaseLost
from syncd.store.tx import Tx

_SLOW_MS = 60_000
_STOPPED = "stopped while sending"
_AT_ONCE = 50


@dataclass(frozen=True)
class Janitor:
    """Runs every few seconds, a few rows a transaction."""

    records: Records
    log: Log

    def run_once(self) -> int:
        """Release, expire and tell what is due; return how many rows changed."""
        store = self.records.store
        with store.read() as tx:
            now = tx.now
            expired = tx.outbox.expired()
            drafts = tx.requests.expired(now, _AT_ONCE)
            unused = tx.requests.unused(now, _AT_ONCE)
            slow = tx.requests.slow(Ms(now - _SLOW_MS), _AT_ONCE)
        moved = self.rescue(expired)
        due: list[Event] = [RequestExpired(request.id) for request in drafts]
        due += [RequestUnused(request.id) for request in unused]
        due += [RequestSlow(request.id) for request in slow]
        for event in due:
            self.records.commit(partial(self.records.decide, event=event))
        return moved + len(due)

    def rescue_all(self) -> int:
        """Release every lease, at the start on SQLite, whose file lock proves that we are alone."""
        with self.records.store.read() as tx:
            held = tx.outbox.held()
        return self.rescue(held)

    def rescue(self, held: list[Delivery]) -> int:
        """Release these deliveries, whose holder is gone.

        READY again when nothing was sent or the idempotency key still lives, else into DOUBT.
        """
        for delivery in held:
            self.log.warning("delivery_rescued", delivery=delivery.id, was=str(delivery.state))
            self.records.store.write(partial(self._rescue, delivery))
        for nudge in self.records.nudges.values() if held else ():
            nudge.give()
        return len(held)

    def _rescue(self, delivery: Delivery, tx: Tx) -> None:
        try:
            if delivery.state is DeliveryState.LEASED:
                tx.outbox.step(delivery, Step.EXPIRE)
            elif key_lives(attempt_of(delivery), tx.now):
                tx.outbox.step(delivery, Step.SAME_KEY_AGAIN, reason=_STOPPED)
            else:
                event = Doubtful(delivery, _STOPPED)
                settle(self.records, tx, Step.UNCERTAIN, event)
        except LeaseLost:
            self.log.info("rescue_not_needed", delivery=delivery.id)
