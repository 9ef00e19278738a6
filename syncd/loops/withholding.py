"""Keeps back what was queued for the chat and turned out not to be public."""

from dataclasses import replace

from syncd.core.commands import Delivery, PostUpdate
from syncd.core.model import DeliveryState, Link, Ms, SeenComment, SeenVerdict
from syncd.store.tx import Tx

_LOOK_AGAIN_MS = 30_000
_MAY_YET_ARRIVE = (
    DeliveryState.READY,
    DeliveryState.LEASED,
    DeliveryState.SENDING,
    DeliveryState.DOUBT,
)


def withhold(tx: Tx, delivery: Delivery | None, link: Link | None) -> None:
    """Keep back an update that nobody has begun to post.

    One that may be under way cannot be withdrawn before it is there: its ticket is read again soon.
    """
    if delivery is None or not isinstance(delivery.command, PostUpdate):
        return
    if delivery.state is DeliveryState.READY and not delivery.first_sent_ms:
        command = delivery.command
        reason = "it was made internal before it was posted"
        tx.outbox.step(delivery, "withheld", reason=reason)
        kept = (command.ticket_id, command.comment_id, SeenVerdict.WITHHELD, tx.now)
        tx.seen.put(SeenComment(*kept))
    elif delivery.state in _MAY_YET_ARRIVE and link is not None:
        tx.links.save(replace(link, check_due=True, due_ms=Ms(tx.now + _LOOK_AGAIN_MS)))
