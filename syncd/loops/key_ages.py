"""How long ago what has no answer yet was sent, by a clock that nobody sets."""

from collections.abc import Callable

from syncd.core.commands import Delivery
from syncd.core.model import DeliveryId, Ms


class KeyAges:
    """Remembers it as long as the process lives; `steady` returns milliseconds."""

    def __init__(self, steady: Callable[[], int]) -> None:
        self._steady = steady
        self._since: dict[tuple[DeliveryId, Ms], int] = {}

    def begins(self, sending: Delivery) -> None:
        """Take it as sent now, unless its key was in use before."""
        self._since.setdefault((sending.id, sending.first_sent_ms), self._steady())

    def of(self, delivery: Delivery) -> int:
        """Return how old its key is, 0 for one that an earlier process has used."""
        now = self._steady()
        return now - self._since.get((delivery.id, delivery.first_sent_ms), now)

    def ends(self, delivery: Delivery) -> None:
        self._since.pop((delivery.id, delivery.first_sent_ms), None)
