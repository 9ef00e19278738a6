"""TellStatus: a ticket has a new status or assignee, said in its thread; or a new card, where the
old one can not be changed any more."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core.delivery import Command, Decision, Order
from syncd.core.ends import Delivered
from syncd.core.known import Known, Need, Rules
from syncd.core.model import DeliveryId, Filed, Ms, Thread, TicketId, TicketKey
from syncd.core.operators.history import Entry
from syncd.core.reaching import lanes
from syncd.core.reaching.marks import mark
from syncd.core.ticket_card.card import digest
from syncd.core.watching import Look, Reason


@dataclass(frozen=True)
class TellStatus(Command):
    """Say what the status is now; of a burst of changes the last one is said."""

    needs: ClassVar[tuple[Need, ...]] = (Need.CARD,)
    in_public: ClassVar[bool] = True
    alarming: ClassVar[bool] = False
    texts: ClassVar[tuple[str, ...]] = ("status", "title", "assignee")

    thread: Thread
    ticket_id: TicketId
    key: TicketKey
    status: str
    portal_path: str
    title: str = ""
    as_card: bool = False
    """Whether it is the ticket's card from now on."""
    assignee: str = ""
    """Who works on it now, where that is what is said."""

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        anchors = event.outcome.anchors(self.thread)
        if not self.as_card or known.card is None:
            return Decision("said", anchors=anchors)
        card = replace(
            known.card,
            message_id=event.outcome.message_id,
            mark=mark(event.delivery),
            shows=digest(self.title, self.status),
            face="",
        )
        # It may have changed since: the next reading looks whether the card is true.
        look = Look(self.ticket_id, Reason.READ, now)
        return Decision("said", card=card, anchors=anchors, looks=(look,))

    def names(self) -> Entry:
        return replace(super().names(), ticket_id=self.ticket_id, ticket_key=self.key)


def tell_status(
    thread: Thread, ticket: Filed, because: DeliveryId, *, as_card: bool = False
) -> Order:
    """Order it, once for the change of the card that found the news."""
    told = ticket.status, ticket.portal_path, ticket.title
    command = TellStatus(thread, ticket.id, ticket.key, *told, as_card)
    return Order(command, lanes.in_chat(thread.root), f"status:{because}", thread.chat_id)


def tell_assignee(thread: Thread, ticket: Filed, name: str, because: DeliveryId) -> Order:
    """Order that it is said who works on it, once for the change of the card that found it."""
    command = TellStatus(
        thread, ticket.id, ticket.key, ticket.status, ticket.portal_path, assignee=name
    )
    return Order(command, lanes.in_chat(thread.root), f"assignee:{because}", thread.chat_id)
