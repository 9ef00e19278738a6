"""MarkReply: an emoji on a reply says whether it has reached its ticket."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core.delivery import Command, Delivery, Order
from syncd.core.known import Known, Rules
from syncd.core.model import MessageId, Plan
from syncd.core.operators.history import Entry, Story

_LEFT_OUT = "left-out"


@dataclass(frozen=True)
class MarkReply(Command):
    """Put the bot's emoji on somebody's message, in the place of another one of the bot's.

    Nothing waits for it: it stands in a lane of the message's own. Whether it is still true is seen
    when it is performed, so that of several parts of a message the last one marks it.
    """

    keyed: ClassVar[bool] = False
    repeatable: ClassVar[bool] = True
    only_where_served: ClassVar[bool] = False
    alarming: ClassVar[bool] = False

    message_id: MessageId
    emoji: str
    """By its name in the chat; empty: only another one of the bot's is taken away."""
    reached: bool
    """Whether all of the message is on its ticket."""

    def names(self) -> Entry:
        return replace(super().names(), message_id=self.message_id)

    @classmethod
    def told(cls, story: Story) -> str:
        return ""


def emoji_of(command: Command) -> str:
    """Return the emoji of a mark that is on record, empty where it has none."""
    return str(getattr(command, "emoji", ""))


def marks_of(message_id: MessageId) -> str:
    """Return how the dedupe keys of all marks of a message begin."""
    return f"mark:{message_id}:"


def left_out_of(message_id: MessageId) -> str:
    """Return how those begin which say that a note took the place of a file, which stays so."""
    return f"{marks_of(message_id)}{_LEFT_OUT}:"


def mark_arrived(
    message_id: MessageId, delivery: Delivery, known: Known, rules: Rules
) -> tuple[Order, ...]:
    """Order the mark of a message of which a part has arrived, should that have been the last."""
    if not (rules.reactions.arrived or rules.reactions.failed):
        return ()
    command = MarkReply(message_id, rules.reactions.arrived, reached=True)
    return _order(command, f"{delivery.id}:{delivery.tries}", known)


def mark_failed(
    message_id: MessageId, because: str, known: Known, rules: Rules
) -> tuple[Order, ...]:
    """Order the mark of a message that has not arrived; `because` names the occasion."""
    if not rules.reactions.failed:
        return ()
    return _order(MarkReply(message_id, rules.reactions.failed, reached=False), because, known)


def mark_left_out(
    message_id: MessageId, delivery: Delivery, known: Known, rules: Rules
) -> tuple[Order, ...]:
    """Order the same where a note took the place of one of its files."""
    return mark_failed(message_id, f"{_LEFT_OUT}:{delivery.id}", known, rules)


def _order(command: MarkReply, because: str, known: Known) -> tuple[Order, ...]:
    """Only on plan premium a thread is the ticket; elsewhere nobody waits for a sign."""
    chat, message_id = known.chat, command.message_id
    if not message_id or not chat.enabled or chat.plan is not Plan.PREMIUM:
        return ()
    key = f"{marks_of(message_id)}{because}"
    return (Order(command, f"lark:mark:{message_id}", key, chat.id),)
