"""AddParticipant: who writes in a ticket's thread becomes a participant of the request."""

from dataclasses import dataclass
from typing import ClassVar

from syncd.core.delivery import Command, Decision, Order
from syncd.core.ends import Delivered
from syncd.core.known import Known, Need, Rules
from syncd.core.model import Destination, Link, Ms, PersonId, Thread


@dataclass(frozen=True)
class AddParticipant(Command):
    """Make somebody a participant, so that the helpdesk's own mails and the portal reach them.

    It holds no address; where our account may not, the ticket goes on without.
    """

    destination: ClassVar[Destination] = Destination.JSM
    keyed: ClassVar[bool] = False
    repeatable: ClassVar[bool] = True
    own_words: ClassVar[bool] = False
    alarming: ClassVar[bool] = False

    needs: ClassVar[tuple[Need, ...]] = (Need.AUTHOR,)

    thread: Thread
    person: PersonId
    sure: bool = True
    """Whether an address is known; else the profile is read first."""

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        if not self.sure:
            orders = add_participant(known.sure_link(), self.person, known)
            return Decision("their profile was read", orders=orders)
        came = "is no participant: that was refused" if event.outcome.refused else "was seen to"
        return Decision(f"the author of a reply {came}")


def add_participant(link: Link, person: PersonId, known: Known) -> tuple[Order, ...]:
    """Order it once a person and ticket, where the chat wants it and an address is known."""
    sure, ticket = known.knows_author, link.ticket_id
    may = known.chat.participants and (sure or known.profile_unread)
    # Whoever brought a ticket that exists already did not ask for it: no form was submitted.
    asked = known.request is None or known.request.round > 0
    if not may or (asked and person == link.asker):
        return ()
    command, lane = AddParticipant(link.thread, person, sure), f"jsm:participants:{ticket}"
    key = f"participant:{ticket}:{person}" + ("" if sure else ":profile")
    return (Order(command, lane, key, link.thread.chat_id, link.request_id, person=person),)
