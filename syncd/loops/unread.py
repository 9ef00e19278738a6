"""Linked tickets that cannot be read, or not whole, and since when."""

from dataclasses import replace

from syncd.core import alarms, chronicle
from syncd.core.model import Destination, Ms, TicketId
from syncd.loops.records import Records
from syncd.store.tx import Tx

_PATIENCE_MS = 600_000
_LONGEST_MS = 3_600_000


class Unread:
    """Remembers them as long as the process lives, and has them read again less and less often."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._store = records.store
        self._told: set[TicketId] = set()
        self._since: dict[TicketId, Ms] = {}

    def lasts(self, id: TicketId) -> bool:
        """Tell whether it has been so for ten minutes, after which nothing waits for it."""
        return self._lasted_ms(id) >= _PATIENCE_MS

    def over(self, id: TicketId) -> None:
        """The ticket was read whole."""
        self._since.pop(id, None)
        self._told.discard(id)

    def again(self, ids: list[TicketId]) -> None:
        """Ask for these tickets once more, after as long again as it has lasted."""

        def work(tx: Tx) -> None:
            for id, link in tx.links.of_tickets(ids).items():
                due_ms = Ms(tx.now + min(self._lasted_ms(id), _LONGEST_MS))
                tx.links.save(replace(link, check_due=True, due_ms=due_ms))

        now = self._store.now()
        for id in ids:
            self._since.setdefault(id, now)
        self._store.write(work)

    def tell(self) -> None:
        """Tell the operators and the history of what lasts, once."""
        fresh = {id for id in self._since if id not in self._told and self.lasts(id)}
        if not fresh:
            return

        def work(tx: Tx) -> None:
            for link in tx.links.of_tickets(fresh).values():
                tx.history.note(chronicle.not_read(link))
                for alert in alarms.not_read(link, self._records.rules):
                    tx.outbox.put(alert)

        self._store.write(work)
        self._told |= fresh
        self._records.nudges[Destination.LARK].give()

    def _lasted_ms(self, id: TicketId) -> int:
        now = self._store.now()
        return abs(now - self._since.get(id, now))
