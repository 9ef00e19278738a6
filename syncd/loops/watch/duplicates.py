"""Looks for late duplicates: second tickets of creates that were sent again."""

from syncd.core.delivery import Delivery
from syncd.core.doubt import Trail, may_come_true_late, surplus
from syncd.core.errors import Unavailable
from syncd.core.kinds.file_ticket import marker_of
from syncd.core.model import DeliveryId, Destination, Filed, Request
from syncd.core.operators import alarms
from syncd.core.operators.history import LOOKED
from syncd.core.watching import Look, Reason, duplicate_again, is_hopeless
from syncd.loops.watch.leading import Turn
from syncd.loops.watch.sight import proofs
from syncd.loops.watch.taking import Taker
from syncd.store.tx import Tx


def watch(tx: Tx, filed: Delivery) -> None:
    """Queue looks, in the transaction that links the ticket, for creates that may duplicate it."""
    for create in tx.outbox.of_request(filed.request_id, filed.command.kind()):
        if may_come_true_late(create, filed.id):
            due_ms = duplicate_again(0, tx.now)
            tx.looks.ask(Look(create.id, Reason.DUPLICATE, due_ms))


class Duplicates(Taker):
    """Takes the looks of the reason DUPLICATE."""

    def take(self, looks: list[Look], turn: Turn) -> int:
        """Look for duplicates of these creates; return how many looks succeeded."""
        return self.each(looks, turn, self._look, at_once=1)

    def _look(self, looks: list[Look], turn: Turn) -> None:
        (look,) = looks
        with self.records.store.read() as tx:
            create = tx.outbox.get(DeliveryId(look.subject))
            trail = Trail.load(tx.outbox.note_of(create.id)) if create else None
            request = tx.requests.get(create.request_id) if create else None
            canaries = proofs(tx, trail.project if trail else "")
            hopeless = is_hopeless(look, tx.now)
        if hopeless:
            self.log.error("duplicate_not_looked_for", delivery=look.subject, reason=look.problem)
        if create is None or trail is None or request is None or hopeless:
            self.records.store.write(lambda tx: tx.looks.done(look))
            return
        marker = marker_of(request.id)
        probe = self.helpdesk.find_created(
            trail.project, marker, trail.key_floor, trail.sent_ms, canaries
        )
        if extra := surplus(probe.found, request.ticket_id):
            self._found_twice(look, create, request, extra, turn)
        elif not probe.proven:
            raise Unavailable("we may not see all of the project")
        else:
            turn.write(lambda tx: tx.looks.again([(look, duplicate_again(look.looks + 1, tx.now))]))

    def _found_twice(
        self, look: Look, create: Delivery, request: Request, extra: tuple[Filed, ...], turn: Turn
    ) -> None:
        """The ticket that the thread knows is named first: it is the one to keep."""
        keys = ", ".join([request.ticket_key, *(filed.key for filed in extra)])

        def work(tx: Tx) -> None:
            tx.looks.done(look)
            tx.history.note(create.entry(LOOKED, f"it came true twice: {keys}"))
            for order in alarms.two_tickets(request.id, keys, self.records.rules):
                tx.outbox.put(order)

        turn.write(work)
        self.log.error("two_tickets_of_one_request", tickets=keys, request=request.id)
        self.records.nudges[Destination.LARK].give()
