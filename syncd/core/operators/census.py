"""What the database knows of how things are, as it is read for monitoring."""

from collections.abc import Mapping
from dataclasses import dataclass

from syncd.core.model import DeliveryState, Destination, RequestState

COUNTED_TO = 10_000
"""Nothing is counted any further, because counting reads every row."""
WAITING = (
    DeliveryState.READY,
    DeliveryState.LEASED,
    DeliveryState.SENDING,
    DeliveryState.DOUBT,
    DeliveryState.DEAD,
    DeliveryState.WITHHELD,
)
"""The states of what is not delivered; of the others there are millions."""
OPEN = (RequestState.ASKED, RequestState.SUBMITTED)


@dataclass(frozen=True)
class Census:
    """How it was at one moment, each count up to `COUNTED_TO`; ages are in seconds."""

    deliveries: Mapping[tuple[Destination, DeliveryState], int]
    oldest_ready: Mapping[Destination, float]
    """Age of the oldest that could go, or cannot because a platform fails; 0 where there is none.
    What waits for its ticket is left out."""
    lanes_held: int
    """Lanes in which something is under way or in doubt, so that what is behind it waits."""
    dead_to_act_on: int
    """DEAD deliveries that an operator has still to requeue or to drop; at most 200 are looked at.
    """
    events_waiting: int
    events_dead: int
    requests: Mapping[RequestState, int]
    unread_tickets: int
    """Linked tickets that could not be looked at when it was tried last."""
    poll_age: float | None
    """Since some process read the helpdesk's changes to their end; None: never."""
    bytes: int
