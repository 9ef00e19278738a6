"""What to do with a delivery that failed: retry, verify, or bury."""

import math
from dataclasses import dataclass
from typing import TypeAlias

from syncd.core.errors import Limited, Rejected, RemoteFailure, Unauthorized, Unavailable, Uncertain
from syncd.core.model import Ms

LARK_KEY_LIVES_MS = 3_600_000
"""How long Lark honours a message's uuid:
https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/create"""

_KEY_MARGIN_MS = 120_000
_LOGIN_PAUSE_MS = 60_000
_FIRST_WAIT_MS = 1_000
_LONGEST_WAIT_MS = 60_000
_LEAST_WAIT_MS = 100
_SPREAD = 0.3
OUTAGE = 3
"""So many failures in a row are an outage of the platform, and its end wakes what waits for it."""


@dataclass(frozen=True)
class Attempt:
    """How far a delivery had come when it failed."""

    failures: int
    """How often in a row the platform that failed now has failed it, this time included."""
    attempts: int
    """How many of them failed by a bug of ours."""
    enqueued_ms: Ms
    first_sent_ms: Ms
    """When it was first SENDING; 0 when never."""
    sending: bool
    """Whether the failure came after SENDING was committed."""
    keyed: bool
    """Whether it was sent with an idempotency key."""
    repeatable: bool = False
    """Whether it is idempotent by itself."""
    sent_for_ms: int = 0
    """Age of the idempotency key by the monotonic clock, 0 where an earlier process sent it."""


@dataclass(frozen=True)
class RetryAt:
    """Try again then; `counts`: a bug of ours failed it, one of `Patience.attempts`."""

    at_ms: Ms
    counts: bool = False


@dataclass(frozen=True)
class Verify:
    """It may have happened: put it into DOUBT, and look before sending it again."""

    reason: str


@dataclass(frozen=True)
class Bury:
    """Give it up: DEAD."""

    reason: str


Verdict: TypeAlias = RetryAt | Verify | Bury


@dataclass(frozen=True)
class Patience:
    """When to give up: after so many attempts that failed by a bug of ours, or at this age.

    Outages, limits and lost logins are no attempts; they end by age alone.
    """

    attempts: int = 5
    age_ms: int = 72 * 3_600_000

    def ended(self, reason: str) -> str:
        """Return the reason of a delivery that is given up by age."""
        return f"given up after {self.age_ms // 3_600_000} hours: {reason}"


def verdict(
    failure: Exception, attempt: Attempt, now: Ms, jitter: float, patience: Patience
) -> Verdict:
    """Return what to do after a failure.

    `jitter` (0 to 1) shortens the exponential back-off, 1 s to 60 s, by up to 30 %. Where it was
    told how long to wait, that counts instead.
    """
    reason = str(failure) or type(failure).__name__
    if isinstance(failure, Rejected):
        return Bury(reason)
    if isinstance(failure, Limited):
        # No failure: it waits for as long as it was told, however often.
        return RetryAt(Ms(now + max(math.ceil((failure.retry_after or 0) * 1000), 1)))
    if attempt.sending and not isinstance(failure, Unavailable | Unauthorized):
        return _after_sending(failure, attempt, now, jitter, patience, reason)
    if outlived(attempt.enqueued_ms, now, patience):
        return Bury(patience.ended(reason))
    if isinstance(failure, Unauthorized):
        return RetryAt(Ms(now + _LOGIN_PAUSE_MS))
    wait = _wait(attempt.failures, jitter)
    if isinstance(failure, Unavailable) and failure.retry_after is not None:
        return RetryAt(Ms(now + max(int(failure.retry_after * 1000), _LEAST_WAIT_MS)))
    if isinstance(failure, Unavailable | Uncertain):
        return RetryAt(Ms(now + wait))
    if attempt.attempts + 1 >= patience.attempts:
        return Bury(f"given up after {attempt.attempts + 1} attempts: {reason}")
    return RetryAt(Ms(now + _wait(attempt.attempts + 1, jitter)), counts=True)


def _after_sending(
    failure: Exception,
    attempt: Attempt,
    now: Ms,
    jitter: float,
    patience: Patience,
    reason: str,
) -> Verdict:
    ours = not isinstance(failure, RemoteFailure)
    if isinstance(failure, Uncertain) and failure.elsewhere:
        return Verify(reason)
    if attempt.repeatable and outlived(attempt.enqueued_ms, now, patience):
        return Bury(patience.ended(reason))
    if not key_lives(attempt, now) or (ours and attempt.attempts + 1 >= patience.attempts):
        return Bury(reason) if attempt.repeatable else Verify(reason)
    times = attempt.attempts + 1 if ours else attempt.failures
    return RetryAt(Ms(now + _wait(times, jitter)), counts=ours)


def outlived(enqueued_ms: Ms, now: Ms, patience: Patience) -> bool:
    """Tell whether a delivery is too old to be sent again."""
    return now - enqueued_ms > patience.age_ms


def key_lives(attempt: Attempt, now: Ms) -> bool:
    """Tell whether it may be sent again without looking: its idempotency key is still known.

    The older of wall clock and monotonic clock counts, with a margin of two minutes.
    """
    if attempt.repeatable:
        return True
    age = max(abs(now - attempt.first_sent_ms), attempt.sent_for_ms)
    return attempt.keyed and age < LARK_KEY_LIVES_MS - _KEY_MARGIN_MS


def is_outage(failure: Exception) -> bool:
    """Tell whether the platform failed as a whole may fail: no definite no, and no told wait."""
    if isinstance(failure, Unavailable):
        return failure.retry_after is None
    return isinstance(failure, Uncertain | Unauthorized)


def _wait(failures: int, jitter: float) -> int:
    base = min(_FIRST_WAIT_MS * 2 ** min(failures - 1, 12), _LONGEST_WAIT_MS)
    return int(base * (1 - _SPREAD * jitter))
