"""Failures: each class says what to do next, and whether it may have happened anyway."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TypeAlias

from syncd.core.model import Destination


class SyncdError(Exception):
    """Something syncd can explain in a sentence."""


class ConfigError(SyncdError):
    """The configuration is wrong; `problems` holds a line for each thing to mend."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class StoreError(SyncdError):
    """The database cannot be used as it is; the message says what to do."""


class RemoteFailure(SyncdError):
    """A platform did not do what was asked."""

    platform: Destination | None = None
    """The platform that failed; None: the one that the delivery is for."""
    status: int = 0
    """HTTP status of the answer that refused it, 0 when none did."""
    code: int = 0
    """The platform's own number of that refusal, 0 where it has none."""


class Unavailable(RemoteFailure):
    """Nothing was done; wait, then ask again. `retry_after` is in seconds, None when not told."""

    def __init__(
        self,
        reason: str,
        retry_after: float | None = None,
        *,
        platform: Destination | None = None,
    ) -> None:
        super().__init__(reason)
        self.retry_after, self.platform = retry_after, platform


class FormChanged(Unavailable):
    """The helpdesk's form is no longer what it was when it was read; it has to be read again."""


class Limited(Unavailable):
    """Our own rate limit keeps it back for `retry_after` seconds; nobody was asked."""


class Cause(StrEnum):
    """What a definite no is about, which tells the caller whether another way is left."""

    PLACE = "place"
    """This person or chat cannot be reached this way; another way may work."""
    OUTSIDE = "outside"
    """The bot is not in that chat any more, or the chat is no more."""
    SILENCED = "silenced"
    """We may not speak there just now; another way may work, and so may waiting."""
    CARDS = "cards"
    """The chat takes no cards; the same in words may arrive."""
    GONE = "gone"
    """The message, thread or comment it belongs to no longer exists."""
    TOO_OLD = "too old"
    """The message cannot be changed any more."""
    CONTENT = "content"
    """The platform refuses what it says (too long, broken, sensitive)."""
    INVALID = "invalid"
    """The values a person typed are refused; that person can correct them."""
    TOO_LARGE = "too large"
    """It is more than the platform takes; waiting does not help, shortening may."""
    FORBIDDEN = "forbidden"
    """Our account may not do this; an operator has to act."""
    HIDDEN = "hidden"
    """There is such an account, and we are not shown it; an operator has to act."""
    OTHER = "other"
    UNKNOWN = "unknown"
    """It was refused for a reason that syncd does not know; waiting may help, or an operator."""


class Rejected(RemoteFailure):
    """A definite no: nothing was done, and the same request will be refused again.

    `told` is what a person reads instead of `reason`; empty: the platform's own words are read.
    """

    def __init__(self, reason: str, cause: Cause = Cause.OTHER, told: str = "") -> None:
        super().__init__(reason)
        self.cause = cause
        self.told = told


class Uncertain(RemoteFailure):
    """It may have happened (a lost answer): look before doing it again.

    `elsewhere`: repeating it would go to another place, where the idempotency key does not help.
    """

    def __init__(self, reason: str, *, elsewhere: bool = False) -> None:
        super().__init__(reason)
        self.elsewhere = elsewhere


class Unauthorized(RemoteFailure):
    """Our login is not accepted; nothing was done, and an operator has to act."""


class Denied(Unauthorized):
    """Only operators can mend this: our account lacks a permission, a scope or a licence, or the
    platform refuses for a reason that nobody here knows.

    The message names it. `told` is what the person who waits reads; empty: that it takes longer.
    """

    def __init__(self, reason: str, told: str = "") -> None:
        super().__init__(reason)
        self.told = told


Hears: TypeAlias = Callable[[Destination, RemoteFailure | None], None]
"""Told what came of each call to a platform: None when it answered what was asked."""


@contextmanager
def hearing(platform: Destination, heard: Hears) -> Iterator[None]:
    """Tell `heard` what comes of one call, and note on a failure whose it is."""
    try:
        yield
    except RemoteFailure as failure:
        failure.platform = platform
        heard(platform, failure)
        raise
    heard(platform, None)


def nobody_hears(platform: Destination, failure: RemoteFailure | None) -> None:
    """Hear nothing."""
