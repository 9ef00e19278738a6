"""AnswerStatus: what a ticket is like now, told to one person who asks."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core.delivery import Command, Order
from syncd.core.model import ChatId, Link, MessageId, PersonId, TicketId, TicketKey
from syncd.core.operators.history import Entry


@dataclass(frozen=True)
class AnswerStatus(Command):
    """Tell one person a ticket's status, which is asked for just before.

    Privately; where there is no private way to that person, in the thread in which they asked: the
    ticket's own card says the same to everybody in that group.
    """

    only_where_served: ClassVar[bool] = False
    asks_portal: ClassVar[bool] = True
    alarming: ClassVar[bool] = False

    chat_id: ChatId
    """Where it was asked; the group of the ticket, or the person's own chat with the bot."""
    person: PersonId
    ticket_id: TicketId
    key: TicketKey
    portal_path: str
    asked_in: MessageId
    """The thread in which it was asked."""

    def names(self) -> Entry:
        return replace(super().names(), ticket_id=self.ticket_id, ticket_key=self.key)


def answer_status(
    link: Link, chat_id: ChatId, person: PersonId, root: MessageId, because: str
) -> Order:
    """Order it; `because` names the occasion, so that it is answered once for each."""
    ticket = link.ticket_id, link.ticket_key, link.portal_path
    command = AnswerStatus(chat_id, person, *ticket, root)
    return Order(command, f"lark:person:{person}", f"answer:{because}", chat_id, person=person)
