"""Makes the author of a reply a participant of the request, by an address that is known anyway."""

from syncd.core.delivery import Delivery
from syncd.core.desks.desk import project_of
from syncd.core.errors import Cause, Rejected
from syncd.core.kinds.filed.add_participant import AddParticipant
from syncd.core.model import REPORTER, AccountId, Chat, Ms, TicketKey
from syncd.core.operators import alarms
from syncd.core.outcome import Outcome
from syncd.loops.directory import DAY_MS, known_address
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.performing import Done, Prepared, Ready
from syncd.loops.outgoing.refusals import denied
from syncd.store.tables.cache import CacheKind
from syncd.store.tx import Tx


class Performer(performing.Performer[AddParticipant]):
    def prepare(self, command: AddParticipant, delivery: Delivery, chat: Chat) -> Prepared:
        """Nobody is invited for it, and nobody's profile is read twice a day."""
        if not command.sure:
            self.tools.people.profile(command.person)
            return Done()
        with self.tools.records.store.read() as tx:
            link = tx.links.of_thread(command.thread.root)
            request = tx.requests.get(delivery.request_id)
            address = known_address(tx, command.person, chat)
            refused = link is not None and _is_refused(tx, project_of(link.ticket_key))
        reporter = str(request.values.get(REPORTER, "")) if request else ""
        is_reporter = address.casefold() == reporter.casefold()
        if link is None or refused or not chat.participants or not address or is_reporter:
            return Done()
        key = link.ticket_key
        try:
            account = self.tools.people.somebody(address)
        except Rejected as exc:
            return Done(self._refused(exc, project_of(key), project_of(key)))
        if account is None:
            return Done()
        return Ready(lambda: self._add(key, account))

    def _add(self, key: TicketKey, account: AccountId) -> Outcome:
        project = project_of(key)
        one = f"{project}/{account}"
        with self.tools.records.store.read() as tx:
            if _is_refused(tx, one):
                return Outcome(refused=True)
        try:
            self.tools.helpdesk.add_participant(key, account)
        except Rejected as exc:
            if exc.cause is Cause.GONE:
                return Outcome(refused=True)
            # A 400 may be about that account alone.
            return self._refused(exc, project, project if exc.cause is Cause.FORBIDDEN else one)
        return Outcome()

    def _refused(self, refusal: Rejected, project: str, name: str) -> Outcome:
        """Remember it for a day, and tell operators once on that day."""
        reason = str(denied(refusal, f"add participants to requests of {project}"))
        self.tools.log.warning("participant_refused", project=project, status=refusal.status)
        records = self.tools.records

        def work(tx: Tx) -> None:
            tx.cache.put(CacheKind.PARTICIPANT_REFUSED, name, reason)
            for order in alarms.denied(AddParticipant.kind(), reason, records.rules, tx.now):
                tx.outbox.put(order)

        records.store.write(work)
        return Outcome(refused=True)


def _is_refused(tx: Tx, name: str) -> bool:
    since = Ms(tx.now - DAY_MS)
    return tx.cache.get(CacheKind.PARTICIPANT_REFUSED, name, not_older_than=since) is not None
