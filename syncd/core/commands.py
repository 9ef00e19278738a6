"""What is to be done in the outside world; a Delivery carries one of these."""

import dataclasses
import json
from dataclasses import dataclass
from typing import Any, TypeAlias

from syncd.core.model import (
    ChatId,
    CommentId,
    DeliveryId,
    DeliveryState,
    Destination,
    MessageId,
    Ms,
    PersonId,
    Place,
    RequestId,
    Thread,
    TicketId,
    TicketKey,
)


@dataclass(frozen=True)
class ShowForm:
    """Show the asker the private form, as the Request stands when this is performed."""

    request_id: RequestId
    chat_id: ChatId
    late: bool = False
    """Whether the mention was found long after it was written, for which we apologise."""


@dataclass(frozen=True)
class CloseForm:
    """Take a form card away."""

    place: Place
    message_id: MessageId


@dataclass(frozen=True)
class OfferForm:
    """Offer the form again by a button in the thread, with nothing personal on it."""

    request_id: RequestId
    thread: Thread


@dataclass(frozen=True)
class FileTicket:
    """Create the ticket of a submitted Request."""

    request_id: RequestId


@dataclass(frozen=True)
class AnnounceTicket:
    """Answer in the thread with the ticket's key, title, status and link."""

    thread: Thread
    key: TicketKey
    title: str
    status: str
    portal_path: str


@dataclass(frozen=True)
class PostUpdate:
    """Show an engineer's public comment: in the group, or in the thread."""

    thread: Thread
    in_thread: bool
    ticket_id: TicketId
    key: TicketKey
    title: str
    portal_path: str
    comment_id: CommentId
    author: str
    body: str
    """The comment's text tree, as `core.text.dump` writes it."""
    read_ms: Ms = Ms(0)
    """When the comment was read that this shows, at the earliest."""


@dataclass(frozen=True)
class Withdraw:
    """Take away a message that shows a comment which is no longer public."""

    thread: Thread
    message_id: MessageId
    key: TicketKey
    portal_path: str


@dataclass(frozen=True)
class AddComment:
    """Write what somebody said in the thread as a public comment on the ticket."""

    thread: Thread
    message_id: MessageId
    author: PersonId
    said_ms: Ms
    body: str
    """The message's text tree, as `core.text.dump` writes it."""


@dataclass(frozen=True)
class TellPerson:
    """Tell one person something, privately."""

    chat_id: ChatId
    person: PersonId
    text: str
    title: str = ""
    """Which of the person's own requests or replies it is about, in the person's words."""


@dataclass(frozen=True)
class Alert:
    """Tell the operators' chat something; it holds nothing that customers wrote."""

    chat_id: ChatId
    text: str


Command: TypeAlias = (
    ShowForm
    | CloseForm
    | OfferForm
    | FileTicket
    | AnnounceTicket
    | PostUpdate
    | Withdraw
    | AddComment
    | TellPerson
    | Alert
)

_KINDS: dict[str, type[Any]] = {
    cls.__name__: cls
    for cls in (
        ShowForm, CloseForm, OfferForm, FileTicket, AnnounceTicket,
        PostUpdate, Withdraw, AddComment, TellPerson, Alert,
    )
}  # fmt: skip


def destination(command: Command) -> Destination:
    """Return which platform performs the command."""
    return Destination.JSM if isinstance(command, FileTicket | AddComment) else Destination.LARK


def kind(command: Command) -> str:
    """Return the command's name, for the outbox and the log."""
    return type(command).__name__


def dump(command: Command) -> str:
    """Return the command as JSON, for the outbox."""
    return json.dumps(dataclasses.asdict(command), ensure_ascii=False)


def load(kind: str, stored: str) -> Command:
    """Return the command that `dump` wrote; KeyError when no such command exists."""
    cls = _KINDS[kind]
    fields = json.loads(stored)
    if isinstance(fields.get("thread"), dict):
        fields["thread"] = Thread(**fields["thread"])
    if "place" in fields:
        fields["place"] = Place(fields["place"])
    command: Command = cls(**fields)
    return command


@dataclass(frozen=True)
class Order:
    """A command to enqueue. Deliveries of one lane are performed in order."""

    command: Command
    lane: str
    """Destination and thread, `lark:om_...`."""
    dedupe_key: str
    """Unique for ever; a second order with the same key is dropped."""
    chat_id: ChatId = ChatId("")
    request_id: RequestId = RequestId("")
    not_before: Ms = Ms(0)
    urgent: bool = False
    """Forms and creates: one worker of each platform is kept for them."""


@dataclass(frozen=True)
class Delivery:
    """One command in the outbox and how far it has come."""

    id: DeliveryId
    command: Command
    lane: str
    dedupe_key: str
    state: DeliveryState
    enqueued_ms: Ms
    chat_id: ChatId = ChatId("")
    request_id: RequestId = RequestId("")
    not_before: Ms = Ms(0)
    tries: int = 0
    """How often it was claimed."""
    attempts: int = 0
    """How many tries failed by our own fault."""
    first_sent_ms: Ms = Ms(0)
    """When it was first SENDING; 0 when never."""
    was_uncertain: bool = False
    """Whether it ever was in DOUBT; a requeue then goes back to DOUBT."""
    token: str = ""
    """Fences the claim; empty when nobody holds it."""
    reason: str = ""
    """Why it waits, is doubtful, withheld or dead."""
    settled_ms: Ms = Ms(0)
