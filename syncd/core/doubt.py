"""A create of which the answer was lost: when to look for it, and when it is proven absent."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from syncd.core.model import Filed, Ms

_LOOK_AFTER_MS = (5_000, 15_000, 60_000, 120_000, 300_000)
_THEN_EVERY_MS = 300_000
_CLEAN_PROBES = 2


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


def next_look(sent_ms: Ms, now: Ms) -> Ms:
    """Return when to look again: 5, 15, 60, 120 and 300 s after sending, then every 300 s."""
    for wait in _LOOK_AFTER_MS:
        if sent_ms + wait > now:
            return Ms(sent_ms + wait)
    return Ms(now + _THEN_EVERY_MS)


def proven_absent(trail: Trail, now: Ms, grace_ms: int) -> bool:
    """Tell whether a create may be sent again: two clean looks, the last after the grace."""
    return trail.clean >= _CLEAN_PROBES and now > trail.sent_ms + grace_ms
