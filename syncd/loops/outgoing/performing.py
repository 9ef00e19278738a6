"""What every Performer has: `prepare` looks things up and returns the one call that changes the
world; `look` finds out whether it happened when its answer was lost."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar

from syncd.core.delivery import Command, Delivery
from syncd.core.doubt import UNFINDABLE_LASTS_MS, OnDoubt
from syncd.core.model import Chat, Ms
from syncd.core.operators.resumed import RESUMED
from syncd.core.outcome import Outcome
from syncd.core.retry import Patience
from syncd.core.views import Where
from syncd.log import Log
from syncd.loops.directory import People
from syncd.loops.failing_files import FailingFiles
from syncd.loops.names import Names
from syncd.loops.on_record.membership import Members
from syncd.loops.outgoing.fresh import FreshComments
from syncd.loops.outgoing.portal_gate import PortalGate
from syncd.loops.outgoing.reach import Reach
from syncd.loops.outgoing.sender import Sender
from syncd.loops.ports import Helpdesk, Messenger, Translator, Webhook
from syncd.loops.private_ways import PrivateWays
from syncd.loops.records import Records

C = TypeVar("C", bound=Command)

UNREADABLE = "unreadable"
"""Note on a delivery of which the portal once did not say for ten minutes whether it shows the
comment: its lane does not wait for that a second time."""


@dataclass(frozen=True)
class Ready:
    """Everything was looked up; `send` makes the one call that changes the outside world."""

    send: Callable[[], Outcome]
    note: str = ""
    """Stored with the delivery before it is sent, for `look`."""


@dataclass(frozen=True)
class Done:
    """There is nothing to send; `outcome` says more where something follows from it."""

    outcome: Outcome = field(default_factory=Outcome)


@dataclass(frozen=True)
class Hold:
    """The comment must not be shown. `unreadable`: the portal did not say for too long."""

    reason: str
    unreadable: bool = False


@dataclass(frozen=True)
class Wait:
    """Another event has to come first, which wakes the delivery; its age counts from then."""

    reason: str


Prepared: TypeAlias = Ready | Done | Hold | Wait


@dataclass(frozen=True)
class Found:
    """It has happened."""

    outcome: Outcome


@dataclass(frozen=True)
class Absent:
    """It is proven absent and may be sent again."""


@dataclass(frozen=True)
class CannotTell:
    """It can never be known. `refused`: a definite no of the platform says so."""

    reason: str
    refused: bool = False


@dataclass(frozen=True)
class Later:
    """Look again then."""

    at_ms: Ms
    reason: str = ""
    """Why it is not known yet; empty: the reason stays."""
    note: str = ""
    """Stored with the delivery, for the next look."""
    operators_decide: bool = False
    """It is proven absent and waits for an operator (`jsm.on_doubt = "ask"`)."""


Finding: TypeAlias = Found | Absent | CannotTell | Later


@dataclass(frozen=True)
class Policy:
    """What the configuration says about deliveries."""

    unknown_reporter: str
    grace_ms: int
    """`jsm.doubt_grace_seconds`: how long after a lost answer a write may still take effect."""
    on_doubt: OnDoubt
    patience: Patience
    characters_per_month: int = 0
    """`translate.characters_per_month`: how much may go to the engine that translates."""
    deletes_recalled: bool = False
    """`jsm.on_recall`: whether the comment of a message that was taken back is deleted; else it
    says so in the place of its words."""


@dataclass
class Tools:
    """What deliveries are performed with."""

    records: Records
    messenger: Messenger
    helpdesk: Helpdesk
    policy: Policy
    log: Log
    reach: Reach = field(default_factory=Reach)
    webhook: Webhook | None = None
    translator: Translator | None = None

    def __post_init__(self) -> None:
        self.people = People(self.records.store, self.messenger, self.helpdesk)
        self.ways = PrivateWays(self.people, self.log)
        self.names = Names(self.people)
        self.members = Members(self.people)
        self.sender = Sender(self.messenger, self.ways, self.records.board, self.log)
        self.gate = PortalGate(self.helpdesk)
        self.failing_files = FailingFiles(self.records.store.now)
        self.fresh = FreshComments(self.helpdesk, self.records.store.now)
        self._resumed: Ms | None = None

    def resumed_ms(self) -> Ms:
        """Return when syncd first ran on a restored database, 0 where it was not restored."""
        if self._resumed is None:
            with self.records.store.read() as tx:
                self._resumed = tx.cursors.get(RESUMED)
        return self._resumed


@dataclass(frozen=True)
class Performer(ABC, Generic[C]):
    """How one kind of delivery is carried out; one object serves all threads."""

    tools: Tools

    def place(self, command: C) -> Where | None:
        """Return where it is shown, if room for it is to be kept before anything is looked up."""
        return None

    @abstractmethod
    def prepare(self, command: C, delivery: Delivery, chat: Chat) -> Prepared:
        """Look up what the command needs and return what to do; RemoteFailure: nothing was sent."""

    # An ephemeral card has no key and cannot be found, so it is never sent again blindly:
    # https://open.feishu.cn/document/ukTMukTMukTM/uETOyYjLxkjM24SM5IjN
    def look(self, command: C, delivery: Delivery, watched_ms: int, now: Ms) -> Finding:
        """Look whether it happened; RemoteFailure: look again later.

        This default is for what cannot be found again: it is given up after 30 s. `watched_ms`: how
        long this process has watched the doubt, by the monotonic clock.
        """
        left = UNFINDABLE_LASTS_MS - since(delivery.first_sent_ms, now)
        if left > 0:
            return Later(Ms(now + left))
        return CannotTell("nobody can tell whether it arrived")


Performers: TypeAlias = dict[type[Command], Performer[Any]]


def since(moment: Ms, now: Ms) -> int:
    """Return the ms since a moment; one in the future means that the clock was set back."""
    return abs(now - moment)
