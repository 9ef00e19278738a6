"""MarkReply: an emoji on a reply says whether it has reached its ticket."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core.delivery import Command, Delivery, Order
from syncd.core.known import Known, Rules
from syncd.core.model import MessageId, PersonId, Plan
from syncd.core.operators.history import Entry, Story

_LEFT_OUT = "left-out"
_NOBODY = PersonId("~marks")
"""Whose turn it is: nobody's who could ask for anything."""


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
    carries: ClassVar[bool] = True

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
    """Return how those begin which say that a part is not on the ticket, which stays so."""
    return f"{marks_of(message_id)}{_LEFT_OUT}:"


def mark_arrived(
    message_id: MessageId, delivery: Delivery, known: Known, rules: Rules
) -> tuple[Order, ...]:
    """Order the mark of a message of which a part has arrived, should that have been the last.

    Where none is put any more, one that says that it has not arrived may still stand there.
    """
    emoji = rules.reactions.arrived if _is_marked(known) else ""
    if not (emoji or delivery.tries > 1 or rules.reactions.failed):
        return ()
    command = MarkReply(message_id, emoji, reached=True)
    return _order(command, f"{delivery.id}:{delivery.tries}", known)


def mark_failed(
    message_id: MessageId, because: str, known: Known, rules: Rules
) -> tuple[Order, ...]:
    """Order the mark of a message that has not arrived; `because` names the occasion."""
    if not (rules.reactions.failed and _is_marked(known)):
        return ()
    return _order(MarkReply(message_id, rules.reactions.failed, reached=False), because, known)


def mark_in_part(
    message_id: MessageId, because: str, known: Known, rules: Rules
) -> tuple[Order, ...]:
    """Order the same where a part of it cannot be on the ticket: a note took the place of a file,
    or it is nothing that can be carried. That goes on record whatever emojis there are."""
    emoji = rules.reactions.failed if _is_marked(known) else ""
    command = MarkReply(message_id, emoji, reached=False)
    return _order(command, f"{_LEFT_OUT}:{because}", known)


def _is_marked(known: Known) -> bool:
    """Tell whether a thread is its ticket there; elsewhere nobody waits for a sign."""
    return known.chat.enabled and known.chat.plan is Plan.PREMIUM


def _order(command: MarkReply, because: str, known: Known) -> tuple[Order, ...]:
    """All of them stand in one queue of their chat, so that they hold up nothing else there."""
    message_id = command.message_id
    if not message_id:
        return ()
    key = f"{marks_of(message_id)}{because}"
    return (Order(command, f"lark:mark:{message_id}", key, known.chat.id, person=_NOBODY),)
