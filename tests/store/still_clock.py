"""Time that a test hands in."""

from sqlalchemy import update

from syncd.core.model import Ms
from syncd.store.schema import inbox
from syncd.store.store import Store


class Time:
    """A clock that stands still until a test moves it; SQLite goes by it, servers do not."""

    def __init__(self) -> None:
        self.ms = Ms(1_700_000_000_000)

    def __call__(self) -> Ms:
        return self.ms

    def move(self, ms: int) -> None:
        self.ms = Ms(self.ms + ms)


def passes(store: Store, time: Time, ms: int) -> None:
    """Let time pass for the inbox; a server's clock cannot be moved, so its rows become older."""
    time.move(ms)
    if store.alone:
        return
    with store.begin() as tx:
        for moment in (inbox.c.not_before, inbox.c.received_ms, inbox.c.lease_until):
            older = update(inbox).where(moment > 0).values({moment.name: moment - ms})
            tx.inbox._run(older)
