"""The courier: claims a delivery, has it prepared, sends it, and has the result settled."""

import math
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TypeAlias

from syncd.core import kinds
from syncd.core.delivery import Delivery
from syncd.core.ends import Delivered, Doubtful
from syncd.core.errors import Cause, Limited, Rejected, StoreError
from syncd.core.lifecycle import Step
from syncd.core.operators.resumed import REASON, may_be_done
from syncd.core.retry import key_lives
from syncd.loops.leases import LEASE_MS
from syncd.loops.outgoing.hands import Hands
from syncd.loops.outgoing.performing import Done, Hold, Performers, Prepared, Ready, Wait
from syncd.loops.outgoing.settling import Settler
from syncd.loops.records import OURS, Records
from syncd.loops.turnstile import Turnstile
from syncd.store.failures import LeaseLost
from syncd.store.portable import FEW
from syncd.store.tables.outbox import Head

_PORTAL_AT_ONCE = 2
"""How many workers may ask the portal at once; a portal that hangs must leave workers free."""

_IN_PUBLIC = kinds.names(lambda kind: kind.in_public)
Claimed: TypeAlias = tuple[Delivery, Limited | None]
"""A delivery, and the refusal of our own limits to let it pass now."""


@dataclass
class Courier:
    """Carries the deliveries of one destination; several threads may share one."""

    settler: Settler
    performers: Performers
    hands: Hands
    _claiming: Turnstile = field(default_factory=Turnstile)
    """One at a time claims, so that two do not want the same, nor count the same hands."""
    _portal: threading.Semaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(_PORTAL_AT_ONCE)
    )
    _carrier: threading.Semaphore = field(default_factory=lambda: threading.BoundedSemaphore(1))
    """A file may take minutes: one worker at a time carries any, and the others go on."""
    _room_in: float = math.inf
    _asking_portal: set[str] = field(default_factory=set)
    """The tokens of claims; a delivery that was taken over is claimed twice at the same time."""
    _carrying: set[str] = field(default_factory=set)
    """The tokens of claims that carry a file."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def records(self) -> Records:
        return self.settler.tools.records

    def run_once(self, *, urgent_only: bool = False) -> int:
        """Carry out at most one delivery; return how many were claimed."""
        with ExitStack() as room:
            claimed = self._claim(room, urgent_only=urgent_only)
            for delivery, refused in claimed:
                try:
                    if refused is not None:
                        self.settler.failed(delivery, refused)
                    else:
                        self._carry_out(delivery)
                except LeaseLost:
                    self.settler.log(delivery).warning("lease_lost")
                finally:
                    self._portal_answered(delivery)
                    self._carried(delivery)
                    self.hands.let_go(delivery)
        if not claimed:
            self._wake()
        return len(claimed)

    def run_out(self) -> int:
        """Carry out all that is due; return how many were claimed."""
        return sum(iter(self.run_once, 0))

    def room_in(self) -> float:
        """Return the seconds until the chat platform takes what the last claim passed over."""
        return self._room_in

    def _wake(self) -> None:
        """Wake what waits for this platform once it answers again: a few, and more when those are
        worked off, so that they do not arrive all at once."""
        reach, platform = self.settler.tools.reach, self.settler.destination
        if not reach.is_back(platform):
            return
        reached = self.records.store.write(lambda tx: tx.outbox.wake_all(platform))
        if len(reached) == FEW:
            reach.more_waits(platform)
        for to in set(reached):
            self.records.nudges[to].give()

    def _claim(self, room: ExitStack, *, urgent_only: bool) -> list[Claimed]:
        """Claim one delivery, and keep room for it within our own limits as long as `room` is open.

        None that asks the portal while enough workers are asking it, no file while one is carried,
        nor of a chat that is full: to claim it and put it off would lengthen its back-off each
        time, in a burst to minutes.
        """
        may_ask = self._portal.acquire(blocking=False)
        may_carry = self._carrier.acquire(blocking=False)
        claimed: list[Claimed] = []
        full_for: list[float] = []
        try:
            with self._claiming:
                full = set() if urgent_only else self.hands.full()
                found = self.records.store.claim(
                    self.settler.destination,
                    1,
                    LEASE_MS,
                    urgent_only=urgent_only,
                    may_ask_portal=may_ask,
                    may_carry=may_carry,
                    may_have=lambda head: (
                        head.chat_id not in full and self._has_room(head, full_for)
                    ),
                )
                self.hands.hold(found)
                if not urgent_only:
                    self._room_in = min(full_for, default=math.inf)
                claimed += [(delivery, self._reserve(delivery, room)) for delivery in found]
        finally:
            updates = [d.token for d, _ in claimed if d.command.asks_portal]
            files = [d.token for d, _ in claimed if d.command.carries]
            if may_ask and not updates:
                self._portal.release()
            if may_carry and not files:
                self._carrier.release()
        if full_for:
            self.records.meter.limited(OURS, "lark_rate")
        with self._lock:
            self._asking_portal.update(updates)
            self._carrying.update(files)
        return claimed

    def _has_room(self, head: Head, full_for: list[float]) -> bool:
        """Tell whether our own limits let it pass now; if not, add the seconds until they do."""
        if head.kind not in _IN_PUBLIC:
            return True
        wait = self.settler.tools.messenger.wait_for(head.chat_id)
        if wait > 0:
            full_for.append(wait)
        return wait <= 0

    def _reserve(self, delivery: Delivery, room: ExitStack) -> Limited | None:
        """Keep room for it; return the refusal of our own limits, if so."""
        place = self.performers[type(delivery.command)].place(delivery.command)
        try:
            if place is not None:
                room.enter_context(self.settler.tools.messenger.reserve(place))
        except Limited as exc:
            return exc
        return None

    def _portal_answered(self, delivery: Delivery) -> None:
        with self._lock:
            if delivery.token in self._asking_portal:
                self._asking_portal.remove(delivery.token)
                self._portal.release()

    def _carried(self, delivery: Delivery) -> None:
        with self._lock:
            if delivery.token in self._carrying:
                self._carrying.remove(delivery.token)
                self._carrier.release()

    def heartbeat(self) -> None:
        """Extend the leases of what is being performed."""
        held = [(delivery.id, delivery.token) for delivery in self.hands]
        if held:
            self.records.store.write(lambda tx: tx.outbox.heartbeat(held, LEASE_MS))

    def _carry_out(self, delivery: Delivery) -> None:
        settler = self.settler
        if self._key_has_aged(delivery):
            reason = "its key is too old to send it again without looking"
            settler.settle(Step.KEY_EXPIRED, Doubtful(delivery, reason))
            return
        try:
            prepared = self._prepare(delivery)
        except StoreError:
            raise
        except Exception as exc:
            settler.failed(delivery, exc)
            return
        finally:
            self._portal_answered(delivery)
        match prepared:
            case Done(outcome):
                settler.settle(Step.NOTHING_TO_DO, Delivered(delivery, outcome))
            case Wait():
                settler.wait_to_be_woken(delivery, prepared.reason)
            case Hold():
                settler.withhold(delivery, prepared)
            case Ready() if may_be_done(delivery, settler.tools.resumed_ms()):
                settler.settle(Step.LOOK_FIRST, Doubtful(delivery, REASON, prepared.note))
            case Ready():
                self._send(delivery, prepared)

    def _prepare(self, delivery: Delivery) -> Prepared:
        """Rejected where the chat is not served any more."""
        command = delivery.command
        with self.records.store.read() as tx:
            chat = self.records.chat(tx, delivery.chat_id)
        if command.only_where_served and not chat.enabled:
            raise Rejected(f"the chat {chat.id} is not enabled", Cause.FORBIDDEN)
        return self.performers[type(command)].prepare(command, delivery, chat)

    def _key_has_aged(self, delivery: Delivery) -> bool:
        command = delivery.command
        if not delivery.first_sent_ms or not command.keyed or command.repeatable:
            return False
        return not key_lives(self.settler.attempt(delivery), self.records.store.now())

    def _send(self, delivery: Delivery, prepared: Ready) -> None:
        store = self.records.store
        sending = store.write(lambda tx: tx.outbox.step(delivery, Step.SEND, note=prepared.note))
        self.settler.key_ages.begins(sending)
        try:
            outcome = prepared.send()
        except Exception as exc:
            self.settler.failed(sending, exc)
            return
        self.settler.keep(Delivered(sending, outcome))
