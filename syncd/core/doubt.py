"""What was sent and not answered: when and how far back to look for it, and when it is proven
absent."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from syncd.core.model import Filed, Ms

_LOOK_AFTER_MS = (5_000, 15_000, 60_000, 120_000, 300_000)
_THEN_EVERY_MS = 300_000
_CLEAN_PROBES = 2
_READ_BACK_MS = 48 * 3_600_000
"""More than the 26 hours by which clocks are said to jump."""


class OnDoubt(StrEnum):
    """What happens to a create that is proven absent."""

    RETRY = "retry"
    ASK = "ask"
    """It waits for an operator."""


@dataclass(frozen=True)
class Trail:
    """What is written down with a create, before it is sent and at each look for it."""

    key_floor: int
    """The highest ticket number known before the first attempt; never raised afterwards."""
    sent_ms: Ms
    clean: int = 0
    """How many looks in a row found nothing, all of the project being visible."""

    def dump(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, stored: str) -> "Trail | None":
        """Return what `dump` wrote, None when nothing was."""
        return cls(**json.loads(stored)) if stored else None


@dataclass(frozen=True)
class Probe:
    """What one look found: tickets with our marker, the lowest key first."""

    found: tuple[Filed, ...]
    proven: bool
    """Whether our login and our view of the project were proven in the same look."""


def next_look(age_ms: int, now: Ms) -> Ms:
    """Return when to look again: 5, 15, 60, 120 and 300 s after sending, then every 300 s."""
    for wait in _LOOK_AFTER_MS:
        if age_ms < wait:
            return Ms(now + wait - age_ms)
    return Ms(now + _THEN_EVERY_MS)


def read_back_from(sent_ms: Ms, now: Ms) -> Ms:
    """Return how far back a chat is read for what was sent then, by a clock that may have been
    hours ahead of the chat's, and may have been set back since."""
    return Ms(max(min(sent_ms, now) - _READ_BACK_MS, 0))


def proven_absent(trail: Trail, watched_ms: int, grace_ms: int) -> bool:
    """Tell whether a create may be sent again: two clean looks, the last after the grace.

    `watched_ms`: how long the doubt was watched, by a clock that nobody sets.
    """
    return trail.clean >= _CLEAN_PROBES and watched_ms > grace_ms
