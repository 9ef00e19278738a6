"""Answers of the platforms that may be used again for a while."""

from sqlalchemy import bindparam, delete, select

from syncd.core.model import Ms
from syncd.store.portable import FEW, Scope, put
from syncd.store.schema import cache

_GET = select(cache.c.body).where(
    cache.c.kind == bindparam("kind"),
    cache.c.name == bindparam("key"),
    cache.c.at_ms >= bindparam("since"),
)


class Cache:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._connection = scope.connection

    def get(self, kind: str, key: str, not_older_than: Ms = Ms(0)) -> str | None:
        """Return what was put there at that moment or later, else None."""
        asked = {"kind": kind, "key": key, "since": not_older_than}
        return self._connection.execute(_GET, asked).scalar()

    def put(self, kind: str, key: str, body: str) -> None:
        row = {"kind": kind, "name": key, "body": body, "at_ms": self._scope.now}
        put(self._connection, cache, row)

    def sweep(self, kind: str, before: Ms, limit: int = FEW) -> int:
        """Delete what was put under that kind before then, a few at a time."""
        old = (
            select(cache.c.name)
            .where(cache.c.kind == kind, cache.c.at_ms < before)
            .order_by(cache.c.at_ms)
            .limit(limit)
        )
        names = list(self._connection.execute(old).scalars())
        if not names:
            return 0
        gone = delete(cache).where(cache.c.kind == kind, cache.c.name.in_(names))
        return self._connection.execute(gone).rowcount
