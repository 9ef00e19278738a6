"""What the platforms tell of themselves: for whoever sets syncd up, or looks for what is wrong."""

from dataclasses import dataclass
from enum import StrEnum

from syncd.core.model import ChatId, PersonId


@dataclass(frozen=True)
class Bot:
    """The bot of our app."""

    person: PersonId
    """Empty: the app has no bot."""
    name: str
    enabled: bool


@dataclass(frozen=True)
class Scopes:
    """What our app may do."""

    granted: frozenset[str]
    waiting: frozenset[str]
    """Asked for, and not granted by the tenant's administrator yet."""


@dataclass(frozen=True)
class Application:
    """How our app is set up in the developer console."""

    released: bool
    """Whether a version of it is in use."""
    waiting: bool
    """Whether another version waits for an administrator's approval."""
    events: frozenset[str] | None
    """What it is subscribed to; None: it is not told."""
    callbacks: frozenset[str] | None
    events_by: str = ""
    """How they come, `websocket` or `webhook`; empty where it is not told."""
    callbacks_by: str = ""


@dataclass(frozen=True)
class NamedChat:
    """A group that the bot is in."""

    id: ChatId
    name: str
    external: bool


@dataclass(frozen=True)
class Account:
    """Our own account in the helpdesk; each is empty where it is not told."""

    id: str
    name: str
    email: str
    zone: str
    """The time zone of its profile."""
    kind: str
    """`atlassian` for a person, `app` for a service account."""


@dataclass(frozen=True)
class ServiceDesk:
    """A service desk that our account sees."""

    id: str
    name: str
    project: str
    """Key of its project."""


@dataclass(frozen=True)
class Offered:
    """A request type of a desk."""

    id: str
    name: str
    about: str = ""


class Search(StrEnum):
    """Whether the search understands moments in milliseconds, by which changes are found."""

    RIGHT = "right"
    WRONG = "wrong"
    UNPROVEN = "unproven"
    """There is no ticket to prove it on."""
