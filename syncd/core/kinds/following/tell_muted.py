"""TellMuted: a thread is muted, or not any more, said in it."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core.delivery import Command, Decision, Order
from syncd.core.ends import Delivered
from syncd.core.known import Known, Rules
from syncd.core.model import Link, MessageId, Ms, PersonId, Thread, TicketKey
from syncd.core.operators.history import Entry
from syncd.core.reaching import lanes


@dataclass(frozen=True)
class TellMuted(Command):
    """Say who did it, so that nobody wonders why no answer comes.

    In the lane of what is shown: it stands behind what came before, and before what follows.
    """

    in_public: ClassVar[bool] = True
    alarming: ClassVar[bool] = False

    thread: Thread
    key: TicketKey
    person: PersonId
    muted: bool

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        return Decision("said", anchors=event.outcome.anchors(self.thread))

    def names(self) -> Entry:
        return replace(super().names(), ticket_key=self.key)


def tell_muted(link: Link, person: PersonId, because: MessageId, *, muted: bool) -> Order:
    """Order it, once for the message that wants it."""
    command = TellMuted(link.thread, link.ticket_key, person, muted)
    lane, key = lanes.in_chat(link.thread.root), f"muted:{because}"
    return Order(command, lane, key, link.thread.chat_id, link.request_id)
