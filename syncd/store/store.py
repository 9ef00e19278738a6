"""The database: opening, locking, migrating, transactions and claims."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from syncd.core.commands import Command, Delivery
from syncd.core.errors import StoreError
from syncd.core.model import Destination, Ms
from syncd.store import engine, migration
from syncd.store.failures import Conflict, Contended, explained
from syncd.store.file import DatabaseFile
from syncd.store.ids import IdSource, RandomBits
from syncd.store.inbox import Received
from syncd.store.portable import Scope
from syncd.store.tx import Tx

T = TypeVar("T")

_TRIES = 5
_CANDIDATES_PER_CLAIM = 4

Clock = Callable[[], Ms]


class Store:
    """The memory of syncd. Every failure of the database is a StoreError with a sentence."""

    def __init__(
        self, url: URL, writer: Engine, reader: Engine, clock: Clock, steady: Clock, ids: IdSource
    ) -> None:
        self._url = url
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._steady = steady
        self._ids = ids
        self._wrote = False
        is_file = url.get_backend_name() == "sqlite"
        self._file = DatabaseFile(Path(url.database or "")) if is_file else None

    @classmethod
    def open(
        cls,
        url: str,
        *,
        clock: Clock,
        steady: Clock | None = None,
        randbits: RandomBits = secrets.randbits,
    ) -> Self:
        """Prepare the store; nothing is read or made yet.

        On SQLite `clock` tells the time, and `steady` judges leases: milliseconds that are never
        set back, by default the same clock. Server databases use their own time for both.
        """
        address = engine.parsed(url)
        ids = IdSource(randbits)
        if address.get_backend_name() != "sqlite":
            both = engine.server_engine(address)
            return cls(address, both, both, clock, clock, ids)
        writer, reader = engine.sqlite_writer(address), engine.sqlite_reader(address)
        return cls(address, writer, reader, clock, steady or clock, ids)

    @property
    def alone(self) -> bool:
        """Whether the lock proves that no other daemon uses this database (SQLite)."""
        return self._file is not None

    def lock(self) -> None:
        """Keep a second daemon off the same SQLite file; StoreError when there is one already."""
        if self._file:
            self._file.lock()

    def migrate(self) -> None:
        """Bring the tables to this version, making a SQLite file when there is none.

        StoreError when a newer syncd has changed them.
        """
        if self._file:
            self._file.make()
        with self._explaining():
            migration.migrate(self._writer)

    def check_schema(self) -> None:
        """Raise StoreError when the tables are missing, older or newer than this syncd."""
        with self._explaining(), self._reader.connect() as connection:
            migration.check(connection)

    def now(self) -> Ms:
        """Return the present moment on the clock that this store goes by."""
        if self._file:
            return self._clock()
        with self._explaining(), self._reader.connect() as connection:
            return Ms(engine.server_clock(connection))

    def new_id(self) -> str:
        """Return an id that sorts after every id made here before."""
        return self._ids.next(self.now())

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """Open one write transaction: kept at the end, undone by an exception.

        Contended when another transaction was in the way; `write` then tries again.
        """
        with self._explaining(), self._writer.begin() as connection:
            self._wrote = True
            tx = Tx(self._scope(connection, writes=True))
            yield tx
            tx.history.flush()

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Open a transaction that only reads; on SQLite it cannot write."""
        with self._explaining(), self._reader.connect() as connection:
            yield Tx(self._scope(connection, writes=False))

    def write(self, work: Callable[[Tx], T]) -> T:
        """Do `work` in one write transaction, again from the start when others were in the way."""
        for _ in range(_TRIES - 1):
            try:
                return self._once(work)
            except (Contended, Conflict):
                continue
        return self._once(work)

    def claim(
        self,
        destination: Destination,
        limit: int,
        lease_ms: int,
        *,
        urgent_only: bool = False,
        without: type[Command] | None = None,
    ) -> list[Delivery]:
        """Lease up to `limit` deliveries that are due and first in their lanes, urgent ones first.

        None whose command is of the kind `without`.
        Chosen by chance among the oldest, so that several processes rarely want the same.
        """
        with self.read() as tx:
            found = tx.outbox.claimable(
                destination,
                limit * _CANDIDATES_PER_CLAIM,
                urgent_only=urgent_only,
                without=without,
            )
        if not found:
            return []
        urgent = self._ids.pick([id for id, is_urgent in found if is_urgent], limit)
        ordinary = [id for id, is_urgent in found if not is_urgent]
        chosen = urgent + self._ids.pick(ordinary, limit - len(urgent))
        token = self._ids.token()
        return self.write(lambda tx: tx.outbox.take(chosen, token, lease_ms))

    def claim_inbox(self, limit: int, lease_ms: int) -> list[Received]:
        """Lease up to `limit` rows of the inbox that are due, oldest first."""
        with self.read() as tx:
            found = tx.inbox.waiting(limit)
        if not found:
            return []
        token = self._ids.token()
        return self.write(lambda tx: tx.inbox.take(found, token, lease_ms))

    def close(self) -> None:
        """Let go of the database and of the lock."""
        try:
            if self._file and self._wrote:
                with self._explaining(), self._writer.begin() as connection:
                    connection.exec_driver_sql("PRAGMA optimize")
        except StoreError:
            pass  # It only saves time for the next start.
        finally:
            self._reader.dispose()
            self._writer.dispose()
            if self._file:
                self._file.release()

    def _once(self, work: Callable[[Tx], T]) -> T:
        with self.begin() as tx:
            return work(tx)

    def _scope(self, connection: Connection, *, writes: bool) -> Scope:
        if self._file:
            return Scope(connection, self._clock(), self._steady(), self._ids, writes)
        now = Ms(engine.server_clock(connection))
        return Scope(connection, now, now, self._ids, writes)

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as failure:
            raise explained(failure, self._url) from failure
