"""MoveTicket: somebody in the group closes a ticket, opens it again, or has it escalated."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core.delivery import Command, Decision, Delivery, Order
from syncd.core.ends import Delivered, DoubtLasts, Undeliverable
from syncd.core.kinds.tell_person import tell
from syncd.core.known import HOUR_MS, Known, Need, Rules
from syncd.core.model import (
    Destination,
    Link,
    MessageId,
    Ms,
    PersonId,
    SeenComment,
    SeenVerdict,
    Thread,
    TicketId,
    TicketKey,
)
from syncd.core.operators.history import Entry
from syncd.core.reaching import lanes
from syncd.core.ticket_card.moves import Move
from syncd.core.watching import Look, Reason
from syncd.core.wording import words

_STALE_MS = HOUR_MS


@dataclass(frozen=True)
class MoveTicket(Command):
    """Make the customer's transition, if the helpdesk offers it now, with a note of who wanted it.

    JSM has no idempotency key; the note carries the delivery's mark, by which it can be found. In
    the lane of the thread's replies: what was said before is there before. So that they do not wait
    for long, one that is proven absent is told and not sent again.
    """

    destination: ClassVar[Destination] = Destination.JSM
    keyed: ClassVar[bool] = False
    only_where_served: ClassVar[bool] = False
    comments: ClassVar[bool] = True
    own_words: ClassVar[bool] = False
    needs: ClassVar[tuple[Need, ...]] = (Need.CARD,)

    thread: Thread
    ticket_id: TicketId
    key: TicketKey
    move: str
    """A `Move`."""
    person: PersonId
    asked_ms: Ms
    message_id: MessageId = MessageId("")
    """The message that says so, empty for a click."""

    def answers_ms(self) -> Ms:
        return self.asked_ms

    def is_stale(self, now: Ms) -> bool:
        """Tell whether it was wanted so long ago that whoever did is asked once more."""
        return abs(now - self.asked_ms) > _STALE_MS

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        """Have the ticket read at once, so that its card is true; tell who asked where it is not
        offered any more, or where nobody knows whether it was this that moved it."""
        came, wording = event.outcome, words(known.chat.language)
        look = Look(self.ticket_id, Reason.READ, now)
        if came.taken_back:
            return Decision("it was taken back: not done")
        if came.has_left:
            told = wording.left_and_moves
            return self._tell(event.delivery, told, "not in the group any more: told so")
        if came.refused:
            told = wording.move_not_offered.format(key=self.key)
            if self.is_stale(now):
                told = wording.move_late.format(key=self.key)
            decision = self._tell(event.delivery, told, "not done: told so")
            # That the card offers what can be done nothing else may tell.
            asked_again = known.card and replace(known.card, face="", state="")
            return replace(decision, card=asked_again, looks=(look,))
        if came.unproven:
            told = wording.move_unproven.format(key=self.key)
            decision = self._tell(event.delivery, told, "moved, perhaps by others: told so")
            return replace(decision, looks=(look,))
        note = came.comment_id
        seen = SeenComment(self.ticket_id, note, SeenVerdict.SKIPPED, now) if note else None
        return Decision("the ticket was moved", seen=(seen,) if seen else (), looks=(look,))

    def undeliverable(self, event: Undeliverable, known: Known, rules: Rules, now: Ms) -> Decision:
        wording = words(known.chat.language)
        told = wording.move_failed.format(key=self.key, reason=event.why(wording))
        return self._tell(event.delivery, told, "told that it did not succeed")

    def doubt_lasts(self, event: DoubtLasts, known: Known, rules: Rules, now: Ms) -> Decision:
        told = words(known.chat.language).move_in_doubt.format(key=self.key)
        return self._tell(event.delivery, told, "told that it is not known yet", "doubt")

    def _tell(self, delivery: Delivery, told: str, reason: str, occasion: str = "move") -> Decision:
        thread, because = self.thread, f"{occasion}:{delivery.id}"
        order = tell(thread.chat_id, self.person, told, because, root=thread.root)
        return Decision(reason, orders=(order,))

    def where_to_look(self) -> str:
        return f" in the helpdesk, whether {self.key} was moved"

    def names(self) -> Entry:
        return replace(super().names(), ticket_id=self.ticket_id, ticket_key=self.key)


def move_ticket(
    link: Link,
    move: Move,
    person: PersonId,
    asked_ms: Ms,
    because: str,
    message_id: MessageId = MessageId(""),
) -> Order:
    """Order it; `because` names the occasion, so that it is done once for each."""
    ticket = link.ticket_id, link.ticket_key
    return Order(
        MoveTicket(link.thread, *ticket, move.value, person, asked_ms, message_id),
        lanes.in_helpdesk(link.thread.root),
        f"move:{link.ticket_id}:{because}",
        link.thread.chat_id,
        link.request_id,
        written_ms=asked_ms,
        person=person,
    )
