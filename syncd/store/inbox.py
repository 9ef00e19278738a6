"""What arrived, as it arrived, until it was read."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, select, update

from syncd.core.history import RECEIVED, Step
from syncd.core.model import MessageId, Ms
from syncd.store.failures import LeaseLost
from syncd.store.history import History
from syncd.store.portable import FEW, LEASE_NOW, NOW, Scope, insert_once, is_due
from syncd.store.schema import InboxState, inbox
from syncd.store.sweeping import old_rows

_NEW = inbox.c.state == InboxState.NEW
_CLAIMABLE = and_(_NEW, is_due(inbox.c.not_before, NOW), is_due(inbox.c.lease_until, LEASE_NOW))
_AMONG = inbox.c.id.in_(bindparam("ids", expanding=True))
_HIGHEST = select(func.max(inbox.c.id))
_WAITING = select(inbox.c.id).where(_CLAIMABLE).order_by(inbox.c.id).limit(bindparam("most"))
_TAKE = update(inbox).where(_AMONG, _CLAIMABLE)
_WON = select(inbox).where(_AMONG, inbox.c.token == bindparam("ours")).order_by(inbox.c.id)
_SETTLE = update(inbox).where(
    inbox.c.source == bindparam("its_source"), inbox.c.event_id == bindparam("its_event"), _NEW
)
_LET_GO = update(inbox).where(
    inbox.c.id == bindparam("its_id"), inbox.c.token == bindparam("ours"), _NEW
)


@dataclass(frozen=True)
class Received:
    """One claimed row of the inbox."""

    id: str
    source: str
    event_id: str
    message_id: str | None
    kind: str
    raw: bytes
    received_ms: Ms
    attempts: int
    """How often it failed by our own fault."""
    token: str


@dataclass(frozen=True)
class Dead:
    """What could not be read or handled, and why."""

    event_id: str
    kind: str
    reason: str
    received_ms: Ms


class Inbox:
    def __init__(self, scope: Scope, history: History) -> None:
        self._scope = scope
        self._history = history
        self._connection = scope.connection

    def receive(
        self, source: str, event_id: str, message_id: str | None, kind: str, raw: bytes
    ) -> bool:
        """Keep what arrived; False when the event, or its message, is here already."""
        highest = self._connection.execute(_HIGHEST).scalar() or ""
        row = {
            "id": self._scope.ids.next(self._scope.now, above=highest),
            "source": source,
            "event_id": event_id,
            "message_id": message_id,
            "kind": kind,
            "raw": raw,
            "state": InboxState.NEW,
            "received_ms": self._scope.now,
            "closed_ms": 0,
            "not_before": 0,
            "attempts": 0,
            "token": "",
            "lease_until": 0,
            "note": "",
        }
        new = insert_once(self._connection, inbox, row, "source+event_id", "source+message_id")
        if new and message_id:
            self._history.note(Step(RECEIVED, kind, message_id=MessageId(message_id)))
        return new

    def waiting(self, limit: int) -> list[str]:
        """Return the ids of rows that could be claimed now, oldest first."""
        found = self._connection.execute(_WAITING, {**self._moments(), "most": limit})
        return list(found.scalars())

    def take(self, ids: list[str], token: str, lease_ms: int) -> list[Received]:
        """Claim those of the rows that nobody else has claimed meanwhile, oldest first."""
        claim = {"token": token, "lease_until": self._scope.lease_now + lease_ms}
        self._connection.execute(_TAKE, {"ids": sorted(ids), **self._moments(), **claim})
        won = self._connection.execute(_WON, {"ids": sorted(ids), "ours": token})
        return [_received(row) for row in won]

    def close(self, id: str, token: str, note: str = "") -> None:
        """Settle a claimed row as read; LeaseLost when the claim ran out and another has it."""
        self._let_go(id, token, state=InboxState.DONE, closed_ms=self._scope.now, note=note)

    def bury(self, id: str, token: str, note: str) -> None:
        """Settle a claimed row that cannot be read or handled; LeaseLost as for `close`."""
        self._let_go(id, token, state=InboxState.DEAD, closed_ms=self._scope.now, note=note)

    def give_back(self, id: str, token: str, note: str, *, attempts: int, wait_ms: int = 0) -> None:
        """Let a claimed row be claimed again later; LeaseLost as for `close`."""
        until = self._scope.now + wait_ms
        self._let_go(id, token, not_before=until, note=note, attempts=attempts)

    def settle(self, source: str, event_id: str, note: str = "") -> bool:
        """Close an event that was decided at the door; False when it was not waiting any more."""
        settled = {
            "its_source": source,
            "its_event": event_id,
            "state": InboxState.DONE,
            "closed_ms": self._scope.now,
            "note": note,
            "token": "",
            "lease_until": 0,
        }
        return self._connection.execute(_SETTLE, settled).rowcount == 1

    def free_all(self) -> int:
        """Free every claim, because nobody else can be alive (SQLite, at start)."""
        held = and_(_NEW, inbox.c.token != "")
        return self._connection.execute(
            update(inbox).where(held).values(token="", lease_until=0)
        ).rowcount

    def heard(self, source: str, message_ids: list[MessageId]) -> set[MessageId]:
        """Return which of these messages have arrived; at most as many as one IN (...) takes."""
        ours = and_(inbox.c.source == source, inbox.c.message_id.in_(sorted(message_ids)))
        found = select(inbox.c.message_id).where(ours)
        return {MessageId(id) for id in self._connection.execute(found).scalars()}

    def counts(self) -> dict[InboxState, int]:
        found = select(inbox.c.state, func.count()).group_by(inbox.c.state)
        return {InboxState(state): count for state, count in self._connection.execute(found)}

    def dead(self, limit: int = FEW) -> list[Dead]:
        """Return what could not be read or handled, newest first."""
        found = (
            select(inbox.c.event_id, inbox.c.kind, inbox.c.note, inbox.c.received_ms)
            .where(inbox.c.state == InboxState.DEAD)
            .order_by(inbox.c.id.desc())
            .limit(limit)
        )
        rows = self._connection.execute(found)
        return [Dead(row.event_id, row.kind, row.note, Ms(row.received_ms)) for row in rows]

    def revive(self, event_id: str) -> bool:
        """Let a DEAD event be claimed afresh; False when it is not DEAD, or was swept."""
        kept = and_(inbox.c.state == InboxState.DEAD, func.length(inbox.c.raw) > 0)
        fresh = {"state": InboxState.NEW, "closed_ms": 0, "not_before": 0, "attempts": 0}
        revived = update(inbox).where(inbox.c.event_id == event_id, kept).values(**fresh)
        return self._connection.execute(revived).rowcount > 0

    def sweep(self, since: Ms, before: Ms, limit: int = FEW) -> tuple[int, Ms]:
        """Forget the raw bytes of what arrived before then and was handled, a few at a time.

        The rows stay, so that the event and the message are known when they come again. Return how
        many had some, and where to go on.
        """
        handled = and_(inbox.c.state != InboxState.NEW, func.length(inbox.c.raw) > 0)
        rows, reached = old_rows(
            self._connection, inbox, inbox.c.received_ms, since, before, handled, limit
        )
        if rows:
            full = inbox.c.id.in_([row.id for row in rows])
            self._connection.execute(update(inbox).where(full).values(raw=b""))
        return len(rows), reached

    def _moments(self) -> dict[str, Ms]:
        return {"now": self._scope.now, "lease_now": self._scope.lease_now}

    def _let_go(self, id: str, token: str, **values: Any) -> None:
        freed = {"its_id": id, "ours": token, "token": "", "lease_until": 0, **values}
        if self._connection.execute(_LET_GO, freed).rowcount != 1:
            raise LeaseLost(f"inbox row {id} is no longer ours")


def _received(row: Row[Any]) -> Received:
    return Received(
        id=row.id,
        source=row.source,
        event_id=row.event_id,
        message_id=row.message_id,
        kind=row.kind,
        raw=bytes(row.raw),
        received_ms=Ms(row.received_ms),
        attempts=row.attempts,
        token=row.token,
    )
