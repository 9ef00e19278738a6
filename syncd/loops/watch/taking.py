"""Takes what is due of one reason together, and sets aside what cannot be looked at."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from syncd.core import watching
from syncd.core.delivery import Decision
from syncd.core.errors import RemoteFailure, StoreError, Unauthorized, Unavailable
from syncd.core.events import Event
from syncd.core.model import Destination, TicketId
from syncd.core.operators import alarms, recording
from syncd.core.operators.history import presentable
from syncd.core.watching import Look, Reason
from syncd.log import Log
from syncd.loops.ports import Helpdesk
from syncd.loops.records import Records
from syncd.loops.watch.leading import Turn, TurnEnded
from syncd.store.portable import chunks
from syncd.store.tx import Tx

_OUTAGE = 3
"""So many looks that fail alone while none succeeds are an outage, and the reason is left alone for
a while."""
_CALLS = 40
"""So many failed calls in one take; what is left then stays due."""
_BROAD = 8
"""After so many failed calls without a success one half is followed to its end before the other."""
_OTHERS = 10
"""Tickets that are asked for to tell an outage from a ticket's own failure."""


@dataclass
class Taker:
    """Finds the looks that make the work fail, and sets them aside."""

    records: Records
    helpdesk: Helpdesk
    log: Log

    def each(
        self,
        looks: list[Look],
        turn: Turn,
        work: Callable[[list[Look], Turn], object],
        *,
        at_once: int = 0,
    ) -> int:
        """Do the work for all looks together (or `at_once` of them), and for halves where that
        fails; return how many succeeded. A look that fails alone is put aside.

        Raises what keeps it from being done for anybody. What failed alone until then is put aside
        all the same, so that whatever stands first in the queue never holds up the others.
        """
        waiting = deque(chunks(looks, at_once or max(len(looks), 1)))
        failed: list[tuple[Look, Exception]] = []
        others: list[TicketId] = []
        last: Exception | None = None
        done = calls = 0
        while waiting and calls < _CALLS and (done or len(failed) < _OUTAGE):
            some = waiting.popleft()
            try:
                work(some, turn)
                done += len(some)
            except Exception as exc:
                last, calls = exc, calls + 1
                if is_about_all(exc):
                    break
                if calls == 1:
                    others = self._others(looks)
                    if others and not self._answers(others):
                        raise
                if len(some) == 1:
                    failed.append((some[0], exc))
                else:
                    _halve(some, waiting, at_end=bool(done) or calls < _BROAD)
        if last and not done and not others:
            raise last  # Nothing tells an outage from these tickets, and nobody else waits.
        for look, failure in failed:
            self.put_aside(look, failure, turn)
        if last and (is_about_all(last) or (waiting and not done)):
            raise last
        return done

    def _others(self, besides: list[Look]) -> list[TicketId]:
        with self.records.store.read() as tx:
            without = {look.subject for look in besides} | tx.looks.broken()
            links = tx.links.recent(len(without) + _OTHERS)
        return [link.ticket_id for link in links if link.ticket_id not in without][:_OTHERS]

    def _answers(self, others: list[TicketId]) -> bool:
        """Tell whether the helpdesk answers about other tickets, be they there or not."""
        try:
            self.helpdesk.keys(others)
        except RemoteFailure:
            return False
        return True

    def put_aside(self, look: Look, failure: Exception, turn: Turn) -> None:
        """Set one look aside: log it once, and put it off."""
        ours = None if isinstance(failure, RemoteFailure) else failure
        reason = presentable(reason_of(failure))
        if not look.failures or ours:
            about = {"look": look.reason, "subject": look.subject, "reason": reason}
            self.log.warning("look_failed", **about, exc_info=ours)
        turn.write(lambda tx: self.fail(tx, look, reason))

    def fail(self, tx: Tx, look: Look, problem: str) -> None:
        """Store the failure and the next time; operators are told once when it lasts."""
        since, failures = look.failing_since_ms or tx.now, look.failures + 1
        if look.reason is Reason.SWEEP:
            due_ms = watching.sweep_failed(failures, tx.now)
        else:
            due_ms = watching.failed_again(since, tx.now)
        failing = replace(
            look, due_ms=due_ms, failing_since_ms=since, failures=failures, problem=problem
        )
        if failing.reason is Reason.READ and watching.lasts(failing, tx.now) and not look.told:
            failing = replace(failing, told=True)
            self._tell(tx, TicketId(look.subject))
        tx.looks.fail(failing)

    def decide(self, event: Event, turn: Turn) -> Decision:
        return self.records.nudge(turn.write(lambda tx: self.records.decide(tx, event)))

    def _tell(self, tx: Tx, ticket_id: TicketId) -> None:
        if link := tx.links.of_ticket(ticket_id):
            tx.history.note(recording.not_read(link))
            for alert in alarms.not_read(link, self.records.rules):
                tx.outbox.put(alert)
            self.records.nudges[Destination.LARK].give()


def _halve(looks: list[Look], waiting: deque[list[Look]], *, at_end: bool) -> None:
    first, second = looks[: len(looks) // 2], looks[len(looks) // 2 :]
    if at_end:
        waiting += [first, second]
    else:
        waiting.extendleft([second, first])


def reason_of(failure: Exception) -> str:
    return str(failure) or type(failure).__name__


def is_about_all(failure: Exception) -> bool:
    """Tell whether it is about no single ticket: login, rate limit, database, lost lead."""
    limited = isinstance(failure, Unavailable) and failure.retry_after is not None
    return limited or isinstance(failure, Unauthorized | StoreError | TurnEnded)
