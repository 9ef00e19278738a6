"""Keep below the platform's rate limits without ever waiting."""

import threading
from collections import deque
from collections.abc import Callable

from syncd.core.errors import Unavailable

# 5 a second in one chat, 50 a second of one API; private cards have 40 a second in one chat:
# https://open.feishu.cn/document/ukTMukTMukTM/uUzN04SN3QjL1cDN
# https://open.feishu.cn/document/ukTMukTMukTM/uETOyYjLxkjM24SM5IjN
CHAT_PER_SECOND = 5
EPHEMERAL_PER_SECOND = 40
API_PER_SECOND = 50
_TIDY_ABOVE = 1000


class Limiter:
    """Counts calls in the last second; `now` returns monotonic seconds. Safe in any thread."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._passed: dict[str, deque[float]] = {}

    def take(self, *limits: tuple[str, int]) -> None:
        """Count one call under every (name, calls per second).

        Raises Unavailable with the seconds to wait, and counts nothing, when one of them is full.
        """
        with self._lock:
            now = self._now()
            waits = [(self._wait(name, most, now), name) for name, most in limits]
            wait, full = max(waits, default=(0.0, ""))
            if wait > 0:
                raise Unavailable(f"our own limit for {full} is reached", wait)
            for name, most in limits:
                self._passed.setdefault(name, deque(maxlen=most)).append(now)
            if len(self._passed) > _TIDY_ABOVE:
                self._tidy(now)

    def _wait(self, name: str, most: int, now: float) -> float:
        passed = self._passed.get(name)
        if passed is None or len(passed) < most:
            return 0.0
        return max(0.0, passed[0] + 1.0 - now)

    def _tidy(self, now: float) -> None:
        self._passed = {n: p for n, p in self._passed.items() if p[-1] > now - 1.0}
