"""Lanes: deliveries of one lane are performed in order. Dedupe keys are in the kinds' files."""

from syncd.core.delivery import Command, Order
from syncd.core.model import MessageId, Request, RequestId

_DAY_MS = 86_400_000


def in_chat(root: MessageId) -> str:
    """Return the lane of everything shown about one thread."""
    return f"lark:{root}"


def in_helpdesk(root: MessageId) -> str:
    """Return the lane of everything one thread writes into the helpdesk."""
    return f"jsm:{root}"


def of_form(request_id: RequestId) -> str:
    """Return the lane in which the form of one Request is shown and taken away."""
    return f"lark:form:{request_id}"


def of_request(request: Request, command: Command, lane: str, dedupe_key: str) -> Order:
    """Return the order of something that is done about a Request."""
    chat_id, person = request.thread.chat_id, request.asker
    return Order(command, lane, dedupe_key, chat_id, request.id, person=person)


def day(now: int) -> int:
    """Return the number of the day, for what is told once a day."""
    return now // _DAY_MS
