"""What the workers of one destination have in hand."""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from syncd.core.delivery import Delivery
from syncd.core.model import ChatId


@dataclass
class Hands:
    """Thread-safe. `most`: how much one chat may have in hand before others go first."""

    most: int
    _held: dict[str, Delivery] = field(default_factory=dict)
    """By the token of the claim."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hold(self, deliveries: list[Delivery]) -> None:
        with self._lock:
            self._held.update((delivery.token, delivery) for delivery in deliveries)

    def let_go(self, delivery: Delivery) -> None:
        with self._lock:
            self._held.pop(delivery.token, None)

    def full(self) -> set[ChatId]:
        """Return the chats that have as much in hand as they may."""
        count = Counter(delivery.chat_id for delivery in self)
        return {chat for chat, number in count.items() if number >= self.most}

    def __iter__(self) -> Iterator[Delivery]:
        with self._lock:
            return iter(list(self._held.values()))
