"""What is asked of the outbox's table and written to it, each statement built once."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select, update

from syncd.core.commands import AddComment
from syncd.core.lifecycle import HOLDS_LANE
from syncd.core.model import DeliveryState
from syncd.store.portable import LEASE_NOW, NOW, among, is_due
from syncd.store.schema import outbox

HELD = (DeliveryState.LEASED, DeliveryState.SENDING)


def _first(which: ColumnElement[bool]) -> Select[Any]:
    return select(outbox).where(which).order_by(outbox.c.id).limit(bindparam("most"))


def _lane_is_free() -> ColumnElement[bool]:
    """Match a delivery when nothing before it waits in its lane and nothing there is under way.

    What is urgent goes before what is not: a corrected form must not wait for replies that wait
    for its ticket.
    """
    other = outbox.alias("other")
    older = and_(other.c.priority == outbox.c.priority, other.c.id < outbox.c.id)
    holds = and_(
        other.c.lane == outbox.c.lane,
        among(other.c.state, HOLDS_LANE),
        other.c.id != outbox.c.id,
        # A requeued delivery may stand before one that is under way already.
        or_(other.c.state != DeliveryState.READY, other.c.priority < outbox.c.priority, older),
    )
    return ~exists(select(other.c.id).where(holds))


_TO = outbox.c.destination == bindparam("to")
_ITS_ID = outbox.c.id == bindparam("its_id")
_AMONG = outbox.c.id.in_(bindparam("ids", expanding=True))
_OURS = outbox.c.token == bindparam("ours")
_DUE = and_(outbox.c.state == DeliveryState.READY, is_due(outbox.c.not_before, NOW))

HIGHEST = select(func.max(outbox.c.id))
GET = select(outbox).where(_ITS_ID)
OF_REQUEST = (
    select(outbox)
    .where(outbox.c.request_id == bindparam("request"), outbox.c.kind == bindparam("its_kind"))
    .order_by(outbox.c.id)
)
BY_KEY = select(outbox).where(outbox.c.dedupe_key == bindparam("key"))
RESULT = select(outbox.c.result).where(_ITS_ID)
NOTE = select(outbox.c.note).where(_ITS_ID)
CLAIMABLE = (
    select(outbox.c.id, outbox.c.priority)
    .where(
        _TO,
        outbox.c.kind != bindparam("without"),
        outbox.c.priority <= bindparam("lowest"),
        _DUE,
        _lane_is_free(),
    )
    .order_by(outbox.c.priority, outbox.c.id)
    .limit(bindparam("most"))
)
TAKE = (
    update(outbox).where(_AMONG, _DUE).values(state=DeliveryState.LEASED, tries=outbox.c.tries + 1)
)
WON = select(outbox).where(_AMONG, _OURS).order_by(outbox.c.priority, outbox.c.id)
EXTEND = update(outbox).where(_ITS_ID, _OURS, among(outbox.c.state, HELD))
EXPIRED = _first(and_(among(outbox.c.state, HELD), is_due(outbox.c.lease_until, LEASE_NOW)))
ALL_HELD = _first(among(outbox.c.state, HELD))
IN_STATE = _first(outbox.c.state == bindparam("state"))
NEWEST = (
    select(outbox)
    .where(outbox.c.state == bindparam("state"))
    .order_by(outbox.c.id.desc())
    .limit(bindparam("most"))
)
DOUBTFUL = _first(
    and_(_TO, outbox.c.state == DeliveryState.DOUBT, is_due(outbox.c.not_before, NOW))
)
COUNTS = select(outbox.c.destination, outbox.c.state, func.count()).group_by(
    outbox.c.destination, outbox.c.state
)
OPEN_COMMENTS = select(func.count()).where(
    outbox.c.thread_root == bindparam("root"),
    among(outbox.c.state, (DeliveryState.SENDING, DeliveryState.DOUBT)),
    outbox.c.kind == AddComment.__name__,
)
# `tries` too: a delivery in DOUBT has no token, and may have been sent again meanwhile.
UNCHANGED = update(outbox).where(
    _ITS_ID,
    _OURS,
    outbox.c.state == bindparam("was"),
    outbox.c.tries == bindparam("its_tries"),
)
WAKE = update(outbox).where(
    outbox.c.request_id == bindparam("request"),
    outbox.c.state == DeliveryState.READY,
    outbox.c.kind == AddComment.__name__,
)
CHANGE = update(outbox).where(_ITS_ID)
