"""By when the first answer to a ticket is promised: what the configuration says of it."""

from dataclasses import dataclass

from syncd.core.answering.hours import ServiceHours
from syncd.core.answering.severity import Severity
from syncd.core.model import Ms, Plan

TOLD_FOR_MS = 3_600_000
"""For how long after its ticket was made a promise of the helpdesk's is told: later it would
surprise in the middle of a conversation."""


@dataclass(frozen=True)
class Response:
    """A row of the table: within how much time the first answer comes."""

    within_ms: int
    plan: Plan | None = None
    """None: each."""
    severity: str = ""
    """Empty: each, and where nobody has said any."""
    hours: ServiceHours | None = None
    """In which the time counts; None: round the clock."""

    def fits(self, plan: Plan, severity: Severity | None) -> bool:
        called = not self.severity or (severity is not None and severity.is_called(self.severity))
        return called and self.plan in (None, plan)

    def due(self, since: Ms) -> Ms | None:
        if self.hours is None:
            return Ms(since + self.within_ms)
        return self.hours.after(since, self.within_ms)


@dataclass(frozen=True)
class Answering:
    """What the configuration says of severities and first answers."""

    severity_field: str = "priority"
    highest: tuple[str, ...] = ()
    """The severities of which `Chat.escalate_to` is told; empty: the field's first choice."""
    responses: tuple[Response, ...] = ()

    def promised(self, plan: Plan, severity: Severity | None, since: Ms) -> Ms:
        """Return by when the first answer to a ticket of that moment comes, by the first row that
        fits; 0: nothing is promised."""
        row = next((one for one in self.responses if one.fits(plan, severity)), None)
        return (row and row.due(since)) or Ms(0)
