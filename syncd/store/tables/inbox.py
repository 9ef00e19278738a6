"""The inbox: frames as they arrived, unique by event and by message.

It is claimed by conversation: what is in one is handled in the order in which it was written, by
one process at a time.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    FromClause,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from syncd.core.arrival import HOLDS_MS, Envelope
from syncd.core.model import MessageId, Ms
from syncd.core.operators.history import RECEIVED, Entry
from syncd.store.failures import LeaseLost
from syncd.store.portable import FEW, LEASE_NOW, MOST, NOW, Scope, insert_once, is_due
from syncd.store.schema import InboxState, inbox
from syncd.store.tables.history import History
from syncd.store.tables.rows import Rows, Swept, noun

_FREE = {"token": "", "lease_until": 0}
_NEW = inbox.c.state == InboxState.NEW
_CLAIMABLE = and_(_NEW, is_due(inbox.c.not_before, NOW), is_due(inbox.c.lease_until, LEASE_NOW))
_AMONG = inbox.c.id.in_(bindparam("ids", expanding=True))
_HIGHEST = select(func.max(inbox.c.id))
_TRIED_SINCE = bindparam("tried_since", type_=BigInteger)
_NO_ROOT_YET = "waits for the message that began its thread"


def _waits(row: FromClause) -> ColumnElement[bool]:
    """Match what is to be handled and keeps later rows of its conversation waiting.

    What could not be handled for long, again and again, does so no more, and what waits for the
    root of its thread never does.
    """
    never_tried_in_vain = row.c.note == ""
    tried_lately = and_(row.c.note != _NO_ROOT_YET, row.c.received_ms > _TRIED_SINCE)
    new = row.c.state == InboxState.NEW
    return and_(new, or_(never_tried_in_vain, tried_lately))


def _others_go_first() -> ColumnElement[bool]:
    """Match a row whose conversation somebody has in hand, or that is not the first to wait."""
    other = inbox.alias("other")
    in_hand = and_(other.c.state == InboxState.NEW, ~is_due(other.c.lease_until, LEASE_NOW))
    earlier = and_(_waits(other), other.c.turn < inbox.c.turn)
    same = other.c.conversation == inbox.c.conversation
    return exists(select(other.c.id).where(same, or_(in_hand, earlier)))


_MAY_GO = or_(
    ~inbox.c.in_thread,
    and_(
        bindparam("threads_may_go", type_=Boolean),
        inbox.c.conversation.not_in(bindparam("held", expanding=True)),
    ),
)
_FIRST = (
    select(inbox.c.conversation)
    .where(_CLAIMABLE, _MAY_GO, ~_others_go_first())
    .order_by(inbox.c.id)
    .limit(MOST)
)
_WAITING = (
    select(inbox.c.id)
    .where(
        _CLAIMABLE, _MAY_GO, inbox.c.conversation.in_(bindparam("conversations", expanding=True))
    )
    .order_by(inbox.c.turn)
    .limit(FEW)
)
_NEXT = (
    select(inbox.c.id)
    .where(
        inbox.c.conversation == bindparam("its_conversation"),
        or_(_waits(inbox), and_(_NEW, inbox.c.id == bindparam("its_id"))),
    )
    .order_by(inbox.c.turn)
    .limit(1)
    .with_for_update()
)
_TAKE = update(inbox).where(_AMONG, _CLAIMABLE)
_WON = select(inbox).where(_AMONG, inbox.c.token == bindparam("ours")).order_by(inbox.c.turn)
_KEEPS_WORDS = and_(inbox.c.state == InboxState.DEAD, func.length(inbox.c.raw) > 0)
_DEAD = (
    select(inbox.c.event_id, inbox.c.kind, inbox.c.note, inbox.c.received_ms)
    .where(inbox.c.state == InboxState.DEAD)
    .order_by(inbox.c.id.desc())
    .limit(MOST)
)
_SETTLE = update(inbox).where(
    inbox.c.source == bindparam("its_source"), inbox.c.event_id == bindparam("its_event"), _NEW
)
_ROOT_CAME = update(inbox).where(
    inbox.c.conversation == bindparam("its_conversation"), _NEW, inbox.c.note == _NO_ROOT_YET
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
    conversation: str
    raw: bytes
    received_ms: Ms
    attempts: int
    """How often handling it failed by a bug of ours."""
    note: str
    token: str

    @property
    def waited_for_root(self) -> bool:
        return self.note == _NO_ROOT_YET


@dataclass(frozen=True)
class Dead:
    """What could not be read or handled, and why."""

    event_id: str
    kind: str
    reason: str
    received_ms: Ms


class Inbox(Rows):
    def __init__(self, scope: Scope, history: History) -> None:
        super().__init__(scope)
        self._history = history

    def receive(self, source: str, told: Envelope, raw: bytes) -> bool:
        """Keep what arrived; False when the event, or its message, is here already."""
        highest, now = self._run(_HIGHEST).scalar() or "", self._scope.now
        id = self._scope.ids.next(now, above=highest)
        row = {
            "id": id,
            "source": source,
            "event_id": told.event_id,
            "message_id": told.message_id,
            "kind": told.kind,
            "conversation": told.conversation,
            "turn": told.turn(id, now),
            "in_thread": told.in_thread,
            "raw": raw,
            "state": InboxState.NEW,
            "received_ms": now,
            "closed_ms": 0,
            "not_before": told.ready_ms(now),
            "attempts": 0,
            "note": "",
            **_FREE,
        }
        new = insert_once(self._connection, inbox, row, "source+event_id", "source+message_id")
        if new and told.message_id:
            self._history.note(Entry(RECEIVED, told.kind, message_id=told.message_id))
        if new and not told.in_thread:
            self._run(_ROOT_CAME, its_conversation=told.conversation, note="", not_before=0)
        return new

    def waiting(self, limit: int, held: Collection[str] | None = ()) -> list[str]:
        """Return the ids of rows that could be claimed now, of so many conversations.

        Nothing from the threads `held`, nor from any thread where that is None.
        """
        may_go = {"threads_may_go": held is not None, "held": list(held or ("",))}
        case = self._moments() | may_go
        first = self._run(_FIRST, **case, tried_since=self._tried_since(), most=limit)
        conversations = sorted(set(first.scalars()))
        if not conversations:
            return []
        found = self._run(_WAITING, **case, conversations=conversations, most=FEW)
        return list(found.scalars())

    def is_next(self, received: Received) -> bool:
        """Tell whether nothing that was written before it waits; hold the one that is next.

        In a write transaction nobody else can decide on that one meanwhile.
        """
        first = self._run(
            _NEXT,
            its_conversation=received.conversation,
            its_id=received.id,
            tried_since=self._tried_since(),
        )
        return first.scalar() == received.id

    def take(self, ids: list[str], token: str, lease_ms: int) -> list[Received]:
        """Claim those of the rows that nobody else has claimed meanwhile, as they were written."""
        claim = {"token": token, "lease_until": self._scope.lease_now + lease_ms}
        self._run(_TAKE, ids=sorted(ids), **self._moments(), **claim)
        return [noun(Received, row) for row in self._run(_WON, ids=sorted(ids), ours=token)]

    def close(self, id: str, token: str, note: str = "") -> None:
        """Settle a claimed row as read, and forget what it says: what is to be done about it stands
        elsewhere. LeaseLost when the claim ran out and another has it."""
        done = {"state": InboxState.DONE, "closed_ms": self._scope.now, "raw": b""}
        self._let_go(id, token, note=note, **done)

    def bury(self, id: str, token: str, note: str) -> None:
        """Settle a claimed row that cannot be read or handled; LeaseLost as for `close`."""
        self._let_go(id, token, state=InboxState.DEAD, closed_ms=self._scope.now, note=note)

    def give_back(self, id: str, token: str, note: str, *, attempts: int, wait_ms: int = 0) -> None:
        """Let a claimed row be claimed again later; LeaseLost as for `close`."""
        until = self._scope.now + wait_ms
        self._let_go(id, token, not_before=until, note=note, attempts=attempts)

    def await_root(self, id: str, token: str, until: Ms) -> None:
        """Let a claimed row wait for the message that began its thread, at most until then."""
        self._let_go(id, token, not_before=until, note=_NO_ROOT_YET)

    def let_go(self, id: str, token: str) -> None:
        """Let a claimed row be claimed again at once; LeaseLost as for `close`."""
        self._let_go(id, token)

    def settle(self, source: str, event_id: str, note: str = "") -> bool:
        """Close an event that was decided at the door, and forget what it says; False when it was
        not waiting any more."""
        done = {"state": InboxState.DONE, "closed_ms": self._scope.now, "raw": b"", "note": note}
        done |= _FREE
        return self._run(_SETTLE, its_source=source, its_event=event_id, **done).rowcount == 1

    def free_all(self) -> int:
        """Free every claim, because nobody else can be alive (SQLite, at start)."""
        held = and_(_NEW, inbox.c.token != "")
        return self._run(update(inbox).where(held).values(**_FREE)).rowcount

    def heard(self, source: str, message_ids: list[MessageId]) -> set[MessageId]:
        """Return which of these messages have arrived; at most as many as one IN (...) takes."""
        ours = and_(inbox.c.source == source, inbox.c.message_id.in_(sorted(message_ids)))
        found = select(inbox.c.message_id).where(ours)
        return set(self._run(found).scalars())

    def waits(self, message_id: MessageId) -> bool:
        """Tell whether that message has arrived and is not handled yet."""
        ours = and_(inbox.c.state == InboxState.NEW, inbox.c.message_id == message_id)
        return self._run(select(inbox.c.id).where(ours).limit(1)).first() is not None

    def counts(self) -> dict[InboxState, int]:
        found = select(inbox.c.state, func.count()).group_by(inbox.c.state)
        return {state: count for state, count in self._connection.execute(found)}

    def dead(self, limit: int = FEW) -> list[Dead]:
        """Return what could not be read or handled, newest first."""
        return [noun(Dead, row, reason=row.note) for row in self._run(_DEAD, most=limit)]

    def revive(self, event_id: str) -> bool:
        """Let a DEAD event be claimed afresh; False when it is not DEAD, or was swept."""
        fresh = {"state": InboxState.NEW, "closed_ms": 0, "not_before": 0, "attempts": 0}
        revived = update(inbox).where(inbox.c.event_id == event_id, _KEEPS_WORDS).values(**fresh)
        return self._run(revived).rowcount > 0

    def sweep(self, before: Ms, limit: int = FEW) -> Swept:
        """Forget what could not be read or handled and arrived before then, a few at a time.

        The rows stay, because they are listed.
        """
        old = and_(_KEEPS_WORDS, inbox.c.received_ms < before)
        ids = list(self._run(select(inbox.c.id).where(old).limit(limit)).scalars())
        if ids:
            self._run(update(inbox).where(inbox.c.id.in_(ids)).values(raw=b""))
        return Swept(len(ids), len(ids) == limit)

    def forget(self, before: Ms, limit: int = FEW) -> Swept:
        """Delete what arrived before then and was handled, a few at a time: it comes no more."""
        # As what it is not: else an index of the states leads SQLite through all that is DONE.
        done = inbox.c.state.not_in((InboxState.NEW, InboxState.DEAD))
        old = select(inbox.c.id).where(inbox.c.received_ms < before, done)
        ids = list(self._run(old.order_by(inbox.c.received_ms).limit(limit)).scalars())
        if ids:
            self._run(delete(inbox).where(inbox.c.id.in_(ids)))
        return Swept(len(ids), len(ids) == limit)

    def _moments(self) -> dict[str, Ms]:
        return {"now": self._scope.now, "lease_now": self._scope.lease_now}

    def _tried_since(self) -> Ms:
        return Ms(self._scope.now - HOLDS_MS)

    def _let_go(self, id: str, token: str, **values: Any) -> None:
        if self._run(_LET_GO, its_id=id, ours=token, **_FREE, **values).rowcount != 1:
            raise LeaseLost(f"inbox row {id} is no longer ours")
