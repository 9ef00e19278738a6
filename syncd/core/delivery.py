"""Commands for the outside world, their deliveries and outcomes, and what a decision orders.

A kind of delivery is one class below `core/kinds`, a subclass of `Command`; how it is performed
stands in the file of the same name below `loops/outgoing/kinds`.
"""

import json
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, ClassVar, Self

from syncd.core.known import Known, Need, Rules
from syncd.core.model import (
    Anchor,
    ChatId,
    DeliveryId,
    DeliveryState,
    Destination,
    Link,
    MessageId,
    Ms,
    PersonId,
    Place,
    Request,
    RequestId,
    SeenComment,
    Thread,
    Twin,
)
from syncd.core.operators.history import Deed, Entry, Note, Story, presentable
from syncd.core.ticket_card.card import TicketCard
from syncd.core.translating.translation import Translation
from syncd.core.views import Toast
from syncd.core.watching import Look
from syncd.core.wording.table import Wording

if TYPE_CHECKING:
    from syncd.core.ends import (
        Delayed,
        Delivered,
        Doubtful,
        DoubtLasts,
        Requeued,
        Undeliverable,
        Withheld,
    )
    from syncd.core.events import AskedByReaction


@dataclass(frozen=True)
class Command:
    """One thing to do in the outside world, and all that follows from it.

    Each kind is a subclass and overrides what differs. The methods that return a Decision are pure.
    """

    destination: ClassVar[Destination] = Destination.LARK
    """Which platform performs it."""
    urgent: ClassVar[bool] = False
    """Whether one worker is kept for it alone, and it goes first in its lane: forms and creates."""
    keyed: ClassVar[bool] = True
    """Whether it has an idempotency key: a repetition shows nothing twice for an hour (Lark)."""
    repeatable: ClassVar[bool] = False
    """Whether it is idempotent by itself: repeating it does no harm, however much later."""
    only_where_served: ClassVar[bool] = True
    """Whether it is refused when its chat is not enabled any more."""
    in_public: ClassVar[bool] = False
    """Whether it is a message for everybody in its chat, of which a chat takes few a second."""
    asks_portal: ClassVar[bool] = False
    """Whether the portal is asked before it is sent; few workers do that at the same time."""
    carries: ClassVar[bool] = False
    """Whether it may take minutes or can wait: a file, a mark. One worker at a time does any."""
    deed: ClassVar[Deed | None] = None
    """What it does with a comment that the chat sees."""
    comments: ClassVar[bool] = False
    """Whether it writes a comment on its thread's ticket. It waits until there is a ticket; while
    it is SENDING or in DOUBT, a new comment by our own account may be this one and is no news."""
    lasting: ClassVar[bool] = False
    """Whether what it leaves outside is known by its dedupe key, so that even a run that knows
    nothing of this delivery can find it; else by the delivery's id."""
    own_words: ClassVar[bool] = True
    """Whether the platform's refusal may be logged, because it never quotes what people typed."""
    alarming: ClassVar[bool] = True
    """Whether operators are told when it ends DEAD."""
    extra: ClassVar[bool] = False
    """Whether nobody misses it: one that ended DEAD is listed, and no operator has to act."""
    needs: ClassVar[tuple[Need, ...]] = ()
    """What has to be loaded to decide what follows when it has happened."""
    texts: ClassVar[tuple[str, ...]] = ()
    """The fields that hold what people wrote; retention blanks them, lists hide them."""

    # What follows. `event.delivery.command` is always the command itself.

    def done(self, event: "Delivered", known: Known, rules: Rules, now: Ms) -> "Decision":
        """Return what follows when it has happened."""
        return Decision("done")

    def undeliverable(
        self, event: "Undeliverable", known: Known, rules: Rules, now: Ms
    ) -> "Decision":
        """Return what follows when it ended DEAD: refused, given up, or dropped by an operator."""
        return Decision(f"undeliverable: {event.reason}")

    def in_doubt(self, event: "Doubtful", known: Known, rules: Rules, now: Ms) -> "Decision":
        """Return what follows when it goes into DOUBT: nobody knows whether it happened."""
        return Decision(f"in doubt: {event.reason}")

    def delayed(self, event: "Delayed", known: Known, rules: Rules, now: Ms) -> "Decision":
        """Return what follows when a platform denies it to our account: told once, it waits."""
        return Decision(f"it waits for an operator: {event.reason}")

    def doubt_lasts(self, event: "DoubtLasts", known: Known, rules: Rules, now: Ms) -> "Decision":
        """Return what follows when it has been in DOUBT for half a minute: told once."""
        return Decision("the doubt lasts")

    def withheld(self, event: "Withheld", known: Known, rules: Rules, now: Ms) -> "Decision":
        """Return what follows when it ends WITHHELD: its comment must not be shown now."""
        raise LookupError("only what shows a comment can be withheld")

    def hidden_under_way(
        self, delivery: "Delivery", known: Known, rules: Rules, now: Ms
    ) -> "Decision":
        """Return what follows when its comment was hidden too late: it may have been sent."""
        raise LookupError("only what shows a comment can be hidden")

    def requeued(self, event: "Requeued", known: Known, rules: Rules, now: Ms) -> "Decision":
        """Return what follows when an operator requeues it."""
        return Decision("an operator wants it sent again")

    def word(self) -> str:
        """Return what the button shows that stands for it where nothing reaches a person alone."""
        return ""

    def not_again(self, delivery: "Delivery", newest: DeliveryId, known: Known) -> str:
        """Return why a requeue is refused, empty when it is allowed.

        `newest`: the newest delivery of this kind for its Request.
        """
        return ""

    def went_on(self, request: Request | None) -> bool:
        """Tell whether its Request went on without it, so that a DEAD one needs no operator.

        Asked only of one that certainly did not happen.
        """
        return False

    def where_to_look(self) -> str:
        """Return where an operator can check whether it happened, as ` in the helpdesk for ...`."""
        return ""

    def alarm(self, event: "Undeliverable", wording: Wording) -> str:
        """Return what operators are told when it ended DEAD; empty: nothing."""
        if not self.alarming:
            return ""
        return wording.alarm_dead.format(kind=self.kind(), delivery=event.delivery.id)

    def names(self) -> Entry:
        """Return the ids in it, for the history."""
        return Entry("", thread_root=self.root())

    def answers_ms(self) -> Ms:
        """Return when what it answers was written, by its source's clock; 0: nobody knows."""
        return Ms(0)

    def began_ms(self) -> Ms:
        """Return the moment, by any clock, before which nobody can have sent it, 0: unknown."""
        return self.answers_ms()

    def reason_of(self, reason: str, *, refused: bool) -> str:
        """Return a reason as the log and the history may hold it, without what people wrote."""
        if refused and not self.own_words:
            return "the helpdesk refused it"
        return presentable(reason)

    @classmethod
    def told(cls, story: Story) -> str:
        """Return the sentence of `syncd trace` about one delivery of this kind; empty: none."""
        if story.is_done:
            return ""
        delivered = story.perhaps("was not delivered", "may have been delivered")
        return f"{cls.kind()} {story.id} {delivered}: {story.why_not()}."

    @classmethod
    def kind(cls) -> str:
        """Return the kind's name in the outbox, the log and commands."""
        return cls.__name__

    def root(self) -> MessageId:
        """Return the root message of its thread, empty when it has none."""
        thread = getattr(self, "thread", None)
        return thread.root if isinstance(thread, Thread) else MessageId("")

    def blank(self) -> Self:
        """Return it without what people wrote, for retention; it can be listed, never performed."""
        return replace(self, **dict.fromkeys(self.texts, ""))

    def is_blank(self) -> bool:
        """Tell whether retention has removed its text."""
        return bool(self.texts) and not any(getattr(self, name) for name in self.texts)

    def dump(self) -> str:
        """Return it as JSON, for the outbox."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def load(cls, stored: str) -> Self:
        """Return what `dump` wrote; TypeError or ValueError when another version wrote it."""
        values = json.loads(stored)
        for each in fields(cls):
            if each.type is Thread:
                values[each.name] = Thread(**values[each.name])
            elif each.type is Place:
                values[each.name] = Place(values[each.name])
        return cls(**values)


@dataclass(frozen=True)
class Order:
    """A command to enqueue. Deliveries of one lane are performed in order."""

    command: Command
    lane: str
    """Destination and thread, `lark:om_...`."""
    dedupe_key: str
    """Unique for ever: a second order with the same key is ignored."""
    chat_id: ChatId = ChatId("")
    request_id: RequestId = RequestId("")
    not_before: Ms = Ms(0)
    written_ms: Ms = Ms(0)
    """When a person wrote what it carries: of those that wait in a lane the earliest goes first."""
    person: PersonId = PersonId("")
    """Who caused it, and so waits in turn with others; empty: the helpdesk or syncd."""


@dataclass(frozen=True)
class Delivery:
    """One command in the outbox and how far it has come."""

    id: DeliveryId
    command: Command
    lane: str
    dedupe_key: str
    state: DeliveryState
    enqueued_ms: Ms
    chat_id: ChatId = ChatId("")
    request_id: RequestId = RequestId("")
    person: PersonId = PersonId("")
    not_before: Ms = Ms(0)
    written_ms: Ms = Ms(0)
    tries: int = 0
    """How often it was claimed."""
    attempts: int = 0
    """How many tries failed because of a bug of ours; `Patience.attempts` of them end it."""
    failures: int = 0
    """How often in a row `failed_by` has failed it, from which its back-off counts."""
    failed_by: str = ""
    """The platform that failed it last, whose return wakes it; empty: none did."""
    first_sent_ms: Ms = Ms(0)
    """When it was first SENDING, 0 when never; the age of its idempotency key counts from here."""
    sent_before_ms: Ms = field(default=Ms(0), compare=False)
    """`first_sent_ms` before the send under way, for when the platform did nothing; not stored."""
    was_uncertain: bool = False
    """Whether it ever was in DOUBT; a requeue then goes to DOUBT and looks for it first."""
    worried: bool = False
    """Whether the person who waits was told that it may be lost, or is."""
    token: str = ""
    """Fencing token of the claim, which every write compares; empty when nobody holds it."""
    reason: str = ""
    """Why it waits, is doubtful, withheld or dead."""
    settled_ms: Ms = Ms(0)

    def failures_by(self, platform: Destination) -> int:
        """Return how often in a row that platform has failed it, a failure just now included."""
        return self.failures + 1 if self.failed_by == platform else 1

    def entry(self, what: str, detail: str = "") -> Entry:
        """Return an entry of the history about it, with all ids that are known."""
        return replace(
            self.command.names(),
            what=what,
            detail=self.command.reason_of(detail, refused=what == "rejected"),
            chat_id=self.chat_id,
            request_id=self.request_id,
            delivery_id=self.id,
        )


@dataclass(frozen=True)
class Decision:
    """What to write and enqueue in one transaction, and why."""

    reason: str
    request: Request | None = None
    link: Link | None = None
    only_if_linked: bool = False
    """Whether nothing of it holds if the Link's thread or ticket has another one meanwhile."""
    card: TicketCard | None = None
    seen: tuple[SeenComment, ...] = ()
    twins: tuple[Twin, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    orders: tuple[Order, ...] = ()
    looks: tuple[Look, ...] = ()
    """What the watch is to look at, and when."""
    revive: tuple[str, ...] = ()
    """Dedupe keys, or what they begin with up to a colon, of what goes from WITHHELD to READY."""
    withhold: tuple[str, ...] = ()
    """The same, of what is no longer public: WITHHELD if still possible."""
    arrived: tuple[DeliveryId, ...] = ()
    """Deliveries that happened, as an event proves; those in DOUBT are settled."""
    joined: ChatId | None = None
    """The group that the bot hears from now on."""
    spends: tuple[str, ...] = ()
    """Names of the hourly budgets of which one is spent."""
    given: tuple[str, ...] = ()
    """The addresses that the asker has now given as their own; empty: nothing new."""
    chosen: str | None = None
    """The address that they are offered next time in this chat, empty: none; None: as before."""
    reached: PersonId | None = None
    """Who has opened their chat with the bot, so that direct messages arrive."""
    toast: Toast | None = None
    translation: Translation | None = None
    """Kept until retention forgets it, or a newer one comes."""
    notes: tuple[Note, ...] = ()
    """What was decided on each comment, for the history."""
    then: "AskedByReaction | None" = None
    """What has happened by that, decided on in the same transaction."""
    limited: str = ""
    """The key of `[limits]` that kept somebody from more; empty: none did."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be written or enqueued."""
        written = self.request or self.link or self.card or self.seen or self.twins or self.anchors
        return not (written or self.orders or self.looks or self.revive or self.withhold)
