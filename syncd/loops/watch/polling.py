"""The poll and the sweeps: searches for changed tickets, and the report of their outages.

Facts and the reasons for each step are in
https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile
"""

from dataclasses import dataclass
from functools import partial

from syncd.core import watching
from syncd.core.desks.desk import project_of
from syncd.core.errors import Denied, RemoteFailure, StoreError, Unauthorized
from syncd.core.model import Destination, Link, Ms, TicketId
from syncd.core.operators import alarms
from syncd.core.operators.alarms import Trouble
from syncd.core.operators.history import presentable
from syncd.core.watching import Look, Page, Reason
from syncd.loops.watch.leading import CURSOR, Leading, Turn, TurnEnded
from syncd.loops.watch.reading import Reading
from syncd.loops.watch.sight import Invisible
from syncd.loops.watch.taking import Taker, reason_of
from syncd.store.portable import chunks
from syncd.store.tx import Tx

_EMPTY_PAGES = 5


class Incomplete(Exception):
    """The search did not come to an end; the cursor stays."""


NOT_READ = (RemoteFailure, Incomplete, Invisible, TurnEnded)
"""Failures that keep us from reading and are no bug of ours."""

_TROUBLES = {Unauthorized: Trouble.JSM_LOGIN, Invisible: Trouble.PERMISSION}


@dataclass(frozen=True)
class _Found:
    """What one search found; times are by the helpdesk's clock."""

    newest: Ms
    server_ms: Ms
    tickets: int
    """Linked tickets with changes that were not queued for reading already."""
    read: int


