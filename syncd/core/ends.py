"""What may become of a delivery, and what is decided on then."""

from dataclasses import dataclass
from typing import ClassVar

from syncd.core.delivery import Delivery
from syncd.core.outcome import Outcome
from syncd.core.wording.table import Wording


@dataclass(frozen=True)
class Delivered:
    reason: ClassVar[str] = ""

    delivery: Delivery
    outcome: Outcome


@dataclass(frozen=True)
class Undeliverable:
    """A delivery ended DEAD."""

    delivery: Delivery
    reason: str
    """For the operator."""
    told: str = ""
    """For the person who waits for it, in that person's language; empty: see `why`."""
    refused: bool = False
    """The platform said a definite no; False when we gave up."""
    invalid: bool = False
    """The values that a person typed were refused; the person can correct them."""
    outside: bool = False
    """The bot is not in its chat any more."""
    dropped: bool = False
    """An operator gave it up."""

    def why(self, wording: Wording) -> str:
        """Return the reason a person reads: in their language, or in the helpdesk's own words."""
        if self.told:
            return self.told
        if self.dropped:
            return wording.reason_dropped
        return self.reason if self.refused else wording.reason_gave_up


@dataclass(frozen=True)
class Withheld:
    """A delivery ended WITHHELD: the portal does not show the comment that it would post."""

    delivery: Delivery
    reason: str
    unreadable: bool = False
    """The portal did not say for too long whether it shows the comment; it is asked again later."""


@dataclass(frozen=True)
class Doubtful:
    """A delivery went into DOUBT: nobody knows whether it happened."""

    delivery: Delivery
    reason: str
    note: str = ""
    """By what it can be found, where it was not sent by us."""


@dataclass(frozen=True)
class Delayed:
    """A platform denies it to our account, and it waits until an operator has mended that."""

    delivery: Delivery
    reason: str
    """For the operator: what is missing, by name."""
    told: str = ""
    """For the person who waits, in that person's language; empty: that it takes longer."""


@dataclass(frozen=True)
class DoubtLasts:
    """A delivery has been in DOUBT for half a minute."""

    delivery: Delivery


@dataclass(frozen=True)
class Requeued:
    """An operator requeued a delivery."""

    delivery: Delivery
