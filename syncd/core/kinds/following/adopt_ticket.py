"""AdoptTicket: a ticket that exists already gets a thread."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core import watching
from syncd.core.delivery import Command, Decision, Delivery, Order
from syncd.core.ends import Delivered, Undeliverable
from syncd.core.kinds.announce_ticket import announce
from syncd.core.kinds.tell_person import tell
from syncd.core.known import Known, Need, Rules
from syncd.core.lifecycle import is_unused
from syncd.core.model import (
    SUMMARY,
    Destination,
    Filed,
    Link,
    Ms,
    PersonId,
    Request,
    RequestState,
    SeenComment,
    SeenVerdict,
    Thread,
    TicketKey,
)
from syncd.core.operators.history import Entry, Story
from syncd.core.outcome import Outcome
from syncd.core.reaching import lanes
from syncd.core.ticket_card.card import TicketCard
from syncd.core.wording import words


@dataclass(frozen=True)
class AdoptTicket(Command):
    """Look at a ticket, and link the thread to it if it belongs to the chat.

    It only reads, so that it is simply done again after a kill; what follows is one transaction.
    In the lane of the thread's other writes: of two in one thread the first counts.
    """

    destination: ClassVar[Destination] = Destination.JSM
    repeatable: ClassVar[bool] = True
    asks_portal: ClassVar[bool] = True
    alarming: ClassVar[bool] = False
    needs: ClassVar[tuple[Need, ...]] = (Need.FRESH_ID, Need.OF_THREAD)

    thread: Thread
    key: TicketKey
    """As somebody has typed it."""
    person: PersonId
    top_level: bool
    """Whether the message that says so stands at the top level of the chat."""
    asked_ms: Ms

    def answers_ms(self) -> Ms:
        return self.asked_ms

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        """Link the two, and announce the ticket; tell who asked where that cannot be.

        The same is said of a ticket that does not exist and of one that is not the chat's: nobody
        can find out by this what there is.
        """
        came, wording, request = event.outcome, words(known.chat.language), known.request
        if came.filed is None:
            told = wording.adopt_refused.format(key=self.key)
            return self._tell(event.delivery, told, "no ticket of that chat: told so")
        if request is not None and not _leaves_room(request):
            told = wording.adopt_no_room.format(key=self.key)
            return self._tell(event.delivery, told, "its thread has a ticket or a form: told so")
        if known.link is not None:
            told = wording.adopt_taken.format(key=came.filed.key)
            return self._tell(event.delivery, told, "it has a thread already: told so")
        return self._adopted(came, came.filed, known, now)

    def _adopted(self, came: Outcome, ticket: Filed, known: Known, now: Ms) -> Decision:
        """What stands on the ticket already is not shown, what becomes public later is."""
        request = self._request(ticket, known, now)
        seen = tuple(
            SeenComment(ticket.id, id, _VERDICTS[is_public], now) for id, is_public in came.standing
        )
        return Decision(
            f"{ticket.key} belongs to the thread now",
            request=request,
            link=Link(
                thread=self.thread,
                ticket_id=ticket.id,
                ticket_key=ticket.key,
                request_id=request.id,
                asker=self.person,
                created_ms=now,
                portal_path=ticket.portal_path,
            ),
            only_if_linked=True,
            card=TicketCard(ticket.id, resolved=came.resolved, told_resolved=came.resolved),
            seen=seen,
            orders=(announce(request, ticket, Ms(0), adopted=True),),
            looks=watching.of_verdicts(ticket.id, {one.verdict for one in seen}, now),
        )

    def _request(self, ticket: Filed, known: Known, now: Ms) -> Request:
        """Return what stands for the thread, as if it had been asked for there; its only words
        are the title, which lists tell."""
        return Request(
            id=known.fresh_id,
            thread=self.thread,
            top_level=self.top_level,
            asker=self.person,
            state=RequestState.FILED,
            values={SUMMARY: ticket.title},
            created_ms=now,
            expires_ms=now,
            submitted_ms=now,
            ticket_id=ticket.id,
            ticket_key=ticket.key,
        )

    def undeliverable(self, event: Undeliverable, known: Known, rules: Rules, now: Ms) -> Decision:
        wording = words(known.chat.language)
        told = wording.adopt_failed.format(key=self.key, reason=event.why(wording))
        return self._tell(event.delivery, told, "told that it did not succeed")

    def _tell(self, delivery: Delivery, told: str, reason: str) -> Decision:
        thread, because = self.thread, f"adopt:{delivery.id}"
        order = tell(thread.chat_id, self.person, told, because, root=thread.root)
        return Decision(reason, orders=(order,))

    def names(self) -> Entry:
        return replace(super().names(), ticket_key=self.key)

    @classmethod
    def told(cls, story: Story) -> str:
        if not story.is_done:
            return super().told(story)
        return f"Somebody wanted to have {story.ticket_key} in this thread."


_VERDICTS = {True: SeenVerdict.SKIPPED, False: SeenVerdict.HIDDEN}
_TAKEN = (RequestState.SUBMITTED, RequestState.FILED)


def _leaves_room(request: Request) -> bool:
    """Tell whether its thread may get a ticket of another kind: what was asked there has ended, or
    nobody has begun to fill in anything."""
    if request.state in _TAKEN:
        return False
    return request.state is not RequestState.ASKED or is_unused(request)


def adopt_ticket(
    thread: Thread,
    key: TicketKey,
    person: PersonId,
    asked_ms: Ms,
    because: str,
    *,
    top_level: bool,
) -> Order:
    """Order it; `because` names the message that says so."""
    return Order(
        AdoptTicket(thread, key, person, top_level, asked_ms),
        lanes.in_helpdesk(thread.root),
        f"adopt:{because}",
        thread.chat_id,
        written_ms=asked_ms,
        person=person,
    )
