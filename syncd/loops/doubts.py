"""Looks whether what is in DOUBT happened, and sends again only what is proven absent."""

from collections.abc import Callable

from syncd.core import alarms
from syncd.core.commands import (
    AddComment,
    Alert,
    AnnounceTicket,
    Command,
    Delivery,
    FileTicket,
    OfferForm,
    PostUpdate,
    ShowForm,
    TellPerson,
    destination,
)
from syncd.core.decide.known import Decision
from syncd.core.doubt import OnDoubt, Trail, next_look, proven_absent, read_back_from
from syncd.core.errors import Rejected, RemoteFailure, StoreError, Unavailable
from syncd.core.events import Commented, Delivered, Event, Outcome, Posted, Undeliverable
from syncd.core.model import DeliveryId, Destination, MessageId, Ms, Thread, TicketId
from syncd.core.retry import Patience, outlived
from syncd.core.views import InChat, InThread, Sighting, Where
from syncd.log import Log
from syncd.loops import anchors
from syncd.loops.perform_helpdesk import marker_of
from syncd.loops.ports import Helpdesk, Messenger
from syncd.loops.records import Records
from syncd.loops.settling import settle
from syncd.loops.sight import proofs
from syncd.store.failures import LeaseLost
from syncd.store.tx import Tx

_UNFINDABLE_LASTS_MS = 30_000
_LOOK_MS = 30_000
_ARRIVES_LATE_MS = 150_000
"""So long after its answer was lost a post may still come true; no page says how long."""
_LASTS_MS = 3_600_000
"""So long a doubt may last before the operators are told."""


