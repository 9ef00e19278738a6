"""The leader election of the watch: one process at a time, by a lease, as long as it succeeds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from syncd.core.model import AccountId
from syncd.loops.keep.prerequisites import Basics
from syncd.loops.leases import LEASE_MS
from syncd.store.store import Store
from syncd.store.tx import Tx

CURSOR = "poll"
"""Name of the poll's cursor, and of the leader's role."""

T = TypeVar("T")


class TurnEnded(Exception):
    """Another process leads by now; what we read must not be decided on."""


@dataclass(frozen=True)
class Leading:
    """This process's terms in one role; `owner` names this process and no later one."""

    store: Store
    role: str
    owner: str
    basics: Basics

    def turn(self) -> "Turn | None":
        """Take or renew the lead; None when another process has it, or our login is not proven."""
        account = self.basics.account
        if account is None or (generation := self.renew()) is None:
            return None
        return Turn(self, generation, account)

    def renew(self) -> int | None:
        return self.store.write(lambda tx: tx.leases.acquire(self.role, self.owner, LEASE_MS))

    def keep(self) -> None:
        """Extend the lease where it is ours."""
        self.store.write(lambda tx: tx.leases.extend(self.role, self.owner, LEASE_MS))

    def hand_over(self) -> None:
        """Give the lease up, so that another process can go on at once."""
        self.store.write(lambda tx: tx.leases.release(self.role, self.owner))


@dataclass(frozen=True)
class Turn:
    """Our time at the watch, and for whom is read."""

    leading: Leading
    generation: int
    account: AccountId

    def write(self, work: Callable[[Tx], T]) -> T:
        """Do `work` in one transaction; TurnEnded, and nothing is kept, once our time is over."""
        lead = self.leading

        def fenced(tx: Tx) -> T:
            if not tx.leases.holds(lead.role, lead.owner, self.generation):
                raise TurnEnded("another process has taken the watch over")
            return work(tx)

        return lead.store.write(fenced)
