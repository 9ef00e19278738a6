"""The history that `syncd trace` reads: ids and reasons, never what people wrote."""

from dataclasses import dataclass
from enum import StrEnum

from syncd.core.model import (
    ChatId,
    CommentId,
    DeliveryId,
    DeliveryState,
    MessageId,
    Ms,
    RequestId,
    TicketId,
    TicketKey,
)
from syncd.core.text import LONGEST_ADDRESS, without_addresses

_LONGEST_DETAIL = 200

RECEIVED, DECIDED, QUEUED, CLAIM, LOOKED = "received", "decided", "queued", "claim", "looked"
"""Values of `Entry.what` besides the steps of `core.lifecycle`."""
POST, SKIPPED, HIDDEN, WAITS = "to be posted", "skipped", "hidden", "waits"
EDITED, WITHDRAWN = "edited", "withdrawn"
"""Values of `Entry.what` for a decision on a comment."""


class Deed(StrEnum):
    """What a delivery does with a comment that the chat sees."""

    POST = "post"
    CHANGE = "change"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Entry:
    """One thing that happened, with every id that it concerns; an unknown id is empty."""

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
    delivery_id: DeliveryId = DeliveryId("")
    at_ms: Ms = Ms(0)


@dataclass(frozen=True)
class Note:
    """A decision on one comment, and its reason."""

    comment_id: CommentId
    what: str
    why: str = ""


@dataclass
class Story:
    """One delivery, put together from its entries."""

    id: DeliveryId
    kind: str = ""
    state: DeliveryState = DeliveryState.READY
    reason: str = ""
    chat_id: str = ""
    ticket_key: str = ""
    said: MessageId = MessageId("")
    """The message that it carries into the helpdesk."""
    shown_as: MessageId = MessageId("")
    comment_id: CommentId = CommentId("")
    """The comment that it shows, or that came of it."""

    @property
    def is_done(self) -> bool:
        return self.state is DeliveryState.DONE

    def perhaps(self, was_not: str, may_have_been: str) -> str:
        """Return `may_have_been` while it is in DOUBT, else `was_not`."""
        return may_have_been if self.state is DeliveryState.DOUBT else was_not

    def why_not(self) -> str:
        """Return why it has not happened, from its last entry."""
        reason = f", {self.reason}" if self.reason else ""
        return {
            DeliveryState.READY: f"it waits{reason}",
            DeliveryState.LEASED: "it is under way",
            DeliveryState.SENDING: "it is under way",
            DeliveryState.DOUBT: f"nobody can tell whether it arrived{reason}",
            DeliveryState.WITHHELD: f"withheld{reason}; it comes back when the comment is public "
            "again",
        }.get(self.state, f"dead{reason}; see `syncd outbox show {self.id}`")


def presentable(detail: str) -> str:
    """Return a reason on one line of 200 characters at most, e-mail addresses masked."""
    beginning = detail[: 2 * _LONGEST_DETAIL + LONGEST_ADDRESS]
    line = without_addresses(" ".join(beginning.split()), "(address)")
    return line if len(line) <= _LONGEST_DETAIL else line[: _LONGEST_DETAIL - 1] + "…"
