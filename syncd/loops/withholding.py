"""Keeps back what was queued for the chat and turned out not to be public."""

from dataclasses import replace

from syncd.core import alarms
from syncd.core.commands import Delivery, PostUpdate
from syncd.core.decide.known import Rules
from syncd.core.model import DeliveryState, Link, Ms, SeenComment, SeenVerdict
from syncd.store.tx import Tx

_LOOK_AGAIN_MS = 30_000
_MAY_YET_ARRIVE = (
    DeliveryState.READY,
    DeliveryState.LEASED,
    DeliveryState.SENDING,
    DeliveryState.DOUBT,
)


def withhold(tx: Tx, delivery: Delivery | None, link: Link | None, rules: Rules) -> None:
    """Keep back an update that nobody has begun to post.

    One that may be under way cannot be withdrawn before it is there: its ticket is read again soon.
    Of one that was given up in doubt nobody knows where it stands: operators have to look.
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
    elif delivery.state is DeliveryState.DEAD and delivery.was_uncertain:
        for alert in alarms.may_stand(delivery.command, delivery.id, rules):
            tx.outbox.put(alert)
