"""What is to be done in the outside world, and how far it has come."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select, update

from syncd.core.commands import AddComment, Delivery, Order, kind
from syncd.core.history import CLAIM, LOOKED, QUEUED, about, of_delivery
from syncd.core.lifecycle import HOLDS_LANE, delivery_after
from syncd.core.model import DeliveryId, DeliveryState, Destination, MessageId, Ms, RequestId
from syncd.store.deliveries import URGENT, new_row, readable, without_text
from syncd.store.failures import LeaseLost
from syncd.store.history import History
from syncd.store.portable import FEW, Scope, insert_once, is_due
from syncd.store.schema import outbox
from syncd.store.sweeping import old_rows

_HELD = (DeliveryState.LEASED, DeliveryState.SENDING)
_SETTLED = (DeliveryState.DONE, DeliveryState.DEAD, DeliveryState.WITHHELD)
_BEGINS_ANEW = ("requeue", "requeue in doubt", "public again")


class Outbox:
    def __init__(self, scope: Scope, history: History) -> None:
        self._scope = scope
        self._history = history
        self._connection = scope.connection

    def put(self, order: Order) -> DeliveryId | None:
        """Enqueue the order; None when its dedupe key was used before."""
        highest = self._connection.execute(select(func.max(outbox.c.id))).scalar() or ""
        id = DeliveryId(self._scope.ids.next(self._scope.now, above=highest))
        row = new_row(order, id, self._scope.now)
        if not insert_once(self._connection, outbox, row, "dedupe_key"):
            return None
        command = order.command
        self._history.note(
            about(command, id, order.chat_id, order.request_id, QUEUED, kind(command))
        )
        return id

    def get(self, id: DeliveryId) -> Delivery | None:
        found = self._read(select(outbox).where(outbox.c.id == id))
        return found[0] if found else None

    def by_key(self, dedupe_key: str) -> Delivery | None:
        found = self._read(select(outbox).where(outbox.c.dedupe_key == dedupe_key))
        return found[0] if found else None

    def step(
        self,
        delivery: Delivery,
        happened: str,
        *,
        reason: str = "",
        not_before: Ms = Ms(0),
        counts: bool = False,
        result: str = "",
        note: str = "",
        sent_before: Ms | None = None,
    ) -> Delivery:
        """Record what happened to the delivery and return it as it stands now.

        WrongTurn when its state has no such step; LeaseLost when it went on without us. After a
        requeue its patience starts afresh. `sent_before` takes a send back that was none. `result`
        and `note`, where given, are kept beside it for `result_of` and `note_of`.
        """
        after = delivery_after(delivery.state, happened)
        anew = happened in _BEGINS_ANEW
        first_sent = delivery.first_sent_ms or (self._scope.now if happened == "send" else Ms(0))
        if happened == "proven absent":
            first_sent = Ms(0)
        if sent_before is not None:
            first_sent = sent_before
        stepped = replace(
            delivery,
            state=after,
            reason=reason,
            not_before=not_before,
            token=delivery.token if after in _HELD else "",
            attempts=0 if anew else delivery.attempts + counts,
            enqueued_ms=self._scope.now if anew else delivery.enqueued_ms,
            first_sent_ms=first_sent,
            was_uncertain=delivery.was_uncertain or after is DeliveryState.DOUBT,
            settled_ms=self._scope.now if after in _SETTLED else Ms(0),
        )
        self._compare_and_set(delivery, stepped, result=result, note=note)
        # What broke in our own code may quote what people wrote; the log has it.
        why = "our own fault; the log says more" if counts else reason
        self._history.note(of_delivery(delivery, happened, why))
        return stepped

    def postpone(self, delivery: Delivery, not_before: Ms, reason: str, note: str = "") -> Delivery:
        """Leave the delivery in its state until then; LeaseLost when it went on without us."""
        later = replace(delivery, not_before=not_before, reason=reason)
        self._compare_and_set(delivery, later, note=note)
        if reason != delivery.reason:
            self._history.note(of_delivery(delivery, LOOKED, reason))
        return later

    def result_of(self, id: DeliveryId) -> str:
        """Return what the delivery came to, empty when no step said so."""
        found = self._connection.execute(select(outbox.c.result).where(outbox.c.id == id))
        return found.scalar() or ""

    def note_of(self, id: DeliveryId) -> str:
        """Return what a step wrote down for later ones, empty when nothing."""
        found = self._connection.execute(select(outbox.c.note).where(outbox.c.id == id))
        return found.scalar() or ""

    def claimable(
        self, destination: Destination, limit: int, *, urgent_only: bool = False
    ) -> list[tuple[str, bool]]:
        """Return the id of what could be claimed and whether it is urgent, in that order."""
        found = (
            select(outbox.c.id, outbox.c.priority)
            .where(outbox.c.destination == destination, self._due(), _lane_is_free())
            .order_by(outbox.c.priority, outbox.c.id)
            .limit(limit)
        )
        if urgent_only:
            found = found.where(outbox.c.priority == URGENT)
        return [(row.id, row.priority == URGENT) for row in self._connection.execute(found)]

    def take(self, ids: list[str], token: str, lease_ms: int) -> list[Delivery]:
        """Claim those of the deliveries that nobody else has claimed meanwhile."""
        self._connection.execute(
            update(outbox)
            .where(outbox.c.id.in_(sorted(ids)), self._due())
            .values(
                state=DeliveryState.LEASED,
                token=token,
                lease_until=self._scope.lease_now + lease_ms,
                tries=outbox.c.tries + 1,
            )
        )
        ours = and_(outbox.c.id.in_(sorted(ids)), outbox.c.token == token)
        won = select(outbox).where(ours).order_by(outbox.c.priority, outbox.c.id)
        deliveries, foreign = readable(self._connection.execute(won))
        self._bury_foreign(foreign)
        self._history.note(*(of_delivery(d, CLAIM, f"try {d.tries}") for d in deliveries))
        return deliveries

    def heartbeat(self, claims: Iterable[tuple[str, str]], lease_ms: int) -> set[DeliveryId]:
        """Extend the leases of these ids and tokens; return the ids that are still ours."""
        ours = set()
        for id, token in sorted(claims):
            result = self._connection.execute(
                update(outbox)
                .where(outbox.c.id == id, outbox.c.token == token, outbox.c.state.in_(_HELD))
                .values(lease_until=self._scope.lease_now + lease_ms)
            )
            if result.rowcount == 1:
                ours.add(DeliveryId(id))
        return ours

    def expired(self, limit: int = FEW) -> list[Delivery]:
        """Return what is LEASED or SENDING though its lease has run out."""
        overdue = is_due(outbox.c.lease_until, self._scope.lease_now)
        return self._first(and_(outbox.c.state.in_(_HELD), overdue), limit)

    def held(self, limit: int = FEW) -> list[Delivery]:
        """Return all that is LEASED or SENDING, for the rescue when nobody else can be alive."""
        return self._first(outbox.c.state.in_(_HELD), limit)

    def in_state(self, state: DeliveryState, limit: int = FEW) -> list[Delivery]:
        """Return the oldest deliveries in that state."""
        return self._first(outbox.c.state == state, limit)

    def newest(self, state: DeliveryState, limit: int = FEW) -> list[Delivery]:
        """Return the newest deliveries in that state, newest first."""
        of_state = select(outbox).where(outbox.c.state == state)
        return self._read(of_state.order_by(outbox.c.id.desc()).limit(limit))

    def in_lane(self, lane: str, limit: int = FEW) -> list[Delivery]:
        """Return what the lane still has to do, in order."""
        return self._first(and_(outbox.c.lane == lane, outbox.c.state.in_(HOLDS_LANE)), limit)

    def of_request(self, request_id: RequestId, limit: int = FEW) -> list[Delivery]:
        return self._first(outbox.c.request_id == request_id, limit)

    def doubtful(self, destination: Destination, limit: int = FEW) -> list[Delivery]:
        """Return the deliveries in DOUBT that may be looked into now."""
        doubt = and_(
            outbox.c.destination == destination,
            outbox.c.state == DeliveryState.DOUBT,
            is_due(outbox.c.not_before, self._scope.now),
        )
        return self._first(doubt, limit)

    def counts(self) -> dict[tuple[Destination, DeliveryState], int]:
        pair = (outbox.c.destination, outbox.c.state)
        found = self._connection.execute(select(*pair, func.count()).group_by(*pair))
        return {(Destination(to), DeliveryState(state)): count for to, state, count in found}

    def open_comments(self, thread_root: MessageId) -> int:
        """Return how many comments from that thread may be on the ticket without our knowing."""
        found = (
            select(func.count())
            .select_from(outbox)
            .where(
                outbox.c.thread_root == thread_root,
                outbox.c.state.in_((DeliveryState.SENDING, DeliveryState.DOUBT)),
                outbox.c.kind == AddComment.__name__,
            )
        )
        return int(self._connection.execute(found).scalar_one())

    def oldest_ready_ms(self) -> Ms | None:
        """Return when the oldest waiting delivery was enqueued, None when none waits."""
        ready = outbox.c.state == DeliveryState.READY
        found = select(func.min(outbox.c.enqueued_ms)).where(ready)
        return self._connection.execute(found).scalar()

    def sweep(self, since: Ms, before: Ms, limit: int = FEW) -> tuple[int, Ms]:
        """Forget what people wrote in deliveries that were settled before then, a few at a time.

        The rows stay for their dedupe keys; what is WITHHELD stays whole, for it may become public.
        Return how many held something, and where to go on.
        """
        over = outbox.c.state.in_((DeliveryState.DONE, DeliveryState.DEAD))
        rows, reached = old_rows(
            self._connection, outbox, outbox.c.settled_ms, since, before, over, limit
        )
        written = [(row.id, kept) for row in rows if (kept := without_text(row)) is not None]
        for id, kept in written:
            self._connection.execute(update(outbox).where(outbox.c.id == id).values(**kept))
        return len(written), reached

    def _due(self) -> ColumnElement[bool]:
        ready = outbox.c.state == DeliveryState.READY
        return and_(ready, is_due(outbox.c.not_before, self._scope.now))

    def _compare_and_set(self, was: Delivery, stepped: Delivery, **kept: str) -> None:
        # `tries` too: a delivery in DOUBT has no token, and may have been sent again meanwhile.
        unchanged = and_(
            outbox.c.id == was.id,
            outbox.c.state == was.state,
            outbox.c.token == was.token,
            outbox.c.tries == was.tries,
        )
        values: dict[str, Any] = {
            "state": stepped.state,
            "reason": stepped.reason,
            "not_before": stepped.not_before,
            "token": stepped.token,
            "attempts": stepped.attempts,
            "enqueued_ms": stepped.enqueued_ms,
            "first_sent_ms": stepped.first_sent_ms,
            "was_uncertain": stepped.was_uncertain,
            "settled_ms": stepped.settled_ms,
        }
        values.update({name: text for name, text in kept.items() if text})
        if stepped.state not in _HELD:
            values["lease_until"] = 0
        done = self._connection.execute(update(outbox).where(unchanged).values(**values))
        if done.rowcount != 1:
            raise LeaseLost(f"delivery {was.id} is no longer {was.state} in our hands")

    def _bury_foreign(self, ids: list[str]) -> None:
        for id in ids:
            self._connection.execute(
                update(outbox)
                .where(outbox.c.id == id)
                .values(
                    state=DeliveryState.DEAD,
                    token="",
                    lease_until=0,
                    settled_ms=self._scope.now,
                    reason="this version of syncd does not know this kind of delivery",
                )
            )

    def _first(self, which: ColumnElement[bool], limit: int) -> list[Delivery]:
        return self._read(select(outbox).where(which).order_by(outbox.c.id).limit(limit))

    def _read(self, found: Select[Any]) -> list[Delivery]:
        return readable(self._connection.execute(found))[0]


def _lane_is_free() -> ColumnElement[bool]:
    """Match a delivery when nothing before it waits in its lane and nothing there is under way."""
    other = outbox.alias("other")
    holds = and_(
        other.c.lane == outbox.c.lane,
        other.c.state.in_(HOLDS_LANE),
        other.c.id != outbox.c.id,
        # A requeued delivery may stand before one that is under way already.
        (other.c.state != DeliveryState.READY) | (other.c.id < outbox.c.id),
    )
    return ~exists(select(other.c.id).where(holds))
