"""Records what became of a delivery, as its next state and as an event, in one transaction."""

from collections.abc import Callable

from syncd.core.alarms import Trouble
from syncd.core.commands import Delivery
from syncd.core.decide.known import Decision
from syncd.core.errors import (
    Cause,
    Rejected,
    RemoteFailure,
    StoreError,
    Unauthorized,
    Unavailable,
)
from syncd.core.events import (
    Delivered,
    Doubtful,
    Event,
    Outcome,
    Undeliverable,
    Withheld,
)
from syncd.core.history import reason_of
from syncd.core.model import DeliveryState, Destination, Filed, Ms
from syncd.core.retry import Attempt, Bury, Patience, RetryAt, Verify, verdict
from syncd.log import Log
from syncd.loops.key_ages import KeyAges
from syncd.loops.performing import UNREADABLE, Hold, keyed, repeatable
from syncd.loops.records import Records
from syncd.loops.stragglers import watch
from syncd.store.tx import Tx

_LOOK_AGAIN_MS = 900_000
_SETTLE_AGAIN = (0.2, 1.0, 5.0)


class Settler:
    """Settles the deliveries of one destination; several threads may share one."""

    def __init__(
        self,
        records: Records,
        destination: Destination,
        patience: Patience,
        chance: Callable[[], float],
        steady: Callable[[], int],
        log: Log,
    ) -> None:
        self._records = records
        self._destination = destination
        self._patience = patience
        self._chance = chance
        self._key_ages = KeyAges(steady)
        self._log = log

    def attempt(self, delivery: Delivery) -> Attempt:
        """Return how far it has come, the age of its key by a clock that nobody sets, too."""
        return attempt_of(delivery, self._key_ages.of(delivery))

    def sends(self, sending: Delivery) -> None:
        """Note that it is sent now."""
        self._key_ages.begins(sending)

    def withhold(self, delivery: Delivery, hold: Hold) -> None:
        """Keep it back, unless it may be in the chat already, where it then has to be found."""
        if delivery.first_sent_ms:
            reason = f"it may be shown already: {hold.reason}"
            self.settle(delivery, "withheld too late", Doubtful(delivery, reason), reason)
            return
        event = Withheld(delivery, hold.reason, hold.unreadable)
        self.settle(delivery, "withheld", event, hold.reason)

    def wait_to_be_woken(self, delivery: Delivery, reason: str) -> None:
        store = self._records.store
        until = Ms(store.now() + _LOOK_AGAIN_MS)
        store.write(lambda tx: tx.outbox.step(delivery, "wait", reason=reason, not_before=until))

    def keep(self, sending: Delivery, outcome: Outcome) -> None:
        """Settle what has happened outside; a database that is away for a moment must not turn
        it into a doubt."""
        for wait in _SETTLE_AGAIN:
            try:
                self.settle(sending, "ok", Delivered(sending, outcome))
                return
            except StoreError as exc:
                self._log.error(
                    "settle_failed", delivery=sending.id, outcome=repr(outcome), reason=str(exc)
                )
                nudge = self._records.nudges[self._destination]
                nudge.wait(nudge.count(), wait)
        self.settle(sending, "ok", Delivered(sending, outcome))

    def failed(self, delivery: Delivery, failure: Exception, sent_before: Ms | None = None) -> None:
        judged = verdict(
            failure,
            self.attempt(delivery),
            self._records.store.now(),
            self._chance(),
            self._patience,
        )
        if isinstance(failure, Unauthorized):
            self._report_login(lost=True)
        bound = self._log.bind(delivery=delivery.id, kind=type(delivery.command).__name__)
        if not isinstance(failure, RemoteFailure):
            bound.warning("delivery_failed", exc_info=failure)
        if isinstance(judged, RetryAt):
            self._wait(delivery, failure, judged, sent_before)
            bound.info("delivery_waits", reason=str(failure), until_ms=judged.at_ms)
        elif isinstance(judged, Verify):
            event = Doubtful(delivery, judged.reason)
            self.settle(delivery, "uncertain", event, judged.reason)
        else:
            self._bury(delivery, failure, judged)
            refused = isinstance(failure, Rejected)
            said = reason_of(delivery.command, judged.reason, refused=refused)
            # What the asker has to correct is no operator's business.
            corrects = isinstance(failure, Rejected) and failure.cause is Cause.INVALID
            tell = bound.info if corrects else bound.error
            tell("delivery_dead", reason=said)

    def _report_login(self, *, lost: bool) -> None:
        """Lark's login shows here alone; the helpdesk's shows in each poll."""
        if self._destination is Destination.LARK:
            self._records.board.report(Trouble.LARK_LOGIN, down=lost)

    def _wait(
        self, delivery: Delivery, failure: Exception, judged: RetryAt, sent_before: Ms | None
    ) -> None:
        happened = "wait"
        if delivery.state is DeliveryState.SENDING:
            refused = isinstance(failure, Unavailable | Unauthorized)
            happened = "refused before work" if refused else "same key again"
            if refused and not sent_before:
                self._key_ages.ends(delivery)
        self._records.store.write(
            lambda tx: tx.outbox.step(
                delivery,
                happened,
                reason=str(failure),
                not_before=judged.at_ms,
                counts=judged.counts,
                # What was refused before work was not sent, so its key has not begun to age.
                sent_before=sent_before if happened == "refused before work" else None,
            )
        )

    def _bury(self, delivery: Delivery, failure: Exception, judged: Bury) -> None:
        if isinstance(failure, Rejected):
            event = Undeliverable(
                delivery,
                judged.reason,
                failure.told,
                refused=True,
                invalid=failure.cause is Cause.INVALID,
                outside=failure.cause is Cause.OUTSIDE,
            )
            self.settle(delivery, "rejected", event, judged.reason)
        else:
            event = Undeliverable(delivery, judged.reason)
            self.settle(delivery, "give up", event, judged.reason)

    def settle(self, delivery: Delivery, happened: str, event: Event, reason: str = "") -> None:
        """Settle the delivery and record what it means, in one transaction."""
        if happened == "ok":
            self._report_login(lost=False)
        decision = self._records.store.write(
            lambda tx: settle(self._records, tx, delivery, happened, event, reason)
        )
        self._key_ages.ends(delivery)
        self._log.info(
            "delivery_settled",
            delivery=delivery.id,
            kind=type(delivery.command).__name__,
            happened=happened,
            reason=reason_of(delivery.command, reason, refused=happened == "rejected") or None,
            tries=delivery.tries,
        )
        self._records.nudge(decision)
        self._records.nudges[self._destination].give()


def settle(
    records: Records, tx: Tx, delivery: Delivery, happened: str, event: Event, reason: str = ""
) -> Decision:
    """Take a delivery one step on and decide what that means, inside `tx`."""
    tx.outbox.step(delivery, happened, reason=reason, result=_result(event), note=_note(event))
    if isinstance(event, Delivered) and isinstance(event.outcome, Filed):
        watch(tx, delivery)
    return records.decide(tx, event)


def attempt_of(delivery: Delivery, sent_for_ms: int = 0) -> Attempt:
    """Return how far a delivery has come, for the verdict on a failure."""
    return Attempt(
        tries=delivery.tries,
        attempts=delivery.attempts,
        enqueued_ms=delivery.enqueued_ms,
        first_sent_ms=delivery.first_sent_ms,
        sending=delivery.state is DeliveryState.SENDING,
        keyed=keyed(delivery),
        repeatable=repeatable(delivery),
        sent_for_ms=sent_for_ms,
    )


def _note(event: Event) -> str:
    return UNREADABLE if isinstance(event, Withheld) and event.unreadable else ""


def _result(event: Event) -> str:
    outcome: Outcome | None = event.outcome if isinstance(event, Delivered) else None
    return repr(outcome) if outcome is not None else ""
