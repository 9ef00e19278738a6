"""RefreshCard: the ticket's card says what the ticket is like now."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core.delivery import Command, Decision, Delivered, Order
from syncd.core.kinds.living.tell_status import tell_status
from syncd.core.known import Known, Need, Rules
from syncd.core.model import Link, MessageId, Ms, Thread, TicketId, TicketKey
from syncd.core.operators.history import Entry
from syncd.core.ticket_card.card import PAUSE_MS, TicketCard, digest, is_news, shown_by
from syncd.core.watching import Look, Reason

_AGAIN_MS = 600_000
"""So long after the buttons could not be asked for they are asked for again."""


@dataclass(frozen=True)
class RefreshCard(Command):
    """Change the card if it is not true any more; what it says is asked for just before.

    In a lane of its own: no comment waits for it.
    """

    repeatable: ClassVar[bool] = True
    asks_portal: ClassVar[bool] = True
    alarming: ClassVar[bool] = False
    needs: ClassVar[tuple[Need, ...]] = (Need.CARD,)

    thread: Thread
    ticket_id: TicketId
    key: TicketKey

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        """Record what it says, and have a new status told; where the card can never be changed, by
        a new card. Where nobody could ask for its buttons, it is looked at again later."""
        card, came = known.card, event.outcome
        if card is None or came.filed is None:
            return Decision("there is no card")
        status = digest(came.filed.status)
        as_card = came.refused and status != card.status
        muted = known.link is not None and known.link.muted and not as_card
        # What nobody is told of while the thread is muted stays news.
        after = card if muted else replace(card, status=status, told_resolved=came.resolved)
        if as_card:
            # Until the new one stands there nothing is to be changed.
            after = replace(after, message_id=MessageId(""))
        elif not came.refused and shown_by(came.filed, came.moves) != card.shows:
            after = replace(after, shows=shown_by(came.filed, came.moves), changed_ms=now)
        looks: tuple[Look, ...] = ()
        if came.moves_unread:
            after = replace(after, face="")
            looks = (Look(self.ticket_id, Reason.READ, Ms(now + _AGAIN_MS)),)
        orders: tuple[Order, ...] = ()
        news = is_news(card, status, known.chat.announce, resolved=came.resolved) and not muted
        if as_card or news:
            told = tell_status(self.thread, came.filed, event.delivery.id, as_card=as_card)
            orders = (told,)
        said = "the card cannot be changed" if came.refused else "the card is true"
        return Decision(said, card=after, orders=orders, looks=looks)

    def names(self) -> Entry:
        return replace(super().names(), ticket_id=self.ticket_id, ticket_key=self.key)


def refresh_card(card: TicketCard, link: Link, key: TicketKey, now: Ms) -> Order:
    """Order it, a while after the last change."""
    due = Ms(card.changed_ms + PAUSE_MS)
    return Order(
        RefreshCard(link.thread, link.ticket_id, key),
        f"lark:card:{link.ticket_id}",
        f"card:{link.ticket_id}:{now}",
        link.thread.chat_id,
        not_before=due if due > now else Ms(0),
    )
