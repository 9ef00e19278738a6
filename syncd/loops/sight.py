"""Whether we still see the helpdesk's tickets: a lost permission looks like a quiet day."""

from collections.abc import Iterable

from syncd.core.decide.known import Rules
from syncd.core.decide.moving import has_left
from syncd.core.model import Ms, TicketId, TicketKey
from syncd.log import Log
from syncd.loops.ports import Helpdesk
from syncd.loops.records import Records
from syncd.store.tx import Tx

_LASTS_MS = 300_000
_FIRST = 10
_OTHERS = 100
"""Asked about when none of the first is there: ten may well have been deleted."""


_PROOFS = 3


def proofs(tx: Tx, rules: Rules) -> tuple[TicketId, ...]:
    """Return tickets of which one must be visible, or finding nothing in the project proves
    nothing; what has left it says nothing of it."""
    links = tx.links.recent(_FIRST + _OTHERS)
    return tuple(link.ticket_id for link in links if not has_left(link.ticket_key, rules))[:_PROOFS]


class Invisible(Exception):
    """None of the linked tickets is visible, which is a lost permission and no deletion."""


class Sight:
    """Remembers when some linked ticket was visible last, as long as the process lives."""

    def __init__(self, records: Records, helpdesk: Helpdesk, log: Log) -> None:
        self._records = records
        self._helpdesk = helpdesk
        self._log = log
        self._saw_ms: Ms | None = None
        self._sees_now = False
        self._gone_told = False

    def saw(self, keys: Iterable[TicketKey]) -> None:
        """Take tickets that were read as proof; those that left the project prove nothing."""
        ours = (key for key in keys if not has_left(key, self._records.rules))
        self._sees_now = self._sees_now or any(ours)

    def prove(self, *, asks: bool) -> None:
        """Raise Invisible when nothing proves it, now and then and whenever the search `asks` for
        tickets of which none could be read."""
        saw, self._sees_now = self._sees_now, False
        now = self._records.store.now()
        lately = self._saw_ms is not None and abs(now - self._saw_ms) < _LASTS_MS
        if not saw:
            if lately and not asks:
                return
            self._saw_ms = None
            self._look(asks=asks)
        self._saw_ms = now

    def _look(self, *, asks: bool) -> None:
        with self._records.store.read() as tx:
            links = tx.links.recent(_FIRST + _OTHERS)
        rules = self._records.rules
        linked = [link.ticket_id for link in links if not has_left(link.ticket_key, rules)]
        if not linked or self._sees(linked[:_FIRST]) or self._sees(linked[_FIRST:]):
            self._gone_told = False
            return
        # What was deleted is not found by a search either, and other tickets are; without the
        # permission none is:
        # https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/
        if asks or not self._helpdesk.key_floor():
            raise Invisible("none of the linked tickets is visible; is a permission lost?")
        if not self._gone_told:
            self._log.warning("linked_tickets_gone", looked_for=len(linked))
        self._gone_told = True

    def _sees(self, ids: list[TicketId]) -> bool:
        found = self._helpdesk.keys(ids) if ids else {}
        return any(not has_left(key, self._records.rules) for key in found.values())
