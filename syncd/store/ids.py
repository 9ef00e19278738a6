"""Ids that sort in the order in which they were made (ULID, https://github.com/ulid/spec)."""

import secrets
import threading
from collections.abc import Callable

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 26
_RANDOM_BITS = 80
_STEP_BITS = 40

RandomBits = Callable[[int], int]
"""Returns that many random bits as a number; `secrets.randbits` or a seeded stand-in."""


class IdSource:
    """Makes ids, each above the last one it made, and tokens that nobody can guess."""

    def __init__(self, randbits: RandomBits = secrets.randbits) -> None:
        self._randbits = randbits
        self._lock = threading.Lock()
        self._last = 0

    def next(self, now_ms: int, above: str = "") -> str:
        """Return an id of this moment that is also above `above`, even if the clock went back."""
        with self._lock:
            fresh = now_ms << _RANDOM_BITS | self._randbits(_RANDOM_BITS)
            floor = max(self._last, _number(above))
            # A random step, so that two processes that start from the same floor do not meet.
            step = 1 + self._randbits(_STEP_BITS)
            self._last = fresh if fresh > floor else floor + step
            return _text(self._last)

    def token(self) -> str:
        """Return a random word that fences one claim."""
        return f"{self._randbits(96):024x}"


def _number(text: str) -> int:
    """Return the id as a number; one that is no ULID counts as the lowest."""
    if len(text) != _LENGTH or any(char not in _ALPHABET for char in text):
        return 0
    number = 0
    for char in text:
        number = number * 32 + _ALPHABET.index(char)
    return number


def _text(number: int) -> str:
    chars = []
    for _ in range(_LENGTH):
        number, digit = divmod(number, 32)
        chars.append(_ALPHABET[digit])
    return "".join(reversed(chars))
