"""What to do with a delivery that failed."""

from dataclasses import dataclass
from typing import TypeAlias

from syncd.core.errors import Rejected, RemoteFailure, Unauthorized, Unavailable, Uncertain
from syncd.core.model import Ms

LARK_KEY_LIVES_MS = 3_600_000
"""How long Lark honours a message's uuid:
https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/create"""

_KEY_MARGIN_MS = 120_000
_LOGIN_PAUSE_MS = 60_000
_FIRST_WAIT_MS = 1_000
_LONGEST_WAIT_MS = 300_000
_FIRST_SWEEP_WAIT_MS = 60_000
_LONGEST_SWEEP_WAIT_MS = 900_000


@dataclass(frozen=True)
class Attempt:
    """How far a delivery had come when it failed."""

    tries: int
    """How often it was claimed, this time included."""
    attempts: int
    """How many of them failed by our own fault."""
    enqueued_ms: Ms
    first_sent_ms: Ms
    """When it was first SENDING; 0 when never."""
    sending: bool
    """Whether the failure came after SENDING was committed."""
    keyed: bool
    """Whether the platform recognises the same delivery by its key."""
    repeatable: bool = False
    """Whether doing it twice does no harm, key or no key."""
    sent_for_ms: int = 0
    """How long ago it was first sent by a clock that nobody sets, as far as that is known."""


@dataclass(frozen=True)
class RetryAt:
    """Try again then; `counts` says whether it was an attempt."""

    at_ms: Ms
    counts: bool = False


@dataclass(frozen=True)
class Verify:
    """It may have happened: into DOUBT."""

    reason: str


@dataclass(frozen=True)
class Bury:
    reason: str


Verdict: TypeAlias = RetryAt | Verify | Bury


@dataclass(frozen=True)
class Patience:
    """When to give up: after so many attempts of our own fault, or at this age."""

    attempts: int = 5
    age_ms: int = 72 * 3_600_000

    def ended(self, reason: str) -> str:
        """Return what is said of a delivery that reached this age."""
        return f"given up after {self.age_ms // 3_600_000} hours: {reason}"


def verdict(
    failure: Exception, attempt: Attempt, now: Ms, jitter: float, patience: Patience
) -> Verdict:
    """Judge a failure; `jitter` in 0..1 spreads the waits by up to 30 %."""
    reason = str(failure) or type(failure).__name__
    if isinstance(failure, Rejected):
        return Bury(reason)
    if attempt.sending and not isinstance(failure, Unavailable | Unauthorized):
        return _after_sending(failure, attempt, now, jitter, patience, reason)
    if outlived(attempt.enqueued_ms, now, patience):
        return Bury(patience.ended(reason))
    if isinstance(failure, Unauthorized):
        return RetryAt(Ms(now + _LOGIN_PAUSE_MS))
    wait = _wait(attempt.tries, jitter)
    if isinstance(failure, Unavailable):
        told = int((failure.retry_after or 0) * 1000)
        return RetryAt(Ms(now + max(wait, told)))
    if isinstance(failure, Uncertain):
        return RetryAt(Ms(now + wait))
    if attempt.attempts + 1 >= patience.attempts:
        return Bury(f"given up after {attempt.attempts + 1} attempts: {reason}")
    return RetryAt(Ms(now + wait), counts=True)


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
    return RetryAt(Ms(now + _wait(attempt.tries, jitter)), counts=ours)


def outlived(enqueued_ms: Ms, now: Ms, patience: Patience) -> bool:
    """Tell whether a delivery is too old to be sent once more."""
    return now - enqueued_ms > patience.age_ms


def key_lives(attempt: Attempt, now: Ms) -> bool:
    """Tell whether sending again with the same key still shows nothing twice."""
    if attempt.repeatable:
        return True
    age = max(abs(now - attempt.first_sent_ms), attempt.sent_for_ms)
    return attempt.keyed and age < LARK_KEY_LIVES_MS - _KEY_MARGIN_MS


def sweep_wait(times: int) -> int:
    """Return how many milliseconds a sweep that failed so many times in a row is left alone."""
    return min(_FIRST_SWEEP_WAIT_MS << min(times - 1, 12), _LONGEST_SWEEP_WAIT_MS)


def _wait(tries: int, jitter: float) -> int:
    base = min(_FIRST_WAIT_MS * 2 ** min(tries - 1, 12), _LONGEST_WAIT_MS)
    return int(base * (1 + 0.3 * jitter))
