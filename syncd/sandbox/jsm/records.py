"""What the site keeps: accounts, tickets, comments, files."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.text import adf
from syncd.sandbox.jsm.text.adf import Adf

PUBLIC_PROPERTY = "sd.public.comment"


@dataclass(frozen=True)
class Account:
    """An account of the site."""

    account_id: str
    name: str
    email: str
    kind: str = "atlassian"
    """`atlassian`, `customer` (portal only) or `app`."""


class OnPortal(StrEnum):
    """What servicedeskapi makes of a comment, whatever the platform's own signs say of it."""

    SHOWN = "shown"
    """As its property and its restriction have it."""
    HIDDEN = "hidden"
    """There for agents, and not public."""
    MISSING = "missing"
    """In no list, and 404 when it is asked for."""


class SlaSays(StrEnum):
    """What the fields of SLAs hold: the clock runs, or one of the odd things seen in the field."""

    RUNS = "runs"
    PAUSED = "paused"
    NOT_STARTED = "not started"
    NOTHING = "nothing"
    """null: it does not apply."""
    ERROR = "error"


AUTOMATION = Account("557058:automation", "Automation for Jira", "", "app")


@dataclass
class Attachment:
    """A file, and the comment it came with."""

    id: int
    name: str
    mime_type: str
    content: bytes
    author: str
    created: int


@dataclass
class Comment:
    """One remark; times in epoch milliseconds, people by account id."""

    id: int
    author: str
    body: Adf
    created: int
    updated: int
    update_author: str
    visibility: dict[str, str] | None = None
    properties: dict[str, Any] = field(default_factory=dict)
    author_can_see_request: bool = True
    attachments: list[Attachment] = field(default_factory=list)
    on_portal: OnPortal = OnPortal.SHOWN
    was_public: bool = False
    """Whether customers could read it at any time."""

    @property
    def internal(self) -> bool:
        """Whether the property says internal; older data holds the string "true"."""
        value = self.properties.get(PUBLIC_PROPERTY)
        return isinstance(value, dict) and value.get("internal") in (True, "true")

    @property
    def public(self) -> bool:
        """Whether a customer may read it: neither internal nor restricted nor hidden."""
        open_to_all = not self.internal and self.visibility is None
        return open_to_all and self.on_portal is OnPortal.SHOWN

    @property
    def text(self) -> str:
        """The words of the body."""
        return adf.to_text(self.body)


@dataclass
class Ticket:
    """One issue of a project; a customer request when it has a request type."""

    id: int
    number: int
    request_type: str
    reporter: str
    creator: str
    created: int
    updated: int
    status: str = site.FIRST_STATUS
    status_since: int = 0
    resolution: str = ""
    assignee: str = ""
    """The account that works on it; empty: nobody yet."""
    rating: int = 0
    """What the customer says of it, 1 to 5; 0: nothing yet."""
    rating_said: str = ""
    participants: list[str] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    """Values as the platform stores them: `description` is ADF, options are objects."""
    comments: list[Comment] = field(default_factory=list)
    project: site.Project = site.HOME
    form: list[tuple[str, str]] | None = None
    """Labels and answers of its Form; None when it was made without one."""
    properties: dict[str, Any] = field(default_factory=dict)
    """What programs have written on it; nobody sees it."""
    answered: dict[str, int] = field(default_factory=dict)
    """When each agent's words could first be read by the customer, in epoch milliseconds."""

    @property
    def key(self) -> str:
        return f"{self.project.key}-{self.number}"

    @property
    def summary(self) -> str:
        return str(self.fields.get("summary", ""))

    @property
    def priority(self) -> str:
        return str((self.fields.get("priority") or {}).get("name", "Medium"))

    @property
    def description(self) -> str:
        """The words of the description."""
        return adf.to_text(self.fields.get("description"))
