"""Cached answers of the platforms, and small facts by kind and name."""

from sqlalchemy import bindparam, delete, select

from syncd.core.model import Ms
from syncd.store.portable import FEW, put
from syncd.store.schema import cache
from syncd.store.tables.rows import Rows

PROCESSES = "process"
"""Kind of the rows in which each process says how it is."""

_GET = select(cache.c.body).where(
    cache.c.kind == bindparam("kind"),
    cache.c.name == bindparam("key"),
    cache.c.at_ms >= bindparam("since"),
)


class Cache(Rows):
    def get(self, kind: str, key: str, not_older_than: Ms = Ms(0)) -> str | None:
        """Return what was put there at that moment or later, else None."""
        return self._run(_GET, kind=kind, key=key, since=not_older_than).scalar()

    def put(self, kind: str, key: str, body: str) -> None:
        row = {"kind": kind, "name": key, "body": body, "at_ms": self._scope.now}
        put(self._connection, cache, row)

    def all(self, kind: str) -> list[tuple[str, str, Ms]]:
        """Return name, body and moment of all that was put there under that kind."""
        found = select(cache.c.name, cache.c.body, cache.c.at_ms).where(cache.c.kind == kind)
        return [(row.name, row.body, Ms(row.at_ms)) for row in self._connection.execute(found)]

    def forget(self, kind: str, beginning: str) -> None:
        """Delete what was put under that kind by names that begin so."""
        ours = cache.c.name.startswith(beginning, autoescape=True)
        self._run(delete(cache).where(cache.c.kind == kind, ours))

    def sweep(self, kind: str, before: Ms, limit: int = FEW) -> int:
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
