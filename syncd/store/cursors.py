"""How far each source was read."""

from sqlalchemy import select

from syncd.core.model import Ms
from syncd.store.portable import Scope, put
from syncd.store.schema import cursors


class Cursors:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._connection = scope.connection

    def get(self, name: str) -> Ms:
        """Return the cursor, 0 when the source was never read."""
        found = select(cursors.c.position).where(cursors.c.name == name)
        return Ms(self._connection.execute(found).scalar() or 0)

    def set(self, name: str, value: Ms) -> None:
        row = {"name": name, "position": value, "at_ms": self._scope.now}
        put(self._connection, cursors, row)

    def at(self, name: str) -> Ms:
        """Return when the cursor was last written, 0 when never."""
        found = select(cursors.c.at_ms).where(cursors.c.name == name)
        return Ms(self._connection.execute(found).scalar() or 0)
