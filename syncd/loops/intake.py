"""inbox -> decide -> outbox, one transaction for each event."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from syncd.core import alarms
from syncd.core.decide.known import Decision
from syncd.core.errors import StoreError
from syncd.core.events import Received as Event
from syncd.core.history import DECIDED, Step
from syncd.core.model import MessageId
from syncd.log import Log
from syncd.loops.nudge import Nudge
from syncd.loops.records import Records
from syncd.outage import StoreOutage
from syncd.store.failures import LeaseLost
from syncd.store.inbox import Received
from syncd.store.tx import Tx

SOURCE = "lark"
_BATCH = 20
_LEASE_MS = 60_000
_ATTEMPTS = 5
_WAIT_MS = 2_000
_OUTAGE_LASTS_MS = 72 * 3_600_000


class Envelope(Protocol):
    """The little of a frame that has to be known before it is stored."""

    @property
    def event_id(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def message_id(self) -> str | None: ...


class Intake:
    """Takes what was received, in order, and turns it into decisions."""

    def __init__(
        self,
        records: Records,
        read: Callable[[bytes], Event | None],
        envelope: Callable[[bytes], Envelope],
        outage: StoreOutage,
        log: Log,
    ) -> None:
        self.nudge = Nudge()
        self.refused = threading.Event()
        """Set when a frame could not be stored; Lark delivers it again, but not for ever."""
        self._records = records
        self._read = read
        self._envelope = envelope
        self._outage = outage
        self._log = log
        self._in_hand: deque[Received] = deque()
        """What is claimed and not yet closed; it outlasts a run when the store fails."""

    def receive(self, raw: bytes) -> None:
        """Store a frame; when this returns it is on disk and may be acknowledged."""
        told = self._envelope(raw)
        try:
            new = self._outage.watch("inbox", lambda: self._store(told, raw))
        except StoreError:
            self.refused.set()
            raise
        self._log.info("received", kind=told.kind, event_id=told.event_id, new=new)
        self.nudge.give()

    def _store(self, told: Envelope, raw: bytes) -> bool:
        return self._records.store.write(
            lambda tx: tx.inbox.receive(SOURCE, told.event_id, told.message_id, told.kind, raw)
        )

    def run_once(self) -> int:
        """Handle what waits in the inbox; return how many events were closed."""
        store = self._records.store
        with store.read() as tx:
            if not self._records.bot(tx):
                return 0
        if not self._in_hand:
            self._in_hand.extend(store.claim_inbox(_BATCH, _LEASE_MS))
        handled = len(self._in_hand)
        while self._in_hand:
            self._handle_next()
        return handled

    def _handle_next(self) -> None:
        received = self._in_hand.popleft()
        try:
            self._handle(received)
        except StoreError:
            # Else it would wait for its lease to run out, and what was claimed with it, too.
            self._in_hand.appendleft(received)
            raise
        except LeaseLost:
            return  # Another process has it.

    def _handle(self, received: Received) -> None:
        try:
            event = self._read(received.raw)
        except ValueError as exc:
            self._close(received, f"unreadable: {exc}", dead=True)
            return
        except Exception as exc:
            self._failed(received, exc)
            return
        if event is None:
            self._close(received, "means nothing to us")
            return
        try:
            decision = self._records.store.write(lambda tx: self._decide(tx, received, event))
        except StoreError as exc:
            # An outage of our own memory is no attempt, so it buries by age.
            self._log.warning("event_waits", event_id=received.event_id, reason=str(exc))
            dead = self._records.store.now() - received.received_ms > _OUTAGE_LASTS_MS
            self._close(received, str(exc), dead=dead, again=not dead)
            return
        except LeaseLost:
            raise
        except Exception as exc:
            self._failed(received, exc)
            return
        self._records.nudge(decision)

    def _failed(self, received: Received, exc: Exception) -> None:
        self._log.exception("event_failed", event_id=received.event_id)
        failed = replace(received, attempts=received.attempts + 1)
        dead = failed.attempts >= _ATTEMPTS
        self._close(failed, f"our fault: {exc!r}", dead=dead, again=not dead)

    def _decide(self, tx: Tx, received: Received, event: Event) -> Decision:
        decision = self._records.decide(tx, event)
        tx.inbox.close(received.id, received.token, decision.reason)
        return decision

    def _close(
        self, received: Received, note: str, *, dead: bool = False, again: bool = False
    ) -> None:
        rules = self._records.rules

        def work(tx: Tx) -> None:
            if received.message_id:
                what = "failed" if dead or again else DECIDED
                why = "it could not be read or handled; the log says why"
                about = MessageId(received.message_id)
                tx.history.note(Step(what, why if dead or again else note, message_id=about))
            claimed = (received.id, received.token, note)
            if dead:
                tx.inbox.bury(*claimed)
                for alert in alarms.event_dead(received.event_id, rules):
                    tx.outbox.put(alert)
            elif again:
                tx.inbox.give_back(*claimed, attempts=received.attempts, wait_ms=_WAIT_MS)
            else:
                tx.inbox.close(*claimed)

        self._records.store.write(work)
        if dead:
            self._log.error("event_dead", event_id=received.event_id, reason=note)
