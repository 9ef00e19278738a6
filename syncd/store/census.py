"""Counts of what waits, each found by an index and read no further than it is counted to."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select

from syncd.core import kinds
from syncd.core.lifecycle import HOLDS_LANE
from syncd.core.model import DeliveryState, Destination, Ms, RequestState
from syncd.core.operators.census import COUNTED_TO
from syncd.store.portable import MOST, NOW, among
from syncd.store.schema import InboxState, inbox, looks, outbox, requests
from syncd.store.tables.rows import Rows

_FIRST = 1_000
"""So many of the READY deliveries that were queued first are looked at for the oldest."""
_COMMENTS = kinds.names(lambda kind: kind.comments)
_SIGNS = kinds.names(lambda kind: kind.carries and kind.repeatable)
"""Marks, for which nobody waits."""
_HELD = [state for state in HOLDS_LANE if state is not DeliveryState.READY]


def _count(some: Select[Any]) -> Select[Any]:
    return select(func.count()).select_from(some.limit(MOST).subquery())


_DELIVERIES = _count(
    select(outbox.c.id).where(
        outbox.c.destination == bindparam("to"), outbox.c.state == bindparam("state")
    )
)
_EVENTS = _count(select(inbox.c.id).where(inbox.c.state == bindparam("state")))
_REQUESTS = _count(select(requests.c.id).where(requests.c.state == bindparam("state")))
_FAILING = _count(select(looks.c.subject).where(looks.c.failing_since_ms > 0))
_in_hand = (
    select(outbox.c.lane)
    .where(among(outbox.c.state, _HELD))
    .order_by(outbox.c.state, outbox.c.id)
    .limit(MOST)
    .subquery()
)
_LANES = select(func.count(_in_hand.c.lane.distinct()))
_ready = (
    select(outbox)
    .where(outbox.c.state == DeliveryState.READY)
    .order_by(outbox.c.id)
    .limit(MOST)
    .subquery()
)
# What waits for its ticket has no failure and looks again much later.
_WAITS_FOR_TICKET = and_(
    among(_ready.c.kind, _COMMENTS), _ready.c.failed_by == "", _ready.c.not_before > NOW
)
_OLDEST = (
    select(_ready.c.destination, func.min(_ready.c.enqueued_ms).label("queued"))
    .where(~_WAITS_FOR_TICKET, ~among(_ready.c.kind, _SIGNS))
    .group_by(_ready.c.destination)
)


class Census(Rows):
    def deliveries(self, to: Destination, state: DeliveryState) -> int:
        return self._counted(_DELIVERIES, to=to, state=state)

    def oldest_ready(self) -> dict[Destination, Ms]:
        """Return when the oldest was queued, of those that do not wait for their ticket."""
        rows = self._run(_OLDEST, now=self._scope.now, most=_FIRST)
        return {Destination(row.destination): Ms(row.queued) for row in rows}

    def lanes_held(self) -> int:
        return self._counted(_LANES)

    def events(self, state: InboxState) -> int:
        return self._counted(_EVENTS, state=state)

    def requests(self, states: Iterable[RequestState]) -> dict[RequestState, int]:
        return {state: self._counted(_REQUESTS, state=state) for state in states}

    def failing_looks(self) -> int:
        return self._counted(_FAILING)

    def _counted(self, count: Select[Any], **gaps: object) -> int:
        return int(self._run(count, **gaps, most=COUNTED_TO).scalar_one())
