"""Looks in the chat for a post in DOUBT: Lark has forgotten the idempotency key after an hour, but
the message itself carries the delivery's id."""

from collections.abc import Collection

from syncd.core.delivery import Delivery
from syncd.core.doubt import LOOK_MS, post_is_absent, read_back_from
from syncd.core.errors import Rejected
from syncd.core.model import DeliveryId, MessageId, Ms, Thread
from syncd.core.operators.resumed import began_ms
from syncd.core.outcome import Outcome
from syncd.core.reaching.marks import mark
from syncd.core.views import InChat, InThread, Sighting, Where
from syncd.loops import anchors
from syncd.loops.outgoing.performing import Absent, CannotTell, Finding, Found, Later, Tools


def look_in_chat(
    tools: Tools,
    delivery: Delivery,
    thread: Thread,
    watched_ms: int,
    now: Ms,
    *,
    in_thread: bool,
    carries: Collection[DeliveryId] = (),
) -> Finding:
    """Look in the thread, below its anchor and in its group.

    `in_thread`: it belongs in the thread and is above it only if the thread's root is gone.
    `carries`: any of these tells it, where that is not the delivery's mark.
    """
    sent_ms = delivery.first_sent_ms or delivery.enqueued_ms
    if began_ms(delivery) < tools.resumed_ms():
        sent_ms = min(sent_ms, began_ms(delivery))  # A run that nobody remembers may have sent it.
    since = read_back_from(sent_ms, now)
    with tools.records.store.read() as tx:
        threads = dict.fromkeys((thread, anchors.current(tx, thread)))
    places: tuple[Where, ...] = (*map(InThread, threads), InChat(thread.chat_id))
    sightings = []
    for where in places:
        sighting = _sighting(tools, where, carries or (mark(delivery),), since)
        if sighting.message_id:
            above = isinstance(where, InChat) and in_thread
            return Found(Outcome(sighting.message_id, above=above))
        sightings.append(sighting)
    if not all(sighting.sure and _known(tools, sighting.deleted) for sighting in sightings):
        return CannotTell("nobody can tell whether it is in the chat already")
    return Absent() if post_is_absent(watched_ms) else Later(Ms(now + LOOK_MS))


def _sighting(tools: Tools, where: Where, keys: Collection[DeliveryId], since: Ms) -> Sighting:
    try:
        return tools.messenger.find(where, keys, since)
    except Rejected:
        # A place that we may not read proves nothing.
        return Sighting(None, sure=False)


def _known(tools: Tools, deleted: frozenset[MessageId]) -> bool:
    """Tell whether each deleted message is on record as showing something else, so none was it."""
    with tools.records.store.read() as tx:
        return deleted <= tx.twins.among(deleted)
