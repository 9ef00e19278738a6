"""ClearReference: the reference goes from a new ticket's summary, which had to carry it."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core.delivery import Command, Decision, Order
from syncd.core.ends import Delivered
from syncd.core.known import Known, Rules
from syncd.core.model import Destination, Filed, Ms, Request, TicketId, TicketKey
from syncd.core.operators.history import Entry
from syncd.core.reaching import lanes


@dataclass(frozen=True)
class ClearReference(Command):
    """Keep the marker as a property of the ticket, and take its reference off the summary.

    Where our account may do neither, the reference stays: by it the ticket is known.
    """

    destination: ClassVar[Destination] = Destination.JSM
    keyed: ClassVar[bool] = False
    repeatable: ClassVar[bool] = True
    only_where_served: ClassVar[bool] = False
    own_words: ClassVar[bool] = False
    alarming: ClassVar[bool] = False

    ticket_id: TicketId
    key: TicketKey
    marker: str

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        if event.outcome.refused:
            return Decision(f"the reference stays in the summary of {self.key}")
        return Decision(f"the reference is gone from the summary of {self.key}")

    def names(self) -> Entry:
        return replace(super().names(), ticket_key=self.key)


def clear_reference(request: Request, ticket: Filed, marker: str) -> tuple[Order, ...]:
    """Order it where the summary carries one; nothing that people wrote waits for it."""
    if not ticket.referenced:
        return ()
    command, lane = ClearReference(ticket.id, ticket.key, marker), f"jsm:reference:{ticket.id}"
    return (lanes.of_request(request, command, lane, f"reference:{ticket.id}"),)
