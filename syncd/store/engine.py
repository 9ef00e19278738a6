"""How each kind of database is opened."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from syncd.core.errors import StoreError
from syncd.store.failures import shown

_BUSY_TIMEOUT_SECONDS = 5
_ANALYSED_ROWS = 400

# FULL, because a frame is acknowledged once it is committed: https://www.sqlite.org/pragma.html#pragma_synchronous
_SQLITE_PRAGMAS = (
    "synchronous=FULL",
    "foreign_keys=ON",
    "journal_size_limit=67108864",
    "temp_store=MEMORY",
)

# UNIX_TIMESTAMP reads its argument in the session's zone, whose clock may repeat an hour:
# https://dev.mysql.com/doc/refman/8.0/en/date-and-time-functions.html#function_unix-timestamp
# Without strict mode a text that is too long is cut instead of refused.
_MYSQL_SESSION = (
    "SET SESSION time_zone = '+00:00', sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'"
)

_KNOWN = ("sqlite", "postgresql", "mysql", "mariadb")
_POSTGRESQL_DEFAULTS = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "tcp_user_timeout": "30000",
}
_MYSQL_DEFAULTS = {"connect_timeout": "10", "read_timeout": "120", "write_timeout": "120"}

_POSTGRESQL_CLOCK = text("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)")
_MYSQL_CLOCK = text("SELECT CAST(unix_timestamp(sysdate(3)) * 1000 AS SIGNED)")
_POSTGRESQL_SIZE = text("SELECT pg_database_size(current_database())")
_MYSQL_SIZE = text(
    "SELECT CAST(SUM(data_length + index_length) AS SIGNED) FROM information_schema.tables "
    "WHERE table_schema = DATABASE()"
)


def parsed(url: str) -> URL:
    """Return the address with our defaults; StoreError when it names no database we know."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise StoreError(
            "The store's url cannot be read; write it as sqlite:///syncd.db."
        ) from None
    backend = address.get_backend_name()
    if backend not in _KNOWN:
        known = f"{', '.join(_KNOWN[:-1])} and {_KNOWN[-1]}"
        raise StoreError(f"syncd cannot use a {backend} database; it knows {known}.")
    if backend == "postgresql":
        return address.set(query={**_POSTGRESQL_DEFAULTS, **address.query})
    if backend != "sqlite":
        return address.set(query={**_MYSQL_DEFAULTS, **address.query, "charset": "utf8mb4"})
    if not address.database or address.database == ":memory:":
        raise StoreError(
            "A database in memory forgets everything; name a file: sqlite:///syncd.db."
        )
    return address


def server_clock(connection: Connection) -> int:
    """Return the database server's own time in epoch milliseconds."""
    clock = _POSTGRESQL_CLOCK if connection.dialect.name == "postgresql" else _MYSQL_CLOCK
    return int(connection.execute(clock).scalar_one())


def server_size(connection: Connection) -> int:
    """Return the bytes that the database takes on its server, as far as that tells."""
    size = _POSTGRESQL_SIZE if connection.dialect.name == "postgresql" else _MYSQL_SIZE
    return int(connection.execute(size).scalar() or 0)


def optimize(connection: Connection) -> None:
    """Let SQLite count its rows where that may help it, from a look at a few of each index.

    Without the limit it reads every index from end to end, for as long as nobody else can write:
    https://www.sqlite.org/pragma.html#pragma_optimize
    """
    connection.exec_driver_sql(f"PRAGMA analysis_limit={_ANALYSED_ROWS}")
    connection.exec_driver_sql("PRAGMA optimize")


def sqlite_writer(url: URL) -> Engine:
    """Open the one connection that writes."""
    pragmas = ("journal_mode=WAL", *_SQLITE_PRAGMAS)
    return _sqlite_engine(url, pragmas, "BEGIN IMMEDIATE", pool_size=1, max_overflow=0)


def sqlite_reader(url: URL) -> Engine:
    """Open connections that cannot write."""
    return _sqlite_engine(url, (*_SQLITE_PRAGMAS, "query_only=ON"), "BEGIN", pool_size=4)


def server_engine(url: URL) -> Engine:
    """Open a pool of connections to a database server."""
    is_postgresql = url.get_backend_name() == "postgresql"
    try:
        engine = create_engine(
            url, isolation_level="READ COMMITTED", pool_pre_ping=True, hide_parameters=True
        )
    except (ModuleNotFoundError, NoSuchModuleError) as missing:
        extra, driver = ("postgresql", "psycopg") if is_postgresql else ("mysql", "pymysql")
        raise StoreError(
            f"The driver for {shown(url)} is not installed; install syncd[{extra}] "
            f"and write the url as {extra}+{driver}://...."
        ) from missing
    if not is_postgresql:
        event.listen(engine, "connect", _set_mysql_session)
    return engine


def _sqlite_engine(url: URL, pragmas: tuple[str, ...], begin: str, **pool: int) -> Engine:
    engine = create_engine(url, creator=_sqlite_opener(url, pragmas), hide_parameters=True, **pool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _sqlite_opener(url: URL, pragmas: tuple[str, ...]) -> Callable[[], sqlite3.Connection]:
    path = Path(url.database or "").absolute()
    # mode=rw: a database that is not there is an error here, not a new empty one.
    address = f"file:{quote(str(path))}?mode=rw"

    def opened() -> sqlite3.Connection:
        connection = sqlite3.connect(
            address,
            uri=True,
            timeout=_BUSY_TIMEOUT_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    return opened


def _set_mysql_session(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_MYSQL_SESSION)
