"""Looks where linked tickets are: the poll's search ends at the project's border.

A moved issue keeps its id, and a bulk read by ids answers with its new key:
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-bulkfetch-post
"""

from functools import partial

from syncd.core.decide.known import Decision
from syncd.core.decide.moving import has_left
from syncd.core.errors import Rejected, Unavailable
from syncd.core.events import TicketMoved
from syncd.core.model import Link, TicketKey
from syncd.log import Log
from syncd.loops.ports import Helpdesk
from syncd.loops.records import Records
from syncd.store.tx import Tx

_REACHED = ("round", "moves")
_AT_ONCE = 100
_CALLS = 20


class Moves:
    """Runs hourly and goes round, a hundred tickets a call."""

    def __init__(self, records: Records, helpdesk: Helpdesk, log: Log) -> None:
        self._records = records
        self._helpdesk = helpdesk
        self._log = log

    def run_once(self) -> int:
        """Look for the next tickets; return of how many it was news where they are.

        RemoteFailure when an outage keeps it from coming to its end.
        """
        found = 0
        for _ in range(_CALLS):
            links, ended = self._next()
            found += self._look(links)
            if ended:
                break
        return found

    def _next(self) -> tuple[list[Link], bool]:
        """Return whom to look for, and whether the round ends; what fails has its turn again."""
        with self._records.store.read() as tx:
            links = tx.links.after(tx.cache.get(*_REACHED) or "", _AT_ONCE)
        ended = len(links) < _AT_ONCE
        reached = "" if ended else links[-1].thread.root
        self._records.store.write(lambda tx: tx.cache.put(*_REACHED, reached))
        return links, ended

    def _look(self, links: list[Link]) -> int:
        if not links:
            return 0
        keys = self._helpdesk.keys([link.ticket_id for link in links])
        found, failure = 0, None
        for link in links:
            key = keys.get(link.ticket_id)
            if key is None or not has_left(key, self._records.rules):
                continue
            try:
                found += self._tell(link, key)
            except Unavailable as exc:
                if exc.retry_after is not None:
                    raise  # That is about the site, not about one ticket.
                failure = exc
        if failure is not None:
            raise failure
        return found

    def _tell(self, link: Link, key: TicketKey) -> bool:
        """Decide on a ticket that has left, where that changes anything."""
        try:
            path = self._helpdesk.portal_path(link.ticket_id)
        except Rejected as exc:
            self._log.info("portal_does_not_tell", ticket=key, reason=str(exc))
            return False
        followed = link.ticket_key == key and link.check_due and path in ("", link.portal_path)
        left_alone = link.ticket_key == key and not link.check_due and path is None
        if followed or left_alone:
            return False
        event = TicketMoved(link.ticket_id, key, path)
        decision = self._records.store.write(partial(self._decide, event))
        self._records.nudge(decision)
        self._log.warning("ticket_moved", ticket=key, was=link.ticket_key, reason=decision.reason)
        return True

    def _decide(self, event: TicketMoved, tx: Tx) -> Decision:
        return self._records.decide(tx, event)
