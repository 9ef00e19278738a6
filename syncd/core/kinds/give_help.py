"""GiveHelp: what can be done here, told to one person or to a group that the bot joins."""

from dataclasses import dataclass
from typing import ClassVar

from syncd.core.delivery import Command, Order
from syncd.core.model import ChatId, MessageId, Ms, PersonId, Request, RequestId
from syncd.core.reaching import lanes

_DIRECTLY_AGAIN_MS = 60_000


@dataclass(frozen=True)
class GiveHelp(Command):
    """Tell what can be done, whom to turn to, and where all one's requests are."""

    only_where_served: ClassVar[bool] = False
    alarming: ClassVar[bool] = False

    chat_id: ChatId
    person: PersonId
    """Empty: everybody in the group, as a greeting."""
    request_id: RequestId = RequestId("")
    """The Request whose form a button opens; empty in a direct chat, where none can be opened."""


def give_help(request: Request, because: MessageId) -> Order:
    command = GiveHelp(request.thread.chat_id, request.asker, request.id)
    lane = f"lark:person:{request.asker}"
    return lanes.of_request(request, command, lane, f"help:{because}")


def answer_directly(chat_id: ChatId, person: PersonId, now: Ms) -> Order:
    """Order the answer to a direct message, at most once a minute."""
    key = f"direct:{person}:{now // _DIRECTLY_AGAIN_MS}"
    command, lane = GiveHelp(chat_id, person), f"lark:person:{person}"
    return Order(command, lane, key, chat_id, person=person)


def greet(chat_id: ChatId) -> Order:
    """Order the greeting of a group, once for ever."""
    return Order(
        GiveHelp(chat_id, PersonId("")), f"lark:greet:{chat_id}", f"greet:{chat_id}", chat_id
    )
