"""Where a message goes and what it shows; adapters render it."""

from dataclasses import dataclass
from typing import TypeAlias

from syncd.core.model import (
    ChatId,
    Field,
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
    choose: str
    """Placeholder of a list to choose from."""
    problem: str = ""
    place: Place | None = None
    """How it reaches its asker; a click on it brings this back."""
    language: Language | None = None
    """What it is written in; a click on it brings this back, too."""


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
    """Closes a body that was too long to show whole."""
    language: Language | None = None
    """What it is written in; a click on one of its buttons brings this back."""


Content: TypeAlias = FormView | PostView


@dataclass(frozen=True)
class Sent:
    """A message that the chat platform accepted."""

    message_id: MessageId
    thread_id: str = ""


@dataclass(frozen=True)
class Sighting:
    """What reading a chat back showed of one message of ours."""

    message_id: MessageId | None
    sure: bool
    """Whether not finding it proves that it is not there, if none of `deleted` was it."""
    deleted: frozenset[MessageId] = frozenset()
    """Messages of ours whose words nobody can read any more."""


@dataclass(frozen=True)
class Said:
    """A message of a person, as a chat's history tells of it."""

    message_id: MessageId
    at_ms: Ms
    mentions: tuple[PersonId, ...]
