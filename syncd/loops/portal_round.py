"""Asks the portal again about what is shown, because it may hide a comment by itself.

Then the comment's own signs stay as they were, and no bulk read of the platform would tell:
https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-issueidorkey-comment-get
"""

from functools import partial

from syncd.core.decide.known import Decision
from syncd.core.errors import Rejected, StoreError
from syncd.core.events import HiddenByPortal
from syncd.core.model import CommentId, Link, Ms, SeenVerdict
from syncd.log import Log
from syncd.loops.ports import Helpdesk
from syncd.loops.records import Records
from syncd.loops.rereader import REREAD_MS
from syncd.store.tx import Tx

_REACHED = ("round", "portal")
_TICKETS = 100
"""Tickets asked about each time; each costs a call for every hundred of its comments."""


class PortalRound:
    """Runs hourly and goes round: the next time it goes on where it stopped."""

    def __init__(self, records: Records, helpdesk: Helpdesk, log: Log) -> None:
        self._records = records
        self._helpdesk = helpdesk
        self._log = log

    def run_once(self) -> int:
        """Ask about the next tickets; return how many were asked about.

        RemoteFailure when an outage ends it early; whatever ends it, the next time it goes on
        behind that ticket.
        """
        links = self._next()
        for link in links:
            try:
                self._ask(link)
            except StoreError:
                raise
            except Exception:
                self._stopped_at(link)
                raise
            self._stopped_at(link)
        return len(links)

    def _next(self) -> list[Link]:
        with self._records.store.read() as tx:
            reached, since = tx.cache.get(*_REACHED) or "", Ms(tx.now - REREAD_MS)
            ahead = tx.links.with_shown(since, reached, _TICKETS)
            return ahead or tx.links.with_shown(since, "", _TICKETS)

    def _stopped_at(self, link: Link) -> None:
        self._records.store.write(lambda tx: tx.cache.put(*_REACHED, link.ticket_id))

    def _ask(self, link: Link) -> None:
        """Withdraw what the portal hides."""
        try:
            hidden = self._helpdesk.portal_hides(link.ticket_key, self._shown(link))
        except Rejected as exc:
            self._log.info("portal_does_not_tell", ticket=link.ticket_key, reason=str(exc))
            return
        if hidden:
            event = HiddenByPortal(link.ticket_id, tuple(sorted(hidden)))
            decision = self._records.store.write(partial(self._decide, event))
            self._records.nudge(decision)
            self._log.warning(
                "comments_withdrawn", comments=len(decision.orders), reason=decision.reason
            )

    def _shown(self, link: Link) -> set[CommentId]:
        """Return the comments that stand in the chat and were told not too long ago."""
        with self._records.store.read() as tx:
            shown = tx.twins.shown_of(link.ticket_id)
            since = tx.now - REREAD_MS
            told = tx.seen.of(link.ticket_id).values()
        return {
            seen.comment_id
            for seen in told
            if seen.verdict is SeenVerdict.TOLD
            and seen.updated_ms >= since
            and seen.comment_id in shown
        }

    def _decide(self, event: HiddenByPortal, tx: Tx) -> Decision:
        return self._records.decide(tx, event)
