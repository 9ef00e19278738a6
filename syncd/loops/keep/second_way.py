"""The second way of alarms: the webhook, for what the operators' chat was not told in time."""

from dataclasses import dataclass

from syncd.core.delivery import Delivery, Order
from syncd.core.kinds.alert import LANE, LANE_ELSEWHERE, elsewhere, other_way
from syncd.core.model import DeliveryState
from syncd.log import Log
from syncd.loops.outgoing.courier import Courier
from syncd.loops.records import Records
from syncd.store.tx import Tx

_CHAT_HAS_MS = 60_000
"""How long an alarm may wait for the chat before the webhook is told as well."""
_UNTOLD_MS = 5 * 60_000
"""After this an alarm that has reached nobody is itself something to act on."""
_AT_ONCE = 10
"""How many alarms are told in one run; a receiver that hangs keeps each for some seconds."""


@dataclass(frozen=True)
class SecondWay:
    """Runs every few seconds, on a thread of its own: a receiver that hangs holds up nobody."""

    records: Records
    courier: Courier
    log: Log

    def run_once(self) -> int:
        """Hand over what waits for the chat, and tell what is due; return how much was done."""
        done = self._hand_over()
        for _ in range(_AT_ONCE):
            if not self.courier.run_once():
                break
            done += 1
        return done

    def _hand_over(self) -> int:
        with self.records.store.read() as tx:
            late = self._late(tx)
        if late:
            self.records.store.write(lambda tx: [tx.outbox.put(order) for order in late])
            self.log.warning("alarms_take_the_second_way", alarms=len(late))
        return len(late)

    def _late(self, tx: Tx) -> list[Order]:
        """Return the orders for what has waited too long and was not handed over yet."""
        return [
            order
            for waits in tx.outbox.open_in(LANE)
            if abs(tx.now - waits.enqueued_ms) > _CHAT_HAS_MS
            for order in elsewhere(waits, self.records.rules)
            if tx.outbox.by_key(order.dedupe_key) is None
        ]


def untold(tx: Tx) -> list[Delivery]:
    """Return the alarms that have reached nobody for long, by neither way."""
    return [
        waits
        for lane in (LANE, LANE_ELSEWHERE)
        for waits in tx.outbox.open_in(lane)
        if abs(tx.now - waits.enqueued_ms) > _UNTOLD_MS and not _was_told(tx, other_way(waits))
    ]


def _was_told(tx: Tx, key: str) -> bool:
    delivery = tx.outbox.by_key(key)
    return delivery is not None and delivery.state is DeliveryState.DONE
