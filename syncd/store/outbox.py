"""What is to be done in the outside world, and how far it has come."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Select

from syncd.core.commands import Command, Delivery, Order, kind
from syncd.core.history import CLAIM, LOOKED, QUEUED, about, of_delivery
from syncd.core.lifecycle import delivery_after
from syncd.core.model import DeliveryId, DeliveryState, Destination, MessageId, Ms, RequestId
from syncd.store import outbox_sql as sql
from syncd.store.deliveries import ORDINARY, URGENT, new_row, readable, without_text
from syncd.store.failures import LeaseLost
from syncd.store.history import History
from syncd.store.portable import FEW, Scope, insert_once
from syncd.store.schema import outbox
from syncd.store.sweeping import old_rows

_SETTLED = (DeliveryState.DONE, DeliveryState.DEAD, DeliveryState.WITHHELD)
_BEGINS_ANEW = ("requeue", "requeue in doubt", "public again")


class Outbox:
    def __init__(self, scope: Scope, history: History) -> None:
        self._scope = scope
        self._history = history
        self._connection = scope.connection

    def put(self, order: Order) -> DeliveryId | None:
        """Enqueue the order; None when its dedupe key was used before."""
        row = new_row(order, id := self._last_id(), self._scope.now)
        if not insert_once(self._connection, outbox, row, "dedupe_key"):
            return None
        self._queued(order, id)
        return id

    def _queued(self, order: Order | Delivery, id: DeliveryId) -> None:
        what = (QUEUED, kind(order.command))
        self._history.note(about(order.command, id, order.chat_id, order.request_id, *what))

    def _last_id(self) -> DeliveryId:
        """Return an id above all others: a lane goes in the order of its ids."""
        highest = self._connection.execute(sql.HIGHEST).scalar() or ""
        return DeliveryId(self._scope.ids.next(self._scope.now, above=highest))

    def get(self, id: DeliveryId) -> Delivery | None:
        found = self._read(sql.GET, its_id=id)
        return found[0] if found else None

    def by_key(self, dedupe_key: str) -> Delivery | None:
        found = self._read(sql.BY_KEY, key=dedupe_key)
        return found[0] if found else None

    def of_request(self, id: RequestId, command: type[Command]) -> list[Delivery]:
        """Return the deliveries of that kind of command for the Request, oldest first."""
        return self._read(sql.OF_REQUEST, request=id, its_kind=command.__name__)

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
        requeue its patience starts afresh; what is public again goes to the end of its lane, under
        a new id, for it was never sent under the old one. `sent_before` takes a send back that was
        none. `result` and `note`, where given, are kept beside it for `result_of` and `note_of`.
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
            id=self._last_id() if happened == "public again" else delivery.id,
            state=after,
            reason=reason,
            not_before=not_before,
            token=delivery.token if after in sql.HELD else "",
            attempts=0 if anew else delivery.attempts + counts,
            enqueued_ms=self._scope.now if anew else delivery.enqueued_ms,
            first_sent_ms=first_sent,
            was_uncertain=delivery.was_uncertain or after is DeliveryState.DOUBT,
            settled_ms=self._scope.now if after in _SETTLED else Ms(0),
        )
        self._compare_and_set(delivery, stepped, result=result, note=note)
        # What broke in our own code may quote what people wrote; the log has it.
        why = "our own fault; the log says more" if counts else reason
        if stepped.id == delivery.id:
            self._history.note(of_delivery(delivery, happened, why))
        else:
            self._history.note(of_delivery(delivery, happened, f"goes on as {stepped.id}"))
            self._queued(stepped, stepped.id)
        return stepped

    def postpone(self, delivery: Delivery, not_before: Ms, reason: str, note: str = "") -> Delivery:
        """Leave the delivery in its state until then; LeaseLost when it went on without us."""
        later = replace(delivery, not_before=not_before, reason=reason)
        self._compare_and_set(delivery, later, note=note)
        if reason != delivery.reason:
            self._history.note(of_delivery(delivery, LOOKED, reason))
        return later

    def wake(self, request_id: RequestId) -> None:
        """Let the replies that wait for this Request be tried now, their patience fresh."""
        waiting = {"request": request_id, "enqueued_ms": self._scope.now, "not_before": 0}
        self._connection.execute(sql.WAKE, waiting)

    def result_of(self, id: DeliveryId) -> str:
        """Return what the delivery came to, empty when no step said so."""
        return self._connection.execute(sql.RESULT, {"its_id": id}).scalar() or ""

    def note_of(self, id: DeliveryId) -> str:
        """Return what a step wrote down for later ones, empty when nothing."""
        return self._connection.execute(sql.NOTE, {"its_id": id}).scalar() or ""

    def claimable(
        self,
        destination: Destination,
        limit: int,
        *,
        urgent_only: bool = False,
        without: type[Command] | None = None,
    ) -> list[tuple[str, bool]]:
        """Return the id of what could be claimed and whether it is urgent, in that order."""
        lowest = URGENT if urgent_only else ORDINARY
        asked = {"to": destination, "lowest": lowest, "now": self._scope.now, "most": limit}
        asked["without"] = without.__name__ if without else ""
        found = self._connection.execute(sql.CLAIMABLE, asked)
        return [(row.id, row.priority == URGENT) for row in found]

    def take(self, ids: list[str], token: str, lease_ms: int) -> list[Delivery]:
        """Claim those of the deliveries that nobody else has claimed meanwhile."""
        chosen = {"ids": sorted(ids)}
        claim = {"token": token, "lease_until": self._scope.lease_now + lease_ms}
        self._connection.execute(sql.TAKE, {**chosen, "now": self._scope.now, **claim})
        won = self._connection.execute(sql.WON, {**chosen, "ours": token})
        deliveries, foreign = readable(won)
        self._bury_foreign(foreign)
        self._history.note(*(of_delivery(d, CLAIM, f"try {d.tries}") for d in deliveries))
        return deliveries

    def heartbeat(self, claims: Iterable[tuple[str, str]], lease_ms: int) -> set[DeliveryId]:
        """Extend the leases of these ids and tokens; return the ids that are still ours."""
        ours = set()
        until = self._scope.lease_now + lease_ms
        for id, token in sorted(claims):
            extended = {"its_id": id, "ours": token, "lease_until": until}
            if self._connection.execute(sql.EXTEND, extended).rowcount == 1:
                ours.add(DeliveryId(id))
        return ours

    def expired(self, limit: int = FEW) -> list[Delivery]:
        """Return what is LEASED or SENDING though its lease has run out."""
        return self._read(sql.EXPIRED, lease_now=self._scope.lease_now, most=limit)

    def held(self, limit: int = FEW) -> list[Delivery]:
        """Return all that is LEASED or SENDING, for the rescue when nobody else can be alive."""
        return self._read(sql.ALL_HELD, most=limit)

    def in_state(self, state: DeliveryState, limit: int = FEW) -> list[Delivery]:
        """Return the oldest deliveries in that state."""
        return self._read(sql.IN_STATE, state=state, most=limit)

    def newest(self, state: DeliveryState, limit: int = FEW) -> list[Delivery]:
        """Return the newest deliveries in that state, newest first."""
        return self._read(sql.NEWEST, state=state, most=limit)

    def doubtful(self, destination: Destination, limit: int = FEW) -> list[Delivery]:
        """Return the deliveries in DOUBT that may be looked into now."""
        return self._read(sql.DOUBTFUL, to=destination, now=self._scope.now, most=limit)

    def counts(self) -> dict[tuple[Destination, DeliveryState], int]:
        found = self._connection.execute(sql.COUNTS)
        return {(Destination(to), DeliveryState(state)): count for to, state, count in found}

    def open_comments(self, thread_root: MessageId) -> int:
        """Return how many comments from that thread may be on the ticket without our knowing."""
        found = self._connection.execute(sql.OPEN_COMMENTS, {"root": thread_root})
        return int(found.scalar_one())

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
            self._connection.execute(sql.CHANGE, {"its_id": id, **kept})
        return len(written), reached

    def _compare_and_set(self, was: Delivery, stepped: Delivery, **kept: str) -> None:
        unchanged = {"its_id": was.id, "was": was.state, "ours": was.token, "its_tries": was.tries}
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
        if stepped.id != was.id:
            values["id"] = stepped.id
        values.update({name: text for name, text in kept.items() if text})
        if stepped.state not in sql.HELD:
            values["lease_until"] = 0
        if self._connection.execute(sql.UNCHANGED, {**values, **unchanged}).rowcount != 1:
            raise LeaseLost(f"delivery {was.id} is no longer {was.state} in our hands")

    def _bury_foreign(self, ids: list[str]) -> None:
        for id in ids:
            buried = {
                "its_id": id,
                "state": DeliveryState.DEAD,
                "token": "",
                "lease_until": 0,
                "settled_ms": self._scope.now,
                "reason": "this version of syncd does not know this kind of delivery",
            }
            self._connection.execute(sql.CHANGE, buried)

    def _read(self, found: Select[Any], **asked: object) -> list[Delivery]:
        return readable(self._connection.execute(found, asked))[0]
