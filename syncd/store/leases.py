"""Who holds a role, such as polling, and until when."""

from sqlalchemy import bindparam, select, update

from syncd.store.portable import LEASE_NOW, Scope, insert_once, is_due
from syncd.store.schema import leases

_RUN_OUT = is_due(leases.c.lease_until, LEASE_NOW)
_NAMED = leases.c.name == bindparam("role")
_MINE = leases.c.owner == bindparam("me")
_RENEW = update(leases).where(_NAMED, _MINE)
# Each right-hand side reads its own column only: MySQL evaluates SET from the left on new values.
# https://dev.mysql.com/doc/refman/8.0/en/update.html
_TAKE = update(leases).where(_NAMED, _RUN_OUT).values(generation=leases.c.generation + 1)
_GENERATION = select(leases.c.generation).where(_NAMED)
_STILL = update(leases).where(_NAMED, _MINE, leases.c.generation == bindparam("held"))
_RELEASE = update(leases).where(_NAMED, _MINE)


class Leases:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._connection = scope.connection

    def acquire(self, name: str, owner: str, ttl_ms: int) -> int | None:
        """Take or renew the role; return its generation, None when somebody else holds it.

        The generation grows whenever the role changes hands, so that a holder who was paused can
        be told from the one who came after. An `owner` names one process, and no later one.
        """
        nobody = {"name": name, "owner": "", "generation": 0, "lease_until": 0}
        insert_once(self._connection, leases, nobody, "name")
        now = self._scope.lease_now
        role = {"role": name, "lease_now": now, "lease_until": now + ttl_ms}
        if (
            self._connection.execute(_RENEW, {**role, "me": owner}).rowcount == 0
            and self._connection.execute(_TAKE, {**role, "owner": owner}).rowcount == 0
        ):
            return None
        return int(self._connection.execute(_GENERATION, {"role": name}).scalar_one())

    def holds(self, name: str, owner: str, generation: int) -> bool:
        """Tell whether the role is still ours, and keep it so until this transaction ends.

        A lease that has run out is ours as long as nobody else took it. For write transactions
        only: it locks the row, so that a takeover waits for our commit.
        """
        role = {"role": name, "me": owner, "held": generation, "owner": owner}
        return self._connection.execute(_STILL, role).rowcount == 1

    def release(self, name: str, owner: str) -> None:
        """Give the role up, if it is ours."""
        freed = {"role": name, "me": owner, "owner": "", "lease_until": 0}
        self._connection.execute(_RELEASE, freed)

    def steal_all(self) -> None:
        """End every lease, because nobody else can be alive (SQLite, at start)."""
        self._connection.execute(update(leases).values(owner="", lease_until=0))
