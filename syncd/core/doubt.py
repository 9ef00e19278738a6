"""Deliveries in DOUBT: when to look for them, how far back, and when one is proven absent."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum

from syncd.core.delivery import Delivery
from syncd.core.model import DeliveryId, Filed, Ms, TicketId

_LOOK_AFTER_MS = (2_000, 5_000, 15_000, 30_000, 60_000, 120_000, 300_000)
_THEN_EVERY_MS = 300_000
"""Looks for a create: so long after it was sent, then at this interval."""
_COMMENT_AFTER_MS = (2_000, 5_000, 10_000, 20_000)
LOOK_MS = 30_000
"""Looks for a comment: so long after it was sent, then at this interval, as for a post."""
WORRIES_AFTER_MS = 30_000
"""So long after it was sent the person who waits is told of a doubt, and again when it ends."""
POST_ARRIVES_LATE_MS = 150_000
"""So long after its answer was lost a post may still arrive; no page of Lark says how long."""
UNFINDABLE_LASTS_MS = 30_000
"""After this, what can never be found (a private card or word) is given up."""
TOLD_AFTER_MS = 3_600_000
"""Operators are told of a doubt that lasts longer."""
OPERATOR_DECIDES = "it was not created; an operator decides whether it is sent again"
"""Why a create waits that is proven absent, where `jsm.on_doubt` is `ask`."""
_CLEAN_PROBES = 2
_READ_BACK_MS = 48 * 3_600_000
"""Two days, so that a clock which was wrong by up to 26 hours hides nothing."""


class OnDoubt(StrEnum):
    """What happens to a create that is proven absent (`jsm.on_doubt`)."""

    RETRY = "retry"
    ASK = "ask"
    """It waits for an operator."""


@dataclass(frozen=True)
class Trail:
    """How a create can be found again; stored before it is sent, updated at each look."""

    key_floor: int
    """The highest ticket number before the first attempt; its ticket lies above. Never raised."""
    sent_ms: Ms
    clean: int = 0
    """How many looks in a row found nothing and proved that the whole project was visible."""
    project: str = ""
    """In which it was to be made; the configuration may have changed since."""
    described: bool = True
    """Whether every attempt had a description; else what it would hold follows as comments."""
    shared: bool = False
    """Whether it was raised for a shared account."""

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
    """Whether the same look proved our login and our view of the project; else finding nothing
    proves nothing."""


def next_look(age_ms: int, now: Ms) -> Ms:
    """Return when to look again for a create that was sent so long ago."""
    return _next(_LOOK_AFTER_MS, _THEN_EVERY_MS, age_ms, now)


def next_comment_look(age_ms: int, now: Ms) -> Ms:
    """Return when to look again for a comment that was sent so long ago."""
    return _next(_COMMENT_AFTER_MS, LOOK_MS, age_ms, now)


def is_fresh(age_ms: int) -> bool:
    """Tell whether it is too early for the first look at a comment that was sent so long ago."""
    return age_ms < _COMMENT_AFTER_MS[0]


def _next(after_ms: tuple[int, ...], then_every_ms: int, age_ms: int, now: Ms) -> Ms:
    for wait in after_ms:
        if age_ms < wait:
            return Ms(now + wait - age_ms)
    return Ms(now + then_every_ms)


def read_back_from(sent_ms: Ms, now: Ms) -> Ms:
    """Return from when on a chat is read back for a post sent at `sent_ms`.

    Early enough for a clock that was hours ahead of Lark's, or was set back since.
    """
    return Ms(max(min(sent_ms, now) - _READ_BACK_MS, 0))


def create_is_absent(trail: Trail, watched_ms: int, grace_ms: int) -> bool:
    """Tell whether a create may be sent again: after two clean looks in a row and the grace time
    (`jsm.doubt_grace_seconds`).

    `watched_ms`: how long this process has watched the doubt, by the monotonic clock.
    """
    return trail.clean >= _CLEAN_PROBES and watched_ms > grace_ms


def post_is_absent(watched_ms: int) -> bool:
    """Tell whether a post that is not in the chat may be sent again."""
    return watched_ms >= POST_ARRIVES_LATE_MS


def comment_is_absent(watched_ms: int, grace_ms: int) -> bool:
    """Tell whether a comment that is not on the ticket may be written again."""
    return watched_ms >= grace_ms


# Late duplicates. Jira takes no idempotency key with a create, so one that was taken for lost and
# sent again may yet make a ticket, too:
# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-post
def may_come_true_late(create: Delivery, filed: DeliveryId) -> bool:
    """Tell whether this create may still make a second ticket, now that `filed` has made the first.

    Each claim counts as a send, which may cause a needless look and never misses one.
    """
    return create.was_uncertain and (create.id != filed or create.tries > 1)


def surplus(found: Iterable[Filed], ticket: TicketId) -> tuple[Filed, ...]:
    """Return the duplicates: tickets with our marker other than the one the Request has."""
    return tuple(one for one in found if one.id != ticket)
