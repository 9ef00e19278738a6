"""What goes wrong between syncd and the world, call by call, as somebody with a seed decides."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from syncd.core.errors import Rejected, StoreError, Unauthorized, Unavailable, Uncertain

T = TypeVar("T")

LATEST_MS = 120_000
"""How late a request that nobody waits for any more may still come true."""


class Killed(BaseException):
    """The process ends here; nothing in syncd may catch it."""


class Fate(StrEnum):
    """What becomes of one call to the outside, or of one commit."""

    FINE = "fine"
    REFUSED = "refused"
    """A call that was not done, and says so; a commit that the disk refused."""
    LOGGED_OUT = "logged out"
    REJECTED = "rejected"
    """A definite no."""
    UNSURE = "unsure"
    """An answer that proves nothing."""
    REQUEST_LOST = "request lost"
    REPLY_LOST = "reply lost"
    LATE = "late"
    """Nobody waits for the reply any more, and then it happens."""
    KILLED_BEFORE = "killed before"
    KILLED_AFTER = "killed after"


READS = (Fate.REFUSED, Fate.LOGGED_OUT, Fate.KILLED_BEFORE)
WRITES = tuple(fate for fate in Fate if fate not in (Fate.FINE, Fate.UNSURE))
COMMITS = (Fate.REFUSED, Fate.KILLED_BEFORE, Fate.KILLED_AFTER)

Choose = Callable[[str, tuple[Fate, ...]], Fate]
"""Returns the fate of what is named: FINE, or one of those that can befall it."""


class Weather:
    """Stands between syncd and the two platforms, and between syncd and its disk."""

    def __init__(
        self, now: Callable[[], int], choose: Choose, meanwhile: Callable[[], None]
    ) -> None:
        self._now = now
        self._choose = choose
        self._meanwhile = meanwhile
        self._late: list[tuple[int, Callable[[], object]]] = []
        self.met: dict[str, int] = {}
        """How often each fate befell each thing."""

    def read(self, name: str, look: Callable[[], T], unsure: T | None = None) -> T:
        """Return what a call that changes nothing tells; other threads may run before it does.

        `unsure` is the answer that proves nothing, where there is one.
        """
        self._meanwhile()
        fate = self._of(name, READS if unsure is None else (*READS, Fate.UNSURE))
        if fate is Fate.UNSURE and unsure is not None:
            return unsure
        self._stop_here(name, fate)
        return look()

    def write(self, name: str, effect: Callable[[], T], no: Rejected) -> T:
        """Return what a call that changes the world comes to; `no` is how it is refused."""
        self._meanwhile()
        fate = self._of(name, WRITES)
        if fate is Fate.REJECTED:
            raise no
        self._stop_here(name, fate)
        if fate is Fate.LATE:
            self._late.append((self._now() + LATEST_MS // (1 + len(self._late)), effect))
            raise Uncertain(f"no answer to {name}")
        done = effect()
        if fate is Fate.KILLED_AFTER:
            raise Killed(name)
        if fate is Fate.REPLY_LOST:
            raise Uncertain(f"no answer to {name}")
        self._meanwhile()
        return done

    def next_late(self) -> int | None:
        """Return when the next late thing happens, None when none is under way."""
        return min((at for at, _ in self._late), default=None)

    def come_true(self) -> None:
        """Let happen what is late and due by now."""
        now = self._now()
        due = [effect for at, effect in self._late if at <= now]
        self._late = [(at, effect) for at, effect in self._late if at > now]
        for effect in due:
            effect()

    def before_commit(self) -> Fate:
        """Return what becomes of a commit, if the process lives to see it."""
        fate = self._of("commit", COMMITS)
        if fate is Fate.KILLED_BEFORE:
            raise Killed("before a commit")
        if fate is Fate.REFUSED:
            raise StoreError("The database cannot grow, because the disk is full; make room.")
        return fate

    def after_commit(self, fate: Fate) -> None:
        if fate is Fate.KILLED_AFTER:
            raise Killed("after a commit")
        self._meanwhile()

    def _of(self, name: str, possible: tuple[Fate, ...]) -> Fate:
        fate = self._choose(name, possible)
        if fate is not Fate.FINE:
            met = f"{name}: {fate}"
            self.met[met] = self.met.get(met, 0) + 1
        return fate

    def _stop_here(self, name: str, fate: Fate) -> None:
        if fate is Fate.KILLED_BEFORE:
            raise Killed(name)
        if fate is Fate.REFUSED:
            raise Unavailable("come back later", 3.0)
        if fate is Fate.LOGGED_OUT:
            raise Unauthorized("nobody knows us")
        if fate is Fate.REQUEST_LOST:
            raise Uncertain(f"no answer to {name}")
