"""The queue of the watch: what is to be looked at, why, and when."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from syncd.core.model import Ms
from syncd.core.watching import NEWS_AGAIN_MS, NOT_SHOWN, PARTLY_SHOWN, Look, Reason
from syncd.store.portable import FEW, MOST, NOW, insert_once
from syncd.store.schema import looks
from syncd.store.tables.rows import Rows, noun

_SAME = (looks.c.subject == bindparam("its_subject"), looks.c.reason == bindparam("its_reason"))
_UNASKED = looks.c.asked_ms == bindparam("its_asked")
_OF = select(looks).where(*_SAME)
_DUE = (
    select(looks)
    .where(looks.c.reason == bindparam("reason"), looks.c.due_ms <= NOW)
    .order_by(looks.c.due_ms, looks.c.subject)
    .limit(MOST)
)
_FAILING = (
    select(looks).where(looks.c.failing_since_ms > 0).order_by(looks.c.failing_since_ms).limit(MOST)
)
_BROKEN = (
    select(looks.c.subject)
    .where(
        looks.c.failing_since_ms > 0,
        looks.c.reason == Reason.READ,
        looks.c.problem.not_in((NOT_SHOWN, PARTLY_SHOWN)),
    )
    .order_by(looks.c.failing_since_ms)
    .limit(MOST)
)
_ASK = update(looks).where(*_SAME)
_SAVE = update(looks).where(*_SAME, _UNASKED)
_END = delete(looks).where(*_SAME)
_DONE = delete(looks).where(*_SAME, _UNASKED)
_SET_BACK = update(looks).where(looks.c.asked_ms > NOW)


class Looks(Rows):
    def ask(self, look: Look) -> bool:
        """Queue the look, or bring a queued one forward; `due_ms` None removes it.

        Returns whether it is due sooner now. One that fails keeps its back-off; where only
        something of the ticket is not shown to us, that is a minute.
        """
        if look.due_ms is None:
            self._run(_END, **_same(look))
            return False
        row = self._held(_OF, its_subject=look.subject, its_reason=look.reason)
        if row is None:
            return insert_once(self._connection, looks, self._row(look), "reason+subject")
        asked_ms = max(self._scope.now, row.asked_ms + 1)  # `done` tells the two apart.
        backs_off = row.failures and row.problem not in (NOT_SHOWN, PARTLY_SHOWN)
        soonest = row.asked_ms + NEWS_AGAIN_MS if row.failures else 0
        due_ms = row.due_ms if backs_off else min(row.due_ms, max(look.due_ms, soonest))
        self._run(_ASK, **_same(look), due_ms=due_ms, asked_ms=asked_ms)
        return not row.failures and bool(due_ms < row.due_ms)

    def plant(self, look: Look) -> None:
        """Queue the look unless it is queued already."""
        insert_once(self._connection, looks, self._row(look), "reason+subject")

    def of(self, reason: Reason, subject: str) -> Look | None:
        row = self._run(_OF, its_subject=subject, its_reason=reason).first()
        return noun(Look, row) if row else None

    def due(self, reason: Reason, limit: int) -> list[Look]:
        """Return the looks that are due, the longest due first."""
        found = self._run(_DUE, reason=reason, now=self._scope.now, most=limit)
        return [noun(Look, row) for row in found]

    def failing(self, limit: int = FEW) -> list[Look]:
        """Return the looks that fail, the longest failing first."""
        return [noun(Look, row) for row in self._run(_FAILING, most=limit)]

    def broken(self) -> set[str]:
        """Return the tickets that make each reading of them fail, the longest failing first."""
        return set(self._run(_BROKEN, most=FEW).scalars())

    def save(self, *taken: Look) -> None:
        """Store these looks as they are now, except those asked for again since then."""
        if taken:
            self._connection.execute(_SAVE, [{**_same(k), **self._row(k)} for k in taken])

    def fail(self, failing: Look) -> None:
        """Store that the look failed; one that was asked for again since then keeps its time."""
        row = {**_same(failing), **self._row(failing)}
        if self._run(_SAVE, **row).rowcount == 0:
            told = ("failing_since_ms", "failures", "problem", "told")
            self._run(_ASK, **_same(failing), **{name: row[name] for name in told})

    def again(self, looks_due: Iterable[tuple[Look, Ms | None]]) -> None:
        """Record success, and when each is due again; None removes it."""
        due = list(looks_due)
        kept = [(look, ms) for look, ms in due if ms is not None]
        self.save(*(Look(k.subject, k.reason, ms, k.asked_ms, k.looks + 1) for k, ms in kept))
        self.done(*(look for look, ms in due if ms is None))

    def done(self, *taken: Look) -> None:
        """Remove these, except those asked for again since they were taken."""
        if taken:
            self._connection.execute(_DONE, [_same(look) for look in taken])

    def clock_was_set_back(self) -> None:
        """Make due every look that was asked for later than now."""
        now = self._scope.now
        self._run(_SET_BACK, now=now, due_ms=now, asked_ms=now)

    def _row(self, look: Look) -> dict[str, Any]:
        return {**asdict(look), "asked_ms": self._scope.now}


def _same(look: Look) -> dict[str, Any]:
    """Return the row's key and the `asked_ms` it was taken with, which tells a newer demand."""
    return {"its_subject": look.subject, "its_reason": look.reason, "its_asked": look.asked_ms}
