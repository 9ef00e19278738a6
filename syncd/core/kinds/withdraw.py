"""Withdraw: a shown comment that is no longer public leaves the chat."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core.delivery import Command, Decision, Order
from syncd.core.ends import Delivered
from syncd.core.known import Known, Rules
from syncd.core.model import CommentId, Link, MessageId, Ms, Thread, TicketKey
from syncd.core.operators.history import Deed, Entry
from syncd.core.reaching import lanes
from syncd.core.watching import LATE_MS


@dataclass(frozen=True)
class Withdraw(Command):
    """Remove the message that shows such a comment, or replace it by a notice."""

    deed: ClassVar[Deed | None] = Deed.WITHDRAW
    repeatable: ClassVar[bool] = True
    urgent: ClassVar[bool] = True
    only_where_served: ClassVar[bool] = False

    thread: Thread
    message_id: MessageId
    key: TicketKey
    portal_path: str
    comment_id: CommentId = CommentId("")
    again: bool = False
    """Whether it is the second time."""

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        """Where a notice had to take the place of the words, order that once more: a change of the
        message whose answer was lost may come true after it, and bring the words back."""
        if self.again or not event.outcome.message_id:
            return Decision("it has left the chat")
        key, later = f"withdraw:{self.message_id}:again", Ms(now + LATE_MS)
        once_more = replace(self, again=True)
        order = Order(once_more, _lane(self), key, self.thread.chat_id, not_before=later)
        return Decision("a notice stands in its place", orders=(order,))

    def names(self) -> Entry:
        return replace(super().names(), ticket_key=self.key, comment_id=self.comment_id)


def withdraw(message_id: MessageId, comment_id: CommentId, link: Link) -> Order:
    """Order that the message is taken away."""
    command = Withdraw(link.thread, message_id, link.ticket_key, link.portal_path, comment_id)
    return Order(command, _lane(command), f"withdraw:{message_id}", link.thread.chat_id)


def _lane(command: Withdraw) -> str:
    """Return a lane of its own: what must not be seen waits for nothing else of its thread."""
    return f"{lanes.in_chat(command.thread.root)}:{command.message_id}"
