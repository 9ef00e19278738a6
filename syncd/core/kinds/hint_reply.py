"""A hint for whoever answers where nobody reads it, or sends what is not carried."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core.delivery import Command, Order
from syncd.core.model import Link, MessageId, PersonId, Thread, TicketKey
from syncd.core.operators.history import Entry


@dataclass(frozen=True)
class HintReply(Command):
    """Tell somebody privately that replies, or files, in this thread do not reach its ticket."""

    alarming: ClassVar[bool] = False

    thread: Thread
    person: PersonId
    key: TicketKey
    portal_path: str
    file: bool = False
    """Whether it is about pictures and files alone."""

    def names(self) -> Entry:
        return replace(super().names(), ticket_key=self.key)


def hint_reply(link: Link, root: MessageId, person: PersonId) -> Order:
    """Order the hint, once for each person and thread; `root` is empty where no thread is."""
    command = HintReply(link.thread, person, link.ticket_key, link.portal_path)
    key = f"hint:{root or link.thread.root}:{person}"
    lane = f"lark:person:{person}"
    return Order(command, lane, key, link.thread.chat_id, person=person)


def hint_file(link: Link, person: PersonId) -> Order:
    """Order the hint about pictures and files, once for each person and thread."""
    command = HintReply(link.thread, person, link.ticket_key, link.portal_path, file=True)
    key = f"hint-file:{link.thread.root}:{person}"
    lane = f"lark:person:{person}"
    return Order(command, lane, key, link.thread.chat_id, person=person)
