"""Claim a delivery, perform it, record the result as an event."""

import threading
from collections.abc import Callable

from syncd.core.commands import Delivery, PostUpdate
from syncd.core.errors import StoreError
from syncd.core.events import Delivered, Doubtful
from syncd.core.model import DeliveryId, Destination
from syncd.core.retry import Patience, key_lives
from syncd.log import Log
from syncd.loops.performing import Done, Hold, Performer, Ready, Wait, keyed, repeatable
from syncd.loops.records import Records
from syncd.loops.settling import Settler
from syncd.store.failures import LeaseLost

LEASE_MS = 90_000
_PORTAL_AT_ONCE = 2
"""Fewer than the workers for ordinary posts, so that a hanging portal leaves one for the rest."""


class Courier:
    """Carries the deliveries of one destination; several threads may share one."""

    def __init__(
        self,
        records: Records,
        destination: Destination,
        performer: Performer,
        patience: Patience,
        chance: Callable[[], float],
        steady: Callable[[], int],
        log: Log,
    ) -> None:
        self._records = records
        self.destination = destination
        self._performer = performer
        self._log = log.bind(destination=str(destination))
        self._settler = Settler(records, destination, patience, chance, steady, self._log)
        self._in_hand: dict[DeliveryId, str] = {}
        self._portal = threading.BoundedSemaphore(_PORTAL_AT_ONCE)
        self._asking_portal: set[DeliveryId] = set()
        self._lock = threading.Lock()

    def run_once(self, *, urgent_only: bool = False) -> int:
        """Carry out at most one delivery; return how many were claimed."""
        claimed = self._claim(urgent_only=urgent_only)
        for delivery in claimed:
            try:
                self._carry_out(delivery)
            except LeaseLost:
                self._log.warning("lease_lost", delivery=delivery.id)
            finally:
                self._portal_answered(delivery)
                with self._lock:
                    self._in_hand.pop(delivery.id, None)
        return len(claimed)

    def _claim(self, *, urgent_only: bool) -> list[Delivery]:
        """Claim no update while enough workers ask the portal about theirs.

        To claim it and put it off would make it wait longer each time, in a burst for minutes.
        """
        may_ask = self._portal.acquire(blocking=False)
        updates: list[DeliveryId] = []
        try:
            claimed = self._records.store.claim(
                self.destination,
                1,
                LEASE_MS,
                urgent_only=urgent_only,
                without=None if may_ask else PostUpdate,
            )
            updates += [d.id for d in claimed if isinstance(d.command, PostUpdate)]
        finally:
            if may_ask and not updates:
                self._portal.release()
        with self._lock:
            self._in_hand.update((delivery.id, delivery.token) for delivery in claimed)
            self._asking_portal.update(updates)
        return claimed

    def _portal_answered(self, delivery: Delivery) -> None:
        with self._lock:
            if delivery.id in self._asking_portal:
                self._asking_portal.remove(delivery.id)
                self._portal.release()

    def heartbeat(self) -> None:
        """Extend the leases of what is being performed."""
        with self._lock:
            held = list(self._in_hand.items())
        if held:
            self._records.store.write(lambda tx: tx.outbox.heartbeat(held, LEASE_MS))

    def _carry_out(self, delivery: Delivery) -> None:
        settler = self._settler
        if self._key_has_aged(delivery):
            reason = "its key is too old to send it again without looking"
            settler.settle(delivery, "key expired", Doubtful(delivery, reason), reason)
            return
        try:
            prepared = self._performer.prepare(delivery)
        except StoreError:
            raise
        except Exception as exc:
            settler.failed(delivery, exc)
            return
        finally:
            self._portal_answered(delivery)
        match prepared:
            case Done():
                settler.settle(delivery, "nothing to do", Delivered(delivery, prepared.outcome))
            case Wait():
                settler.wait_to_be_woken(delivery, prepared.reason)
            case Hold():
                settler.withhold(delivery, prepared)
            case Ready():
                self._send(delivery, prepared)

    def _key_has_aged(self, delivery: Delivery) -> bool:
        if not delivery.first_sent_ms or not keyed(delivery) or repeatable(delivery):
            return False
        return not key_lives(self._settler.attempt(delivery), self._records.store.now())

    def _send(self, delivery: Delivery, prepared: Ready) -> None:
        store = self._records.store
        sending = store.write(lambda tx: tx.outbox.step(delivery, "send", note=prepared.note))
        self._settler.sends(sending)
        try:
            outcome = prepared.send()
        except Exception as exc:
            self._settler.failed(sending, exc, sent_before=delivery.first_sent_ms)
            return
        self._settler.keep(sending, outcome)
