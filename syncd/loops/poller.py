"""helpdesk changes -> decide -> outbox; then the cursor moves.

Facts and the reasons for each step are in
https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile
"""

import threading
from collections.abc import Callable
from functools import partial

from syncd.core import cursor
from syncd.core.alarms import Trouble
from syncd.core.errors import RemoteFailure, StoreError, Unauthorized
from syncd.core.model import Ms
from syncd.log import Log
from syncd.loops.basics import Basics
from syncd.loops.leading import CURSOR, Leading
from syncd.loops.ports import Helpdesk
from syncd.loops.reading import Incomplete, Reading, Turn
from syncd.loops.records import Records
from syncd.loops.sight import Invisible
from syncd.store.tx import Tx

_DUE_AT_ONCE = 100
_SWEEP_WAITS_SECONDS = 5.0

NOT_READ = (RemoteFailure, Incomplete, Invisible)
"""What keeps the helpdesk's changes from being read, and is no fault of ours."""


class Poller:
    """Decides whose turn it is to read the helpdesk, from when on, and how far it got."""

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
        self._basics = basics
        self._leading = Leading(records.store, owner)
        self._overlap_ms = overlap_ms
        self._log = log
        self._down = False
        self._busy = threading.Lock()
        self._owes_poll = False
        """Whether a poll was to begin and did not, because a sweep was reading."""
        self._reading = Reading(records, helpdesk, log)

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

        def search(turn: Turn) -> int:
            since = Ms(max(self._records.store.now() - lookback_ms, 0))
            found = self._reading.since(since, [], turn).tickets
            if found:
                self._log.warning("sweep_found", tickets=found, hours=lookback_ms // 3_600_000)
            return found

        # Both begin at the same moments, so a sweep that did not wait would never have its turn.
        try:
            return self._run(search, waits_seconds=_SWEEP_WAITS_SECONDS)
        finally:
            if self._owes_poll:
                self.run_once()

    def _run(self, work: Callable[[Turn], int], *, waits_seconds: float) -> int | None:
        """Do nothing while another cycle reads: a stale read must not be decided after a fresh."""
        if not self._busy.acquire(timeout=waits_seconds):
            return None
        try:
            return self._lead(work)
        finally:
            self._busy.release()

    def _lead(self, work: Callable[[Turn], int]) -> int | None:
        account = self._basics.account
        if account is None:
            return None
        generation = self._leading.acquire()
        if generation is None:
            if self._leading.others_read():
                self._works()
            return None
        return work(Turn(account, partial(self._still_leading, generation)))

    def _poll(self, turn: Turn) -> int:
        try:
            read = self._cycle(turn)
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
        # What keeps us from reading may not keep another process.
        self._leading.yield_it()

    def heartbeat(self) -> None:
        """Extend our lease as long as a cycle goes on."""
        if self._busy.locked():
            self._leading.acquire()

    def hand_over(self) -> None:
        """Let another process poll at once, instead of when our lease has run out."""
        self._leading.yield_it()

    def _cycle(self, turn: Turn) -> int:
        self._owes_poll = False
        store = self._records.store
        with store.read() as tx:
            before = tx.cursors.get(CURSOR)
            due = tx.links.due(_DUE_AT_ONCE)
            start = before or tx.now
        read = self._reading.since(cursor.window(start, self._overlap_ms), due, turn)
        # Our own clock may be ahead of the helpdesk's, so the first cursor is the helpdesk's time.
        after = cursor.advance(before or read.server_ms, read.newest, read.server_ms)

        def move(tx: Tx) -> None:
            turn.holds(tx)
            tx.cursors.set(CURSOR, after)

        store.write(move)
        return read.tickets

    def _still_leading(self, generation: int, tx: Tx) -> None:
        if not self._leading.holds(tx, generation):
            raise Incomplete("another process has taken the poll over")
