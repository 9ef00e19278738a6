"""Which of the processes on one database polls: one at a time, for as long as it succeeds."""

from syncd.core.model import Ms
from syncd.store.store import Store
from syncd.store.tx import Tx

CURSOR = "poll"
_LEASE_MS = 120_000


class Leading:
    """Our turns at the poll; `owner` names this process and no later one."""

    def __init__(self, store: Store, owner: str) -> None:
        self._store = store
        self._owner = owner
        self._last_turn = Ms(0)

    def acquire(self) -> int | None:
        """Take or renew the lead; return its generation, None when another process has it."""

        def work(tx: Tx) -> int | None:
            generation = tx.leases.acquire(CURSOR, self._owner, _LEASE_MS)
            if generation is not None:
                self._last_turn = tx.now
            return generation

        return self._store.write(work)

    def yield_it(self) -> None:
        """Let another process poll at once, instead of when our lease has run out."""
        self._store.write(lambda tx: tx.leases.release(CURSOR, self._owner))

    def holds(self, tx: Tx, generation: int) -> bool:
        return tx.leases.holds(CURSOR, self._owner, generation)

    def others_read(self) -> bool:
        """Tell whether a poll came to its end since our last turn, now that we have none."""
        with self._store.read() as tx:
            before, self._last_turn = self._last_turn, tx.now
            return before > 0 and tx.cursors.at(CURSOR) > before
