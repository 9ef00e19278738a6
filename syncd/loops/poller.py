"""helpdesk changes -> decide -> outbox; then the cursor moves.

One search a cycle however many tickets are linked: facts and the reasons for each step are in
https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from syncd.core import cursor
from syncd.core.alarms import Trouble
from syncd.core.changes import changes, oldest_first
from syncd.core.decide.known import Decision
from syncd.core.errors import RemoteFailure, StoreError, SyncdError, Unauthorized
from syncd.core.events import TicketChanged
from syncd.core.model import AccountId, Comment, CommentId, Link, Ms, Page, Ticket, TicketId
from syncd.core.publicity import Publicity, first_test
from syncd.log import Log
from syncd.loops.basics import Basics
from syncd.loops.ports import Helpdesk
from syncd.loops.records import Records
from syncd.loops.sight import Invisible, Sight
from syncd.loops.unread import Unread
from syncd.store.tx import Tx

CURSOR = "poll"
_LEASE_MS = 120_000
_AT_ONCE = 100
_DUE_AT_ONCE = 100
_EMPTY_PAGES = 5
_DETAILS_AT_ONCE = 1000
_SWEEP_WAITS_SECONDS = 5.0


class Incomplete(Exception):
    """The search did not come to an end; the cursor stays."""


NOT_READ = (RemoteFailure, Incomplete, Invisible)
"""What keeps the helpdesk's changes from being read, and is no fault of ours."""


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
        self._busy = threading.Lock()
        self._owes_poll = False
        """Whether a poll was to begin and did not, because a sweep was reading."""
        self._unread = Unread(records)
        self._sight = Sight(records, helpdesk, log)

    @property
    def down(self) -> bool:
        """Whether the last poll failed."""
        return self._down

    def run_once(self) -> int:
        """Run one cycle; return how many tickets were read. An outage is logged once.

        A poll that comes while a sweep reads is done by the sweep, as soon as that has ended.
        """
        self._owes_poll = True
        return self._run(self._poll, waits_seconds=0) or 0

    def sweep(self, lookback_ms: int) -> int | None:
        """Search far back for what the search index learned late; the cursor stays.

        Return how many tickets it found, None when it is not our turn; raises one of NOT_READ.
        The index is only eventually consistent, in the field by hours:
        https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile/
        """

        def search(account: AccountId, generation: int) -> int:
            since = Ms(max(self._records.store.now() - lookback_ms, 0))
            found = self._read_pages(since, [], account, generation).tickets
            if found:
                self._log.warning("sweep_found", tickets=found, hours=lookback_ms // 3_600_000)
            return found

        # Both begin at the same moments, so a sweep that did not wait would never have its turn.
        try:
            return self._run(search, waits_seconds=_SWEEP_WAITS_SECONDS)
        finally:
            if self._owes_poll:
                self.run_once()

    def _run(self, work: Callable[[AccountId, int], int], *, waits_seconds: float) -> int | None:
        """Do nothing while another cycle reads: a stale read must not be decided after a fresh."""
        if not self._busy.acquire(timeout=waits_seconds):
            return None
        try:
            return self._lead(work)
        finally:
            self._busy.release()

    def _lead(self, work: Callable[[AccountId, int], int]) -> int | None:
        account = self._basics.account
        if account is None:
            return None
        generation = self._acquire()
        if generation is None:
            return None
        return work(account, generation)

    def _poll(self, account: AccountId, generation: int) -> int:
        try:
            read = self._cycle(account, generation)
        except StoreError:
            raise
        except Exception as exc:
            self._fails(exc)
            if isinstance(exc, NOT_READ):
                return 0
            raise
        self._works()
        return read

    def _works(self) -> None:
        if self._down:
            self._log.info("poll_recovered")
        self._down = False
        for trouble in (Trouble.POLL, Trouble.JSM_LOGIN, Trouble.PERMISSION):
            self._records.board.report(trouble, down=False)

    def _fails(self, failure: Exception) -> None:
        if not self._down:
            self._log.warning("poll_failed", reason=str(failure) or type(failure).__name__)
        self._down = True
        trouble = Trouble.POLL
        if isinstance(failure, Unauthorized):
            trouble = Trouble.JSM_LOGIN
        elif isinstance(failure, Invisible):
            trouble = Trouble.PERMISSION
        self._records.board.report(trouble, down=True)

    def _acquire(self) -> int | None:
        return self._records.store.write(
            lambda tx: tx.leases.acquire(CURSOR, self._owner, _LEASE_MS)
        )

    def heartbeat(self) -> None:
        """Extend our lease as long as a cycle goes on."""
        if self._busy.locked():
            self._acquire()

    def hand_over(self) -> None:
        """Let another process poll at once, instead of when our lease has run out."""
        self._records.store.write(lambda tx: tx.leases.release(CURSOR, self._owner))

    def _cycle(self, account: AccountId, generation: int) -> int:
        self._owes_poll = False
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
        asks = False
        token = ""
        while True:
            page = self._helpdesk.changed_since(since, token)
            server_ms = server_ms or page.server_ms
            newest = Ms(max([newest, *(row.updated_ms for row in page.rows)]))
            changed = self._changed(page)
            tickets += self._handle(sorted(changed | waiting), account, generation)
            asks = asks or bool(changed)
            waiting = set()
            empty = 0 if page.rows else empty + 1
            if not page.next:
                self._sight.prove(asks=asks)
                self._unread.tell()
                return _Read(tickets, newest, server_ms)
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

    def _handle(self, ids: list[TicketId], account: AccountId, generation: int) -> int:
        """Read and decide these tickets, some at a time; return how many could be read."""
        handled = 0
        for start in range(0, len(ids), _AT_ONCE):
            handled += self._handle_some(ids[start : start + _AT_ONCE], account, generation)
        return handled

    def _handle_some(self, ids: list[TicketId], account: AccountId, generation: int) -> int:
        tickets = self._helpdesk.tickets(ids)
        self._sight.saw(ticket.key for ticket in tickets)
        details = self._details(tickets)
        for ticket in tickets:
            try:
                event = _event(ticket, details, account, waits=not self._unread.lasts(ticket.id))
                decision = self._records.store.write(partial(self._decide, event, generation))
            except (SyncdError, Incomplete):
                raise
            except Exception:
                # Our own fault with one ticket must not keep the others waiting.
                self._log.exception("ticket_failed", ticket=ticket.key)
                self._unread.again([ticket.id])
            else:
                self._records.nudge(decision)
                if event.unread:
                    self._unread.again([ticket.id])
                else:
                    self._unread.over(ticket.id)
        missing = set(ids) - {ticket.id for ticket in tickets}
        if missing:
            self._log.warning("tickets_not_readable", tickets=sorted(missing))
            self._unread.again(sorted(missing))
        return len(tickets)

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
