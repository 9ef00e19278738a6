"""AskRating: whoever asked for a ticket that was resolved is asked how satisfied they are."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core.delivery import Command, Delivery, Order
from syncd.core.model import Link, Ms, PersonId, Thread, Ticket, TicketId, TicketKey
from syncd.core.operators.history import Entry
from syncd.core.ticket_card.card import TicketCard


@dataclass(frozen=True)
class AskRating(Command):
    """Show a card with one to five and a sentence, once for each time the ticket is resolved.

    Privately; where there is no private way to that person, in the thread, where it counts only
    what they choose.
    """

    alarming: ClassVar[bool] = False
    texts: ClassVar[tuple[str, ...]] = ("title",)

    thread: Thread
    ticket_id: TicketId
    key: TicketKey
    person: PersonId
    title: str

    def names(self) -> Entry:
        return replace(super().names(), ticket_id=self.ticket_id, ticket_key=self.key)


def ask_rating(
    link: Link, ticket: Ticket, card: TicketCard, now: Ms, *, wanted: bool
) -> tuple[Order, ...]:
    """Order it where the chat wants it and the ticket was not resolved before."""
    if not wanted or not link.asker or not ticket.resolved or card.resolved:
        return ()
    command = AskRating(link.thread, link.ticket_id, ticket.key, link.asker, ticket.title)
    lane, key = f"lark:person:{link.asker}", f"{_about(link)}{now}"
    chat_id = link.thread.chat_id
    return (Order(command, lane, key, chat_id, link.request_id, person=link.asker),)


def question_of(card: TicketCard, ticket: Ticket, asked: tuple[Order, ...]) -> str:
    """Return which question counts from now on: that of the present resolution alone."""
    if not ticket.resolved:
        return ""
    return asked[0].dedupe_key if asked else card.question


def is_asked(delivery: Delivery | None, link: Link) -> bool:
    """Tell whether that delivery is such a question about the ticket."""
    return delivery is not None and delivery.dedupe_key.startswith(_about(link))


def _about(link: Link) -> str:
    return f"ask-rating:{link.ticket_id}:"
