"""The database: opening, locking, migrating, transactions and claims."""

import secrets
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from syncd.core.delivery import Delivery
from syncd.core.errors import StoreError
from syncd.core.model import Destination, Ms
from syncd.core.operators.meter import Meter
from syncd.store import engine, migration
from syncd.store.copies import rows
from syncd.store.failures import Conflict, Contended, busy, explained, shown
from syncd.store.file import DatabaseFile
from syncd.store.ids import IdSource, RandomBits
from syncd.store.portable import Scope
from syncd.store.tables.inbox import Received
from syncd.store.tables.outbox import Head
from syncd.store.turns import NoTurn, Turns
from syncd.store.tx import Tx

T = TypeVar("T")

_PAUSES = (0.01, 0.03, 0.1, 0.3)
"""Seconds between tries of a write, each shortened by chance: those who met must not meet again."""
_CLAIM_TRIES = 5
_HEADS = 50
"""How many deliveries are looked at for one that may be claimed."""
_TURN_SECONDS = 30.0

Clock = Callable[[], Ms]


class Store:
    """The database. Every failure of it is a StoreError with a sentence for the operator."""

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
        self._turns = Turns(_TURN_SECONDS)
        self.meter = Meter()
        """Told of the steps of deliveries, once they are committed."""

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
    def shown(self) -> str:
        """The database's address without a password."""
        return shown(self._url)

    @property
    def kind(self) -> str:
        """`sqlite`, `postgresql`, `mysql` or `mariadb`."""
        return self._url.get_backend_name()

    @property
    def alone(self) -> bool:
        """Whether the lock proves that no other daemon uses this database (SQLite)."""
        return self._file is not None

    def lock(self) -> None:
        """Keep a second daemon off the same SQLite file; StoreError when there is one already."""
        if self._file:
            self._file.lock()

    def holder(self) -> int | None:
        """Return the number of the daemon that has the SQLite file, 0 where it is not told.

        None: none has it, or this is a database server, where nothing tells.
        """
        return self._file.holder() if self._file else None

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

    def examine(self) -> str:
        """Return in what state the database is; StoreError when `syncd run` could not use it."""
        if self._file and not self._file.can_be_used():
            return "is not there yet; `syncd run` makes it"
        with self._explaining(), self._reader.connect() as connection:
            return migration.state(connection)

    def now(self) -> Ms:
        """Return the present moment on the clock that this store goes by."""
        if self._file:
            return self._clock()
        with self._explaining(), self._reader.connect() as connection:
            return Ms(engine.server_clock(connection))

    def size(self) -> int:
        """Return the bytes that the database takes on its disk."""
        if self._file:
            return self._file.size()
        with self._explaining(), self._reader.connect() as connection:
            return engine.server_size(connection)

    def new_id(self) -> str:
        """Return an id that sorts after every id made here before."""
        return self._ids.next(self.now())

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """Open one write transaction: kept at the end, undone by an exception.

        Contended when another transaction was in the way; `write` then tries again.
        """
        with self._explaining(), self._turn(), self._writer.begin() as connection:
            self._wrote = True
            tx = Tx(self._scope(connection, writes=True))
            yield tx
            tx.history.flush()
        for stepped in tx.outbox.steps:
            self.meter.stepped(*stepped)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Open a transaction that only reads; on SQLite it cannot write."""
        with self._explaining(), self._reader.connect() as connection:
            yield Tx(self._scope(connection, writes=False))

    def write(self, work: Callable[[Tx], T]) -> T:
        """Do `work` in one write transaction, again from the start when others were in the way."""
        for pause in _PAUSES:
            try:
                return self._once(work)
            except (Contended, Conflict):
                time.sleep(pause * secrets.randbelow(1000) / 1000)
        return self._once(work)

    def claim(
        self,
        destination: Destination,
        limit: int,
        lease_ms: int,
        *,
        urgent_only: bool = False,
        may_ask_portal: bool = True,
        may_carry: bool = True,
        may_have: Callable[[Head], bool] = lambda _: True,
    ) -> list[Delivery]:
        """Lease up to `limit` deliveries that are due and first in their lanes, in their turns.

        Nothing of which the portal has to be asked unless `may_ask_portal`, no file unless
        `may_carry`, nor what `may_have` refuses. When another process was faster with all of them,
        look again.
        """
        for _ in range(_CLAIM_TRIES):
            with self.read() as tx:
                found = tx.outbox.claimable(
                    destination,
                    max(limit, _HEADS),
                    urgent_only=urgent_only,
                    may_ask_portal=may_ask_portal,
                    may_carry=may_carry,
                )
            chosen = list(islice((head.id for head in found if may_have(head)), limit))
            if not chosen:
                return []
            token = self._ids.token()
            if won := self.write(partial(self._take, chosen, token, lease_ms)):
                return won
        return []

    def claim_inbox(
        self, limit: int, lease_ms: int, held: Collection[str] | None = ()
    ) -> list[Received]:
        """Lease what is due of up to `limit` conversations in the inbox, as it was written.

        Nothing from the threads `held`, nor from any thread where that is None.
        """
        with self.read() as tx:
            found = tx.inbox.waiting(limit, held)
        if not found:
            return []
        token = self._ids.token()
        return self.write(lambda tx: tx.inbox.take(found, token, lease_ms))

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open one view of everything as it is now, whatever is written meanwhile."""
        with self._explaining(), self._reader.connect() as connection:
            if not self._file:
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    def count_rows(self) -> dict[str, int]:
        """Return how many rows each table has; it reads all of them."""
        with self.snapshot() as connection:
            return rows.count(connection)

    @contextmanager
    def filling(self, version: str) -> Iterator[Connection]:
        """Open an empty database with the tables of that version, to be filled all or nothing.

        StoreError when a daemon uses it, it holds anything, or that version is unknown or older
        than its tables.
        """
        if self._file:
            self._file.make()
            self._file.lock()
        with self._explaining():
            with self._reader.connect() as connection:
                rows.refuse_filled(connection, self.shown)
            migration.migrate_empty(self._writer, version, self.shown)
            self._wrote = True
            with self._writer.begin() as connection:
                rows.refuse_filled(connection, self.shown)
                yield connection

    def optimize(self) -> None:
        """Let SQLite look anew at how its tables are filled; servers see to that by themselves."""
        if self._file:
            with self._explaining(), self._turn(), self._writer.begin() as connection:
                engine.optimize(connection)

    def close(self) -> None:
        """Let go of the database and of the lock."""
        try:
            if self._wrote:
                self.optimize()
        except StoreError:
            pass  # It only saves time for the next start.
        finally:
            self._reader.dispose()
            self._writer.dispose()
            if self._file:
                self._file.release()

    @staticmethod
    def _take(ids: list[str], token: str, lease_ms: int, tx: Tx) -> list[Delivery]:
        return tx.outbox.take(ids, token, lease_ms)

    def _once(self, work: Callable[[Tx], T]) -> T:
        with self.begin() as tx:
            return work(tx)

    def _scope(self, connection: Connection, *, writes: bool) -> Scope:
        if self._file:
            return Scope(connection, self._clock(), self._steady(), self._ids, writes)
        now = Ms(engine.server_clock(connection))
        return Scope(connection, now, now, self._ids, writes)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait until the one connection that writes to a file is free; servers have many."""
        if not self._file:
            yield
            return
        try:
            with self._turns.turn():
                yield
        except NoTurn:
            raise StoreError(busy(self._url)) from None

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as failure:
            raise explained(failure, self._url) from failure
