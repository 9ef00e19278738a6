"""What performing a delivery comes down to: look first, then do one thing in the outside world."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from syncd.core.commands import AddComment, CloseForm, Delivery, FileTicket, ShowForm, Withdraw
from syncd.core.events import Outcome

UNREADABLE = "unreadable"
"""Kept with a delivery for which all others have waited once."""


@dataclass(frozen=True)
class Ready:
    """Everything was looked up; `send` makes the one call that changes the outside world."""

    send: Callable[[], Outcome]
    note: str = ""
    """Kept with the delivery, for whoever has to look whether it happened."""


@dataclass(frozen=True)
class Done:
    """There is nothing to send."""

    outcome: Outcome


@dataclass(frozen=True)
class Hold:
    """The comment is not to be shown. `unreadable`: nobody could tell for too long."""

    reason: str
    unreadable: bool = False


@dataclass(frozen=True)
class Wait:
    """Something else has to happen first, which will wake the delivery; it does not age."""

    reason: str


Prepared: TypeAlias = Ready | Done | Hold | Wait


class Performer(Protocol):
    """Carries out the commands of one destination."""

    def prepare(self, delivery: Delivery) -> Prepared:
        """Look up what the command needs; raises a RemoteFailure, and nothing was sent."""


def keyed(delivery: Delivery) -> bool:
    """Tell whether doing it again with the same key shows nothing twice.

    Lark honours a message's uuid, but an ephemeral card has none, and JSM has no such key. A
    private word goes directly first; only where that is refused it goes without a key, and then
    a word told twice is better than none.
    """
    return not isinstance(delivery.command, ShowForm | FileTicket | AddComment)


def repeatable(delivery: Delivery) -> bool:
    """Tell whether doing it again does no harm, however long ago it was done first."""
    return isinstance(delivery.command, CloseForm | Withdraw)
