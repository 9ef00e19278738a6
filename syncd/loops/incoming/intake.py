"""The inbox loop: inbox -> decide -> outbox, one transaction an event."""

import threading
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

from syncd.core.arrival import SETTLES_MS, Envelope, SenderUntold
from syncd.core.delivery import Decision
from syncd.core.errors import StoreError
from syncd.core.events import Received as Event
from syncd.core.model import MessageId
from syncd.core.operators import alarms
from syncd.core.operators.history import DECIDED, Entry
from syncd.log import Log
from syncd.loops.incoming import rootless
from syncd.loops.leases import LEASE_MS
from syncd.loops.nudge import Nudge
from syncd.loops.records import Records
from syncd.store.failures import LeaseLost
from syncd.store.tables.inbox import Received
from syncd.store.tx import Tx
from syncd.store_outage import StoreOutage

SOURCE = "lark"
_CONVERSATIONS = 20
_ATTEMPTS = 5
_WAIT_MS = 2_000
_HISTORY_WAIT_MS = 30_000
_OUTAGE_LASTS_MS = 72 * 3_600_000


def _nothing() -> Collection[str] | None:
    return ()


@dataclass
class Intake:
    """Stores frames, then decides on them, each conversation in the order in which it was written.

    Lark delivers at least once; ids of events and messages are unique in the inbox. `unread`
    returns the threads of which something earlier may still be read back, None for all threads.
    """

    records: Records
    read: Callable[[bytes], Event | None]
    envelope: Callable[[bytes], Envelope]
    outage: StoreOutage
    log: Log
    unread: Callable[[], Collection[str] | None] = _nothing
    nudge: Nudge = field(default_factory=Nudge)
    refused: threading.Event = field(default_factory=threading.Event)
    """Set when something has to be read back: a frame that was not stored, which Lark sends again,
    but not for ever; or it does not say who sent it."""
    _knows_bot: bool = False
    _in_hand: deque[Received] = field(default_factory=deque)
    """What is claimed and not yet closed; it outlasts a run when the store fails."""

    def receive(self, raws: Sequence[bytes]) -> None:
        """Store frames, all or none; once this returns they may be acknowledged."""
        told = [self.envelope(raw) for raw in raws]
        try:
            # What is known already is not written, and that succeeds on a full disk too.
            stored = self.outage.watch("inbox", lambda: self._store(told, raws), wrote=any)
        except StoreError:
            self.refused.set()
            raise
        for one, new in zip(told, stored, strict=True):
            self.log.info("received", kind=one.kind, event_id=one.event_id, new=new)
            self.records.meter.received(one.kind, new=new)
        self.nudge.give()
        if any(one.in_thread for one in told):
            self.nudge.give_in(SETTLES_MS / 1000)

    def _store(self, told: list[Envelope], raws: Sequence[bytes]) -> list[bool]:
        frames = list(zip(told, raws, strict=True))
        return self.records.store.write(
            lambda tx: [tx.inbox.receive(SOURCE, one, raw) for one, raw in frames]
        )

    def run_once(self) -> int:
        """Handle what waits in the inbox; return how many events were handled."""
        store = self.records.store
        if not self._knows_bot:
            with store.read() as tx:
                self._knows_bot = bool(self.records.bot(tx))
        if not self._knows_bot:
            return 0
        if not self._in_hand:
            self._in_hand.extend(store.claim_inbox(_CONVERSATIONS, LEASE_MS, self.unread()))
        handled = len(self._in_hand)
        while self._in_hand:
            self._handle_next()
        return handled

    def _handle_next(self) -> None:
        received = self._in_hand.popleft()
        try:
            self._handle(received)
        except StoreError:
            # Put back, else it and the rest of the batch would wait for the lease to expire.
            self._in_hand.appendleft(received)
            raise
        except LeaseLost:
            return  # Another process has it.

    def _handle(self, received: Received) -> None:
        try:
            self._decide(received)
        except StoreError as exc:
            # An outage of the database is no attempt; such an event is buried by age alone.
            self.log.warning("event_waits", event_id=received.event_id, reason=str(exc))
            dead = self.records.store.now() - received.received_ms > _OUTAGE_LASTS_MS
            self._close(received, str(exc), dead=dead, again=not dead)
        except LeaseLost:
            raise
        except Exception as exc:
            self._failed(received, exc)

    def _decide(self, received: Received) -> None:
        try:
            event = self.read(received.raw)
        except SenderUntold as exc:
            self._read_back(received, exc)
            return
        except ValueError as exc:
            self._close(received, f"unreadable: {exc}", dead=True)
            return
        if event is None:
            self._close(received, "means nothing to us")
            return

        def work(tx: Tx) -> Decision:
            if not tx.inbox.is_next(received):
                tx.inbox.let_go(received.id, received.token)
                return Decision("waits for what was written before it")
            until = rootless.waits_until(self.records, tx, received, event)
            if until is not None:
                tx.inbox.await_root(received.id, received.token, until)
                return Decision("waits for the message that began its thread")
            if rootless.is_older_than_request(tx, received):
                decision = Decision("it was said before anybody asked in this thread")
            else:
                decision = self.records.decide(tx, event)
            tx.inbox.close(received.id, received.token, decision.reason)
            return decision

        self.records.commit(work)

    def _read_back(self, received: Received, untold: SenderUntold) -> None:
        """Have it read back with its sender; where that never comes, it is listed."""
        with self.records.store.read() as tx:
            has_come = bool(tx.inbox.heard(SOURCE, [untold.message_id]))
        if has_come:
            self._close(received, "it was read back with its sender")
            return
        asked = replace(received, attempts=received.attempts + 1)
        dead = asked.attempts >= _ATTEMPTS
        if not dead:
            self.refused.set()
        self._close(asked, str(untold), dead=dead, again=not dead, wait_ms=_HISTORY_WAIT_MS)

    def _failed(self, received: Received, exc: Exception) -> None:
        self.log.exception("event_failed", event_id=received.event_id)
        failed = replace(received, attempts=received.attempts + 1)
        dead = failed.attempts >= _ATTEMPTS
        self._close(failed, f"our fault: {type(exc).__name__}", dead=dead, again=not dead)

    def _close(
        self,
        received: Received,
        note: str,
        *,
        dead: bool = False,
        again: bool = False,
        wait_ms: int = _WAIT_MS,
    ) -> None:
        rules = self.records.rules

        def work(tx: Tx) -> None:
            if received.message_id:
                what = "failed" if dead or again else DECIDED
                why = "it could not be read or handled; the log says why"
                about = MessageId(received.message_id)
                tx.history.note(Entry(what, why if dead or again else note, message_id=about))
            claimed = (received.id, received.token, note)
            if dead:
                tx.inbox.bury(*claimed)
                for alert in alarms.event_dead(received.event_id, rules):
                    tx.outbox.put(alert)
            elif again:
                tx.inbox.give_back(*claimed, attempts=received.attempts, wait_ms=wait_ms)
            else:
                tx.inbox.close(*claimed)

        self.records.store.write(work)
        if dead:
            self.log.error("event_dead", event_id=received.event_id, reason=note)
