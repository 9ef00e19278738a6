"""The outbox: deliveries and their states."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from sqlalchemy import Select, select

from syncd.core.decide.turns import CHAT_WAITS, Queue, turn
from syncd.core.delivery import Command, Delivery, Order
from syncd.core.lifecycle import HOLDS_LEASE, Effect, FirstSent, Step, effect_of
from syncd.core.model import (
    ChatId,
    DeliveryId,
    DeliveryState,
    Destination,
    MessageId,
    Ms,
    RequestId,
)
from syncd.core.operators.history import CLAIM, LOOKED, QUEUED
from syncd.store.failures import LeaseLost
from syncd.store.portable import FEW, Scope, begins, insert_once
from syncd.store.schema import outbox
from syncd.store.tables import outbox_sql as sql
from syncd.store.tables.deliveries import ORDINARY, URGENT, delivery, new_row, without_text
from syncd.store.tables.history import History
from syncd.store.tables.rows import Rows, Swept, noun

C = TypeVar("C", bound=Command)

_MOMENTS = ("not_before", "enqueued_ms", "first_sent_ms", "settled_ms")
_FAILED = ("failures", "failed_by")
_TOLD = ("was_uncertain", "worried")
_CHANGES = (*_MOMENTS, *_FAILED, "state", "reason", "token", "attempts", *_TOLD)
"""What a step may change."""


@dataclass(frozen=True)
class Head:
    """A delivery that could be claimed: it is due, and first in its lane."""

    id: str
    kind: str
    chat_id: ChatId


class Outbox(Rows):
    def __init__(self, scope: Scope, history: History) -> None:
        super().__init__(scope)
        self._history = history
        self.steps: list[tuple[Delivery, Step]] = []
        """What each delivery is now, and by which step."""

    def put(self, order: Order) -> DeliveryId | None:
        """Enqueue the order; None when its dedupe key was used before."""
        row = new_row(order, id := self._last_id(), self._scope.now, self._turn(order))
        if not insert_once(self._connection, outbox, row, "dedupe_key"):
            return None
        names = replace(order.command.names(), chat_id=order.chat_id, request_id=order.request_id)
        self._history.note(replace(names, what=QUEUED, detail=order.command.kind(), delivery_id=id))
        return id

    def _turn(self, order: Order) -> int:
        """Return the turn in which it is claimed."""
        about = {"chat": order.chat_id, "its_person": order.person, "most": CHAT_WAITS}
        found = self._run(sql.QUEUE, to=order.command.destination, **about)
        return turn(noun(Queue, found.one()))

    def _last_id(self) -> DeliveryId:
        """Return an id above all others, because a lane is performed in order of ids."""
        highest = self._run(sql.HIGHEST).scalar() or ""
        return DeliveryId(self._scope.ids.next(self._scope.now, above=highest))

    def get(self, id: DeliveryId) -> Delivery | None:
        found = self._read(sql.GET, its_id=id)
        return found[0] if found else None

    def beginning(self, letters: str, limit: int) -> list[DeliveryId]:
        """Return ids that begin so."""
        which = select(outbox.c.id).where(begins(outbox.c.id, letters))
        return [
            DeliveryId(id) for id in self._run(which.order_by(outbox.c.id).limit(limit)).scalars()
        ]

    def by_key(self, dedupe_key: str) -> Delivery | None:
        found = self._read(sql.BY_KEY, key=dedupe_key)
        return found[0] if found else None

    def keyed(self, key: str) -> list[Delivery]:
        """Return the delivery with that dedupe key; of one that ends with a colon, all that begin
        so, oldest first."""
        if not key.endswith(":"):
            return self._read(sql.BY_KEY, key=key)
        which = select(outbox).where(begins(outbox.c.dedupe_key, key))
        return self._read(which.order_by(outbox.c.id))

    def of_request(self, id: RequestId, kind: str) -> list[Delivery]:
        """Return the deliveries of that kind for the Request, oldest first."""
        return self._read(sql.OF_REQUEST, request=id, its_kind=kind)

    def step(
        self,
        delivery: Delivery,
        step: Step,
        *,
        reason: str = "",
        not_before: Ms = Ms(0),
        note: str = "",
        failed_by: Destination | None = None,
        worried: bool = False,
    ) -> Delivery:
        """Take the step: write its effect and the history, and return the delivery as it is now.

        WrongTurn when its state has no such step; LeaseLost when somebody else has changed it.
        `note`, where given, is stored for `note_of`. `failed_by`: the platform whose outage is the
        reason; deliveries that wait for it are woken by `wake_all`. `worried`: whoever waits for it
        is told in the same transaction.
        """
        effect = effect_of(delivery.state, step)
        times, failing = _failures(delivery, failed_by, ends=effect.settles or effect.anew)
        stepped = replace(
            delivery,
            id=self._last_id() if effect.new_id else delivery.id,
            state=effect.after,
            reason=reason,
            not_before=not_before,
            token=delivery.token if effect.holds_lease else "",
            attempts=0 if effect.anew else delivery.attempts + effect.counts,
            failures=times,
            failed_by=failing,
            enqueued_ms=self._scope.now if effect.anew else delivery.enqueued_ms,
            first_sent_ms=self._first_sent(delivery, effect),
            sent_before_ms=delivery.first_sent_ms,
            was_uncertain=delivery.was_uncertain or effect.after is DeliveryState.DOUBT,
            worried=worried or delivery.worried or effect.after is DeliveryState.DEAD,
            settled_ms=self._scope.now if effect.settles else Ms(0),
        )
        self._compare_and_set(delivery, stepped, note=note)
        # What broke in our own code may quote what people wrote; the log has it.
        why = "our own fault; the log says more" if effect.counts else reason
        if effect.new_id:
            self._history.note(delivery.entry(step, f"goes on as {stepped.id}"))
            self._history.note(stepped.entry(QUEUED, stepped.command.kind()))
        else:
            self._history.note(delivery.entry(step, why))
        self.steps.append((stepped, step))
        return stepped

    def _first_sent(self, delivery: Delivery, effect: Effect) -> Ms:
        return {
            FirstSent.STAYS: delivery.first_sent_ms,
            FirstSent.BEGINS: delivery.first_sent_ms or self._scope.now,
            FirstSent.TAKEN_BACK: delivery.sent_before_ms,
            FirstSent.NEVER: Ms(0),
        }[effect.first_sent]

    def postpone(
        self,
        delivery: Delivery,
        not_before: Ms,
        reason: str,
        note: str = "",
        *,
        worried: bool = False,
    ) -> Delivery:
        """Put it off in the same state; LeaseLost when somebody else has changed it."""
        worried = worried or delivery.worried
        later = replace(delivery, not_before=not_before, reason=reason, worried=worried)
        self._compare_and_set(delivery, later, note=note)
        if reason != delivery.reason:
            self._history.note(delivery.entry(LOOKED, reason))
        return later

    def wake(self, request_id: RequestId) -> None:
        """Make the replies that wait for this Request due now; their age counts from now."""
        self._run(sql.WAKE, request=request_id, enqueued_ms=self._scope.now, not_before=0)

    def wake_all(self, failed_by: Destination, limit: int = FEW) -> list[Destination]:
        """Make due now what waits because that platform failed it, the oldest first, a few at a
        time; return for which courier each is. What fails again waits as long as before."""
        found = self._run(sql.FAILED_BY, failed=failed_by, now=self._scope.now, most=limit).all()
        if found:
            self._run(sql.REVIVE, ids=[row.id for row in found], not_before=0)
        return [Destination(row.destination) for row in found]

    def note_of(self, id: DeliveryId) -> str:
        """Return the note of an earlier step, empty when there is none."""
        return self._run(sql.NOTE, its_id=id).scalar() or ""

    def claimable(
        self,
        destination: Destination,
        limit: int,
        *,
        urgent_only: bool = False,
        may_ask_portal: bool = True,
        may_carry: bool = True,
    ) -> list[Head]:
        """Return what could be claimed, in the order of its turns.

        Nothing of which the portal has to be asked unless `may_ask_portal`, and no file unless
        `may_carry`.
        """
        found: list[Any] = []
        for priority in (URGENT,) if urgent_only else (URGENT, ORDINARY):
            found += self._run(
                sql.CLAIMABLE,
                to=destination,
                its_priority=priority,
                portal=may_ask_portal,
                carry=may_carry,
                now=self._scope.now,
                most=limit,
            )
        found.sort(key=lambda row: (row.turn, row.id))
        return [noun(Head, row) for row in found[:limit]]

    def waiting(self, kind: type[C], limit: int) -> list[C]:
        """Return the commands of that kind that are READY, in the order of their turns."""
        priority = URGENT if kind.urgent else ORDINARY
        about = {"to": kind.destination, "its_priority": priority, "its_kind": kind.kind()}
        found = self._read(sql.WAITING, **about, most=limit)
        return [cast(C, delivery.command) for delivery in found]

    def open_in(self, lane: str, limit: int = FEW) -> list[Delivery]:
        """Return what holds a lane, the oldest first."""
        return self._read(sql.OPEN_IN_LANE, its_lane=lane, most=limit)

    def take(self, ids: list[str], token: str, lease_ms: int) -> list[Delivery]:
        """Claim those of the deliveries that nobody else has claimed or overtaken meanwhile.

        None where somebody has just settled something in one of their lanes: look again.
        """
        now = self._scope.now
        claim = {"token": token, "lease_until": self._scope.lease_now + lease_ms}
        if not self._locks_lanes(ids):
            return []
        free = sorted(self._run(sql.STILL_FREE, ids=sorted(ids), now=now).scalars())
        if not free:
            return []
        self._run(sql.TAKE, ids=free, now=now, **claim)
        deliveries = self._read(sql.WON, ids=free, ours=token)
        self._history.note(*(d.entry(CLAIM, f"try {d.tries}") for d in deliveries))
        return deliveries

    def _locks_lanes(self, ids: list[str]) -> bool:
        """Let nobody else take anything of their lanes until this transaction ends.

        Each taker holds a lane's first row: one who takes what was put before it meanwhile waits,
        and then sees the lane held. False when that row was settled while we waited for it. SQLite
        has one writer at a time anyway.
        """
        if self._connection.dialect.name == "sqlite":
            return True
        firsts = list(self._run(sql.FIRST_IDS, ids=sorted(ids)).scalars())
        return len(self._run(sql.LOCK, ids=firsts).all()) == len(firsts)

    def heartbeat(self, claims: Iterable[tuple[str, str]], lease_ms: int) -> set[DeliveryId]:
        """Extend the leases of these ids and tokens; return the ids that are still ours."""
        ours = set()
        until = self._scope.lease_now + lease_ms
        for id, token in sorted(claims):
            if self._run(sql.EXTEND, its_id=id, ours=token, lease_until=until).rowcount == 1:
                ours.add(DeliveryId(id))
        return ours

    def expired(self, limit: int = FEW) -> list[Delivery]:
        """Return the LEASED and SENDING deliveries whose lease has expired."""
        return self._read(sql.EXPIRED, lease_now=self._scope.lease_now, most=limit)

    def held(self, limit: int = FEW) -> list[Delivery]:
        """Return all LEASED and SENDING deliveries, for a start at which we are alone."""
        return self._read(sql.ALL_HELD, most=limit)

    def in_state(self, state: DeliveryState, limit: int = FEW) -> list[Delivery]:
        """Return the oldest deliveries in that state."""
        return self._read(sql.IN_STATE, state=state, most=limit)

    def newest(self, state: DeliveryState, limit: int = FEW) -> list[Delivery]:
        """Return the newest deliveries in that state, newest first."""
        return self._read(sql.NEWEST, state=state, most=limit)

    def newest_missed(self, state: DeliveryState, limit: int = FEW) -> list[Delivery]:
        """Return the same without what nobody misses."""
        return self._read(sql.NEWEST_MISSED, state=state, most=limit)

    def newest_of_each(self, state: DeliveryState) -> list[Delivery]:
        """Return the newest of what is missed, then of what nobody misses among the newest of all:
        many comments that were not translated must not hide what was really lost."""
        missed = self.newest_missed(state)
        return [*missed, *(one for one in self.newest(state) if one.command.extra)]

    def doubtful(self, destination: Destination, limit: int = FEW) -> list[Delivery]:
        """Return the deliveries in DOUBT that are due for a look."""
        return self._read(sql.DOUBTFUL, to=destination, now=self._scope.now, most=limit)

    def doubt_all_anew(self) -> None:
        """Forget of what waits, or was being sent, that it was looked for."""
        self._run(sql.DOUBT_ANEW, was_uncertain=False)

    def counts(self) -> dict[tuple[Destination, DeliveryState], int]:
        found = self._connection.execute(sql.COUNTS)
        return {(Destination(to), state): count for to, state, count in found}

    def open_comments(self, thread_root: MessageId) -> int:
        """Return how many comments of that thread are SENDING or in DOUBT."""
        return int(self._run(sql.OPEN_COMMENTS, root=thread_root).scalar_one())

    def sweep(self, since: Ms, before: Ms, limit: int = FEW) -> Swept:
        """Forget what people wrote in deliveries that were settled before then, a few at a time.

        The rows stay for their dedupe keys; what is WITHHELD stays whole, for it may become public.
        """
        rows, reached = self._old(outbox.c.settled_ms, since, before, limit)
        over = [row for row in rows if row.state != DeliveryState.WITHHELD]
        kept = [{"its_id": row.id, **left} for row in over if (left := without_text(row))]
        if kept:
            self._connection.execute(sql.CHANGE, kept)
        return Swept(len(kept), len(rows) == limit, reached)

    def _compare_and_set(self, was: Delivery, stepped: Delivery, note: str) -> None:
        unchanged = {"its_id": was.id, "was": was.state, "ours": was.token, "its_tries": was.tries}
        values: dict[str, Any] = {name: getattr(stepped, name) for name in _CHANGES}
        if stepped.id != was.id:
            values["id"] = stepped.id
        if note:
            values["note"] = note
        if stepped.state not in HOLDS_LEASE:
            values["lease_until"] = 0
        if self._run(sql.UNCHANGED, **values, **unchanged).rowcount != 1:
            raise LeaseLost(f"delivery {was.id} is no longer {was.state} in our hands")

    def _read(self, found: Select[Any], **gaps: object) -> list[Delivery]:
        return [delivery(row) for row in self._run(found, **gaps)]


def _failures(delivery: Delivery, failed_by: Destination | None, *, ends: bool) -> tuple[int, str]:
    """Return how often in a row which platform has failed it after a step."""
    if ends:
        return 0, ""
    if failed_by is None:
        return delivery.failures, delivery.failed_by
    return delivery.failures_by(failed_by), failed_by
