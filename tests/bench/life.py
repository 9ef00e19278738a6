"""One ticket in a store that is made for measuring: who asked where and when, what came of it."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from syncd.core.arrival import REMEMBERED_MS
from syncd.core.model import ChatId, CommentId, MessageId, Ms, Thread, TicketId, TicketKey
from syncd.store.ids import IdSource

DAY_MS = 86_400_000
RETENTION_MS = 30 * DAY_MS
TOLD = 3
"""Comments of each ticket that the chat was told of."""
_FIRST_TICKET, _FIRST_COMMENT = 1_000_001, 5_000_001
_LONGEST_STEP_MS = 4 * 3_600_000
_ZONE = timezone(timedelta(hours=9))
"""The sandbox's site stamps in it."""


CHATS = 300
ANSWER = "We restarted it."
"""What every comment says."""
WRITTEN_MS = 1000
"""How long before it was told it was written."""


@dataclass(frozen=True)
class Life:
    """Who asked where and when, and what the ticket is called; `number` counts from 0."""

    number: int
    created_ms: int
    now_ms: int
    chance: random.Random

    @property
    def ticket(self) -> TicketId:
        return TicketId(str(_FIRST_TICKET + self.number))

    @property
    def key(self) -> TicketKey:
        return TicketKey(f"HELP-{self.number + 1}")

    @property
    def thread(self) -> Thread:
        return Thread(self.chat, MessageId(f"om_{mixed(self.number):032x}"))

    @property
    def chat(self) -> ChatId:
        return ChatId(f"oc_bench_{mixed(self.number) % CHATS:03d}")

    @property
    def asker(self) -> str:
        return f"ou_{mixed(self.number) % 2000:032x}"

    @property
    def title(self) -> str:
        return f"The cluster of shard {self.number} does not answer since this morning"

    @property
    def portal_path(self) -> str:
        return f"/servicedesk/customer/portal/1/{self.key}"

    def comments(self) -> list[tuple[CommentId, Ms]]:
        """Return the told comments and when each was told, oldest first."""
        first = _FIRST_COMMENT + self.number * TOLD
        return [(CommentId(str(first + n)), self.at(2 + n)) for n in range(TOLD)]

    def at(self, step: float) -> Ms:
        """Return when that step of its life was; all of them are over."""
        length = min(_LONGEST_STEP_MS, (self.now_ms - self.created_ms) // 8)
        return Ms(self.created_ms + int(step * length))

    def id(self, at_ms: int) -> str:
        """Return a fresh id of that moment."""
        return IdSource(self.chance.getrandbits).next(at_ms)

    def forgotten(self, at_ms: int) -> bool:
        return at_ms < self.now_ms - RETENTION_MS

    def is_remembered(self, at_ms: int) -> bool:
        """Whether the inbox still knows what arrived then."""
        return at_ms >= self.now_ms - REMEMBERED_MS


def mixed(number: int) -> int:
    """Return the number scattered over 64 bits, the same each time."""
    return (number * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) % 2**64


def stamp(at_ms: int) -> str:
    """Return the helpdesk's own stamp of that moment."""
    moment = datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(_ZONE)
    return moment.strftime(f"%Y-%m-%dT%H:%M:%S.{at_ms % 1000:03d}%z")
