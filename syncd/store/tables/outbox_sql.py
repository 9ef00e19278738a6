"""The statements of the outbox, each built once."""

from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    SmallInteger,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    union_all,
    update,
)

from syncd.core import kinds
from syncd.core.lifecycle import HOLDS_LANE, HOLDS_LEASE
from syncd.core.model import DeliveryState
from syncd.store.portable import LEASE_NOW, MOST, NOW, among, is_due
from syncd.store.schema import outbox
from syncd.store.tables.deliveries import ORDINARY, URGENT

_COMMENTS = kinds.names(lambda kind: kind.comments)
_CARRY = kinds.names(lambda kind: kind.carries)
_EXTRA = kinds.names(lambda kind: kind.extra)
_ASK_PORTAL = kinds.names(lambda kind: kind.asks_portal)


def _some(which: ColumnElement[bool], *order: ColumnElement[Any]) -> Select[Any]:
    return select(outbox).where(which).order_by(*order).limit(MOST)


def _lane_is_free() -> ColumnElement[bool]:
    """Match a delivery that is first in its lane, while nothing of the lane is under way.

    Urgent deliveries go first: a corrected create must not wait for replies that wait for its
    ticket. The others go as they were written, where that is known, else as they were queued.
    """
    other = outbox.alias("other")
    mine, theirs = outbox.c.written_ms, other.c.written_ms
    before = or_(theirs < mine, and_(theirs == mine, other.c.id < outbox.c.id))
    older = and_(other.c.priority == outbox.c.priority, before)
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
_IN_STATE = outbox.c.state == bindparam("state")
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
NOTE = select(outbox.c.note).where(_ITS_ID)
CLAIMABLE = (
    select(outbox.c.id, outbox.c.kind, outbox.c.chat_id, outbox.c.turn)
    .where(
        _TO,
        outbox.c.priority == bindparam("its_priority", type_=SmallInteger),
        _DUE,
        or_(bindparam("portal", type_=Boolean), ~among(outbox.c.kind, _ASK_PORTAL)),
        or_(bindparam("carry", type_=Boolean), ~among(outbox.c.kind, _CARRY)),
        _lane_is_free(),
    )
    .order_by(outbox.c.turn, outbox.c.id)
    .limit(MOST)
)

WAITING = _some(
    and_(
        _TO,
        outbox.c.state == DeliveryState.READY,
        outbox.c.priority == bindparam("its_priority", type_=SmallInteger),
        outbox.c.kind == bindparam("its_kind"),
    ),
    outbox.c.turn,
    outbox.c.id,
)


def _queue() -> Select[Any]:
    """Select the fields of a `Queue`, each by an index."""
    ready = and_(_TO, outbox.c.state == DeliveryState.READY)
    in_chat = and_(ready, outbox.c.chat_id == bindparam("chat"))
    under_way = select(func.max(outbox.c.turn)).where(_TO, among(outbox.c.state, HOLDS_LEASE))
    firsts = union_all(
        *(
            select(func.min(outbox.c.turn).label("turn")).where(ready, outbox.c.priority == each)
            for each in (URGENT, ORDINARY)
        )
    ).subquery()
    own = select(func.max(outbox.c.turn)).where(in_chat, outbox.c.person == bindparam("its_person"))
    counted = select(outbox.c.id).where(in_chat).limit(MOST).subquery()
    return select(
        under_way.scalar_subquery().label("in_hand"),
        select(func.min(firsts.c.turn)).scalar_subquery().label("first"),
        own.scalar_subquery().label("own"),
        select(func.count()).select_from(counted).scalar_subquery().label("in_chat"),
    )


QUEUE = _queue()
_LANES = select(outbox.c.lane).where(_AMONG)
_HOLDS = among(outbox.c.state, HOLDS_LANE)
FIRST_IDS = (
    select(func.min(outbox.c.id)).where(outbox.c.lane.in_(_LANES), _HOLDS).group_by(outbox.c.lane)
)
LOCK = select(outbox.c.id).where(_AMONG, _HOLDS).order_by(outbox.c.id).with_for_update()
STILL_FREE = select(outbox.c.id).where(_AMONG, _DUE, _lane_is_free())
TAKE = (
    update(outbox).where(_AMONG, _DUE).values(state=DeliveryState.LEASED, tries=outbox.c.tries + 1)
)
WON = select(outbox).where(_AMONG, _OURS).order_by(outbox.c.turn, outbox.c.id)
EXTEND = update(outbox).where(_ITS_ID, _OURS, among(outbox.c.state, HOLDS_LEASE))
# In the order of the index that finds them: by id alone SQLite, once analysed, walks them all.
ALL_HELD = _some(among(outbox.c.state, HOLDS_LEASE), outbox.c.state, outbox.c.id)
EXPIRED = ALL_HELD.where(is_due(outbox.c.lease_until, LEASE_NOW))
IN_STATE = _some(_IN_STATE, outbox.c.id)
NEWEST = _some(_IN_STATE, outbox.c.id.desc())
NEWEST_MISSED = NEWEST.where(~among(outbox.c.kind, _EXTRA))
OPEN_IN_LANE = _some(and_(outbox.c.lane == bindparam("its_lane"), _HOLDS), outbox.c.id)
DOUBTFUL = _some(
    and_(_TO, outbox.c.state == DeliveryState.DOUBT, is_due(outbox.c.not_before, NOW)), outbox.c.id
)
COUNTS = select(outbox.c.destination, outbox.c.state, func.count()).group_by(
    outbox.c.destination, outbox.c.state
)
OPEN_COMMENTS = select(func.count()).where(
    outbox.c.thread_root == bindparam("root"),
    among(outbox.c.state, (DeliveryState.SENDING, DeliveryState.DOUBT)),
    among(outbox.c.kind, _COMMENTS),
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
    among(outbox.c.kind, _COMMENTS),
)
FAILED_BY = (
    select(outbox.c.id, outbox.c.destination)
    .where(
        outbox.c.state == DeliveryState.READY,
        outbox.c.failed_by == bindparam("failed"),
        outbox.c.not_before > NOW,
    )
    .order_by(outbox.c.id)
    .limit(MOST)
)
REVIVE = update(outbox).where(_AMONG, outbox.c.state == DeliveryState.READY)
CHANGE = update(outbox).where(_ITS_ID)
DOUBT_ANEW = update(outbox).where(
    among(outbox.c.state, [DeliveryState.READY, *HOLDS_LEASE]), outbox.c.was_uncertain
)
