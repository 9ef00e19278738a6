"""Reads what changed in the helpdesk since a moment, and decides it.

One search however many tickets are linked, a bulk read of those that changed, and one of their
new comments with the properties that a ticket does not carry:
https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from syncd.core.changes import changes, oldest_first
from syncd.core.decide.known import Decision
from syncd.core.errors import SyncdError
from syncd.core.events import TicketChanged
from syncd.core.model import AccountId, Comment, CommentId, Link, Ms, Page, Ticket, TicketId
from syncd.core.publicity import Publicity, first_test
from syncd.log import Log
from syncd.loops.ports import Helpdesk
from syncd.loops.records import Records
from syncd.loops.sight import Sight
from syncd.loops.unread import Unread
from syncd.store.tx import Tx

_AT_ONCE = 100
_EMPTY_PAGES = 5
_DETAILS_AT_ONCE = 1000


class Incomplete(Exception):
    """The search did not come to an end; the cursor stays."""


@dataclass(frozen=True)
class Read:
    """How far the helpdesk's changes were read, by its own clock."""

    tickets: int
    newest: Ms
    server_ms: Ms


@dataclass(frozen=True)
class Turn:
    """For whom it is read, and what refuses a decision once another process reads."""

    account: AccountId
    holds: Callable[[Tx], None]
    """Raises Incomplete inside a transaction when the turn has ended."""


class Reading:
    """Turns the changes since a moment into decisions, ticket by ticket."""

    def __init__(self, records: Records, helpdesk: Helpdesk, log: Log) -> None:
        self._records = records
        self._helpdesk = helpdesk
        self._log = log
        self._unread = Unread(records)
        self._sight = Sight(records, helpdesk, log)

    def since(self, moment: Ms, due: list[Link], turn: Turn) -> Read:
        """Read to the end of the search, and the tickets that are due besides.

        RemoteFailure or Incomplete where the end was not reached, Invisible where our account
        sees no ticket any more; what was decided until then stays decided.
        """
        tickets, newest, server_ms = 0, Ms(0), Ms(0)
        waiting = {link.ticket_id for link in due}
        tokens: set[str] = set()
        empty = 0
        asks = False
        token = ""
        while True:
            page = self._helpdesk.changed_since(moment, token)
            server_ms = server_ms or page.server_ms
            newest = Ms(max([newest, *(row.updated_ms for row in page.rows)]))
            changed = self._changed(page)
            tickets += self._handle(sorted(changed | waiting), turn)
            asks = asks or bool(changed)
            waiting = set()
            empty = 0 if page.rows else empty + 1
            if not page.next:
                self._sight.prove(asks=asks)
                self._unread.tell()
                return Read(tickets, newest, server_ms)
            if page.next in tokens or empty > _EMPTY_PAGES:
                raise Incomplete("the helpdesk's search goes round in circles")
            tokens.add(page.next)
            token = page.next

    def _changed(self, page: Page) -> set[TicketId]:
        """Return the linked tickets of which this page knows something newer."""
        updated = {row.id: row.updated for row in page.rows}
        with self._records.store.read() as tx:
            linked = tx.links.of_tickets(list(updated))
        return {id for id, link in linked.items() if link.updated_seen != updated[id]}

    def _handle(self, ids: list[TicketId], turn: Turn) -> int:
        """Read and decide these tickets, some at a time; return how many could be read."""
        handled = 0
        for start in range(0, len(ids), _AT_ONCE):
            handled += self._handle_some(ids[start : start + _AT_ONCE], turn)
        return handled

    def _handle_some(self, ids: list[TicketId], turn: Turn) -> int:
        tickets = self._helpdesk.tickets(ids)
        self._sight.saw(ticket.key for ticket in tickets)
        read_ms = self._records.store.now()
        details = self._details(tickets)
        for ticket in tickets:
            self._take(ticket, details, read_ms, turn)
        missing = set(ids) - {ticket.id for ticket in tickets}
        if missing:
            self._log.warning("tickets_not_readable", tickets=sorted(missing))
            self._unread.again(sorted(missing))
        return len(tickets)

    def _take(
        self,
        ticket: Ticket,
        details: dict[CommentId, Comment | None],
        read_ms: Ms,
        turn: Turn,
    ) -> None:
        waits = not self._unread.lasts(ticket.id)
        try:
            event = _event(ticket, details, turn.account, waits=waits)
            event = replace(event, read_ms=read_ms)
            decision = self._records.store.write(partial(self._decide, event, turn))
        except (SyncdError, Incomplete):
            raise
        except Exception:
            # Our own fault with one ticket must not keep the others waiting.
            self._log.exception("ticket_failed", ticket=ticket.key)
            self._unread.again([ticket.id])
            return
        self._records.nudge(decision)
        if event.unread:
            self._unread.again([ticket.id])
        else:
            self._unread.over(ticket.id)

    def _decide(self, event: TicketChanged, turn: Turn, tx: Tx) -> Decision:
        turn.holds(tx)
        return self._records.decide(tx, event)

    def _details(self, tickets: list[Ticket]) -> dict[CommentId, Comment | None]:
        """Read the new comments afresh, with the properties that say `internal` and `ours`; None
        for one that is not there any more."""
        with self._records.store.read() as tx:
            wanted = [
                comment.id
                for ticket in tickets
                for comment in changes(tx.seen.of(ticket.id), ticket)
                if first_test(comment.signs) is Publicity.PUBLIC
            ]
        found: dict[CommentId, Comment | None] = dict.fromkeys(wanted)
        for start in range(0, len(wanted), _DETAILS_AT_ONCE):
            found |= self._helpdesk.comment_details(wanted[start : start + _DETAILS_AT_ONCE])
        return found


def _event(
    ticket: Ticket, details: dict[CommentId, Comment | None], account: AccountId, *, waits: bool
) -> TicketChanged:
    """Put the comments that were read twice in the place of what was read first.

    One that is left out the second time keeps later ones back, for a while: `waits`.
    """
    comments: list[Comment] = []
    unread = False
    for comment in oldest_first(ticket.comments):
        fresh = details.get(comment.id, comment)
        unread = unread or fresh is None
        kept_back = unread and waits and comment.id in details
        if fresh is not None and not kept_back:
            comments.append(fresh)
    return TicketChanged(replace(ticket, comments=tuple(comments)), account, unread)
