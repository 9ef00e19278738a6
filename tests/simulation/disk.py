"""The disk: one database for one life of syncd after the other."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from simulation.weather import Weather
from sqlalchemy import event

from syncd.core.model import Ms
from syncd.store import engine
from syncd.store.ids import IdSource
from syncd.store.store import Store
from syncd.store.tx import Tx


class MortalStore(Store):
    """The real store, whose commits are under the weather too."""

    weather: Weather | None = None

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        if self.weather is None:
            with super().begin() as tx:
                yield tx
            return
        with super().begin() as tx:
            yield tx
            fate = self.weather.before_commit()
        self.weather.after_commit(fate)

    def abandon(self) -> None:
        """Let go of the file as the end of a process does: nothing is tidied up.

        What was open was rolled back on the way out; a connection remembers nothing else.
        """
        assert self._file is not None
        self._file.release()


class Disk:
    """Its connections outlive the process that dies, so that a death costs next to nothing."""

    def __init__(self, folder: Path) -> None:
        self._url = f"sqlite:///{folder}/town.db"
        store = Store.open(self._url, clock=lambda: Ms(0))
        store.migrate()
        store.close()
        self._empty = sqlite3.connect(":memory:")
        with sqlite3.connect(folder / "town.db") as migrated:
            migrated.backup(self._empty)
        migrated.close()
        self._address = engine.parsed(self._url)
        self._engines = (engine.sqlite_writer(self._address), engine.sqlite_reader(self._address))
        for one in self._engines:
            event.listen(one, "connect", _carelessly)

    def wipe(self) -> None:
        """Make it a migrated, empty database again."""
        writer = self._engines[0].raw_connection()
        target = writer.dbapi_connection
        assert isinstance(target, sqlite3.Connection)
        self._empty.backup(target)
        writer.close()

    def store(
        self, clock: Callable[[], int], steady: Callable[[], int], randbits: Callable[[int], int]
    ) -> MortalStore:
        """Open it as a new process does."""
        return MortalStore(
            self._address,
            *self._engines,
            clock=lambda: Ms(clock()),
            steady=lambda: Ms(steady()),
            ids=IdSource(randbits),
        )

    def close(self) -> None:
        self._empty.close()
        for one in self._engines:
            one.dispose()


# It ends with the process and not with the machine, so nothing needs to reach the platter.
def _carelessly(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")
