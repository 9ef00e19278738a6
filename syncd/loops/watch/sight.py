"""Proves that we still see the project: to Jira's search a lost permission is an empty result."""

from collections.abc import Iterable
from dataclasses import dataclass

from syncd.core.decide.moving import has_left
from syncd.core.known import Rules
from syncd.core.model import Ms, TicketId, TicketKey
from syncd.log import Log
from syncd.loops.ports import Helpdesk
from syncd.loops.records import Records
from syncd.store.tx import Tx

_LASTS_MS = 300_000
_FIRST = 10
_OTHERS = 100
"""How many more are asked for when none of the first ten is visible: those may be deleted."""
_PROOFS = 3


def proofs(tx: Tx, rules: Rules) -> tuple[TicketId, ...]:
    """Return canary tickets: unless one is visible, finding nothing proves nothing."""
    return tuple(_linked(tx, rules)[:_PROOFS])


def _linked(tx: Tx, rules: Rules) -> list[TicketId]:
    """Return recently linked tickets, without those that left the project or cannot be read."""
    broken = tx.looks.broken()
    links = tx.links.recent(_FIRST + _OTHERS)
    here = (link.ticket_id for link in links if not has_left(link.ticket_key, rules))
    return [id for id in here if id not in broken]


class Invisible(Exception):
    """None of the linked tickets is visible: a lost permission, not deletions."""


@dataclass
class Sight:
    """Remembers when some linked ticket was visible last, as long as the process lives."""

    records: Records
    helpdesk: Helpdesk
    log: Log
    _saw_ms: Ms | None = None
    _sees_now: bool = False
    _gone_told: bool = False

    def saw(self, keys: Iterable[TicketKey]) -> None:
        """Take tickets that were read as proof, except those that left the project."""
        ours = (key for key in keys if not has_left(key, self.records.rules))
        self._sees_now = self._sees_now or any(ours)

    def prove(self, *, asks: bool) -> None:
        """Raise Invisible when nothing proves our sight of the project.

        Asked every five minutes, and whenever the search found tickets (`asks`) of which none could
        be read.
        """
        saw, self._sees_now = self._sees_now, False
        now = self.records.store.now()
        lately = self._saw_ms is not None and abs(now - self._saw_ms) < _LASTS_MS
        if not saw:
            if lately and not asks:
                return
            self._saw_ms = None
            self._look(asks=asks)
        self._saw_ms = now

    def _look(self, *, asks: bool) -> None:
        with self.records.store.read() as tx:
            linked = _linked(tx, self.records.rules)
        if not linked or self._sees(linked[:_FIRST]) or self._sees(linked[_FIRST:]):
            self._gone_told = False
            return
        # What was deleted is not found by a search either, and other tickets are; without the
        # permission none is:
        # https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/
        if asks or not self.helpdesk.key_floor():
            raise Invisible("none of the linked tickets is visible; is a permission lost?")
        if not self._gone_told:
            self.log.warning("linked_tickets_gone", looked_for=len(linked))
        self._gone_told = True

    def _sees(self, ids: list[TicketId]) -> bool:
        found = self.helpdesk.keys(ids) if ids else {}
        return any(not has_left(key, self.records.rules) for key in found.values())
