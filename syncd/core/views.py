"""Where a message goes and what it shows; adapters render it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from syncd.core.desks.desk import RequestKind
from syncd.core.fields.field import Field
from syncd.core.files.found import InMessage
from syncd.core.model import (
    ChatId,
    Language,
    MessageId,
    Ms,
    PersonId,
    Place,
    RequestId,
    Thread,
    Values,
)
from syncd.core.text import Body


@dataclass(frozen=True)
class InChat:
    """At the top level of the group, for everybody."""

    chat_id: ChatId


@dataclass(frozen=True)
class InThread:
    """In the thread of a root message, for everybody."""

    thread: Thread


@dataclass(frozen=True)
class OnlyFor:
    """In the group, visible to one person (ephemeral)."""

    chat_id: ChatId
    person: PersonId


@dataclass(frozen=True)
class Direct:
    """In the one-to-one chat of a person and the bot."""

    person: PersonId


Where: TypeAlias = InChat | InThread | OnlyFor | Direct


@dataclass(frozen=True)
class Button:
    name: str
    text: str
    action: str
    primary: bool = False
    confirm: str = ""
    """What is asked before a press counts; empty: it counts at once."""


@dataclass(frozen=True)
class FormView:
    """The form card: the questions, what stands in them, and what was wrong last time."""

    request_id: RequestId
    title: str
    intro: str
    fields: tuple[Field, ...]
    """Reporter first."""
    values: Values
    submit: str
    cancel: str
    """Empty: there is no such button."""
    choose: str
    """Placeholder of a list to choose from."""
    problem: str = ""
    wrong: Mapping[str, str] = field(default_factory=dict)
    """By field, what is wrong with its answer; it stands at that field, too."""
    forget: str = ""
    """Text of a button that forgets the address which the form offers; empty: there is none."""
    other: str = ""
    """Follows the label of a text field for an option that the list does not show."""
    more: str = ""
    """Stands before the link to the questions that had no room."""
    more_url: str = ""
    elsewhere: tuple[Field, ...] = ()
    """Questions that are for the portal alone."""
    portal_button: str = ""
    """Leads to `more_url`, and stands in the place of the form where the portal alone can ask."""
    mask: str = ""
    """Text of a second button that submits it with masks for what looks like a secret, which the
    asker knows of; empty: there is none, and nobody has pointed anything out."""
    place: Place | None = None
    """How it reaches its asker; its buttons carry this, so that a click brings it back."""
    kind: RequestKind | None = None
    """What it asks about; its buttons carry this too. None: it asks which."""
    language: Language | None = None
    """The language it is written in; its buttons carry this too."""
    action: str = "submit"
    """What its button brings back."""


STRUCK_OUT = "struck out"


@dataclass(frozen=True)
class PostView:
    """A card to read: a title, perhaps a link, lines of plain text, a body, buttons."""

    title: str
    link_text: str = ""
    link_url: str = ""
    lines: tuple[str, ...] = ()
    body: Body = ()
    buttons: tuple[Button, ...] = ()
    request_id: RequestId = RequestId("")
    cut_note: str = ""
    """Stands below a body that was cut because it was too long."""
    is_cut: bool = False
    """Whether something was left out already."""
    struck_out: str = STRUCK_OUT
    """What leads struck-out words where no mark can be set: `[struck out: port 4000]`."""
    language: Language | None = None
    """The language it is written in; its buttons carry this."""
    link_button: str = ""
    """Text of a button that opens the link, too."""
    in_words: bool = False
    """Whether it is a message of words alone, because the chat takes no cards."""
    instead: tuple[str, ...] = ()
    """Lines that stand there instead of the buttons."""


@dataclass(frozen=True)
class FileView:
    """A picture or a file, as a message of its own."""

    kind: str
    """`image` or `file`."""
    key: str
    """By which the chat platform knows it since it was uploaded."""


@dataclass(frozen=True)
class AlarmView:
    """An alarm, for machines as well."""

    text: str
    trouble: str
    """A stable name of what it is about."""
    since_ms: Ms
    over: bool
    """Whether it tells that something is over."""


CardView: TypeAlias = FormView | PostView
Content: TypeAlias = CardView | FileView


@dataclass(frozen=True)
class Sent:
    """A message that the chat platform accepted."""

    message_id: MessageId


@dataclass(frozen=True)
class Sighting:
    """What reading a chat back found of one message of ours."""

    message_id: MessageId | None
    sure: bool
    """Whether not finding it proves its absence, provided that it was none of `deleted`."""
    deleted: frozenset[MessageId] = frozenset()
    """Messages of ours that were deleted, so that nobody can read which delivery they were."""


@dataclass(frozen=True)
class Quoted:
    """A message that was read back: its words, and who wrote them, empty when no person did."""

    author: PersonId
    said: str
    files: tuple[InMessage, ...] = ()
    body: Body = ()
    """The words with their layout."""
    message_id: MessageId = MessageId("")


@dataclass(frozen=True)
class Said:
    """A person's message as the chat's history lists it."""

    message_id: MessageId
    at_ms: Ms
    mentions: tuple[PersonId, ...]


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
