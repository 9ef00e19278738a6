"""What a decision looks at: the rules, and what is on record for one event."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from syncd.core.answering.promise import Answering
from syncd.core.desks.choice import Offers
from syncd.core.desks.desk import Desk, Desks
from syncd.core.fields.field import Field, FieldKind
from syncd.core.fields.form import Form
from syncd.core.model import (
    REPORTER,
    Chat,
    ChatId,
    CommentId,
    Language,
    Link,
    MessageId,
    PersonId,
    Request,
    RequestId,
    SeenComment,
)
from syncd.core.reaching.capability import Side
from syncd.core.ticket_card.card import TicketCard
from syncd.core.ticket_card.listed import Listed

if TYPE_CHECKING:
    from syncd.core.delivery import Delivery

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

GIVEN_MOST = 3
"""How many different addresses somebody may give as their own whose profile shows none: one, and
what typing errors and a second mailbox need."""

INVITATIONS = "invitations"
"""Name of the budget of accounts that Jira is asked to make."""


@dataclass(frozen=True)
class Limits:
    """The section `[limits]` of the configuration: what one person, one chat and one day may cause.

    Honest people never meet it.
    """

    open_forms_per_person: int = 3
    requests_per_person_per_hour: int = 20
    replies_per_person_per_hour: int = 200
    replies_per_chat_per_hour: int = 1000
    invitations_per_day: int = 20


@dataclass(frozen=True)
class Reactions:
    """The section `[reactions]` of the configuration: emojis, by their names in the chat; an empty
    one is not used."""

    arrived: str = ""
    """What the bot puts on a reply that has reached its ticket."""
    failed: str = ""
    """What it puts on one that has not."""
    opens: str = ""
    """What somebody puts on a message to open a form with it."""


@dataclass(frozen=True)
class Rules:
    """The part of the configuration that decisions read."""

    portal_base: str
    """What people click, without a slash at its end."""
    read_address: Callable[[str], str | None]
    """Returns an e-mail address in its normal form, None when it is none."""
    form_lives_ms: int = 24 * 3_600_000
    alarm_chat: ChatId = ChatId("")
    """Where operators are told what they have to act on; empty when nowhere."""
    alarm_webhook: bool = False
    """Whether operators have a second way, which is the only one where there is no chat."""
    token_expires: str = ""
    """The last day of the helpdesk's API token, like 2027-05-01; empty when nobody said."""
    alarm_language: Language = Language.EN
    translates: bool = False
    """Whether there is an engine that translates."""
    contact: str = ""
    """Whom people can turn to besides; empty when nobody is named."""
    requests_url: str = ""
    """Where people find all their requests."""
    limits: Limits = field(default_factory=Limits)
    reactions: Reactions = field(default_factory=Reactions)
    answering: Answering = field(default_factory=Answering)
    points_out_secrets: bool = True
    """Whether what looks like a secret in a form is pointed out before a ticket is made of it."""
    notes_ratings: bool = True
    """Whether a rating that the helpdesk does not take of us becomes an internal note."""
    desks: Desks = (Desk(),)
    """What can be asked for; changes are searched for in their projects."""


class Need(StrEnum):
    """What has to be loaded for an event besides its chat, its Request and its Link."""

    BOT = "the bot's own id"
    FRESH_ID = "an id for a new Request"
    FORM = "the form of each kind of request that the chat offers, and that of the Request"
    OWN_ADDRESS = "the asker's address as the profile shows it, or as they have given it before"
    DELIVERY = "the delivery that it names"
    THREAD = "the Link of the Request's thread, and whether another Request has taken it"
    OF_THREAD = "the Request of the thread in which the delivery is done"
    COMMENTS = "what became of the ticket's comments"
    CARD = "the card that stands for the ticket in its thread"
    AUTHOR = "whether an address of the person who caused the delivery is known"
    EDITED = "whether it was heard that the message was edited"
    RATED = "whether the question how satisfied somebody is was answered"


@dataclass(frozen=True)
class Known:
    """What is on record for one event."""

    chat: Chat
    bot: PersonId = PersonId("")
    request: Request | None = None
    link: Link | None = None
    given: tuple[str, ...] = ()
    """The addresses that the asker has given as their own and got a ticket for, the last one
    last."""
    last_time: str = ""
    """The address that the asker gave in this chat last time."""
    delivery: "Delivery | None" = None
    """The one that the event names."""
    used: Mapping[str, int] = field(default_factory=dict)
    """What was spent in the last hour of the budgets that the event may spend, by name."""
    open_forms: tuple[Request, ...] = ()
    """The sender's Requests whose form can be submitted and is not yet, the oldest first."""
    offers: Offers = field(default_factory=dict)
    """The kinds of requests that the chat offers, with their forms as far as they are known."""
    form: Form = field(default_factory=Form)
    """That of what the Request asks for, empty where it is not known."""
    seen: Mapping[CommentId, SeenComment] = field(default_factory=dict)
    side: Side = Side.OUTSIDE
    """Of which company whoever acts is."""
    has_left: bool = False
    """Whether whoever acts is certainly not in the chat any more."""
    twins: frozenset[CommentId] = frozenset()
    """The ticket's comments that came from the chat, or stand there."""
    shown: Mapping[CommentId, tuple[MessageId, ...]] = field(default_factory=dict)
    """The messages that show the ticket's comments now."""
    comments_under_way: bool = False
    """Whether an `AddComment` on this ticket is SENDING or in DOUBT."""
    card: TicketCard | None = None
    """What is on record of the ticket's card."""
    tickets: tuple[Listed, ...] = ()
    """Those that the event asks for, newest first; one more than a list shows where there are."""
    thread_is_taken: bool = False
    """Whether another Request of the same thread is SUBMITTED or FILED; a thread has one ticket."""
    edited: bool = False
    """Whether it was heard that the message which is delivered was edited."""
    rated: bool = False
    """Whether the question that the event answers was answered before."""
    knows_author: bool = False
    """Whether an address of the person who caused the delivery is known."""
    profile_unread: bool = False
    """Whether their profile may show one, and was not read today."""
    fresh_id: RequestId = RequestId("")
    """An unused id for a new Request."""

    def sure_request(self) -> Request:
        """Return the Request; LookupError, a bug of ours, when the event has none."""
        if self.request is None:
            raise LookupError("an event names a request that is not on record")
        return self.request

    def sure_link(self) -> Link:
        """Return the Link; LookupError, a bug of ours, when the event has none."""
        if self.link is None:
            raise LookupError("an event is about a thread that has no ticket")
        return self.link


def with_given(given: tuple[str, ...], address: str) -> tuple[str, ...]:
    """Return the addresses that somebody has given as their own, this one last."""
    return (*(one for one in given if one.casefold() != address.casefold()), address)


def reporter_field(label: str) -> Field:
    """Return the question that every form begins with."""
    return Field(REPORTER, FieldKind.PERSON, label, required=True, max_length=254)


def forms_of(person: PersonId) -> str:
    """Return the name of the budget of forms that somebody is shown."""
    return f"asks:{person}"


def reads_of(person: PersonId) -> str:
    """Return the name of the budget of messages that are read because of somebody's emojis."""
    return f"reads:{person}"


def replies_of(person: PersonId, chat_id: ChatId) -> tuple[str, str]:
    """Return the names of the budgets of what somebody, and all of a chat, write to tickets."""
    return f"replies:{person}", f"replies:{chat_id}"
