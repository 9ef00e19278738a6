"""Looks later whether a create that was sent again has come true after all, as a second ticket."""

from syncd.core import alarms
from syncd.core.commands import Delivery, FileTicket
from syncd.core.doubt import Trail
from syncd.core.errors import RemoteFailure, StoreError, Unavailable
from syncd.core.history import LOOKED, of_delivery
from syncd.core.model import DeliveryId, Destination, Filed, Ms, Request
from syncd.core.stragglers import all_looked, is_hopeless, look_is_due, may_straggle, surplus
from syncd.log import Log
from syncd.loops.perform_helpdesk import marker_of
from syncd.loops.ports import Helpdesk
from syncd.loops.records import Records
from syncd.loops.sight import proofs
from syncd.store.cursors import Cursor
from syncd.store.tx import Tx

_WATCHED = "straggler:"
"""Before the id of a watched create: a cursor that counts the looks, written at each."""


def watch(tx: Tx, filed: Delivery) -> None:
    """Remember, in the transaction that links the ticket, which creates may still come true."""
    for create in tx.outbox.of_request(filed.request_id, FileTicket):
        if may_straggle(create, filed.id):
            tx.cursors.set(f"{_WATCHED}{create.id}", Ms(0))


class Stragglers:
    """Runs every few minutes over the watched creates; without any it calls nobody."""

    def __init__(self, records: Records, helpdesk: Helpdesk, log: Log) -> None:
        self._records = records
        self._helpdesk = helpdesk
        self._log = log

    def run_once(self) -> int:
        """Look for each create that is due; return of how many a second ticket was found."""
        with self._records.store.read() as tx:
            now = tx.now
            watched = tx.cursors.under(_WATCHED)
        return sum(
            self._look_safely(one, now)
            for one in watched
            if look_is_due(one.position, one.at_ms, now)
        )

    def _look_safely(self, watched: Cursor, now: Ms) -> int:
        """What cannot be looked for now stays due; one create must not keep others waiting."""
        try:
            return self._look(watched)
        except RemoteFailure as exc:
            self._not_seen(watched, str(exc), now)
        except StoreError:
            raise
        except Exception:
            self._log.exception("look_broke", delivery=_id(watched))
        return 0

    def _look(self, watched: Cursor) -> int:
        with self._records.store.read() as tx:
            create = tx.outbox.get(_id(watched))
            trail = Trail.load(tx.outbox.note_of(_id(watched)))
            request = tx.requests.get(create.request_id) if create else None
            canaries = proofs(tx, self._records.rules)
        if create is None or trail is None or request is None:
            self._end(watched)
            return 0
        marker = marker_of(request.id)
        probe = self._helpdesk.find_created(marker, trail.key_floor, trail.sent_ms, canaries)
        if extra := surplus(probe.found, request.ticket_id):
            self._tell(watched, create, request, extra)
            return 1
        if not probe.proven:
            raise Unavailable("we may not see all of the project")
        self._looked(watched)
        return 0

    def _tell(
        self, watched: Cursor, create: Delivery, request: Request, extra: tuple[Filed, ...]
    ) -> None:
        """The ticket that the thread knows is named first: it is the one to keep."""
        keys = ", ".join([request.ticket_key, *(filed.key for filed in extra)])
        alerts = alarms.two_tickets(request.id, keys, self._records.rules)

        def work(tx: Tx) -> None:
            tx.cursors.drop(watched.name)
            tx.history.note(of_delivery(create, LOOKED, f"it came true twice: {keys}"))
            for order in alerts:
                tx.outbox.put(order)

        self._records.store.write(work)
        self._log.error("two_tickets_of_one_request", tickets=keys, request=request.id)
        self._records.nudges[Destination.LARK].give()

    def _looked(self, watched: Cursor) -> None:
        looks = watched.position + 1
        if all_looked(looks):
            self._end(watched)
        else:
            self._records.store.write(lambda tx: tx.cursors.set(watched.name, Ms(looks)))

    def _not_seen(self, watched: Cursor, reason: str, now: Ms) -> None:
        self._log.info("look_failed", delivery=_id(watched), reason=reason)
        if is_hopeless(watched.at_ms, now):
            self._log.error("straggler_not_looked_for", delivery=_id(watched), reason=reason)
            self._end(watched)

    def _end(self, watched: Cursor) -> None:
        self._records.store.write(lambda tx: tx.cursors.drop(watched.name))


def _id(watched: Cursor) -> DeliveryId:
    return DeliveryId(watched.name.removeprefix(_WATCHED))