@dataclass
class Polling(Taker):
    """Takes the looks of the reasons CHANGES and SWEEP."""

    reading: Reading
    leading: Leading
    interval_ms: int
    overlap_ms: int
    _down: bool = False
    _swept_badly: bool = False
    """Whether a sweep failed here, and none of the processes has done it since."""
    _read_ms: Ms = Ms(0)
    """When the cursor was last written, by whichever process."""

    def begin(self, tx: Tx) -> None:
        """Make the poll due at once; sweeps keep the times they have."""
        tx.looks.ask(watching.poll(tx.now))
        for look in watching.sweeps(tx.now):
            tx.looks.plant(look)

    def poll(self, looks: list[Look], turn: Turn) -> int:
        """Run one cycle; return how many tickets were read. An outage is logged once."""
        turn.write(
            lambda tx: tx.looks.again((look, Ms(tx.now + self.interval_ms)) for look in looks)
        )
        try:
            read = self._poll(turn)
        except StoreError:
            raise
        except Exception as exc:
            self.records.meter.polled(ok=False)
            self._fails(exc)
            if isinstance(exc, NOT_READ):
                return 0
            raise
        self.records.meter.polled(ok=True)
        self._works()
        return read

    def sweep(self, looks: list[Look], turn: Turn) -> int:
        """Search far back; return how many tickets were found that the poll had missed."""
        return sum(self._sweep(look, turn) for look in looks)

    def report(self) -> None:
        """Report recovery when another process has polled, and sweeps that keep failing.

        Sweeps are not reported while the poll fails, nor after a single failure, which may be the
        beginning of an outage that the poll reports.
        """
        with self.records.store.read() as tx:
            read_ms, sweeps = tx.cursors.at(CURSOR), watching.sweeps(tx.now)
            found = [tx.looks.of(one.reason, one.subject) for one in sweeps]
        failing = [look for look in found if look and look.failures]
        if 0 < self._read_ms < read_ms and self.leading.basics.account is not None:
            self._works()
        self._read_ms = read_ms
        self._swept_badly = self._swept_badly and bool(failing)
        if not self._down:
            worst = max(failing, key=lambda look: look.failures, default=None)
            down = self._swept_badly and worst is not None and worst.failures > 1
            reason = worst.problem if worst else ""
            self.records.board.report(Trouble.SWEEP, down=down, reason=reason)

    def _works(self) -> None:
        if self._down:
            self.log.info("poll_recovered")
        self._down = False
        for trouble in (Trouble.POLL, *_TROUBLES.values()):
            self.records.board.report(trouble, down=False)

    def _fails(self, failure: Exception) -> None:
        if not self._down:
            self.log.warning("poll_failed", reason=reason_of(failure))
            if isinstance(failure, Denied):
                self._tell_denied(str(failure))
        self._down = True
        trouble = _TROUBLES.get(type(failure), Trouble.POLL)
        self.records.board.report(trouble, down=True, reason=reason_of(failure))
        # What keeps us from reading may not keep another process.
        self.leading.hand_over()

    def _tell_denied(self, reason: str) -> None:
        def work(tx: Tx) -> None:
            for order in alarms.denied("reading tickets", reason, self.records.rules, tx.now):
                tx.outbox.put(order)

        self.records.store.write(work)
        self.records.nudges[Destination.LARK].give()

    def _sweep(self, look: Look, turn: Turn) -> int:
        """Run one sweep; one that fails is due again after its back-off."""
        began = self.records.store.now()
        try:
            found = self._since(Ms(max(began - watching.lookback_ms(look), 0)), turn).tickets
        except (StoreError, TurnEnded):
            raise
        except Exception as exc:
            self._sweep_fails(look, exc, turn)
            return 0
        self.records.meter.swept(look.subject, ok=True, found=found)
        hours = int(look.subject)
        if found:
            self.log.warning("sweep_found", tickets=found, hours=hours)
        if look.failures:
            self.log.info("sweep_recovered", hours=hours)
        turn.write(lambda tx: tx.looks.again([(look, watching.swept(look, began))]))
        return found

    def _sweep_fails(self, look: Look, failure: Exception, turn: Turn) -> None:
        self.records.meter.swept(look.subject, ok=False)
        ours = None if isinstance(failure, NOT_READ) else failure
        reason = reason_of(failure)
        if not look.failures or ours:
            hours = int(look.subject)
            self.log.warning("sweep_failed", hours=hours, reason=reason, exc_info=ours)
        self._swept_badly = True
        turn.write(lambda tx: self.fail(tx, look, presentable(reason)))

    def _poll(self, turn: Turn) -> int:
        """Read what changed since the cursor, and move it; return how many tickets were read."""
        with self.records.store.read() as tx:
            before = tx.cursors.get(CURSOR)
            start = before or tx.now
        try:
            found = self._since(watching.window(start, self.overlap_ms), turn)
        except Invisible as lost:
            # What was found in other projects has moved the cursor beyond what was not.
            if lost.since < before:
                self._read_ms = turn.write(partial(_back_to, lost.since))
            raise
        # Our own clock may be ahead of the helpdesk's, so the first cursor is the helpdesk's time.
        after = watching.advance(before or found.server_ms, found.newest, found.server_ms)
        turn.write(lambda tx: tx.cursors.set(CURSOR, after))
        return found.read

    def _since(self, moment: Ms, turn: Turn) -> _Found:
        """Search to the end, and read the tickets that are due then.

        RemoteFailure or Incomplete where the end was not reached, Invisible where our account
        sees no ticket any more; what was decided until then stays decided.
        """
        newest, server_ms, tickets, empty = Ms(0), Ms(0), 0, 0
        asks: set[str] = set()
        denied: set[str] = set()
        tokens = {""}
        token = ""
        while True:
            page = self.helpdesk.changed_since(moment, token)
            server_ms = server_ms or page.server_ms
            newest = Ms(max([newest, *(row.updated_ms for row in page.rows)]))
            changed = self._changed(page)
            asks |= {project_of(link.ticket_key) for link in changed}
            denied |= set(page.denied)
            for some in chunks([link.ticket_id for link in changed]):
                tickets += turn.write(partial(_ask, some))
            empty = 0 if page.rows else empty + 1
            if not page.next:
                break
            if page.next in tokens or empty > _EMPTY_PAGES:
                raise Incomplete("the helpdesk's search goes round in circles")
            tokens.add(page.next)
            token = page.next
        read = self.reading.take_due(turn)
        self.reading.sight.prove(asks=asks, since=moment)
        if denied:
            lost = ", ".join(sorted(denied))
            raise Invisible(f"the helpdesk refuses to search {lost}; is a permission lost?", moment)
        return _Found(newest, server_ms, tickets, read)

    def _changed(self, page: Page) -> list[Link]:
        """Return the Links of the tickets of which this page knows something newer."""
        updated = {row.id: row.updated for row in page.rows}
        with self.records.store.read() as tx:
            linked = tx.links.of_tickets(list(updated))
        return [link for id, link in linked.items() if link.updated_seen != updated[id]]


def _back_to(since: Ms, tx: Tx) -> Ms:
    """Set the cursor back; return when that was."""
    tx.cursors.set(CURSOR, since)
    return tx.now


def _ask(ids: list[TicketId], tx: Tx) -> int:
    """Have them read; return for how many nobody was about to."""
    return sum(tx.looks.ask(Look(id, Reason.READ, tx.now)) for id in ids)
