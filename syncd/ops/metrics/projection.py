"""How many calls a month will have, from those of the last day."""

from collections import deque
from collections.abc import Callable, Mapping

_DAY = 86_400.0
_MONTH = 30 * _DAY
_LEAST = 3_600.0
"""The first hour counts as a whole one, or a start would promise millions."""
_APART = 600.0

Totals = Mapping[str, float]


class Projection:
    """Remembers totals as it is asked for them; counting is no business of its.

    `totals` returns what was counted since the process began; `steady` monotonic seconds.
    """

    def __init__(self, totals: Callable[[], Totals], steady: Callable[[], float]) -> None:
        self._totals, self._steady = totals, steady
        self._seen: deque[tuple[float, Totals]] = deque([(steady(), {})])

    def month(self) -> dict[str, float]:
        """Return what 30 days would have at the pace of the last day."""
        now, totals = self._steady(), self._totals()
        while len(self._seen) > 1 and self._seen[1][0] <= now - _DAY:
            self._seen.popleft()
        since, before = self._seen[0]
        if now - self._seen[-1][0] >= _APART:
            self._seen.append((now, totals))
        days = max(now - since, _LEAST)
        return {name: (n - before.get(name, 0)) / days * _MONTH for name, n in totals.items()}
