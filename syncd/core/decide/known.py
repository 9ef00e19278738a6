"""What a decision looks at, and what it says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from syncd.core.commands import Order
from syncd.core.history import Note
from syncd.core.model import (
    REPORTER,
    Anchor,
    Chat,
    ChatId,
    CommentId,
    DeliveryId,
    Field,
    FieldKind,
    Form,
    Language,
    Link,
    MessageId,
    PersonId,
    Request,
    RequestId,
    SeenComment,
    Twin,
)


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
    alarm_language: Language = Language.EN
    project: str = ""
    """Key of the helpdesk's project in which changes are searched for."""


@dataclass(frozen=True)
class Known:
    """What is on record for one event."""

    chat: Chat
    bot: PersonId = PersonId("")
    request: Request | None = None
    link: Link | None = None
    form: Form = field(default_factory=Form)
    seen: Mapping[CommentId, SeenComment] = field(default_factory=dict)
    twins: frozenset[CommentId] = frozenset()
    shown: Mapping[CommentId, MessageId] = field(default_factory=dict)
    """The messages in which the ticket's comments are shown."""
    comments_under_way: bool = False
    """Whether a comment of ours on this ticket is SENDING or in DOUBT."""
    thread_is_taken: bool = False
    """Whether another Request of the form's thread has a ticket or waits for it."""
    fresh_id: RequestId = RequestId("")
    """An id that nobody has used, for a new Request."""

    def sure_request(self) -> Request:
        """Return the Request of an event that cannot be without one; else it is our own bug."""
        if self.request is None:
            raise LookupError("an event names a request that is not on record")
        return self.request


class Tone(StrEnum):
    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Toast:
    """The answer to a click."""

    tone: Tone
    text: str


@dataclass(frozen=True)
class Decision:
    """What to write and enqueue in one transaction, and why."""

    reason: str
    request: Request | None = None
    link: Link | None = None
    seen: tuple[SeenComment, ...] = ()
    twins: tuple[Twin, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    orders: tuple[Order, ...] = ()
    revive: tuple[str, ...] = ()
    """Dedupe keys of orders whose delivery may be there, withheld, and is then tried again."""
    withhold: tuple[str, ...] = ()
    """Dedupe keys of waiting deliveries that must not be performed now."""
    arrived: tuple[DeliveryId, ...] = ()
    """Deliveries that were in doubt and are now seen to have happened."""
    joined: ChatId | None = None
    """The group that the bot hears from now on."""
    toast: Toast | None = None
    notes: tuple[Note, ...] = ()
    """What became of each comment that was looked at, for the history."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be written or enqueued."""
        written = self.request or self.link or self.seen or self.twins or self.anchors
        return not (written or self.orders or self.revive or self.withhold)


def reporter_field(label: str) -> Field:
    """Return the question that every form begins with."""
    return Field(REPORTER, FieldKind.TEXT, label, required=True, max_length=254)
