"""Cached answers of the platforms, and small facts by kind and name."""

from enum import StrEnum

from sqlalchemy import bindparam, delete, select

from syncd.core.model import Ms
from syncd.store.portable import FEW, put
from syncd.store.schema import cache
from syncd.store.tables.rows import Rows


class CacheKind(StrEnum):
    """What is kept here. A new kind is forgotten with its days, unless it is named in `KEPT`."""

    FORM = "form"
    """Request types as forms, by desk, type and language."""
    BOT = "bot"
    KEY_FLOOR = "key_floor"
    """The highest ticket numbers, by project."""
    PROCESS = "process"
    """How each process says that it is."""
    REACHED = "reached"
    """Who has opened their chat with the bot, and when."""
    GROUP = "group"
    """What kind of chat it is."""
    PROFILE = "profile"
    MEMBERS = "members"
    """The names on a group's list, by chat."""
    LEFT = "left"
    """Who is not in a group any more, by group and person; empty: who is back."""
    LISTED = "listed"
    """Who was looked for among a group's people, by group and person."""
    NAMED = "named"
    """Names that were asked for, by person."""
    MET = "met"
    """What events told of people."""
    LAST_TIME = "last_time"
    """The addresses that people are offered again, by person and chat."""
    GIVEN = "given"
    """The addresses that people give as their own; none has white space in it."""
    ACCOUNT = "account"
    """Accounts that may raise tickets, by desk and address."""
    SOMEBODY = "somebody"
    """Accounts of anybody, by address."""
    MADE = "made"
    """Accounts that were made and not admitted yet, by address."""
    REFUSED = "refused"
    """What chats refuse."""
    PARTICIPANT_REFUSED = "participant refused"
    """Who cannot be made a participant: by project, or by project and account."""
    DENIED = "denied"
    """What Jira denies to our account."""
    TRANSLATION = "translation"
    """Of comments that stand in a chat, by ticket, comment and language."""
    PUT_ASIDE = "put aside"
    """DEAD deliveries that no operator has to act on any more."""


KEPT = frozenset(
    (CacheKind.FORM, CacheKind.BOT, CacheKind.KEY_FLOOR, CacheKind.PROCESS, CacheKind.REACHED)
)
"""What holds nothing about people but that they have opened a chat, and is of use as long as it
is there."""

_GET = select(cache.c.body).where(
    cache.c.kind == bindparam("kind"),
    cache.c.name == bindparam("key"),
    cache.c.at_ms >= bindparam("since"),
)


class Cache(Rows):
    def get(self, kind: CacheKind, key: str, not_older_than: Ms = Ms(0)) -> str | None:
        """Return what was put there at that moment or later, else None."""
        return self._run(_GET, kind=kind, key=key, since=not_older_than).scalar()

    def put(self, kind: CacheKind, key: str, body: str) -> None:
        row = {"kind": kind, "name": key, "body": body, "at_ms": self._scope.now}
        put(self._connection, cache, row)

    def all(self, kind: CacheKind) -> list[tuple[str, str, Ms]]:
        """Return name, body and moment of all that was put there under that kind."""
        found = select(cache.c.name, cache.c.body, cache.c.at_ms).where(cache.c.kind == kind)
        return [(row.name, row.body, Ms(row.at_ms)) for row in self._connection.execute(found)]

    def forget(self, kind: CacheKind, beginning: str) -> None:
        """Delete what was put under that kind by names that begin so."""
        ours = cache.c.name.startswith(beginning, autoescape=True)
        self._run(delete(cache).where(cache.c.kind == kind, ours))

    def sweep(self, kind: CacheKind, before: Ms, limit: int = FEW) -> int:
        """Delete what was put under that kind before then, a few at a time."""
        old = (
            select(cache.c.name)
            .where(cache.c.kind == kind, cache.c.at_ms < before)
            .order_by(cache.c.at_ms)
            .limit(limit)
        )
        names = list(self._run(old).scalars())
        if not names:
            return 0
        gone = delete(cache).where(cache.c.kind == kind, cache.c.name.in_(names))
        return self._run(gone).rowcount
