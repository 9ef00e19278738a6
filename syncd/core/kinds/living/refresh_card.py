"""RefreshCard: the ticket's card says what the ticket is like now."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core.delivery import Command, Decision, Order
from syncd.core.ends import Delivered
from syncd.core.kinds.living.tell_status import tell_assignee, tell_status
from syncd.core.known import Known, Need, Rules
from syncd.core.model import Filed, Link, MessageId, Ms, Thread, Ticket, TicketId, TicketKey
from syncd.core.operators.history import Entry
from syncd.core.outcome import Outcome
from syncd.core.ticket_card.announced import Announced
from syncd.core.ticket_card.card import (
    PAUSE_MS,
    TicketCard,
    digest,
    is_news,
    shown_by,
    state_of,
)
from syncd.core.ticket_card.details import Details
from syncd.core.watching import Look, Reason

_AGAIN_MS = 600_000
"""So long after the buttons could not be asked for they are asked for again."""


@dataclass(frozen=True)
class RefreshCard(Command):
    """Change the card if it is not true any more; what it says is asked for just before, but for
    the details, which came with the reading that found it untrue.

    In a lane of its own: no comment waits for it.
    """

    repeatable: ClassVar[bool] = True
    asks_portal: ClassVar[bool] = True
    alarming: ClassVar[bool] = False
    needs: ClassVar[tuple[Need, ...]] = (Need.CARD,)
    texts: ClassVar[tuple[str, ...]] = ("details",)

    thread: Thread
    ticket_id: TicketId
    key: TicketKey
    state: str
    """`state_of` the ticket as it was read."""
    details: str
    """`Details.dump`."""
    read_ms: Ms = Ms(0)
    """`Ticket.updated_ms` of that reading, 0 when nothing is known."""

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        """Record what it says, and have news told; where the card can never be changed, by a new
        card. Where nobody could ask for its buttons, it is looked at again later."""
        card, came = known.card, event.outcome
        if card is None or came.filed is None:
            return Decision("there is no card")
        status = digest(came.filed.status)
        as_card = came.refused and status != card.status
        muted = known.link is not None and known.link.muted and not as_card
        # What nobody is told of while the thread is muted stays news.
        after = card if muted else replace(card, status=status, told_resolved=came.resolved)
        after = self._with_moves(after, came, now)
        shows = shown_by(came.filed, came.moves, came.details)
        if as_card:
            # Until the new one stands there nothing is to be changed.
            after = replace(after, message_id=MessageId(""))
        elif not came.refused and shows != card.shows:
            after = replace(after, shows=shows, changed_ms=now)
        looks: tuple[Look, ...] = ()
        if came.moves_unread or self._is_behind(came.filed):
            after = replace(after, face="")
            looks = (Look(self.ticket_id, Reason.READ, Ms(now + _AGAIN_MS)),)
        orders: tuple[Order, ...] = ()
        news = is_news(card, status, known.chat.announce, resolved=came.resolved) and not muted
        if as_card or news:
            told = tell_status(self.thread, came.filed, event.delivery.id, as_card=as_card)
            orders = (told,)
        assigned: tuple[Order, ...] = ()
        if not muted:
            after, assigned = self._assigned(after, came.filed, event, known)
        said = "the card cannot be changed" if came.refused else "the card is true"
        return Decision(said, card=after, orders=(*orders, *assigned), looks=looks)

    def _with_moves(self, card: TicketCard, came: Outcome, now: Ms) -> TicketCard:
        """Keep what the helpdesk has answered, for as long as it is in that state."""
        if not came.moves_asked:
            return card
        if came.filed is None or self._is_behind(came.filed):
            return replace(card, state="")
        return replace(card, state=self.state, moves=" ".join(came.moves), asked_ms=now)

    def _is_behind(self, portal: Filed) -> bool:
        """Tell whether the status changed after the reading; both moments are of Jira's clock."""
        return 0 < self.read_ms < portal.status_ms

    def _assigned(
        self, card: TicketCard, filed: Filed, event: Delivered, known: Known
    ) -> tuple[TicketCard, tuple[Order, ...]]:
        """Tell once who works on it; that nobody does any more is no news."""
        name = Details.load(self.details).assignee
        mark = digest(name) if name else ""
        if Announced.ASSIGNEE not in known.chat.announce or mark == card.assignee:
            return card, ()
        told = (tell_assignee(self.thread, filed, name, event.delivery.id),) if name else ()
        return replace(card, assignee=mark), told

    def names(self) -> Entry:
        return replace(super().names(), ticket_id=self.ticket_id, ticket_key=self.key)


def refresh_card(card: TicketCard, link: Link, ticket: Ticket, details: Details, now: Ms) -> Order:
    """Order it, a while after the last change."""
    due = Ms(card.changed_ms + PAUSE_MS)
    return Order(
        RefreshCard(
            link.thread,
            link.ticket_id,
            ticket.key,
            state_of(ticket),
            details.dump(),
            ticket.updated_ms,
        ),
        f"lark:card:{link.ticket_id}",
        f"card:{link.ticket_id}:{now}",
        link.thread.chat_id,
        not_before=due if due > now else Ms(0),
    )
