"""RefreshCard: the ticket's card says what the ticket is like now."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core.delivery import Command, Decision, Delivered, Order
from syncd.core.kinds.living.tell_status import tell_status
from syncd.core.known import Known, Need, Rules
from syncd.core.model import Link, Ms, Thread, TicketId, TicketKey
from syncd.core.operators.history import Entry
from syncd.core.ticket_card.card import PAUSE_MS, TicketCard, digest, is_news, shown_by


@dataclass(frozen=True)
class RefreshCard(Command):
    """Change the card if it is not true any more; what it says is asked for just before.

    In a lane of its own: no comment waits for it.
    """

    repeatable: ClassVar[bool] = True
    alarming: ClassVar[bool] = False
    needs: ClassVar[tuple[Need, ...]] = (Need.CARD,)

    thread: Thread
    ticket_id: TicketId
    key: TicketKey

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        """Record what it says, and have a new status told; where the card can never be changed, by
        a new card."""
        card, ticket = known.card, event.outcome.filed
        if card is None or ticket is None:
            return Decision("there is no card")
        status, refused = digest(ticket.status), event.outcome.refused
        after = replace(
            card,
            shows=shown_by(ticket),
            status=status,
            told_resolved=card.resolved,
            changed_ms=card.changed_ms if shown_by(ticket) == card.shows else now,
        )
        is_told = is_news(card, status, known.chat.announce)
        as_card = refused and status != card.status
        orders: tuple[Order, ...] = ()
        if is_told or as_card:
            orders = (tell_status(self.thread, ticket, event.delivery.id, as_card=as_card),)
        said = "the card cannot be changed" if refused else "the card is true"
        return Decision(said, card=after, orders=orders)

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
