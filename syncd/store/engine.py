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

# FULL, because a frame is acknowledged once it is committed: https://www.sqlite.org/pragma.html#pragma_synchronous
_SQLITE_PRAGMAS = (
    "synchronous=FULL",
    "foreign_keys=ON",
    "journal_size_limit=67108864",
    "temp_store=MEMORY",
)
_SQLITE_WRITER_PRAGMAS = ("journal_mode=WAL", *_SQLITE_PRAGMAS)
_SQLITE_READER_PRAGMAS = (*_SQLITE_PRAGMAS, "query_only=ON")

# UNIX_TIMESTAMP reads its argument in the session's zone, whose clock may repeat an hour:
# https://dev.mysql.com/doc/refman/8.0/en/date-and-time-functions.html#function_unix-timestamp
# Without strict mode a text that is too long is cut instead of refused.
_MYSQL_SESSION = (
    "SET SESSION time_zone = '+00:00', sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'"
)

_DEFAULTS: dict[str, dict[str, str]] = {
    "sqlite": {},
    "postgresql": {
        "connect_timeout": "10",
        "keepalives_idle": "30",
        "tcp_user_timeout": "30000",
    },
    "mysql": {"connect_timeout": "10", "read_timeout": "120", "write_timeout": "120"},
    "mariadb": {"connect_timeout": "10", "read_timeout": "120", "write_timeout": "120"},
}
_EXTRAS = {"postgresql": "postgresql", "mysql": "mysql", "mariadb": "mysql"}

_SERVER_CLOCK = {
    "postgresql": text("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"),
    "mysql": text("SELECT CAST(unix_timestamp(sysdate(3)) * 1000 AS SIGNED)"),
    "mariadb": text("SELECT CAST(unix_timestamp(sysdate(3)) * 1000 AS SIGNED)"),
}


def parsed(url: str) -> URL:
    """Return the address with our defaults; StoreError when it names no database we know."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise StoreError(
            "The store's url cannot be read; write it as sqlite:///syncd.db."
        ) from None
    backend = address.get_backend_name()
    if backend not in _DEFAULTS:
        raise StoreError(f"syncd cannot use a {backend} database; it knows {_known()}.")
    if backend == "sqlite":
        return _with_file(address)
    charset = {} if backend == "postgresql" else {"charset": "utf8mb4"}
    return address.set(query={**_DEFAULTS[backend], **address.query, **charset})


def server_clock(connection: Connection) -> int:
    """Return the database server's own time in epoch milliseconds."""
    return int(connection.execute(_SERVER_CLOCK[connection.dialect.name]).scalar_one())


def sqlite_writer(url: URL) -> Engine:
    """Open the one connection that writes; transactions queue for it, first come first served."""
    engine = create_engine(
        url,
        creator=_sqlite_opener(url, _SQLITE_WRITER_PRAGMAS),
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
    )
    _begin_with(engine, "BEGIN IMMEDIATE")
    return engine


def sqlite_reader(url: URL) -> Engine:
    """Open connections that cannot write."""
    engine = create_engine(
        url,
        creator=_sqlite_opener(url, _SQLITE_READER_PRAGMAS),
        pool_size=4,
        hide_parameters=True,
    )
    _begin_with(engine, "BEGIN")
    return engine


def server_engine(url: URL) -> Engine:
    """Open a pool of connections to a database server."""
    try:
        engine = create_engine(
            url, isolation_level="READ COMMITTED", pool_pre_ping=True, hide_parameters=True
        )
    except (ModuleNotFoundError, NoSuchModuleError) as missing:
        extra = _EXTRAS[url.get_backend_name()]
        raise StoreError(
            f"The driver for {shown(url)} is not installed; install syncd[{extra}] "
            f"and write the url as {_written(extra)}."
        ) from missing
    if _EXTRAS[url.get_backend_name()] == "mysql":
        event.listen(engine, "connect", _set_mysql_session)
    return engine


def _known() -> str:
    return "sqlite, postgresql, mysql and mariadb"


def _written(extra: str) -> str:
    return "postgresql+psycopg://..." if extra == "postgresql" else "mysql+pymysql://..."


def _with_file(url: URL) -> URL:
    if not url.database or url.database == ":memory:":
        raise StoreError(
            "A database in memory forgets everything; name a file: sqlite:///syncd.db."
        )
    return url


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


def _begin_with(engine: Engine, statement: str) -> None:
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)

    event.listen(engine, "begin", begin)


def _set_mysql_session(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_MYSQL_SESSION)
