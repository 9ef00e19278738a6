"""What happened, step by step, as an operator reads it later; no step holds what people wrote."""

import re
from dataclasses import dataclass

from syncd.core.commands import (
    AddComment,
    AnnounceTicket,
    Command,
    Delivery,
    FileTicket,
    PostUpdate,
)
from syncd.core.model import (
    ChatId,
    CommentId,
    DeliveryId,
    MessageId,
    Ms,
    RequestId,
    TicketId,
    TicketKey,
)

_LONGEST_DETAIL = 200
_ADDRESS = re.compile(r"[^\s@<>()\"'“”:;,]+@[^\s@<>()\"'“”:;,]+")

_NO_DELIVERY = DeliveryId("")

RECEIVED, DECIDED, QUEUED, CLAIM, LOOKED = "received", "decided", "queued", "claim", "looked"
"""Steps that no state table names; the others are the steps of `core.lifecycle.DELIVERY`."""
POST, SKIPPED, HIDDEN, WAITS = "to be posted", "skipped", "hidden", "waits"
WITHDRAWN = "withdrawn"
"""What is decided on a comment."""


@dataclass(frozen=True)
class Step:
    """One thing that happened, and the ids of all that it happened to; an unknown id is empty."""

    what: str
    detail: str = ""
    """Reasons and ids only."""
    chat_id: ChatId = ChatId("")
    thread_root: MessageId = MessageId("")
    request_id: RequestId = RequestId("")
    ticket_id: TicketId = TicketId("")
    ticket_key: TicketKey = TicketKey("")
    comment_id: CommentId = CommentId("")
    message_id: MessageId = MessageId("")
    delivery_id: DeliveryId = _NO_DELIVERY
    at_ms: Ms = Ms(0)


@dataclass(frozen=True)
class Note:
    """What was decided on one comment, and why."""

    comment_id: CommentId
    what: str
    why: str = ""


def of_delivery(delivery: Delivery, what: str, detail: str = "") -> Step:
    """Return the step of a delivery, with all that its command names."""
    return about(delivery.command, delivery.id, delivery.chat_id, delivery.request_id, what, detail)


def about(
    command: Command,
    id: DeliveryId,
    chat_id: ChatId,
    request_id: RequestId,
    what: str,
    detail: str = "",
) -> Step:
    """Return a step with all that the command names."""
    thread = getattr(command, "thread", None)
    root = MessageId(thread.root if thread is not None else "")
    update = command if isinstance(command, PostUpdate) else None
    key = command.key if isinstance(command, PostUpdate | AnnounceTicket) else TicketKey("")
    said = command.message_id if isinstance(command, AddComment) else MessageId("")
    return Step(
        what,
        reason_of(command, detail, refused=what == "rejected"),
        chat_id=chat_id,
        thread_root=root,
        request_id=request_id,
        ticket_id=update.ticket_id if update else TicketId(""),
        ticket_key=key,
        comment_id=update.comment_id if update else CommentId(""),
        message_id=said,
        delivery_id=id,
    )


def reason_of(command: Command, reason: str, *, refused: bool) -> str:
    """Return a reason as the log and the history may hold it, without what people wrote."""
    if isinstance(command, FileTicket) and refused:
        return "the helpdesk refused it"  # Its own words may repeat what the person typed.
    return presentable(reason)


def presentable(detail: str) -> str:
    """Return the reason on one line, short and without e-mail addresses."""
    line = _ADDRESS.sub("(address)", " ".join(detail.split()))
    return line if len(line) <= _LONGEST_DETAIL else line[: _LONGEST_DETAIL - 1] + "…"
