"""The nouns. README's glossary says what each one means."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType, TypeAlias

from syncd.core.publicity import Signs
from syncd.core.text import Body

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
    DOMAIN = "domain"
    ANY = "any"


@dataclass(frozen=True)
class Chat:
    """A group and how it is served. `source` says who decided: `file`, `operator` or nobody."""

    id: ChatId
    name: str = ""
    enabled: bool = False
    plan: Plan = Plan.ENTERPRISE
    language: Language = Language.EN
    allowed_domains: tuple[str, ...] = ()
    reporter: ReporterRule = ReporterRule.ANY
    source: str = ""


@dataclass(frozen=True)
class Thread:
    """One conversation in a chat, known by its root message."""

    chat_id: ChatId
    root: MessageId


@dataclass(frozen=True)
class Anchor:
    """The message of ours below which a thread goes on whose root is gone."""

    thread: Thread
    message_id: MessageId


class FieldKind(StrEnum):
    TEXT = "text"
    MULTILINE = "multiline"
    SELECT = "select"
    MULTISELECT = "multiselect"
    DATE = "date"
    NUMBER = "number"
    LABELS = "labels"
    UNSUPPORTED = "unsupported"
    """Left to the portal; a required one is a configuration error."""


@dataclass(frozen=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """One question of the helpdesk's request type."""

    id: str
    kind: FieldKind
    label: str
    required: bool = False
    options: tuple[Option, ...] = ()
    help: str = ""
    max_length: int = 1000
    """Characters; a Lark input takes 1 to 1000."""


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
    """How a private card reached the asker."""

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
    card: Card | None = None
    own_address: str = ""
    """The asker's address in the chat profile, empty when it cannot be read."""
    ticket_id: TicketId = TicketId("")
    ticket_key: TicketKey = TicketKey("")
    problem: str = ""
    """Why the form came back or the request ended, in the asker's language."""


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
    """Shown, then deleted or made internal: taken away from the chat, and never shown again."""


@dataclass(frozen=True)
class SeenComment:
    ticket_id: TicketId
    comment_id: CommentId
    verdict: SeenVerdict
    updated_ms: Ms
    """When this verdict was reached, by our own clock."""


@dataclass(frozen=True)
class Link:
    """THE mapping: thread <-> ticket, with the ticket as we last told the thread."""

    thread: Thread
    ticket_id: TicketId
    ticket_key: TicketKey
    request_id: RequestId
    asker: PersonId
    created_ms: Ms
    title: str = ""
    status: str = ""
    portal_path: str = ""
    """Path of the link that people click, below the portal's base address."""
    updated_seen: str = ""
    """`Ticket.updated` of the last read that was handled whole."""
    check_due: bool = True
    """Read this ticket in the next cycle whatever the search says."""
    due_ms: Ms = Ms(0)
    """Not before then: a ticket that could not be read must not keep others waiting."""


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


@dataclass(frozen=True)
class Profile:
    """Somebody in the chat; `email` is empty when the app may not read it."""

    person: PersonId
    name: str
    email: str = ""


@dataclass(frozen=True)
class Filing:
    """A ticket to create on behalf of somebody; `marker` tells it from every other one."""

    marker: str
    reporter: AccountId
    values: Values
    described_as: str = ""
    """Leads the description when the reporter is a shared account: the typed address."""


@dataclass(frozen=True)
class Filed:
    """A ticket that exists."""

    id: TicketId
    key: TicketKey
    title: str
    status: str
    portal_path: str
    """Path of `_links.web`: `/servicedesk/customer/portal/2/HELP-7`."""


@dataclass(frozen=True)
class ChangedTicket:
    """One row of the change search."""

    id: TicketId
    updated: str
    updated_ms: Ms


@dataclass(frozen=True)
class Page:
    """One page of the change search; the first also tells the helpdesk's own time."""

    rows: tuple[ChangedTicket, ...]
    server_ms: Ms
    next: str = ""
    """Opaque token of the next page, empty on the last."""


@dataclass(frozen=True)
class Form:
    """The helpdesk's request type as a form."""

    fields: tuple[Field, ...] = field(default=())
    without: str = ""
    """A field that every ticket needs for its marker and that the request type lacks."""
