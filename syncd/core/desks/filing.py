"""What is asked of a desk when a ticket is created."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from syncd.core.desks.desk import UNNAMED, RequestKind
from syncd.core.model import AccountId, Language, Values
from syncd.core.text import Body


@dataclass(frozen=True)
class Filing:
    """A ticket to create on behalf of somebody; `marker` tells it from every other one."""

    marker: str
    reporter: AccountId
    values: Values
    described_as: str = ""
    """Leads the description when the reporter is a shared account: the typed address."""
    description: Body = ()
    """What the description holds besides, behind what the values have of it."""
    origin: Body = ()
    """Where it comes from; left out where the form asks for no description."""
    describes: bool = True
    """Whether the form asks for a description; what it would hold follows as comments else."""
    language: Language | None = None
    """In which the helpdesk is to name the status, and what is wrong; None: that of our account."""
    as_json: Mapping[str, str] = field(default_factory=dict)
    """By field, what is written as it stands in the configuration."""
    kind: RequestKind = UNNAMED
