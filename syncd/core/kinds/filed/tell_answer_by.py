"""TellAnswerBy: by when the first answer comes, as the helpdesk promises it."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core.answering.promise import TOLD_FOR_MS
from syncd.core.delivery import Command, Decision, Order
from syncd.core.ends import Delivered
from syncd.core.known import Known, Rules
from syncd.core.model import Link, Ms, Thread, Ticket, TicketKey
from syncd.core.operators.history import Entry
from syncd.core.reaching import lanes


@dataclass(frozen=True)
class TellAnswerBy(Command):
    """Say in the thread by when the first answer comes."""

    in_public: ClassVar[bool] = True
    alarming: ClassVar[bool] = False

    thread: Thread
    key: TicketKey
    answer_by: Ms

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        return Decision("said", anchors=event.outcome.anchors(self.thread))

    def names(self) -> Entry:
        return replace(super().names(), ticket_key=self.key)


def tell_answer_by(link: Link, ticket: Ticket, now: Ms) -> tuple[Order, ...]:
    """Order it once a ticket, while it is new and its answer is not overdue."""
    due = ticket.answer_by
    if not due or due <= now or now - link.created_ms > TOLD_FOR_MS:
        return ()
    command, lane = TellAnswerBy(link.thread, ticket.key, due), lanes.in_chat(link.thread.root)
    key = f"answer-by:{link.ticket_id}"
    return (Order(command, lane, key, link.thread.chat_id, link.request_id),)
