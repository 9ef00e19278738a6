"""ReadReacted: the message on which somebody has put the emoji that opens a form is read."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core.delivery import Command, Decision, Order
from syncd.core.ends import Delivered
from syncd.core.events import Reacted
from syncd.core.known import Known, Rules
from syncd.core.model import MessageId, Ms, PersonId
from syncd.core.operators.history import Entry, Story


@dataclass(frozen=True)
class ReadReacted(Command):
    """Read it, because the event names neither its group nor its words; it changes nothing."""

    urgent: ClassVar[bool] = True
    keyed: ClassVar[bool] = False
    repeatable: ClassVar[bool] = True
    only_where_served: ClassVar[bool] = False
    alarming: ClassVar[bool] = False

    message_id: MessageId
    person: PersonId
    at_ms: Ms
    """When they put it there, by the chat's clock."""

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        """Go on with what was read; nothing, where it may not be read or is gone."""
        if event.outcome.asked is None:
            return Decision("there is nothing to read")
        return Decision("the message was read", then=event.outcome.asked)

    def answers_ms(self) -> Ms:
        return self.at_ms

    def names(self) -> Entry:
        return replace(super().names(), message_id=self.message_id)

    @classmethod
    def told(cls, story: Story) -> str:
        return ""


def read_reacted(event: Reacted) -> Order:
    """Order it, once for each time that somebody puts the emoji there; one after the other."""
    command = ReadReacted(event.message_id, event.person, event.at_ms)
    key = f"reacted:{event.message_id}:{event.person}:{event.at_ms}"
    return Order(command, f"lark:reacted:{event.message_id}", key, person=event.person)
