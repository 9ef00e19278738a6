"""Refuses calls that Jira would refuse for a rate limit; it never sleeps."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from syncd.core.errors import Unavailable
from syncd.helpdesk.jsm.wire import limits
from syncd.helpdesk.jsm.wire.call import Answer, Call

_log = logging.getLogger("syncd.jsm")


@dataclass(frozen=True)
class _Pause:
    until: float
    refusals: int
    """How many came one after another, with nothing answered between them."""


class Pauses:
    """What was limited, and until when; safe from any thread.

    A restart forgets it, which costs one refused call. `monotonic` returns seconds and never goes
    back, `chance` a number in [0, 1).
    """

    def __init__(self, monotonic: Callable[[], float], chance: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._chance = chance
        self._lock = threading.Lock()
        self._pauses: dict[str, _Pause] = {}

    def check(self, call: Call) -> None:
        """Unavailable with the seconds to wait when this call is not to be made yet."""
        if (left := self.left(call)) > 0:
            raise Unavailable("the helpdesk has asked for a pause", left)

    def left(self, call: Call) -> float:
        """Return the seconds until this call may be made, 0 when it may be made now."""
        with self._lock:
            now = self._monotonic()
            return max((self._pauses[name].until - now for name in self._known(call)), default=0.0)

    def learn(self, call: Call, answer: Answer) -> None:
        """Take from an answer what has to stop, or that it goes on again."""
        scope = limits.stopped(call, answer)
        with self._lock:
            now = self._monotonic()
            if scope is None:
                self._goes_on(call, now)
            else:
                self._stops(scope, answer, now)

    def _stops(self, scope: str, answer: Answer, now: float) -> None:
        last = self._pauses.get(scope, _Pause(now, 0))
        # Calls that were under way together are one refusal.
        before = last.refusals - 1 if last.until > now else last.refusals
        seconds = limits.wait(answer, before, self._chance())
        self._pauses[scope] = _Pause(max(last.until, now + seconds), before + 1)
        if not last.refusals:
            told = {"calls": scope, "seconds": round(seconds), "http": answer.status}
            _log.warning("jsm_limited", extra=told)

    def _goes_on(self, call: Call, now: float) -> None:
        for name in self._known(call):
            if self._pauses[name].until <= now:
                del self._pauses[name]
                _log.info("jsm_limit_over", extra={"calls": name})

    def _known(self, call: Call) -> list[str]:
        return [name for name in limits.scopes(call) if name in self._pauses]
