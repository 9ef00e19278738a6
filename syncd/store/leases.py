"""Who holds a role, such as polling, and until when."""

from sqlalchemy import select, update

from syncd.store.portable import Scope, insert_once, is_due
from syncd.store.schema import leases


class Leases:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._connection = scope.connection

    def acquire(self, name: str, owner: str, ttl_ms: int) -> int | None:
        """Take or renew the role; return its generation, None when somebody else holds it.

        The generation grows whenever the role changes hands or had run out, so that a holder who
        was paused can be told from the one who came after.
        """
        nobody = {"name": name, "owner": "", "generation": 0, "lease_until": 0}
        insert_once(self._connection, leases, nobody, "name")
        until = self._scope.lease_now + ttl_ms
        run_out = is_due(leases.c.lease_until, self._scope.lease_now)
        mine = update(leases).where(leases.c.name == name, leases.c.owner == owner, ~run_out)
        if self._connection.execute(mine.values(lease_until=until)).rowcount == 0:
            # Each right-hand side reads its own column only: MySQL evaluates SET from the left on
            # new values. https://dev.mysql.com/doc/refman/8.0/en/update.html
            free = update(leases).where(leases.c.name == name, run_out)
            taken = free.values(generation=leases.c.generation + 1, owner=owner, lease_until=until)
            if self._connection.execute(taken).rowcount == 0:
                return None
        found = select(leases.c.generation).where(leases.c.name == name)
        return int(self._connection.execute(found).scalar_one())

    def holds(self, name: str, owner: str, generation: int) -> bool:
        """Tell whether the role is still ours, and keep it so until this transaction ends.

        For write transactions only: it locks the row, so that a takeover waits for our commit.
        """
        still = update(leases).where(
            leases.c.name == name,
            leases.c.owner == owner,
            leases.c.generation == generation,
            ~is_due(leases.c.lease_until, self._scope.lease_now),
        )
        return self._connection.execute(still.values(owner=owner)).rowcount == 1

    def release(self, name: str, owner: str) -> None:
        """Give the role up, if it is ours."""
        mine = update(leases).where(leases.c.name == name, leases.c.owner == owner)
        self._connection.execute(mine.values(owner="", lease_until=0))

    def steal_all(self) -> None:
        """End every lease, because nobody else can be alive (SQLite, at start)."""
        self._connection.execute(update(leases).values(owner="", lease_until=0))
