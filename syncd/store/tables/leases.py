"""Who holds a role, such as polling, and until when."""

from sqlalchemy import bindparam, delete, select, update

from syncd.store.portable import LEASE_NOW, insert_once, is_due
from syncd.store.schema import leases
from syncd.store.tables.rows import Rows

_RUN_OUT = is_due(leases.c.lease_until, LEASE_NOW)
_NAMED = leases.c.name == bindparam("role")
_MINE = leases.c.owner == bindparam("me")
_MY_OWN = update(leases).where(_NAMED, _MINE)
# Each right-hand side reads its own column only: MySQL evaluates SET from the left on new values.
# https://dev.mysql.com/doc/refman/8.0/en/update.html
_TAKE = update(leases).where(_NAMED, _RUN_OUT).values(generation=leases.c.generation + 1)
_GENERATION = select(leases.c.generation).where(_NAMED)
_OWNER = select(leases.c.owner).where(_NAMED)
_RETIRED = "moved"
_STILL = update(leases).where(_NAMED, _MINE, leases.c.generation == bindparam("held"))


class Leases(Rows):
    def acquire(self, name: str, owner: str, ttl_ms: int) -> int | None:
        """Take or renew the role; return its generation, None when somebody else holds it.

        The generation grows whenever the role changes hands, so that a holder who was paused can
        be told from the one who came after. An `owner` names one process, and no later one.
        """
        nobody = {"name": name, "owner": "", "generation": 0, "lease_until": 0}
        insert_once(self._connection, leases, nobody, "name")
        now = self._scope.lease_now
        until = now + ttl_ms
        renewed = self._run(_MY_OWN, role=name, me=owner, lease_until=until).rowcount
        taken = {"role": name, "lease_now": now, "owner": owner, "lease_until": until}
        if not renewed and not self._run(_TAKE, **taken).rowcount:
            return None
        return int(self._run(_GENERATION, role=name).scalar_one())

    def extend(self, name: str, owner: str, ttl_ms: int) -> bool:
        """Extend the role if it is ours; False when it is not."""
        until = self._scope.lease_now + ttl_ms
        return self._run(_MY_OWN, role=name, me=owner, lease_until=until).rowcount == 1

    def holds(self, name: str, owner: str, generation: int) -> bool:
        """Tell whether the role is still ours, and keep it so until this transaction ends.

        A lease that has run out is ours as long as nobody else took it. For write transactions
        only: it locks the row, so that a takeover waits for our commit.
        """
        role = {"role": name, "me": owner, "held": generation}
        return self._run(_STILL, **role, owner=owner).rowcount == 1

    def release(self, name: str, owner: str) -> None:
        """Give the role up, if it is ours."""
        self._run(_MY_OWN, role=name, me=owner, owner="", lease_until=0)

    def retire(self, moved_to: str) -> None:
        """Say that all that is kept here goes on in another database, of that address."""
        self.go_on()
        gone = {"name": _RETIRED, "owner": moved_to, "generation": 0, "lease_until": 0}
        insert_once(self._connection, leases, gone, "name")

    def go_on(self) -> None:
        """Take that back."""
        self._run(delete(leases).where(leases.c.name == _RETIRED))

    def moved_to(self) -> str:
        """Return the database in which it goes on, empty when this is the one."""
        return self._run(_OWNER, role=_RETIRED).scalar() or ""

    def steal_all(self) -> None:
        """End every lease, because nobody else can be alive (SQLite, at start)."""
        self._run(update(leases).values(owner="", lease_until=0))
