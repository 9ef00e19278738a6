"""How far each source was read."""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select

from syncd.core.model import Ms
from syncd.store.portable import Scope, put
from syncd.store.schema import cursors

_NAMED = cursors.c.name == bindparam("name")
_POSITION = select(cursors.c.position).where(_NAMED)
_AT = select(cursors.c.at_ms).where(_NAMED)
_BETWEEN = (
    select(cursors)
    .where(cursors.c.name >= bindparam("first"), cursors.c.name < bindparam("beyond"))
    .order_by(cursors.c.name)
)
_DROP = delete(cursors).where(_NAMED)


@dataclass(frozen=True)
class Cursor:
    name: str
    position: int
    at_ms: Ms
    """When it was last written."""


class Cursors:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._connection = scope.connection

    def get(self, name: str) -> Ms:
        """Return the cursor, 0 when the source was never read."""
        return Ms(self._connection.execute(_POSITION, {"name": name}).scalar() or 0)

    def set(self, name: str, value: Ms) -> None:
        row = {"name": name, "position": value, "at_ms": self._scope.now}
        put(self._connection, cursors, row)

    def at(self, name: str) -> Ms:
        """Return when the cursor was last written, 0 when never."""
        return Ms(self._connection.execute(_AT, {"name": name}).scalar() or 0)

    def under(self, prefix: str) -> list[Cursor]:
        """Return every cursor whose name begins so, in the order of names."""
        beyond = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        found = self._connection.execute(_BETWEEN, {"first": prefix, "beyond": beyond})
        return [Cursor(row.name, row.position, Ms(row.at_ms)) for row in found]

    def drop(self, name: str) -> None:
        self._connection.execute(_DROP, {"name": name})
