"""What a card shows of a ticket besides its title and its status, as far as its chat wants it."""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Self

from syncd.core.model import Chat, Comment, Ms, Ticket
from syncd.core.ticket_card.announced import Announced, OnCard

LONGEST = 100
"""Characters of a name on the card; what is longer is cut."""


@dataclass(frozen=True)
class Details:
    """As the ticket was read; what the chat has no use for is left empty, and so kept nowhere."""

    assignee: str = ""
    """The name that Jira shows; empty: nobody."""
    priority: str = ""
    updated_ms: Ms = Ms(0)
    """0: nothing is known that is newer than the ticket."""

    def on(self, card: Collection[OnCard]) -> Self:
        """Return what a card shows of them."""
        return replace(
            self,
            assignee=self.assignee if OnCard.ASSIGNEE in card else "",
            priority=self.priority if OnCard.PRIORITY in card else "",
            updated_ms=self.updated_ms if OnCard.UPDATED in card else Ms(0),
        )

    def dump(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def load(cls, stored: str) -> Self:
        """Return what `dump` wrote."""
        return cls(**json.loads(stored))


NO_DETAILS = Details()


def details_of(ticket: Ticket, chat: Chat, shown: Iterable[Comment]) -> Details:
    """Return what the chat is to know; `shown`: the comments that its customers may read."""
    wanted = set(chat.card)
    if Announced.ASSIGNEE in chat.announce:
        wanted.add(OnCard.ASSIGNEE)
    newest = max((max(one.created_ms, one.updated_ms) for one in shown), default=Ms(0))
    said = ticket.assignee[:LONGEST], ticket.priority[:LONGEST]
    return Details(*said, newest).on(wanted)
