"""The nouns. docs/how-it-works.md says what each one means."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType, TypeAlias

from syncd.core.desks.desk import RequestKind
from syncd.core.publicity import Signs
from syncd.core.text import Body
from syncd.core.ticket_card.announced import Announced, OnCard

ChatId = NewType("ChatId", str)
PersonId = NewType("PersonId", str)
"""Somebody in the chat; on Lark an open_id, which is good for one app only."""
MessageId = NewType("MessageId", str)
RequestId = NewType("RequestId", str)
TicketId = NewType("TicketId", str)
"""The helpdesk's unchanging number of a ticket; its key may change when it moves."""
TicketKey = NewType("TicketKey", str)
CommentId = NewType("CommentId", str)
AccountId = NewType("AccountId", str)
"""Somebody in the helpdesk."""
DeliveryId = NewType("DeliveryId", str)
Ms = NewType("Ms", int)
"""A moment in epoch milliseconds."""


class Plan(StrEnum):
    ENTERPRISE = "enterprise"
    """Engineers' answers are posted in the group."""
    PREMIUM = "premium"
    """The thread and the ticket are one conversation."""


class Language(StrEnum):
    EN = "en"
    ZH = "zh"
    JA = "ja"


class ReporterRule(StrEnum):
    """Whose address a person may type as reporter."""

    SELF = "self"
    """Their own, as the profile shows it; where it shows none, as they give it."""
    DOMAIN = "domain"
    ANY = "any"


class FormWay(StrEnum):
    """How a form reaches whoever asks for it."""

    AUTO = "auto"
    """Privately in the group, else directly, else in the thread."""
    DIRECT = "direct"
    """Directly, else in the thread."""
    THREAD = "thread"
    """In the thread, by a button."""


@dataclass(frozen=True)
class Preset:
    """What the configuration answers in the place of the people of a chat."""

    field_id: str
    said: tuple[str, ...] = ()
    """In words, as a person would: a choice's label or its value, a number, a text."""
    json: str = ""
    """The same as JSON; empty: the field is left empty."""


@dataclass(frozen=True)
class Chat:
    """A group and how it is served. `source` says who decided: `file`, `operator` or nobody."""

    id: ChatId
    name: str = ""
    enabled: bool = False
    plan: Plan = Plan.ENTERPRISE
    language: Language = Language.EN
    allowed_domains: tuple[str, ...] = ()
    reporter: ReporterRule = ReporterRule.SELF
    form: FormWay = FormWay.AUTO
    source: str = ""
    organization: str = ""
    """The helpdesk's id of the customer's company; empty: none is set."""
    presets: tuple[Preset, ...] = ()
    zone: str = "UTC"
    """The time zone in which its people are told times."""
    escalate_to: str = ""
    """Who is told of tickets of the highest severity, a person or a chat; empty: nobody."""
    desks: tuple[str, ...] = ()
    """Names of the desks that it offers; empty: the first one."""
    announce: tuple[Announced, ...] = (Announced.RESOLVED,)
    card: tuple[OnCard, ...] = ()
    """What tickets' cards show besides title and status."""
    participants: bool = False
    """Whether those who write in a ticket's thread become participants of its request."""
    may_submit: tuple[str, ...] = ("anyone",)
    """Who may ask for tickets; see `core.reaching.allowed`, also for the two that follow."""
    may_close: tuple[str, ...] = ("anyone",)
    """Who may close, reopen and escalate tickets."""
    may_adopt: tuple[str, ...] = ("anyone",)
    """Who may bring a ticket that exists already into a thread."""
    satisfaction: bool = False
    """Whether askers are asked how satisfied they are with a ticket that was resolved."""
    into: str = ""
    """The language into which comments are translated for it; empty: they are not."""


@dataclass(frozen=True)
class Thread:
    """One conversation in a chat, known by its root message."""

    chat_id: ChatId
    root: MessageId


@dataclass(frozen=True)
class Anchor:
    """Our message that replaces the root of a thread whose own root is gone."""

    thread: Thread
    message_id: MessageId


