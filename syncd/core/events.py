"""What happened, as the decisions see it."""

from dataclasses import dataclass, field
from typing import TypeAlias

from syncd.core.commands import Delivery
from syncd.core.model import (
    AccountId,
    ChatId,
    Comment,
    CommentId,
    DeliveryId,
    Filed,
    Language,
    MessageId,
    Ms,
    PersonId,
    Place,
    RequestId,
    Ticket,
    TicketId,
    TicketKey,
    Values,
)


@dataclass(frozen=True)
class Named:
    """Somebody mentioned in a message: the token in its text, who it is, what to call them."""

    token: str
    person: PersonId
    name: str


@dataclass(frozen=True)
class ChatMessage:
    """A message as it was received; its text still holds the mention tokens."""

    message_id: MessageId
    chat_id: ChatId
    direct: bool
    """Written to the bot alone, outside any group."""
    thread_root: MessageId
    """The root of the thread it stands in; empty at the top level and for a plain quote."""
    sender: PersonId
    from_person: bool
    """False for another bot or app."""
    text: str
    named: tuple[Named, ...]
    sent_ms: Ms


@dataclass(frozen=True)
class Click:
    """Somebody clicked a button of a card of ours."""

    request_id: RequestId
    operator: PersonId
    chat_id: ChatId
    card: MessageId
    """The message that was clicked."""
    shown_by: DeliveryId
    """The delivery that brought it, as its buttons say."""
    place: Place | None = field(default=None, kw_only=True)
    """Where a form is, as its buttons say; those of older cards do not."""
    language: Language | None = field(default=None, kw_only=True)
    """What the card is written in, as its buttons say."""


@dataclass(frozen=True)
class FormSubmitted(Click):
    values: Values
    """What stands in the form's fields; a field left empty is missing."""


@dataclass(frozen=True)
class FormCancelled(Click):
    """Somebody clicked Cancel."""


@dataclass(frozen=True)
class FormWanted(Click):
    """Somebody clicked the button that offers the form again."""


@dataclass(frozen=True)
class BotAdded:
    chat_id: ChatId
    name: str
    operator: PersonId


@dataclass(frozen=True)
class BotRemoved:
    chat_id: ChatId


Received: TypeAlias = (
    ChatMessage | FormSubmitted | FormCancelled | FormWanted | BotAdded | BotRemoved
)
"""What the chat's wire may read out of a stored frame."""


@dataclass(frozen=True)
class TicketChanged:
    """The poller read a linked ticket."""

    ticket: Ticket
    ours: AccountId
    """Our own account in the helpdesk."""
    unread: bool = False
    """Whether a comment could not be read whole, so that the ticket has to be read again."""
    read_ms: Ms = Ms(0)
    """When its comments were read, at the earliest."""


@dataclass(frozen=True)
class CommentReread:
    """A comment that was shown or withheld was read once more; None when it is not there."""

    ticket_id: TicketId
    comment_id: CommentId
    comment: Comment | None


@dataclass(frozen=True)
class HiddenByPortal:
    """The portal is proven not to show these comments, whatever their own signs say."""

    ticket_id: TicketId
    comment_ids: tuple[CommentId, ...]


@dataclass(frozen=True)
class TicketMoved:
    """A linked ticket has a key of another project now."""

    ticket_id: TicketId
    key: TicketKey
    portal_path: str | None
    """Where customers find it, None when it is no request any more."""


# What performing a command came to.


@dataclass(frozen=True)
class Shown:
    """A form card reached the asker; there is no message to take away when it is empty."""

    place: Place
    message_id: MessageId
    own_address: str = ""
    """The asker's address as the profile showed it."""


@dataclass(frozen=True)
class Posted:
    message_id: MessageId
    thread_id: str = ""
    above: bool = False
    """At the top level of the group, because the root of its thread is gone."""


@dataclass(frozen=True)
class Commented:
    comment_id: CommentId


@dataclass(frozen=True)
class Nothing:
    """There was nothing left to do, or nothing worth remembering."""


Outcome: TypeAlias = Shown | Posted | Filed | Commented | Nothing


@dataclass(frozen=True)
class Delivered:
    delivery: Delivery
    outcome: Outcome


@dataclass(frozen=True)
class Undeliverable:
    """A delivery ended DEAD."""

    delivery: Delivery
    reason: str
    """For the operator."""
    told: str = ""
    """For whoever waits for it, in that person's language; empty: see `filing.why`."""
    refused: bool = False
    """The platform said a definite no, as against our giving up."""
    invalid: bool = False
    """What was typed was refused, and can be corrected."""
    outside: bool = False
    """The bot is not in its chat any more."""
    dropped: bool = False
    """An operator gave it up."""


@dataclass(frozen=True)
class Withheld:
    """The portal does not show a comment that was to be posted."""

    delivery: Delivery
    reason: str
    unreadable: bool = False
    """Nobody could tell for too long; the ticket is read again as soon as it can be."""


@dataclass(frozen=True)
class Doubtful:
    """Nobody can tell whether the delivery happened."""

    delivery: Delivery
    reason: str


@dataclass(frozen=True)
class Requeued:
    """An operator wants a delivery sent again."""

    delivery: Delivery


@dataclass(frozen=True)
class RequestExpired:
    request_id: RequestId


@dataclass(frozen=True)
class RequestSlow:
    """Still SUBMITTED after a minute."""

    request_id: RequestId


Event: TypeAlias = (
    Received
    | TicketChanged
    | CommentReread
    | HiddenByPortal
    | TicketMoved
    | Delivered
    | Undeliverable
    | Withheld
    | Doubtful
    | Requeued
    | RequestExpired
    | RequestSlow
)
