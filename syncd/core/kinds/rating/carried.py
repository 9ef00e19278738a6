"""What the two ways of a rating into the helpdesk have in common."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core.delivery import Command, Decision, Delivery
from syncd.core.ends import Undeliverable
from syncd.core.kinds.tell_person import tell
from syncd.core.known import Known, Rules
from syncd.core.model import Destination, Ms, PersonId, Thread, TicketId, TicketKey
from syncd.core.operators.history import Entry
from syncd.core.wording import words


@dataclass(frozen=True)
class CarriesRating(Command):
    """What somebody said of a ticket that was resolved goes to the helpdesk."""

    destination: ClassVar[Destination] = Destination.JSM
    keyed: ClassVar[bool] = False
    only_where_served: ClassVar[bool] = False
    own_words: ClassVar[bool] = False
    alarming: ClassVar[bool] = False
    texts: ClassVar[tuple[str, ...]] = ("rating",)

    thread: Thread
    ticket_id: TicketId
    key: TicketKey
    person: PersonId
    given_ms: Ms
    rating: str
    """`Rating.dump`."""

    def answers_ms(self) -> Ms:
        return self.given_ms

    def undeliverable(self, event: Undeliverable, known: Known, rules: Rules, now: Ms) -> Decision:
        return self.not_taken(event.delivery, known, rules)

    def not_taken(self, delivery: Delivery, known: Known, rules: Rules) -> Decision:
        """Tell whoever gave it that it did not reach the helpdesk, and where it can be given."""
        path = known.link.portal_path if known.link else ""
        wording = words(known.chat.language)
        told = wording.rating_failed.format(key=self.key, url=rules.portal_base + path)
        chat_id, because = self.thread.chat_id, f"rating-failed:{delivery.id}"
        order = tell(chat_id, self.person, told, because, root=self.thread.root)
        return Decision("told that the helpdesk does not have it", orders=(order,))

    def where_to_look(self) -> str:
        return f" in the helpdesk, whether {self.key} has it"

    def names(self) -> Entry:
        return replace(super().names(), ticket_id=self.ticket_id, ticket_key=self.key)


def lane_of(ticket_id: TicketId) -> str:
    """Return a lane of its own, so that no reply waits for what is said of the service."""
    return f"jsm:rating:{ticket_id}"
