"""Records the result of a delivery: its next state, and the event that follows from it, in one
transaction."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from syncd.core.delivery import Decision, Delivery
from syncd.core.ends import Delayed, Delivered, Doubtful, Undeliverable, Withheld
from syncd.core.errors import (
    Cause,
    Denied,
    Limited,
    Rejected,
    RemoteFailure,
    StoreError,
    Unauthorized,
    Unavailable,
)
from syncd.core.lifecycle import Step
from syncd.core.model import DeliveryState, Destination, Ms
from syncd.core.operators.alarms import Trouble
from syncd.core.outcome import Outcome
from syncd.core.retry import Attempt, RetryAt, Verify, is_outage, verdict
from syncd.log import Log
from syncd.loops.keep.denials import keep_denied
from syncd.loops.outgoing.key_ages import KeyAges
from syncd.loops.outgoing.performing import UNREADABLE, Hold, Tools
from syncd.loops.outgoing.refusals import unless_known
from syncd.loops.records import OURS, Records
from syncd.loops.watch.duplicates import watch
from syncd.store.tx import Tx

_LOOK_AGAIN_MS = 900_000
"""When a delivery that waits to be woken is tried anyway."""
_SETTLE_AGAIN = (0.2, 1.0, 5.0)
"""Seconds between tries to record what has happened outside."""

Settled: TypeAlias = Delivered | Undeliverable | Withheld | Doubtful
"""What became of a delivery; each names it."""


@dataclass(frozen=True)
class Settler:
    """Settles the deliveries of one destination; several threads may share one."""

    tools: Tools
    destination: Destination
    chance: Callable[[], float]
    key_ages: KeyAges

    def attempt(self, delivery: Delivery) -> Attempt:
        """Return how far it has come, with its key's age by the monotonic clock."""
        return attempt_of(delivery, self.key_ages.of(delivery))

    def withhold(self, delivery: Delivery, hold: Hold) -> None:
        """Withhold it, or put it into DOUBT when an earlier send may have shown it."""
        if delivery.first_sent_ms:
            event = Doubtful(delivery, f"it may be shown already: {hold.reason}")
            self.settle(Step.WITHHELD_TOO_LATE, event)
        else:
            self.settle(Step.WITHHELD, Withheld(delivery, hold.reason, hold.unreadable))

    def wait_to_be_woken(self, delivery: Delivery, reason: str) -> None:
        store = self.tools.records.store
        until = Ms(store.now() + _LOOK_AGAIN_MS)
        store.write(lambda tx: tx.outbox.step(delivery, Step.WAIT, reason=reason, not_before=until))

    def keep(self, event: Delivered) -> None:
        """Settle a success, retrying when the database is away: unrecorded it would be in DOUBT."""
        for wait in _SETTLE_AGAIN:
            try:
                self.settle(Step.OK, event)
                return
            except StoreError as exc:
                told = self.log(event.delivery)
                told.error("settle_failed", reason=str(exc), **_ids(event.outcome))
                nudge = self.tools.records.nudges[self.destination]
                nudge.wait(nudge.count(), wait)
        self.settle(Step.OK, event)

    def failed(self, delivery: Delivery, failure: Exception) -> None:
        failure = unless_known(failure)
        if isinstance(failure, Limited):
            self.tools.records.meter.limited(OURS, "lark_rate")
        now, patience = self.tools.records.store.now(), self.tools.policy.patience
        failed_by = self._failed_by(failure)
        attempt = replace(self.attempt(delivery), failures=delivery.failures_by(failed_by))
        judged = verdict(failure, attempt, now, self.chance(), patience)
        lost = isinstance(failure, Unauthorized) and not isinstance(failure, Denied)
        if lost and failed_by is self.destination:
            self._report_login(lost=str(failure))
        if not isinstance(failure, RemoteFailure):
            self.log(delivery).warning("delivery_failed", exc_info=failure)
        if isinstance(judged, RetryAt):
            self._wait(delivery, failure, judged)
        elif isinstance(judged, Verify):
            self.settle(Step.UNCERTAIN, Doubtful(delivery, judged.reason))
        else:
            self._bury(Undeliverable(delivery, judged.reason), failure)

    def _failed_by(self, failure: Exception) -> Destination:
        """Return the platform that failed, which need not be the one it is for."""
        named = failure.platform if isinstance(failure, RemoteFailure) else None
        return named or self.destination

    def _report_login(self, *, lost: str) -> None:
        """Report Lark's login, which shows only here; the helpdesk's shows in each poll."""
        if self.destination is Destination.LARK:
            self.tools.records.board.report(Trouble.LARK_LOGIN, down=bool(lost), reason=lost)

    def _wait(self, delivery: Delivery, failure: Exception, judged: RetryAt) -> None:
        step = _step_back(delivery, failure, judged)
        if step is Step.REFUSED_BEFORE_WORK and not delivery.sent_before_ms:
            self.key_ages.ends(delivery)
        reason, until = str(failure), judged.at_ms
        failed_by = self._failed_by(failure) if is_outage(failure) else None
        told = failure.told if isinstance(failure, Denied) and not delivery.worried else None

        def work(tx: Tx) -> Decision | None:
            if isinstance(failure, Denied):
                keep_denied(tx, delivery.command.kind(), reason)
            waits = tx.outbox.step(
                delivery,
                step,
                reason=reason,
                not_before=until,
                failed_by=failed_by,
                worried=told is not None,
            )
            if told is None:
                return None
            return self.tools.records.decide(tx, Delayed(waits, reason, told))

        decision = self.tools.records.store.write(work)
        if decision is None:
            self.log(delivery).info("delivery_waits", reason=reason, until_ms=until)
        else:
            self.log(delivery).error("denied", reason=reason, until_ms=until)
            self.tools.records.nudge(decision)

    def _bury(self, event: Undeliverable, failure: Exception) -> None:
        step, tell = Step.GIVE_UP, self.log(event.delivery).error
        if isinstance(failure, Rejected):
            step, cause = Step.REJECTED, failure.cause
            invalid, outside = cause is Cause.INVALID, cause is Cause.OUTSIDE
            event = replace(
                event, told=failure.told, refused=True, invalid=invalid, outside=outside
            )
            if invalid:  # What the asker has to correct is no operator's business.
                tell = self.log(event.delivery).info
        if event.delivery.command.extra:  # Nobody has to do anything about it.
            tell = self.log(event.delivery).info
        self.settle(step, event)
        said = event.delivery.command.reason_of(event.reason, refused=event.refused)
        tell("delivery_dead", reason=said)

    def settle(self, step: Step, event: Settled) -> None:
        """Take the step, decide on the event in the same transaction, log and nudge."""
        if step is Step.OK:
            self._report_login(lost="")
            self.tools.reach.got_through(event.delivery)
        records, delivery = self.tools.records, event.delivery
        records.commit(lambda tx: settle(records, tx, step, event))
        self.key_ages.ends(delivery)
        why = delivery.command.reason_of(event.reason, refused=step is Step.REJECTED)
        self.log(delivery).info(
            "delivery_settled", happened=str(step), reason=why or None, tries=delivery.tries
        )
        records.nudges[self.destination].give()

    def log(self, delivery: Delivery) -> Log:
        about = {"delivery": delivery.id, "kind": delivery.command.kind()}
        return self.tools.log.bind(destination=str(self.destination), **about)


