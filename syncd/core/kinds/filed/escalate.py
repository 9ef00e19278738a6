"""Escalate: somebody of one's own company learns of a ticket of the highest severity."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core.answering.severity import Severity
from syncd.core.delivery import Command, Order
from syncd.core.ends import Undeliverable
from syncd.core.known import Rules
from syncd.core.model import Chat, ChatId, Filed, PersonId, Request, TicketKey
from syncd.core.operators.history import Entry
from syncd.core.wording.table import Wording

_CHAT = "oc_"


@dataclass(frozen=True)
class Escalate(Command):
    """Tell a person, or a chat, of a ticket. Twice is better than never."""

    urgent: ClassVar[bool] = True
    repeatable: ClassVar[bool] = True
    only_where_served: ClassVar[bool] = False
    in_public: ClassVar[bool] = True
    texts: ClassVar[tuple[str, ...]] = ("title",)

    to: str
    """A person's or a chat's id."""
    asked_in: str
    """What the chat is called in which it was asked."""
    severity: str
    key: TicketKey
    title: str
    portal_path: str

    @property
    def chat(self) -> ChatId:
        """The chat that is told, empty when a person is."""
        return ChatId(self.to if self.to.startswith(_CHAT) else "")

    @property
    def person(self) -> PersonId:
        """The person who is told, empty when a chat is."""
        return PersonId("" if self.chat else self.to)

    def alarm(self, event: Undeliverable, wording: Wording) -> str:
        return wording.alarm_not_escalated.format(key=self.key, to=self.to, reason=event.reason)

    def names(self) -> Entry:
        return replace(super().names(), ticket_key=self.key)


def escalate(
    request: Request, ticket: Filed, severity: Severity | None, chat: Chat, rules: Rules
) -> tuple[Order, ...]:
    """Order it where the chat names somebody and the severity is one of the highest."""
    to, highest = chat.escalate_to, rules.answering.highest
    if not (to and severity is not None and severity.is_highest(highest)):
        return ()
    about = (severity.label, ticket.key, ticket.title, ticket.portal_path)
    told = Escalate(to, chat.name or chat.id, *about)
    # Its chat is the one that is told, whose limits and whose loss count.
    lane, key = f"lark:escalate:{to}", f"escalate:{ticket.id}"
    return (Order(told, lane, key, told.chat, request.id),)
