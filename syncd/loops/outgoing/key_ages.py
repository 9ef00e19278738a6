"""Age of the idempotency keys in use, by the monotonic clock: the wall clock may be set."""

from collections.abc import Callable
from dataclasses import dataclass, field

from syncd.core.delivery import Delivery
from syncd.core.model import DeliveryId, Ms

_MOST = 1000
_FORGOTTEN_MS = 2 * 86_400_000
"""Age of a key that nobody uses; among so many, what is older is forgotten."""


@dataclass(frozen=True)
class KeyAges:
    """Remembers, in memory only, when each key was first used; `steady` returns monotonic ms."""

    steady: Callable[[], int]
    _since: dict[tuple[DeliveryId, Ms], int] = field(default_factory=dict)

    def begins(self, sending: Delivery) -> None:
        """Start the key's age, unless the key is in use already."""
        now = self.steady()
        if len(self._since) >= _MOST:
            # What ended elsewhere, in another process or by an operator, is told to nobody here.
            for key, since in list(self._since.items()):
                if now - since > _FORGOTTEN_MS:
                    self._since.pop(key, None)
        self._since.setdefault((sending.id, sending.first_sent_ms), now)

    def of(self, delivery: Delivery) -> int:
        """Return the key's age in milliseconds, 0 when an earlier process used it first."""
        now = self.steady()
        return now - self._since.get((delivery.id, delivery.first_sent_ms), now)

    def ends(self, delivery: Delivery) -> None:
        self._since.pop((delivery.id, delivery.first_sent_ms), None)