Values: TypeAlias = dict[str, str | list[str]]
"""What a form holds: field id to text, or to option values. `reporter` is the e-mail address."""

REPORTER = "reporter"
SUMMARY = "summary"
DESCRIPTION = "description"


class RequestState(StrEnum):
    ASKED = "ASKED"
    SUBMITTED = "SUBMITTED"
    FILED = "FILED"
    REFUSED = "REFUSED"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


class Place(StrEnum):
    """How a form reached the asker; in a thread others see it, too."""

    EPHEMERAL = "ephemeral"
    DIRECT = "direct"
    THREAD = "thread"


@dataclass(frozen=True)
class Card:
    """A form card that was delivered and can be taken away again."""

    place: Place
    message_id: MessageId


@dataclass(frozen=True)
class Request:
    """What a person asked in chat, from the mention until a ticket exists."""

    id: RequestId
    thread: Thread
    top_level: bool
    """Whether the mention stood at the top level of the chat, not inside a thread."""
    asker: PersonId
    state: RequestState
    values: Values
    """Prefilled from the mention, then what the person typed last."""
    created_ms: Ms
    expires_ms: Ms
    round: int = 0
    """How often Submit was accepted; a refused form may be submitted again."""
    submitted_ms: Ms = Ms(0)
    slow_told: bool = False
    offer_ms: Ms = Ms(0)
    """When its form is offered once more by a button, unless somebody clicks before; 0: never."""
    card: Card | None = None
    own_address: str = ""
    """The asker's address in the chat profile, empty when it cannot be read."""
    ticket_id: TicketId = TicketId("")
    ticket_key: TicketKey = TicketKey("")
    problem: str = ""
    """Why the form came back or the request ended, in the asker's language."""
    said: str = ""
    """All words of the mention; the form takes only their beginning."""
    layout: str = ""
    """The same with the layout of the mention, a text tree as `core.text.dump` writes it; empty
    where it has none."""
    said_apart: bool = False
    """Whether they follow as a comment, because what was typed holds less than they do."""
    wordless: bool = False
    """Whether there is something in the mention that is no words: a picture, a file."""
    answers: MessageId = MessageId("")
    """The message that the mention replies to or quotes; empty when there is none."""
    context_ms: Ms = Ms(0)
    """The messages of its thread until then go along, quoted, by the chat's clock; 0: none does."""
    kind: RequestKind | None = None
    """What it asks for; None: that is not chosen yet, or there is nothing to choose."""
    quoted: str = ""
    """Who said what there, a text tree as `core.text.dump` writes it; empty until it is read."""


@dataclass(frozen=True)
class Author:
    id: AccountId
    name: str
    kind: str = "atlassian"
    """`atlassian`, `customer` (portal only) or `app`."""


@dataclass(frozen=True)
class Comment:
    """One remark on a ticket."""

    id: CommentId
    author: Author
    body: Body
    created_ms: Ms
    updated_ms: Ms
    signs: Signs
    """What the comment itself says about being public."""
    ref: str = ""
    """The delivery id we wrote into it, empty when it is not ours."""
    files: int = 0
    """How many files its words name."""


@dataclass(frozen=True)
class OddComment:
    """A comment that cannot be made out; it waits, and keeps later ones of its ticket back."""

    id: CommentId
    """Empty when not even that can be read."""
    created_ms: Ms
    """0 when that cannot be read."""


@dataclass(frozen=True)
class Ticket:
    """The helpdesk record as one read found it."""

    id: TicketId
    key: TicketKey
    title: str
    status: str
    updated: str
    """The helpdesk's own stamp of the last change; compared for equality only."""
    updated_ms: Ms = Ms(0)
    reporter: str = ""
    participants: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()
    odd: tuple[OddComment, ...] = ()
    answer_by: Ms | None = None
    """When its first answer is due, 0 when that is not known; None: the helpdesk never tells."""
    resolved: bool = False
    organizations: tuple[str, ...] = ()
    """The helpdesk's ids of the customers' companies with which it is shared."""
    assignee: str = ""
    """The name of whoever works on it; empty: nobody."""
    priority: str = ""
    """Empty where the project has none."""


