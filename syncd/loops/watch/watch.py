"""The watch: the one loop over the queue of looks (table `looks`), reason by reason.

`core/watching.py` decides when a look is due.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from syncd.core import watching
from syncd.core.errors import StoreError
from syncd.core.model import Ms
from syncd.core.watching import Look, Reason
from syncd.log import Log
from syncd.loops.keep.prerequisites import Basics
from syncd.loops.nudge import Nudge
from syncd.loops.ports import Helpdesk
from syncd.loops.records import Records
from syncd.loops.watch.duplicates import Duplicates
from syncd.loops.watch.leading import CURSOR, Leading, Turn
from syncd.loops.watch.polling import NOT_READ, Polling
from syncd.loops.watch.reading import Reading
from syncd.loops.watch.shown import ShownComments
from syncd.loops.watch.sight import Sight
from syncd.loops.watch.whereabouts import Whereabouts
from syncd.store.tx import Tx

Take: TypeAlias = Callable[[list[Look], Turn], int]
"""Does what several looks of one reason ask for; returns how many succeeded."""


@dataclass
class Watch:
    """Takes the looks of some reasons, in the one process that leads. `steady`: monotonic ms."""

    leading: Leading
    takes: Mapping[Reason, Take]
    polling: Polling | None
    steady: Callable[[], int]
    log: Log
    nudge: Nudge = field(default_factory=Nudge)
    _busy: threading.Lock = field(default_factory=threading.Lock)
    _not_before: dict[Reason, int] = field(default_factory=dict)
    """By the steady clock: reasons that keep a pace, or of which everything failed."""
    _postponed: set[Reason] = field(default_factory=set)
    _last_ms: Ms = Ms(0)
    """The store's time at the last look; 0 before the first."""

    def run_once(self) -> int:
        """Take what is due; return how many looks succeeded."""
        taken = sum(self._step(reason) for reason in self.takes)
        if self.polling:
            self.polling.report()
        return taken

    def look(self, reason: Reason) -> int:
        """Take what is due for one reason, whatever its pace or back-off.

        Raises the failure when nothing could be looked at.
        """
        if not self._last_ms:
            self.leading.store.write(self._begin)
        if not self._due(reason) or not self._busy.acquire(blocking=False):
            return 0
        try:
            turn = self.leading.turn()
            # Read again: another process may have taken them meanwhile.
            return self.takes[reason](self._due(reason), turn) if turn is not None else 0
        finally:
            self._busy.release()

    def heartbeat(self) -> None:
        """Extend our lease, also between two takes where another process could take over."""
        if self._busy.locked() or not self.leading.store.alone:
            self.leading.keep()

    def hand_over(self) -> None:
        """Let another process go on at once."""
        self.leading.hand_over()

    def _step(self, reason: Reason) -> int:
        now = self.steady()
        if now < self._not_before.get(reason, now):
            return 0
        try:
            taken = self.look(reason)
        except StoreError:
            raise
        except Exception as exc:
            self._not_before[reason] = now + watching.PAUSE_MS
            if not isinstance(exc, NOT_READ):
                raise
            if reason not in self._postponed:
                self.log.warning("looks_postponed", reason=reason, why=str(exc))
            self._postponed.add(reason)
            return 0
        if taken:
            self._not_before[reason] = now + watching.PACE_MS.get(reason, 0)
        if taken and reason in self._postponed:
            self._postponed.remove(reason)
            self.log.info("looks_resumed", reason=reason)
        return taken

    def _due(self, reason: Reason) -> list[Look]:
        """Return what is due; a clock that was set back makes due what was asked for later."""
        with self.leading.store.read() as tx:
            now = tx.now
            due = tx.looks.due(reason, watching.AT_ONCE[reason])
        if now < self._last_ms - watching.SET_BACK_MS:
            self.leading.store.write(lambda tx: tx.looks.clock_was_set_back())
        self._last_ms = now
        return due

    def _begin(self, tx: Tx) -> None:
        tx.looks.clock_was_set_back()
        if self.polling:
            self.polling.begin(tx)


def watches(
    records: Records,
    helpdesk: Helpdesk,
    basics: Basics,
    *,
    owner: str,
    interval_ms: int,
    overlap_ms: int,
    steady: Callable[[], int],
    log: Log,
) -> tuple[Watch, Watch]:
    """Return the watch that polls, and the slow one, which may ask the portal.

    `owner` names this process and no later one.
    """
    means = records, helpdesk, log
    leading = Leading(records.store, CURSOR, owner, basics)
    reading = Reading(*means, Sight(*means))
    polling = Polling(*means, reading, leading, interval_ms, overlap_ms)
    shown = ShownComments(*means)
    fast = {
        Reason.CHANGES: polling.poll,
        Reason.SWEEP: polling.sweep,
        Reason.READ: reading.take,
        Reason.FRESH: shown.reread,
        Reason.SHOWN: shown.reread,
    }
    slow = {
        Reason.MISSING: shown.ask_portal,
        Reason.PORTAL: shown.ask_portal,
        Reason.WHERE: Whereabouts(*means).take,
        Reason.DUPLICATE: Duplicates(*means).take,
    }
    slowly = Leading(records.store, "slow watch", owner, basics)
    return (
        Watch(leading, fast, polling, steady, log),
        Watch(slowly, slow, None, steady, log),
    )
