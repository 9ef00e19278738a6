"""Rescues what a stop left behind, and ends what has waited too long."""

from functools import partial

from syncd.core.commands import AddComment, Delivery, ShowForm, TellPerson, destination
from syncd.core.decide.known import Decision
from syncd.core.errors import Rejected, RemoteFailure
from syncd.core.events import (
    Commented,
    Delivered,
    Doubtful,
    Event,
    Outcome,
    RequestExpired,
    RequestSlow,
    Undeliverable,
)
from syncd.core.model import DeliveryId, DeliveryState, Ms
from syncd.core.retry import key_lives
from syncd.log import Log
from syncd.loops.courier import attempt_of, settle
from syncd.loops.ports import Helpdesk
from syncd.loops.records import Records
from syncd.store.failures import LeaseLost
from syncd.store.tx import Tx

_SLOW_MS = 60_000
_DOUBT_LASTS_MS = 30_000
_AT_ONCE = 50


class Janitor:
    """Runs every few seconds; each step touches few rows."""

    def __init__(self, records: Records, helpdesk: Helpdesk, doubt_grace_ms: int, log: Log) -> None:
        self._records = records
        self._helpdesk = helpdesk
        self._doubt_grace_ms = doubt_grace_ms
        self._log = log

    def run_once(self) -> int:
        """Do what is due; return how many rows were moved on."""
        store = self._records.store
        with store.read() as tx:
            now = tx.now
            expired = tx.outbox.expired()
            doubtful = tx.outbox.in_state(DeliveryState.DOUBT, _AT_ONCE)
            drafts = tx.requests.expired(now, _AT_ONCE)
            slow = tx.requests.slow(Ms(now - _SLOW_MS), _AT_ONCE)
        moved = self.rescue(expired)
        moved += sum(self._resolve(delivery, now) for delivery in doubtful)
        for request in drafts:
            self._decide(RequestExpired(request.id))
        for request in slow:
            self._decide(RequestSlow(request.id))
        return moved + len(drafts) + len(slow)

    def rescue_all(self) -> int:
        """At the start on SQLite we are alone: whatever is held, nobody is working on it."""
        with self._records.store.read() as tx:
            held = tx.outbox.held()
        return self.rescue(held)

    def rescue(self, held: list[Delivery]) -> int:
        """Free deliveries whose holder is gone; what may have been sent unkeyed is in DOUBT."""
        for delivery in held:
            self._log.warning("delivery_rescued", delivery=delivery.id, was=str(delivery.state))
            self._records.store.write(partial(self._rescue, delivery))
        for nudge in self._records.nudges.values() if held else ():
            nudge.give()
        return len(held)

    def found(self, id: DeliveryId, outcome: Outcome) -> Decision:
        """Settle a doubtful delivery that turned out to have happened."""

        def work(tx: Tx) -> Decision:
            delivery = tx.outbox.get(id)
            if delivery is None:
                raise LookupError(f"no delivery {id}")
            return settle(self._records, tx, delivery, "found", Delivered(delivery, outcome))

        decision = self._records.store.write(work)
        self._records.nudge(decision)
        return decision

    def _rescue(self, delivery: Delivery, tx: Tx) -> None:
        try:
            if delivery.state is DeliveryState.LEASED:
                tx.outbox.step(delivery, "expire")
            elif key_lives(attempt_of(delivery), tx.now):
                tx.outbox.step(delivery, "same key again", reason="stopped while sending")
            else:
                reason = "stopped while sending"
                event = Doubtful(delivery, reason)
                settle(self._records, tx, delivery, "uncertain", event, reason)
        except LeaseLost:
            self._log.info("rescue_not_needed", delivery=delivery.id)

    def _resolve(self, delivery: Delivery, now: Ms) -> int:
        """Look whether a doubtful delivery happened; return 1 when the doubt is over."""
        since = now - delivery.first_sent_ms
        command = delivery.command
        if isinstance(command, ShowForm | TellPerson) and since >= _DOUBT_LASTS_MS:
            # An ephemeral card has no key and cannot be found: it is never sent again blindly.
            # https://open.feishu.cn/document/ukTMukTMukTM/uETOyYjLxkjM24SM5IjN
            reason = "nobody can tell whether it arrived"
            return self._settle(delivery, "give up", Undeliverable(delivery, reason), reason)
        if isinstance(command, AddComment) and since >= _DOUBT_LASTS_MS:
            return self._look_for_comment(delivery, command, since)
        return 0

    def _look_for_comment(self, delivery: Delivery, command: AddComment, since: int) -> int:
        with self._records.store.read() as tx:
            link = tx.links.of_thread(command.thread.root)
        if link is None:
            return 0
        try:
            comment = self._helpdesk.find_comment(link.ticket_key, delivery.id)
        except Rejected as exc:
            event = Undeliverable(delivery, str(exc), refused=True)
            return self._settle(delivery, "give up", event, str(exc))
        except RemoteFailure:
            return 0
        if comment is not None:
            return self._settle(delivery, "found", Delivered(delivery, Commented(comment)), "")
        if since < self._doubt_grace_ms:
            return 0
        self._records.store.write(lambda tx: tx.outbox.step(delivery, "proven absent"))
        self._records.nudges[destination(command)].give()
        return 1

    def _settle(self, delivery: Delivery, happened: str, event: Event, reason: str) -> int:
        decision = self._records.store.write(
            lambda tx: settle(self._records, tx, delivery, happened, event, reason)
        )
        self._log.warning(
            "doubt_ended", delivery=delivery.id, happened=happened, reason=reason or None
        )
        self._records.nudge(decision)
        return 1

    def _decide(self, event: Event) -> None:
        decision = self._records.store.write(lambda tx: self._records.decide(tx, event))
        self._records.nudge(decision)
