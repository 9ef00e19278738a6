"""Takes the census of the database, for monitoring."""

from syncd.core.model import Destination
from syncd.core.operators.census import OPEN, WAITING, Census
from syncd.loops.keep import operating
from syncd.loops.watch.leading import CURSOR
from syncd.store.schema import InboxState
from syncd.store.store import Store


def census(store: Store) -> Census:
    """Return how it is now, in one transaction that only reads; StoreError when it cannot be."""
    size = store.size()
    with store.read() as tx:
        oldest, polled = tx.census.oldest_ready(), tx.cursors.at(CURSOR)
        return Census(
            deliveries={
                (to, state): tx.census.deliveries(to, state)
                for to in Destination
                for state in WAITING
            },
            oldest_ready={to: _seconds(tx.now - oldest.get(to, tx.now)) for to in Destination},
            lanes_held=tx.census.lanes_held(),
            dead_to_act_on=len(operating.to_act_on(tx)),
            events_waiting=tx.census.events(InboxState.NEW),
            events_dead=tx.census.events(InboxState.DEAD),
            requests=tx.census.requests(OPEN),
            unread_tickets=tx.census.failing_looks(),
            poll_age=_seconds(tx.now - polled) if polled else None,
            bytes=size,
        )


def _seconds(ms: int) -> float:
    """Return an age; a clock that was set back makes nothing younger than now."""
    return max(ms, 0) / 1000
