"""helpdesk changes -> decide -> outbox; then the cursor moves.

One search a cycle however many tickets are linked: facts and the reasons for each step are in
https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from syncd.core import cursor
from syncd.core.alarms import Trouble
from syncd.core.changes import changes
from syncd.core.decide.known import Decision
from syncd.core.errors import RemoteFailure, SyncdError, Unauthorized
from syncd.core.events import TicketChanged
from syncd.core.model import AccountId, Comment, CommentId, Link, Ms, Page, Ticket, TicketId
from syncd.core.publicity import Publicity, first_test
from syncd.log import Log
from syncd.loops.basics import Basics
from syncd.loops.ports import Helpdesk
from syncd.loops.records import Records
from syncd.store.tx import Tx

CURSOR = "poll"
_LEASE_MS = 120_000
_AT_ONCE = 100
_AGAIN_MS = 300_000
_CANARIES = 10
_DUE_AT_ONCE = 100
_EMPTY_PAGES = 5
_DETAILS_AT_ONCE = 1000


class Incomplete(Exception):
    """The search did not come to an end; the cursor stays."""


class Invisible(Incomplete):
    """None of the linked tickets is visible, which is a lost permission and no deletion."""


@dataclass(frozen=True)
class _Read:
    tickets: int
    newest: Ms
    server_ms: Ms


class Poller:
    """Reads what changed in the helpdesk and decides what of it the chats are shown."""

    def __init__(
        self,
        records: Records,
        helpdesk: Helpdesk,
        basics: Basics,
        owner: str,
        overlap_ms: int,
        log: Log,
    ) -> None:
        self._records = records
        self._helpdesk = helpdesk
        self._basics = basics
        self._owner = owner
        self._overlap_ms = overlap_ms
        self._log = log
        self._down = False

    def run_once(self) -> int:
        """Run one cycle; return how many tickets were read. An outage is logged once."""
        return self._run(self._cycle)

    def sweep(self, lookback_ms: int) -> int:
        """Search far back for what the search index learned late; the cursor stays.

        The index is only eventually consistent, in the field by hours:
        https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile/
        """

        def search(account: AccountId, generation: int) -> int:
            since = Ms(max(self._records.store.now() - lookback_ms, 0))
            found = self._read_pages(since, [], account, generation).tickets
            if found:
                self._log.warning("sweep_found", tickets=found, hours=lookback_ms // 3_600_000)
            return found

        return self._run(search)

    def _run(self, work: Callable[[AccountId, int], int]) -> int:
        account = self._basics.account
        if account is None:
            return 0
        generation = self._records.store.write(
            lambda tx: tx.leases.acquire(CURSOR, self._owner, _LEASE_MS)
        )
        if generation is None:
            return 0
        try:
            handled = work(account, generation)
        except (RemoteFailure, Incomplete) as exc:
            self._report(exc)
            if not self._down:
                self._log.warning("poll_failed", reason=str(exc) or type(exc).__name__)
            self._down = True
            return 0
        if self._down:
            self._log.info("poll_recovered")
        self._down = False
        for trouble in (Trouble.POLL, Trouble.JSM_LOGIN, Trouble.PERMISSION):
            self._records.board.report(trouble, down=False)
        return handled

    def _report(self, failure: Exception) -> None:
        trouble = Trouble.POLL
        if isinstance(failure, Unauthorized):
            trouble = Trouble.JSM_LOGIN
        elif isinstance(failure, Invisible):
            trouble = Trouble.PERMISSION
        self._records.board.report(trouble, down=True)

    def hand_over(self) -> None:
        """Let another process poll at once, instead of when our lease has run out."""
        self._records.store.write(lambda tx: tx.leases.release(CURSOR, self._owner))

    def _cycle(self, account: AccountId, generation: int) -> int:
        store = self._records.store
        with store.read() as tx:
            before = tx.cursors.get(CURSOR)
            due = tx.links.due(_DUE_AT_ONCE)
            start = before or tx.now
        read = self._read_pages(cursor.window(start, self._overlap_ms), due, account, generation)
        # Our own clock may be ahead of the helpdesk's, so the first cursor is the helpdesk's time.
        after = cursor.advance(before or read.server_ms, read.newest, read.server_ms)

        def move(tx: Tx) -> None:
            self._still_leading(tx, generation)
            tx.cursors.set(CURSOR, after)

        store.write(move)
        return read.tickets

    def _read_pages(self, since: Ms, due: list[Link], account: AccountId, generation: int) -> _Read:
        tickets, newest, server_ms = 0, Ms(0), Ms(0)
        waiting = {link.ticket_id for link in due}
        tokens: set[str] = set()
        empty = 0
        token = ""
        while True:
            page = self._helpdesk.changed_since(since, token)
            server_ms = server_ms or page.server_ms
            newest = Ms(max([newest, *(row.updated_ms for row in page.rows)]))
            changed = self._changed(page)
            tickets += self._handle(sorted(changed | waiting), account, generation)
            if changed and not tickets and not self._sees_anything():
                raise Invisible("none of the linked tickets is visible; is a permission lost?")
            waiting = set()
            empty = 0 if page.rows else empty + 1
            if not page.next:
                return _Read(tickets, newest, server_ms)
            if page.next in tokens or empty > _EMPTY_PAGES:
                raise Incomplete("the helpdesk's search goes round in circles")
            tokens.add(page.next)
            token = page.next

    def _sees_anything(self) -> bool:
        """A lost permission is not a deletion: some ticket that is linked must be visible."""
        with self._records.store.read() as tx:
            linked = [link.ticket_id for link in tx.links.recent(_CANARIES)]
        return bool(self._helpdesk.tickets(linked))

    def _changed(self, page: Page) -> set[TicketId]:
        """Return the linked tickets of which this page knows something newer."""
        updated = {row.id: row.updated for row in page.rows}
        with self._records.store.read() as tx:
            linked = tx.links.of_tickets(list(updated))
        return {id for id, link in linked.items() if link.updated_seen != updated[id]}

    def _handle(self, ids: list[TicketId], account: AccountId, generation: int) -> int:
        """Read and decide these tickets, some at a time; return how many could be read."""
        handled = 0
        for start in range(0, len(ids), _AT_ONCE):
            # A long list takes long: the lease is renewed, and what was decided is kept.
            self._records.store.write(lambda tx: tx.leases.acquire(CURSOR, self._owner, _LEASE_MS))
            handled += self._handle_some(ids[start : start + _AT_ONCE], account, generation)
        return handled

    def _handle_some(self, ids: list[TicketId], account: AccountId, generation: int) -> int:
        tickets = self._helpdesk.tickets(ids)
        details = self._details(tickets)
        for ticket in tickets:
            try:
                event = _event(ticket, details, account)
                decision = self._records.store.write(partial(self._decide, event, generation))
            except (SyncdError, Incomplete):
                raise
            except Exception:
                # Our own fault with one ticket must not keep the others waiting.
                self._log.exception("ticket_failed", ticket=ticket.key)
                self._read_again([ticket.id])
            else:
                self._records.nudge(decision)
        missing = set(ids) - {ticket.id for ticket in tickets}
        if missing:
            self._log.warning("tickets_not_readable", tickets=sorted(missing))
            self._read_again(sorted(missing))
        return len(tickets)

    def _read_again(self, ids: list[TicketId]) -> None:
        """Ask for these tickets once more in a while, whatever the search says."""

        def work(tx: Tx) -> None:
            for link in tx.links.of_tickets(ids).values():
                tx.links.save(replace(link, check_due=True, due_ms=Ms(tx.now + _AGAIN_MS)))

        self._records.store.write(work)

    def _decide(self, event: TicketChanged, generation: int, tx: Tx) -> Decision:
        self._still_leading(tx, generation)
        return self._records.decide(tx, event)

    def _still_leading(self, tx: Tx, generation: int) -> None:
        if not tx.leases.holds(CURSOR, self._owner, generation):
            raise Incomplete("another process has taken the poll over")

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
    ticket: Ticket, details: dict[CommentId, Comment | None], account: AccountId
) -> TicketChanged:
    """Put the comments that were read twice in the place of what was read first."""
    read = [(comment, details.get(comment.id, comment)) for comment in ticket.comments]
    comments = tuple(fresh for _, fresh in read if fresh is not None)
    full = replace(ticket, comments=comments)
    return TicketChanged(full, account, unread=len(comments) < len(read))
