"""Failures, a class for each thing to do next."""

from enum import StrEnum


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


class Unavailable(RemoteFailure):
    """Nothing was done; wait, then ask again. `retry_after` is in seconds, None when not told."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Cause(StrEnum):
    """What a definite no is about, so that the caller knows whether another way is left."""

    PLACE = "place"
    """This person or chat cannot be reached this way; another way may work."""
    OUTSIDE = "outside"
    """The bot is not in that chat any more, or the chat is no more."""
    SILENCED = "silenced"
    """We may not speak there just now; another way may work, and so may waiting."""
    GONE = "gone"
    """The message, thread or comment it belongs to no longer exists."""
    CONTENT = "content"
    """The platform refuses what it says (too long, broken, sensitive)."""
    INVALID = "invalid"
    """The values a person typed are refused; that person can correct them."""
    FORBIDDEN = "forbidden"
    """Our account may not do this; an operator has to act."""
    OTHER = "other"


class Rejected(RemoteFailure):
    """A definite no: nothing was done and asking again will not help.

    `told` is what a person reads instead of the reason, empty where the reason is the platform's
    own words.
    """

    def __init__(self, reason: str, cause: Cause = Cause.OTHER, told: str = "") -> None:
        super().__init__(reason)
        self.cause = cause
        self.told = told


class Uncertain(RemoteFailure):
    """It may have happened: look before doing it again.

    `elsewhere`: it would be done in another place now, where its key proves nothing.
    """

    def __init__(self, reason: str, *, elsewhere: bool = False) -> None:
        super().__init__(reason)
        self.elsewhere = elsewhere


class Unauthorized(RemoteFailure):
    """Our login is not accepted; nothing was done, and an operator has to act."""
