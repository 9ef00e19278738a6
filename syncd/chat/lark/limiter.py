"""Our own rate limiter, below Lark's limits; it never sleeps but tells how long to wait."""

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from syncd.core.errors import Limited

_TIDY_ABOVE = 1000
_UNDER_WAY_SECONDS = 0.2
"""How long to wait where calls that are not made yet have taken all the room."""


@dataclass(frozen=True)
class Limit:
    """So many calls of that name in so many seconds."""

    name: str
    most: int
    seconds: float = 1.0


# 5 a second in one chat or to one person, private cards 40 in one chat; of one API 50 a second:
# https://open.feishu.cn/document/ukTMukTMukTM/uUzN04SN3QjL1cDN
# https://open.feishu.cn/document/ukTMukTMukTM/uETOyYjLxkjM24SM5IjN
def to_chat(id: str) -> Limit:
    """Return the limit of messages to a group or a person."""
    return Limit(f"chat {id}", 5)


def privately_in(chat_id: str) -> Limit:
    return Limit(f"private {chat_id}", 40)


def of_card(message_id: str) -> Limit:
    return Limit(f"patch {message_id}", 5)


def of_api(name: str) -> Limit:
    return Limit(name, 50)


class Limiter:
    """Counts calls; `now` returns monotonic seconds. Safe in any thread."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._passed: dict[str, deque[float]] = {}
        self._kept: Counter[str] = Counter()
        """Room that is kept for calls to come."""
        self._mine = threading.local()

    def take(self, *limits: Limit) -> None:
        """Count one call under every limit, in the room that this thread keeps where it does.

        Raises Limited with the seconds to wait, and counts nothing, when one of them is full.
        """
        mine = self._kept_by_me()
        with self._lock:
            now = self._now()
            self._require([limit for limit in limits if not mine[limit.name]], now)
            for limit in limits:
                self._give_back(mine, limit.name, 1)
                self._passed.setdefault(limit.name, deque(maxlen=limit.most)).append(now)
            if len(self._passed) > _TIDY_ABOVE:
                self._tidy(now)

    @contextmanager
    def reserve(self, *limits: Limit) -> Iterator[None]:
        """Keep room for one call of this thread; what it did not use is given back at the end.

        Raises Limited like `take`.
        """
        mine = self._kept_by_me()
        with self._lock:
            self._require(limits, self._now())
            for limit in limits:
                mine[limit.name] += 1
                self._kept[limit.name] += 1
        try:
            yield
        finally:
            with self._lock:
                for limit in limits:
                    self._give_back(mine, limit.name, mine[limit.name])

    def wait(self, *limits: Limit) -> float:
        """Return the seconds until there is room under every limit, 0: now."""
        with self._lock:
            now = self._now()
            return max(self._wait(limit, now) for limit in limits)

    def _kept_by_me(self) -> Counter[str]:
        mine: Counter[str] = self._mine.__dict__.setdefault("kept", Counter())
        return mine

    def _give_back(self, mine: Counter[str], name: str, count: int) -> None:
        back = Counter({name: min(count, mine[name])})
        mine -= back
        self._kept -= back

    def _require(self, limits: list[Limit] | tuple[Limit, ...], now: float) -> None:
        waits = [(self._wait(limit, now), limit.name) for limit in limits]
        wait, full = max(waits, default=(0.0, ""))
        if wait > 0:
            raise Limited(f"our own limit for {full} is reached", wait)

    def _wait(self, limit: Limit, now: float) -> float:
        recent = [at for at in self._passed.get(limit.name, ()) if at > now - limit.seconds]
        too_many = len(recent) + self._kept[limit.name] + 1 - limit.most
        if too_many <= 0:
            return 0.0
        if too_many > len(recent):
            return _UNDER_WAY_SECONDS
        return recent[too_many - 1] + limit.seconds - now

    def _tidy(self, now: float) -> None:
        self._passed = {n: p for n, p in self._passed.items() if p[-1] > now - 1.0}