def _ids(came: Outcome) -> dict[str, str | None]:
    """Return what came of it as the log may hold it, without what people wrote."""
    ticket = came.filed.key if came.filed else None
    return {
        "message": came.message_id or None,
        "comment": came.comment_id or None,
        "ticket": ticket,
    }


def settle(records: Records, tx: Tx, step: Step, event: Settled) -> Decision:
    """Take the step and decide on the event, inside `tx`."""
    note = event.note if isinstance(event, Doubtful) else ""
    if isinstance(event, Withheld) and event.unreadable:
        note = UNREADABLE
    tx.outbox.step(event.delivery, step, reason=event.reason, note=note)
    decision = records.decide(tx, event)
    if decision.link is not None:
        watch(tx, event.delivery)
    return decision


def _step_back(delivery: Delivery, failure: Exception, judged: RetryAt) -> Step:
    """Return the step that leads back to READY."""
    if delivery.state is not DeliveryState.SENDING:
        return Step.FAIL if judged.counts else Step.WAIT
    if isinstance(failure, Unavailable | Unauthorized):
        return Step.REFUSED_BEFORE_WORK
    return Step.FAIL_SENDING if judged.counts else Step.SAME_KEY_AGAIN


def attempt_of(delivery: Delivery, sent_for_ms: int = 0) -> Attempt:
    """Return how far a delivery has come, for the verdict on a failure."""
    return Attempt(
        failures=max(delivery.failures, 1),
        attempts=delivery.attempts,
        enqueued_ms=delivery.enqueued_ms,
        first_sent_ms=delivery.first_sent_ms,
        sending=delivery.state is DeliveryState.SENDING,
        keyed=delivery.command.keyed,
        repeatable=delivery.command.repeatable,
        sent_for_ms=sent_for_ms,
    )
