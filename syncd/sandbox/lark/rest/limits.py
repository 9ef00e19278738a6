"""Rate limits, counted on the monotonic clock so that moving the world's clock lifts none."""

import time
from collections import defaultdict, deque
from collections.abc import Callable


class Limits:
    """https://open.feishu.cn/document/ukTMukTMukTM/uUzN04SN3QjL1cDN"""

    CHAT_PER_SECOND = 5
    EPHEMERAL_CHAT_PER_SECOND = 40
    PATCH_PER_SECOND = 5
    API_PER_SECOND = 50
    API_PER_MINUTE = 1000

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._passed: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        self.enforced = True

    def admit(self, kind: str, name: str, per_second: int) -> bool:
        """Count one call and return True, or return False when the last second is full."""
        return self._admit((kind, name), per_second, 1.0)

    def admit_api(self, name: str) -> int:
        """Return 0 when the app may call that API now, else the seconds to wait."""
        if not self._admit(("api", name), self.API_PER_SECOND, 1.0):
            return 1
        if not self._admit(("api-minute", name), self.API_PER_MINUTE, 60.0):
            return 60
        return 0

    def _admit(self, key: tuple[str, str], limit: int, seconds: float) -> bool:
        now = self._seconds()
        passed = self._passed[key]
        while passed and passed[0] <= now - seconds:
            passed.popleft()
        if self.enforced and len(passed) >= limit:
            return False
        passed.append(now)
        return True
