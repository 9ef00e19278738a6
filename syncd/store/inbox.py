"""What arrived, as it arrived, until it was read."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, func, select, update

from syncd.core.history import RECEIVED, Step
from syncd.core.model import MessageId, Ms
from syncd.store.failures import LeaseLost
from syncd.store.history import History
from syncd.store.portable import FEW, Scope, insert_once, is_due
from syncd.store.schema import InboxState, inbox
from syncd.store.sweeping import old_rows


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
    """How often it was claimed, this time included."""
    token: str


class Inbox:
    def __init__(self, scope: Scope, history: History) -> None:
        self._scope = scope
        self._history = history
        self._connection = scope.connection

    def receive(
        self, source: str, event_id: str, message_id: str | None, kind: str, raw: bytes
    ) -> bool:
        """Keep what arrived; False when the event, or its message, is here already."""
        highest = self._connection.execute(select(func.max(inbox.c.id))).scalar() or ""
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
        found = select(inbox.c.id).where(self._claimable()).order_by(inbox.c.id).limit(limit)
        return list(self._connection.execute(found).scalars())

    def take(self, ids: list[str], token: str, lease_ms: int) -> list[Received]:
        """Claim those of the rows that nobody else has claimed meanwhile, oldest first."""
        self._connection.execute(
            update(inbox)
            .where(inbox.c.id.in_(sorted(ids)), self._claimable())
            .values(
                token=token,
                lease_until=self._scope.lease_now + lease_ms,
                attempts=inbox.c.attempts + 1,
            )
        )
        won = (
            select(inbox)
            .where(inbox.c.id.in_(sorted(ids)), inbox.c.token == token)
            .order_by(inbox.c.id)
        )
        return [_received(row) for row in self._connection.execute(won)]

    def close(self, id: str, token: str, note: str = "") -> None:
        """Settle a claimed row as read; LeaseLost when the claim ran out and another has it."""
        self._let_go(id, token, state=InboxState.DONE, closed_ms=self._scope.now, note=note)

    def fail(self, id: str, token: str, note: str, *, dead: bool, wait_ms: int = 0) -> None:
        """Give a claimed row back for later, or bury it; LeaseLost as for `close`."""
        if dead:
            self._let_go(id, token, state=InboxState.DEAD, closed_ms=self._scope.now, note=note)
        else:
            self._let_go(id, token, not_before=self._scope.now + wait_ms, note=note)

    def settle(self, source: str, event_id: str, note: str = "") -> bool:
        """Close an event that was decided at the door; False when it was not waiting any more."""
        result = self._connection.execute(
            update(inbox)
            .where(
                inbox.c.source == source,
                inbox.c.event_id == event_id,
                inbox.c.state == InboxState.NEW,
            )
            .values(
                state=InboxState.DONE, closed_ms=self._scope.now, note=note, token="", lease_until=0
            )
        )
        return result.rowcount == 1

    def free_all(self) -> int:
        """Free every claim, because nobody else can be alive (SQLite, at start)."""
        held = and_(inbox.c.state == InboxState.NEW, inbox.c.token != "")
        return self._connection.execute(
            update(inbox).where(held).values(token="", lease_until=0)
        ).rowcount

    def counts(self) -> dict[InboxState, int]:
        found = select(inbox.c.state, func.count()).group_by(inbox.c.state)
        return {InboxState(state): count for state, count in self._connection.execute(found)}

    def dead(self, limit: int = FEW) -> list[tuple[str, str, str, Ms]]:
        """Return id, kind, note and time of arrival of what could not be read, newest first."""
        found = (
            select(inbox.c.id, inbox.c.kind, inbox.c.note, inbox.c.received_ms)
            .where(inbox.c.state == InboxState.DEAD)
            .order_by(inbox.c.id.desc())
            .limit(limit)
        )
        rows = self._connection.execute(found)
        return [(row.id, row.kind, row.note, row.received_ms) for row in rows]

    def last_received_ms(self) -> Ms | None:
        return self._connection.execute(select(func.max(inbox.c.received_ms))).scalar()

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

    def _claimable(self) -> Any:
        return and_(
            inbox.c.state == InboxState.NEW,
            is_due(inbox.c.not_before, self._scope.now),
            is_due(inbox.c.lease_until, self._scope.lease_now),
        )

    def _let_go(self, id: str, token: str, **values: Any) -> None:
        result = self._connection.execute(
            update(inbox)
            .where(inbox.c.id == id, inbox.c.token == token, inbox.c.state == InboxState.NEW)
            .values(token="", lease_until=0, **values)
        )
        if result.rowcount != 1:
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
