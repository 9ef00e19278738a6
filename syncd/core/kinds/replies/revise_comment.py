"""ReviseComment: a message that became a comment was edited or taken back."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core.delivery import Command, Order
from syncd.core.model import ChatId, Destination, MessageId, Ms
from syncd.core.operators.history import Entry


@dataclass(frozen=True)
class ReviseComment(Command):
    """Make the comment say what the message says now, or nothing where it was taken back.

    It holds no words: what the message says is read just before. A message that was taken back
    before it was carried is never carried, because this is on record.
    """

    destination: ClassVar[Destination] = Destination.JSM
    keyed: ClassVar[bool] = False
    repeatable: ClassVar[bool] = True
    only_where_served: ClassVar[bool] = False

    message_id: MessageId
    recalled: bool

    def names(self) -> Entry:
        return replace(super().names(), message_id=self.message_id)


def recall_key(message_id: MessageId) -> str:
    """Return the dedupe key of what was taken back, once and for ever."""
    return f"recall:{message_id}"


def edits_of(message_id: MessageId) -> str:
    """Return how the dedupe keys of all edits of a message begin."""
    return f"revise:{message_id}:"


def revise_comment(chat_id: ChatId, message_id: MessageId, now: Ms, *, recalled: bool) -> Order:
    """Order it; in a lane of the message's own, which waits until the reply has been carried."""
    key = recall_key(message_id) if recalled else f"{edits_of(message_id)}{now}"
    command = ReviseComment(message_id, recalled)
    return Order(command, f"jsm:revise:{message_id}", key, chat_id)
