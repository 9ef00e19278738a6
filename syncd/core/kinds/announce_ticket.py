"""AnnounceTicket: the ticket's link in the thread."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core.delivery import Command, Decision, Order
from syncd.core.ends import Delivered, Undeliverable
from syncd.core.kinds.tell_person import tell_asker
from syncd.core.known import Known, Need, Rules
from syncd.core.model import Filed, Ms, Request, Thread, TicketKey
from syncd.core.operators.history import Entry, Story
from syncd.core.reaching import lanes
from syncd.core.reaching.marks import mark
from syncd.core.ticket_card.card import digest
from syncd.core.watching import Look, Reason
from syncd.core.wording import words


@dataclass(frozen=True)
class AnnounceTicket(Command):
    """Answer in the thread with the ticket's key, title, status and link."""

    in_public: ClassVar[bool] = True
    lasting: ClassVar[bool] = True
    needs: ClassVar[tuple[Need, ...]] = (Need.CARD,)
    texts: ClassVar[tuple[str, ...]] = ("title", "status")

    thread: Thread
    key: TicketKey
    title: str
    status: str
    portal_path: str
    answer_by: Ms = Ms(0)
    """When the first answer is due, 0 when nothing is promised."""
    submitted_ms: Ms = Ms(0)
    adopted: bool = False
    """Whether it was there before anybody asked for it here."""

    def began_ms(self) -> Ms:
        return self.submitted_ms

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        """Record the card; where the ticket was read before, it is looked at whether that is so."""
        anchors = event.outcome.anchors(self.thread)
        if known.card is None or known.link is None:
            return Decision("said", anchors=anchors)
        card = replace(
            known.card,
            message_id=event.outcome.message_id,
            mark=mark(event.delivery),
            shows=digest(self.title, self.status),
            status=digest(self.status),
        )
        if not card.face:
            return Decision("said", card=card, anchors=anchors)
        look = Look(card.ticket_id, Reason.READ, now)
        card = replace(card, face="")
        return Decision("said", card=card, anchors=anchors, looks=(look,))

    def undeliverable(self, event: Undeliverable, known: Known, rules: Rules, now: Ms) -> Decision:
        """Tell the asker privately where the ticket is."""
        if known.request is None:
            return super().undeliverable(event, known, rules, now)
        wording = words(known.chat.language)
        happened = wording.was_created.format(key=self.key)
        if self.adopted:
            happened = wording.was_adopted.format(key=self.key)
        told = f"{happened} {rules.portal_base}{self.portal_path}"
        order = tell_asker(known.request, told, f"not-announced:{event.delivery.id}")
        return Decision("the ticket cannot be announced: its asker is told", orders=(order,))

    def names(self) -> Entry:
        return replace(super().names(), ticket_key=self.key)

    @classmethod
    def told(cls, story: Story) -> str:
        if not story.is_done:
            return super().told(story)
        return f"The link of {story.ticket_key} was posted as message {story.shown_as}."


def announce(request: Request, ticket: Filed, answer_by: Ms, *, adopted: bool = False) -> Order:
    """Order the answer in the thread to a Request that became a ticket."""
    told = (ticket.key, ticket.title, ticket.status, ticket.portal_path)
    command = AnnounceTicket(request.thread, *told, answer_by, request.submitted_ms, adopted)
    lane = lanes.in_chat(request.thread.root)
    return lanes.of_request(request, command, lane, f"announce:{ticket.id}")
