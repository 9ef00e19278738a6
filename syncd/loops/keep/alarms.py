"""Tells operators of each reported trouble: once when it begins, once at its end."""

import platform
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from syncd.core.delivery import Order
from syncd.core.kinds.alert import begun_elsewhere, elsewhere
from syncd.core.model import Destination
from syncd.core.operators import expiry
from syncd.core.operators.alarms import Outage, Trouble, judge
from syncd.log import Log
from syncd.loops.records import Records
from syncd.loops.turnstile import Turnstile
from syncd.store.tx import Tx


@dataclass
class Alarms:
    """Runs every few seconds; writes only when a trouble begins, is told, or ends."""

    records: Records
    connected: Callable[[], bool]
    log: Log
    _outages: dict[Trouble, Outage | None] = field(default_factory=dict)
    _reminded: str = ""
    _turnstile: Turnstile = field(default_factory=Turnstile)

    def run_once(self) -> int:
        """Judge every reported trouble; return how many began, were told or ended."""
        rules = self.records.rules
        if not (rules.alarm_chat or rules.alarm_webhook):
            return 0
        with self._turnstile:
            self.records.board.report(Trouble.SOCKET, down=not self.connected())
            judged = sum(self._judge(*pair) for pair in self.records.board.reports())
            return judged + self._remind()

    def _remind(self) -> int:
        """Tell that the helpdesk's token ends soon; the store knows what was told before."""
        store, rules = self.records.store, self.records.rules
        if not rules.token_expires:
            return 0
        due = expiry.reminder(rules.token_expires, store.now(), rules)
        fresh = [order for order in due if order.dedupe_key != self._reminded]
        for order in fresh:
            store.write(partial(_put, order))
            self._reminded = order.dedupe_key
            self.records.nudges[order.command.destination].give()
        return len(fresh)

    def _judge(self, trouble: Trouble, down: bool) -> int:
        before = self._before(trouble)
        now = self.records.store.now()
        after, orders = judge(trouble, before, down=down, now=now, rules=self.records.rules)
        if after == before:
            return 0

        def work(tx: Tx) -> None:
            tx.facts.keep_outage(_name(trouble), after)
            for order in (*orders, *self._also(tx, orders, ended=after is None)):
                tx.outbox.put(order)

        self.records.store.write(work)
        self._outages[trouble] = after
        if orders:
            self.log.warning("operators_told", trouble=str(trouble), over=after is None)
            self.records.nudges[Destination.LARK].give()
        return 1

    def _also(self, tx: Tx, orders: tuple[Order, ...], *, ended: bool) -> list[Order]:
        """Return the orders to tell the webhook the end of what it was told the beginning of."""
        told = [order for order in orders if ended and tx.outbox.by_key(begun_elsewhere(order))]
        return [also for order in told for also in elsewhere(order, self.records.rules)]

    def _before(self, trouble: Trouble) -> Outage | None:
        """Return the trouble's state as it was written down last, also by an earlier process."""
        if trouble not in self._outages:
            with self.records.store.read() as tx:
                outage = tx.facts.outage(_name(trouble))
            # A process starts without a connection; an outage not yet told begins anew with it.
            begins = trouble is Trouble.SOCKET and outage is not None and not outage.told
            self._outages[trouble] = None if begins else outage
        return self._outages[trouble]


def _put(order: Order, tx: Tx) -> None:
    tx.outbox.put(order)


def _name(trouble: Trouble) -> str:
    return f"{trouble}@{platform.node()}"