class SeenVerdict(StrEnum):
    """What became of a comment when we first handled it."""

    TOLD = "TOLD"
    """Queued for the chat."""
    SKIPPED = "SKIPPED"
    """Not an update under the chat's plan, or our own."""
    HIDDEN = "HIDDEN"
    """Not public when it was read; a candidate whenever a later read passes the first test."""
    WITHHELD = "WITHHELD"
    """The portal does not show it; a candidate again when a later read passes the first test."""
    WITHDRAWN = "WITHDRAWN"
    """Shown, then deleted or made internal: taken away; a candidate again as if WITHHELD."""


@dataclass(frozen=True)
class SeenComment:
    """What became of one comment, and which version of it the chat shows."""

    ticket_id: TicketId
    comment_id: CommentId
    verdict: SeenVerdict
    updated_ms: Ms
    """When this verdict was reached, or its message was last made or changed, by our own clock."""
    times: int = 0
    """How often it was withdrawn; each time after that it is shown by another message."""
    edited_ms: Ms = Ms(0)
    """`Comment.updated_ms` of the version that was queued for the chat last."""
    digest: str = ""
    """Digest of that version's text."""
    shown: str = ""
    """Digest of the text that stands in the chat; empty: nothing does, or nobody knows which."""
    again_ms: Ms = Ms(0)
    """When its message is to be changed once more, because nobody knows what it says then (the
    answer to a change was lost, or the portal did not answer), or its translation has come; 0:
    never."""
    edits: int = 0
    """How often it was edited since the chat shows it."""


@dataclass(frozen=True)
class Link:
    """The mapping of one thread and one ticket."""

    thread: Thread
    ticket_id: TicketId
    ticket_key: TicketKey
    request_id: RequestId
    asker: PersonId
    created_ms: Ms
    portal_path: str = ""
    """Path of the link that people click, below the portal's base address."""
    updated_seen: str = ""
    """`Ticket.updated` of the last read after which nothing waited."""
    muted: bool = False
    """Whether what is news on the ticket waits, and is shown in the chat once it is unmuted."""


class Origin(StrEnum):
    CHAT = "chat"
    HELPDESK = "helpdesk"


@dataclass(frozen=True)
class Twin:
    """A message and a comment that are the same remark."""

    message_id: MessageId
    ticket_id: TicketId
    comment_id: CommentId
    origin: Origin
    times: int = 0
    """`SeenComment.times` when the message was posted; an older one was taken away since."""
    corrects: bool = False
    """Whether it stands below the message that shows the comment, which could not be changed."""


class DeliveryState(StrEnum):
    READY = "READY"
    LEASED = "LEASED"
    SENDING = "SENDING"
    DONE = "DONE"
    WITHHELD = "WITHHELD"
    DOUBT = "DOUBT"
    DEAD = "DEAD"


class Destination(StrEnum):
    LARK = "lark"
    JSM = "jsm"
    WEBHOOK = "webhook"
    """Operators' own address, for alarms that the chat cannot be told."""
    ENGINE = "engine"
    """What translates."""


PLATFORMS = (Destination.LARK, Destination.JSM)


@dataclass(frozen=True)
class Profile:
    """Somebody in the chat; `email` is empty when the app may not read it."""

    person: PersonId
    name: str
    email: str = ""


@dataclass(frozen=True)
class Filed:
    """A ticket that exists."""

    id: TicketId
    key: TicketKey
    title: str
    status: str
    portal_path: str
    """Path of `_links.web`: `/servicedesk/customer/portal/2/HELP-7`."""
    status_ms: Ms = Ms(0)
    """Since when it has that status, 0 where that is not told."""
    referenced: bool = False
    """Whether a reference stands in its summary, which is to be taken away; not in `title`."""