class Doubts:
    """Runs every few seconds over one destination's deliveries in DOUBT that are due for a look."""

    def __init__(
        self,
        records: Records,
        destination: Destination,
        messenger: Messenger,
        helpdesk: Helpdesk,
        grace_ms: int,
        on_doubt: OnDoubt,
        patience: Patience,
        steady: Callable[[], int],
        log: Log,
    ) -> None:
        self._records = records
        self._destination = destination
        self._messenger = messenger
        self._helpdesk = helpdesk
        self._grace_ms = grace_ms
        self._on_doubt = on_doubt
        self._patience = patience
        self._steady = steady
        self._watched_since: dict[tuple[DeliveryId, int], int] = {}
        self._log = log

    def run_once(self) -> int:
        """Look once at each doubtful delivery that is due; return how many doubts ended."""
        with self._records.store.read() as tx:
            now = tx.now
            doubtful = tx.outbox.doubtful(self._destination)
        return sum(self._resolve_or_tell(delivery, now) for delivery in doubtful)

    def found(self, id: DeliveryId, outcome: Outcome) -> int:
        """Settle a doubtful delivery that turned out to have happened."""
        with self._records.store.read() as tx:
            delivery = tx.outbox.get(id)
        if delivery is None:
            raise LookupError(f"no delivery {id}")
        return self._end(delivery, "found", Delivered(delivery, outcome))

    def _resolve_or_tell(self, delivery: Delivery, now: Ms) -> int:
        ended = self._resolve(delivery, now)
        if not ended and _age(delivery.enqueued_ms, now) > _LASTS_MS:
            self._tell_operators(delivery)
        return ended

    def _tell_operators(self, delivery: Delivery) -> None:
        alerts = alarms.doubt_lasts(delivery, self._records.rules)
        self._records.store.write(lambda tx: [tx.outbox.put(order) for order in alerts])

    def _resolve(self, delivery: Delivery, now: Ms) -> int:
        command = delivery.command
        try:
            if isinstance(command, FileTicket):
                return self._look_for_ticket(delivery, command, now)
            if isinstance(command, AddComment):
                return self._look_for_comment(delivery, command, now)
            if isinstance(command, ShowForm | TellPerson | Alert):
                return self._give_up_unfindable(delivery, now)
            if isinstance(command, AnnounceTicket | PostUpdate | OfferForm):
                return self._look_in_chat(delivery, command.thread, now)
        except RemoteFailure as exc:
            self._log.info("look_failed", delivery=delivery.id, reason=str(exc))
            self._wait(delivery, Ms(now + _LOOK_MS), str(exc))
        except LeaseLost:
            self._log.info("doubt_ended_elsewhere", delivery=delivery.id)
        except StoreError:
            raise
        except Exception:
            # Our own fault with one delivery must not keep the others waiting.
            self._log.exception("look_broke", delivery=delivery.id)
        return 0

    # An ephemeral card has no key and cannot be found, so it is never sent again blindly:
    # https://open.feishu.cn/document/ukTMukTMukTM/uETOyYjLxkjM24SM5IjN
    def _give_up_unfindable(self, delivery: Delivery, now: Ms) -> int:
        if _age(delivery.first_sent_ms, now) < _UNFINDABLE_LASTS_MS:
            return 0
        reason = "nobody can tell whether it arrived"
        return self._end(delivery, "give up", Undeliverable(delivery, reason), reason)

    def _look_for_ticket(self, delivery: Delivery, command: FileTicket, now: Ms) -> int:
        with self._records.store.read() as tx:
            trail = Trail.load(tx.outbox.note_of(delivery.id))
            canaries = proofs(tx, self._records.rules)
        if trail is None:
            return 0
        if not delivery.not_before:
            self._watched_ms(delivery)
            later = next_look(_age(trail.sent_ms, now), now)
            self._postpone(delivery, trail, later, delivery.reason)
            return 0
        marker = marker_of(command.request_id)
        probe = self._helpdesk.find_created(marker, trail.key_floor, trail.sent_ms, canaries)
        if len(probe.found) > 1:
            keys = ", ".join(filed.key for filed in probe.found)
            self._log.error("two_tickets_of_one_request", tickets=keys, request=command.request_id)
            alerts = alarms.two_tickets(command.request_id, keys, self._records.rules)
            self._records.store.write(lambda tx: [tx.outbox.put(order) for order in alerts])
        if probe.found:
            return self._end(delivery, "found", Delivered(delivery, probe.found[0]))
        return self._not_found(delivery, trail, proven=probe.proven, now=now)

    def _not_found(self, delivery: Delivery, trail: Trail, *, proven: bool, now: Ms) -> int:
        clean = trail.clean + 1 if proven else 0
        looked = Trail(trail.key_floor, trail.sent_ms, clean)
        later = next_look(_age(trail.sent_ms, now), now)
        if not proven_absent(looked, self._watched_ms(delivery), self._grace_ms):
            reason = delivery.reason if proven else "we may not see all of the project"
            self._postpone(delivery, looked, later, reason)
            return 0
        if self._on_doubt == OnDoubt.ASK:
            reason = "it was not created; an operator decides whether it is sent again"
            self._postpone(delivery, looked, later, reason)
            self._tell_operators(delivery)
            return 0
        return self._send_again(delivery, now)

    def _look_for_comment(self, delivery: Delivery, command: AddComment, now: Ms) -> int:
        watched = self._watched_ms(delivery)
        if _age(delivery.first_sent_ms, now) < _LOOK_MS:
            return 0
        with self._records.store.read() as tx:
            link = tx.links.of_thread(command.thread.root)
        if link is None:
            return 0
        try:
            comment = self._helpdesk.find_comment(link.ticket_key, delivery.id)
        except Rejected as exc:
            tired = outlived(delivery.enqueued_ms, now, self._patience)
            if not tired and not self._sees_others(link.ticket_id):
                raise Unavailable(f"we may not see the project: {exc}") from exc
            event = Undeliverable(delivery, str(exc), refused=True)
            return self._end(delivery, "give up", event, str(exc))
        if comment is not None:
            return self._end(delivery, "found", Delivered(delivery, Commented(comment)))
        if watched < self._grace_ms:
            self._wait(delivery, Ms(now + _LOOK_MS), delivery.reason)
            return 0
        return self._send_again(delivery, now)

    def _sees_others(self, ticket: TicketId) -> bool:
        """Tell whether other tickets are seen, so that this one is gone and not our permission."""
        with self._records.store.read() as tx:
            others = [id for id in proofs(tx, self._records.rules) if id != ticket]
        return bool(others and self._helpdesk.keys(others))

    def _look_in_chat(self, delivery: Delivery, thread: Thread, now: Ms) -> int:
        """Read the chat back: Lark has forgotten the key, but the message carries it."""
        watched = self._watched_ms(delivery)
        since = read_back_from(delivery.first_sent_ms or delivery.enqueued_ms, now)
        with self._records.store.read() as tx:
            threads = dict.fromkeys((thread, anchors.current(tx, thread)))
        places: tuple[Where, ...] = (*map(InThread, threads), InChat(thread.chat_id))
        sightings = [self._sighting(where, delivery.id, since) for where in places]
        for where, sighting in zip(places, sightings, strict=True):
            if sighting.message_id:
                above = isinstance(where, InChat) and _belongs_below(delivery.command)
                shown = Posted(sighting.message_id, above=above)
                return self._end(delivery, "found", Delivered(delivery, shown))
        if all(sighting.sure and self._known(sighting.deleted) for sighting in sightings):
            if watched >= _ARRIVES_LATE_MS:
                return self._send_again(delivery, now)
            self._wait(delivery, Ms(now + _LOOK_MS), delivery.reason)
            return 0
        reason = "nobody can tell whether it is in the chat already"
        return self._end(delivery, "give up", Undeliverable(delivery, reason), reason)

    def _known(self, deleted: frozenset[MessageId]) -> bool:
        """Tell whether each of them showed something else: a comment that we withdrew, mostly."""
        with self._records.store.read() as tx:
            return deleted <= tx.twins.among(deleted)

    def _sighting(self, where: Where, key: DeliveryId, since: Ms) -> Sighting:
        try:
            return self._messenger.find(where, key, since)
        except Rejected:
            # What we may not read proves nothing, and a thread may outlive its root.
            return Sighting(None, sure=False)

    def _watched_ms(self, delivery: Delivery) -> int:
        """Return how long this process has watched the doubt: its own clock cannot be set."""
        now = self._steady()
        return now - self._watched_since.setdefault((delivery.id, delivery.tries), now)

    def _wait(self, delivery: Delivery, until: Ms, reason: str) -> None:
        self._records.store.write(lambda tx: tx.outbox.postpone(delivery, until, reason))

    def _postpone(self, delivery: Delivery, trail: Trail, at_ms: Ms, reason: str) -> None:
        self._records.store.write(
            lambda tx: tx.outbox.postpone(delivery, at_ms, reason, note=trail.dump())
        )

    def _send_again(self, delivery: Delivery, now: Ms) -> int:
        """What was sent again and again and never arrived is given up one day."""
        tried = delivery.tries >= self._patience.attempts
        if tried and outlived(delivery.enqueued_ms, now, self._patience):
            reason = self._patience.ended(delivery.reason)
            return self._end(delivery, "give up", Undeliverable(delivery, reason), reason)
        self._records.store.write(lambda tx: tx.outbox.step(delivery, "proven absent"))
        self._watched_since.pop((delivery.id, delivery.tries), None)
        self._log.warning("doubt_ended", delivery=delivery.id, happened="proven absent")
        self._records.nudges[destination(delivery.command)].give()
        return 1

    def _end(self, delivery: Delivery, happened: str, event: Event, reason: str = "") -> int:
        def work(tx: Tx) -> Decision:
            return settle(self._records, tx, delivery, happened, event, reason)

        decision = self._records.store.write(work)
        self._watched_since.pop((delivery.id, delivery.tries), None)
        self._log.warning(
            "doubt_ended", delivery=delivery.id, happened=happened, reason=reason or None
        )
        self._records.nudge(decision)
        self._records.nudges[destination(delivery.command)].give()
        return 1


def _belongs_below(command: Command) -> bool:
    """Tell whether it is said in a thread, and above it only where the thread's root is gone."""
    return not isinstance(command, PostUpdate) or command.in_thread


def _age(sent_ms: Ms, now: Ms) -> int:
    """What lies far ahead was sent long ago, and the clock was set back since."""
    return abs(now - sent_ms)
