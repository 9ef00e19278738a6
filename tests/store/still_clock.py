"""Time that a test hands in."""

from syncd.core.model import Ms


class Time:
    """A clock that stands still until a test moves it; SQLite goes by it, servers do not."""

    def __init__(self) -> None:
        self.ms = Ms(1_700_000_000_000)

    def __call__(self) -> Ms:
        return self.ms

    def move(self, ms: int) -> None:
        self.ms = Ms(self.ms + ms)
