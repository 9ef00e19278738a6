"""What goes wrong for a while, as the loops report it, and the operators' chat told of it."""

import json
import platform
import threading
from collections.abc import Callable
from dataclasses import asdict

from syncd.core.alarms import Outage, Trouble, judge
from syncd.core.model import Destination
from syncd.log import Log
from syncd.loops.records import Records
from syncd.store.tx import Tx

_KIND = "alarm"


class Alarms:
    """Runs every few seconds; writes only when a trouble begins, is told, or ends."""

    def __init__(self, records: Records, connected: Callable[[], bool], log: Log) -> None:
        self._records = records
        self._connected = connected
        self._log = log
        self._host = platform.node()
        self._outages: dict[Trouble, Outage | None] = {}
        self._lock = threading.Lock()

    def run_once(self) -> int:
        """Tell what is to be told; return how many troubles begin, are told or end."""
        if not self._records.rules.alarm_chat:
            return 0
        with self._lock:
            self._records.board.report(Trouble.SOCKET, down=not self._connected())
            return sum(self._judge(*pair) for pair in self._records.board.reports())

    def _judge(self, trouble: Trouble, down: bool) -> int:
        before = self._before(trouble)
        now = self._records.store.now()
        after, orders = judge(trouble, before, down=down, now=now, rules=self._records.rules)
        if after == before:
            return 0

        def work(tx: Tx) -> None:
            tx.cache.put(_KIND, self._name(trouble), json.dumps(asdict(after)) if after else "")
            for order in orders:
                tx.outbox.put(order)

        self._records.store.write(work)
        self._outages[trouble] = after
        if orders:
            self._log.warning("operators_told", trouble=str(trouble), over=after is None)
            self._records.nudges[Destination.LARK].give()
        return 1

    def _before(self, trouble: Trouble) -> Outage | None:
        """Return how it stood, also before a restart."""
        if trouble not in self._outages:
            with self._records.store.read() as tx:
                stored = tx.cache.get(_KIND, self._name(trouble))
            outage = Outage(**json.loads(stored)) if stored else None
            # Every process begins without a connection, which is no outage that goes on.
            begins = trouble is Trouble.SOCKET and outage is not None and not outage.told
            self._outages[trouble] = None if begins else outage
        return self._outages[trouble]

    def _name(self, trouble: Trouble) -> str:
        return f"{trouble}@{self._host}"
