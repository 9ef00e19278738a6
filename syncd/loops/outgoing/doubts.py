"""Looks whether deliveries in DOUBT happened; only what is proven absent is sent again."""

from collections.abc import Callable
from dataclasses import dataclass, field

from syncd.core.delivery import Decision, Delivery
from syncd.core.doubt import TOLD_AFTER_MS, WORRIES_AFTER_MS, next_comment_look
from syncd.core.ends import Delivered, DoubtLasts, Undeliverable
from syncd.core.errors import RemoteFailure, StoreError
from syncd.core.lifecycle import Step
from syncd.core.model import DeliveryId, Destination, Ms
from syncd.core.operators import alarms
from syncd.core.retry import outlived
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.performing import Absent, CannotTell, Finding, Found, Later
from syncd.loops.outgoing.settling import Settled, settle
from syncd.loops.records import Records
from syncd.store.failures import LeaseLost
from syncd.store.tx import Tx

_FORGOTTEN_MS = 7 * 86_400_000


@dataclass
class Doubts:
    """Runs every few seconds over one destination's deliveries in DOUBT that are due."""

    tools: performing.Tools
    performers: performing.Performers
    destination: Destination
    steady: Callable[[], int]
    _watched_since: dict[tuple[DeliveryId, int], int] = field(default_factory=dict)

    @property
    def records(self) -> Records:
        return self.tools.records

    def run_once(self) -> int:
        """Look once for each delivery in DOUBT that is due; return how many doubts ended."""
        with self.records.store.read() as tx:
            now = tx.now
            doubtful = tx.outbox.doubtful(self.destination)
        return sum(self._look_or_tell(delivery, now) for delivery in doubtful)

    def _look_or_tell(self, delivery: Delivery, now: Ms) -> int:
        ended = self._look(delivery, now)
        if not ended and performing.since(delivery.enqueued_ms, now) > TOLD_AFTER_MS:
            self._tell_operators(delivery)
        return ended

    def _look(self, delivery: Delivery, now: Ms) -> int:
        performer = self.performers[type(delivery.command)]
        watched = self._watched_ms(delivery)
        try:
            finding = performer.look(delivery.command, delivery, watched, now)
            return self._act_on(finding, delivery, now)
        except RemoteFailure as exc:
            self.tools.log.info("look_failed", delivery=delivery.id, reason=str(exc))
            age = performing.since(delivery.first_sent_ms, now)
            self._wait(delivery, Later(next_comment_look(age, now), str(exc)))
        except LeaseLost:
            self.tools.log.info("doubt_ended_elsewhere", delivery=delivery.id)
        except StoreError:
            raise
        except Exception:
            # A bug of ours with one delivery must not hold up the others.
            self.tools.log.exception("look_broke", delivery=delivery.id)
        return 0

    def _act_on(self, finding: Finding, delivery: Delivery, now: Ms) -> int:
        match finding:
            case Found(outcome):
                return self._end(Step.FOUND, Delivered(delivery, outcome))
            case CannotTell(reason, refused):
                return self._end(Step.GIVE_UP, Undeliverable(delivery, reason, refused=refused))
            case Absent():
                return self._send_again(delivery, now)
            case Later():
                self._wait(delivery, finding)
                if finding.operators_decide:
                    self._tell_operators(delivery)
                return 0

    def _tell_operators(self, delivery: Delivery) -> None:
        alerts = alarms.doubt_lasts(delivery, self.records.rules)
        self.records.store.write(lambda tx: [tx.outbox.put(order) for order in alerts])

    def _watched_ms(self, delivery: Delivery) -> int:
        """Return how long this process has watched the doubt, by the monotonic clock."""
        now = self.steady()
        for key, since in list(self._watched_since.items()):
            if now - since > _FORGOTTEN_MS:  # It ended elsewhere, or is watched anew.
                del self._watched_since[key]
        return now - self._watched_since.setdefault((delivery.id, delivery.tries), now)

    def _wait(self, delivery: Delivery, later: Later) -> None:
        """Look again later; whoever waits for it is told once that it is in doubt."""
        reason = later.reason or delivery.reason

        def work(tx: Tx) -> Decision | None:
            age = performing.since(delivery.first_sent_ms, tx.now)
            news = not delivery.worried and age >= WORRIES_AFTER_MS
            put_off = tx.outbox.postpone(delivery, later.at_ms, reason, later.note, worried=news)
            return self.records.decide(tx, DoubtLasts(put_off)) if news else None

        if decision := self.records.store.write(work):
            self.records.nudge(decision)

    def _send_again(self, delivery: Delivery, now: Ms) -> int:
        """Send it again, unless it was sent often enough and is too old."""
        patience = self.tools.policy.patience
        if delivery.tries >= patience.attempts and outlived(delivery.enqueued_ms, now, patience):
            event = Undeliverable(delivery, patience.ended(delivery.reason))
            return self._end(Step.GIVE_UP, event)
        self.records.store.write(lambda tx: tx.outbox.step(delivery, Step.PROVEN_ABSENT))
        return self._ended(delivery, Step.PROVEN_ABSENT)

    def _end(self, step: Step, event: Settled) -> int:
        self.records.commit(lambda tx: settle(self.records, tx, step, event))
        return self._ended(event.delivery, step, event.reason)

    def _ended(self, delivery: Delivery, step: Step, reason: str = "") -> int:
        self._watched_since.pop((delivery.id, delivery.tries), None)
        why = reason or None
        self.tools.log.warning("doubt_ended", delivery=delivery.id, happened=str(step), reason=why)
        self.records.nudges[self.destination].give()
        return 1
