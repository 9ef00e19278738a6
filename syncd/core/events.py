"""What happened, as the decisions see it."""

from dataclasses import dataclass, field
from typing import TypeAlias

from syncd.core.desks.desk import RequestKind
from syncd.core.ends import (
    Delayed,
    Delivered,
    Doubtful,
    DoubtLasts,
    Requeued,
    Undeliverable,
    Withheld,
)
from syncd.core.files.found import InMessage
from syncd.core.model import (
    AccountId,
    ChatId,
    Comment,
    CommentId,
    DeliveryId,
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
from syncd.core.prose.secrets import Answer
from syncd.core.reaching.strangers import Met
from syncd.core.text import Body
from syncd.core.ticket_card.moves import Move
from syncd.core.ticket_card.rating import Rating


@dataclass(frozen=True)
class Named:
    """Somebody mentioned in a message: the token in its text, who it is, what to call them."""

    token: str
    person: PersonId
    name: str
    tenant: str = ""
    """Which company's Lark they use, empty when nobody says."""


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
    answers: tuple[MessageId, ...] = ()
    """What it quotes outside of threads: the message itself, then the first of that chain."""
    wordless: bool = False
    """Whether there is something in it that is no words: a picture, a file."""
    files: tuple[InMessage, ...] = ()
    """What of that can be carried."""
    bare: bool = False
    """Whether it is nothing but those files."""
    lost: bool = False
    """Whether there is something in it that is neither words nor can be carried."""
    body: Body = ()
    """The text with its layout, the tokens in it, too; empty where it has none."""
    notes: tuple[str, ...] = ()
    """As what, in English, the notes name that stand in it for what is no words."""
    tenant: str = ""
    """Which company's Lark the sender uses, empty when nobody says."""


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
    kind: RequestKind | None = field(default=None, kw_only=True)
    """What a form asks about, as its buttons say; None where it asks which."""
    language: Language | None = field(default=None, kw_only=True)
    """What the card is written in, as its buttons say."""
    met: tuple[Met, ...] = field(default=(), kw_only=True)
    """What it tells of whoever clicked, and of the app."""


@dataclass(frozen=True)
class FormSubmitted(Click):
    values: Values
    """What stands in the form's fields; a field left empty is missing."""
    of_secrets: Answer = Answer.NONE
    """What is said of what looks like a secret in them."""


@dataclass(frozen=True)
class FormCancelled(Click):
    """Somebody clicked Cancel."""


@dataclass(frozen=True)
class FormWanted(Click):
    """Somebody clicked the button that offers the form again."""


@dataclass(frozen=True)
class AddressForgotten(Click):
    """Somebody clicked the button that forgets their address of last time."""


@dataclass(frozen=True)
class WordWanted(Click):
    """Somebody clicked the button behind which something waits for one person alone."""


@dataclass(frozen=True)
class MoveWanted(Click):
    """Somebody clicked a button of a ticket's card."""

    move: Move


@dataclass(frozen=True)
class RatingGiven(Click):
    """Somebody clicked the button below one to five and a sentence."""

    rating: Rating


@dataclass(frozen=True)
class MessageRevised:
    """A message was edited, or taken back; who did that, and what it says now, is not told."""

    message_id: MessageId
    chat_id: ChatId
    recalled: bool


@dataclass(frozen=True)
class Reacted:
    """Somebody has put an emoji on a message; of which group it is nobody tells."""

    message_id: MessageId
    person: PersonId
    emoji: str
    at_ms: Ms
    """When, by the chat's clock."""


@dataclass(frozen=True)
class AskedByReaction:
    """The message on which somebody has put the emoji that opens a form was read."""

    message: ChatMessage
    person: PersonId
    """Who has put it there."""
    author: str
    """What to call whoever wrote the message; empty: they themselves."""
    at_ms: Ms


@dataclass(frozen=True)
class DirectChatOpened:
    """Somebody opened their chat with the bot, so that it can write to them."""

    person: PersonId


@dataclass(frozen=True)
class PeopleJoined:
    """People were added to a group."""

    chat_id: ChatId
    met: tuple[Met, ...]
    sent_ms: Ms = Ms(0)
    """When, by Lark's clock; 0: nobody knows."""


@dataclass(frozen=True)
class PeopleLeft:
    """People left a group, or were taken out of it."""

    chat_id: ChatId
    people: tuple[PersonId, ...]
    sent_ms: Ms = Ms(0)
    """When, by Lark's clock; 0: nobody knows."""


@dataclass(frozen=True)
class BotAdded:
    chat_id: ChatId
    by: PersonId = PersonId("")
    """Who added it; empty when Lark does not say."""


@dataclass(frozen=True)
class BotRemoved:
    chat_id: ChatId


Clicked: TypeAlias = (
    FormSubmitted
    | FormCancelled
    | FormWanted
    | AddressForgotten
    | WordWanted
    | MoveWanted
    | RatingGiven
)
Received: TypeAlias = (
    ChatMessage
    | Clicked
    | MessageRevised
    | DirectChatOpened
    | PeopleJoined
    | PeopleLeft
    | Reacted
    | DirectChatOpened
    | PeopleJoined
    | BotAdded
    | BotRemoved
)
"""The events that a stored frame may hold."""


@dataclass(frozen=True)
class TicketChanged:
    """A linked ticket was read whole."""

    ticket: Ticket
    ours: AccountId
    """Our own account in the helpdesk."""
    unread: bool = False
    """Whether a comment could not be read, so that the ticket has to be read again."""
    read_ms: Ms = Ms(0)
    """When its comments were read, at the earliest."""
    gone: tuple[CommentId, ...] = ()
    """Told comments that its whole list does not have, nor a reading by their ids: deleted, or
    restricted to a role that our account does not have."""


@dataclass(frozen=True)
class CommentReread:
    """A comment that was shown, hidden or withheld was read once more."""

    ticket_id: TicketId
    comment_id: CommentId
    comment: Comment


@dataclass(frozen=True)
class CommentsHidden:
    """These comments are proven to be deleted, or to be hidden from the customer."""

    ticket_id: TicketId
    comment_ids: tuple[CommentId, ...]
    why: str


@dataclass(frozen=True)
class TicketMoved:
    """A linked ticket has a key of another project now."""

    ticket_id: TicketId
    key: TicketKey
    portal_path: str | None
    """Where customers find it, None when it is no request any more."""


@dataclass(frozen=True)
class RequestExpired:
    request_id: RequestId


@dataclass(frozen=True)
class RequestSlow:
    """Still SUBMITTED after a minute."""

    request_id: RequestId


@dataclass(frozen=True)
class RequestUnused:
    """Nobody has clicked its private form for some minutes."""

    request_id: RequestId


Event: TypeAlias = (
    Received
    | AskedByReaction
    | TicketChanged
    | CommentReread
    | CommentsHidden
    | TicketMoved
    | Delivered
    | Undeliverable
    | Withheld
    | Delayed
    | Doubtful
    | DoubtLasts
    | Requeued
    | RequestExpired
    | RequestSlow
    | RequestUnused
)
