"""Reads again what was shown or withheld lately, because hiding a comment need not move its ticket.

A comment is hidden by an entity property, and writing one does not touch the issue:
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/
"""

from functools import partial

from syncd.core.decide.known import Decision
from syncd.core.errors import RemoteFailure
from syncd.core.events import CommentReread
from syncd.core.model import Ms, SeenComment, SeenVerdict
from syncd.core.publicity import Publicity
from syncd.log import Log
from syncd.loops.ports import Helpdesk
from syncd.loops.records import Records
from syncd.store.tx import Tx

_DAYS_MS = 14 * 86_400_000
_AT_ONCE = 1000
_MOST_GONE = 20
"""Nobody deletes so many comments within an hour; a list that lost them is likelier."""


class Rereader:
    """Runs hourly; a thousand comments cost one call."""

    def __init__(self, records: Records, helpdesk: Helpdesk, log: Log) -> None:
        self._records = records
        self._helpdesk = helpdesk
        self._log = log

    def run_once(self) -> int:
        """Read again what changed within 14 days; return how many comments were read."""
        kinds = (SeenVerdict.TOLD, SeenVerdict.HIDDEN, SeenVerdict.WITHHELD)
        try:
            return sum(self._read(verdict) for verdict in kinds)
        except RemoteFailure as exc:
            self._log.warning("reread_failed", reason=str(exc))
            return 0

    def _read(self, verdict: SeenVerdict) -> int:
        read, after = 0, ""
        while True:
            with self._records.store.read() as tx:
                since = Ms(tx.now - _DAYS_MS)
                batch = tx.seen.recent(verdict, since, after, _AT_ONCE)
            if not batch:
                return read
            if not self._check(batch):
                return read
            read, after = read + len(batch), batch[-1].comment_id

    def _check(self, batch: list[SeenComment]) -> bool:
        """Read one batch; False when it proves nothing, because too much is missing at once."""
        found = self._helpdesk.comment_details([seen.comment_id for seen in batch])
        gone = [seen for seen in batch if seen.comment_id not in found]
        if len(gone) > _MOST_GONE:
            self._log.error("too_much_is_missing", missing=len(gone), asked=len(batch))
            return False
        proven = {seen.comment_id for seen in gone if self._is_gone(seen)}
        for seen in batch:
            if seen.comment_id not in found and seen.comment_id not in proven:
                continue
            event = CommentReread(seen.ticket_id, seen.comment_id, found.get(seen.comment_id))
            decision = self._records.store.write(partial(self._decide, event))
            self._records.nudge(decision)
            if decision.orders:
                self._log.warning("comment_withdrawn", reason=decision.reason)
        return True

    def _is_gone(self, seen: SeenComment) -> bool:
        """A list that leaves a comment out proves nothing; the portal, asked for it, does."""
        with self._records.store.read() as tx:
            link = tx.links.of_ticket(seen.ticket_id)
        if link is None or not self._helpdesk.tickets([seen.ticket_id]):
            return False
        publicity = self._helpdesk.publicity(link.ticket_key, seen.comment_id)
        return publicity is Publicity.NOT_PUBLIC

    def _decide(self, event: CommentReread, tx: Tx) -> Decision:
        return self._records.decide(tx, event)
