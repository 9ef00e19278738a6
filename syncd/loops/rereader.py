"""Reads again what was shown or withheld lately, because hiding a comment need not move its ticket.

A comment is hidden by an entity property, and writing one does not touch the issue:
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/
"""

from collections.abc import Iterator
from functools import partial
from itertools import chain

from syncd.core.decide.known import Decision
from syncd.core.decide.updating import is_as_before
from syncd.core.events import CommentReread
from syncd.core.model import Comment, CommentId, Ms, SeenComment, SeenVerdict
from syncd.core.publicity import Publicity
from syncd.log import Log
from syncd.loops.ports import Helpdesk
from syncd.loops.records import Records
from syncd.store.tx import Tx

REREAD_MS = 14 * 86_400_000
"""How long what was shown is looked at again."""
_AT_ONCE = 1000
_LOOKED_FOR = 20
"""How many that a list leaves out are looked for each time; the portal is asked of each alone."""


class Rereader:
    """Runs hourly; a thousand comments cost one call."""

    def __init__(self, records: Records, helpdesk: Helpdesk, log: Log) -> None:
        self._records = records
        self._helpdesk = helpdesk
        self._log = log
        self._reached = CommentId("")

    def run_once(self) -> int:
        """Read again what was handled within 14 days; return how many comments were read.

        RemoteFailure when an outage keeps it from coming to its end.
        """
        kinds = (SeenVerdict.TOLD, SeenVerdict.HIDDEN, SeenVerdict.WITHHELD)
        read = 0
        missing: list[SeenComment] = []
        for batch in chain.from_iterable(map(self._batches, kinds)):
            missing += self._compare(batch)
            read += len(batch)
        self._look_for(missing)
        return read

    def _batches(self, verdict: SeenVerdict) -> Iterator[list[SeenComment]]:
        after = ""
        while batch := self._batch(verdict, after):
            yield batch
            after = batch[-1].comment_id

    def _batch(self, verdict: SeenVerdict, after: str) -> list[SeenComment]:
        with self._records.store.read() as tx:
            return tx.seen.recent(verdict, Ms(tx.now - REREAD_MS), after, _AT_ONCE)

    def _compare(self, batch: list[SeenComment]) -> list[SeenComment]:
        """Act on what is found; return what the chat was told of and the list leaves out."""
        found = self._helpdesk.comment_details([seen.comment_id for seen in batch])
        for seen in batch:
            comment = found.get(seen.comment_id)
            if comment is not None and not is_as_before(seen, comment):
                self._act(seen, comment)
        absent = [seen for seen in batch if seen.comment_id not in found]
        return [seen for seen in absent if not is_as_before(seen, None)]

    def _look_for(self, missing: list[SeenComment]) -> None:
        """Look for some, each time for others; those of a ticket that is not visible stay."""
        tickets = self._helpdesk.tickets(sorted({seen.ticket_id for seen in missing}))
        visible = {ticket.id for ticket in tickets}
        there = [seen for seen in missing if seen.ticket_id in visible]
        if len(there) > _LOOKED_FOR:
            self._log.warning("many_comments_missing", missing=len(there))
        there.sort(key=lambda seen: (seen.comment_id <= self._reached, seen.comment_id))
        for seen in there[:_LOOKED_FOR]:
            self._reached = seen.comment_id
            if self._is_gone(seen):
                self._act(seen, None)

    def _act(self, seen: SeenComment, comment: Comment | None) -> None:
        event = CommentReread(seen.ticket_id, seen.comment_id, comment)
        decision = self._records.store.write(partial(self._decide, event))
        self._records.nudge(decision)
        if decision.orders:
            self._log.warning(
                "comments_withdrawn", comments=len(decision.orders), reason=decision.reason
            )

    def _is_gone(self, seen: SeenComment) -> bool:
        """A list that leaves a comment out proves nothing; the portal, asked for it, does."""
        with self._records.store.read() as tx:
            link = tx.links.of_ticket(seen.ticket_id)
        if link is None:
            return False
        publicity = self._helpdesk.publicity(link.ticket_key, seen.comment_id)
        return publicity is Publicity.NOT_PUBLIC

    def _decide(self, event: CommentReread, tx: Tx) -> Decision:
        return self._records.decide(tx, event)
