"""What can go wrong in the store, and the sentence for it."""

import re
import sqlite3
from collections.abc import Iterator

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from syncd.core.errors import StoreError, SyncdError


class LeaseLost(SyncdError):
    """The claim was lost: somebody else holds the row by now, and nothing was written."""


class Conflict(SyncdError):
    """The row changed since it was read; read it again and decide again."""


class Contended(StoreError):
    """Conflict with another transaction (deadlock, serialisation); the same can be tried again."""


class Away(StoreError):
    """The database server does not answer; it may come back."""


# PostgreSQL: https://www.postgresql.org/docs/15/errcodes-appendix.html
_RETRIED_SQLSTATES = {"40001", "40P01"}
# MySQL deadlock and lock wait: https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html
# TiDB write conflict, schema changed: https://docs.pingcap.com/tidb/stable/error-codes
_RETRIED_MYSQL = {1205, 1213, 8002, 8028, 9007}

# No such database, no such user, a wrong password, no right to connect: waiting mends none of it.
# https://www.postgresql.org/docs/15/errcodes-appendix.html, whose codes psycopg does not tell of a
# connection that was refused: https://www.psycopg.org/psycopg3/docs/api/errors.html
# https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html
_REFUSED_MYSQL = {1044, 1045, 1049, 1698}
_REFUSED_POSTGRESQL = re.compile(
    "FATAL: .*(does not exist|authentication failed|no pg_hba.conf entry|not permitted to log in"
    "|permission denied for database)"
)

# https://www.sqlite.org/rescode.html
_SQLITE_SENTENCES = {
    sqlite3.SQLITE_READONLY: "cannot be written; give this user the right to write the file",
    sqlite3.SQLITE_IOERR: "cannot be read or written; look at the disk",
    sqlite3.SQLITE_CORRUPT: "is damaged; restore it from a backup",
    sqlite3.SQLITE_NOTADB: "is not a SQLite database, or is damaged; restore it from a backup",
    sqlite3.SQLITE_FULL: "cannot grow, because the disk is full; make room",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; if it was never made, run `syncd migrate`",
}


def explained(failure: SQLAlchemyError, url: URL) -> StoreError:
    """Return the failure as a sentence that holds neither a password nor what was stored."""
    name = shown(url)
    if isinstance(failure, PoolTimeout):
        return StoreError(busy(url))
    if any(_is_contention(error) for error in _chain(failure)):
        return Contended(f"The database {name} is busy: other transactions were in the way.")
    if not isinstance(failure, DBAPIError):
        return StoreError(f"The database {name} cannot be used: {failure}.")
    if isinstance(failure.orig, sqlite3.Error):
        return StoreError(f"The database {name} {_sqlite_sentence(failure.orig)}.")
    if _refuses_us(failure):
        right = "check name, user and password in store.url or SYNCD_STORE__URL"
        return StoreError(f"The database {name} refuses us: {_reason(failure)}; {right}.")
    told = f"The database {name} {_server_sentence(failure)}."
    away = failure.connection_invalidated or failure.statement is None
    return Away(told) if away else StoreError(told)


def busy(url: URL) -> str:
    """Return what is said when others used all connections for too long."""
    return f"The database {shown(url)} is busy: no connection became free in time."


def shown(url: URL) -> str:
    """Return the database's address without its password."""
    if url.get_backend_name() == "sqlite":
        return url.database or "in memory"
    return url.set(query={}).render_as_string(hide_password=True)


def _chain(failure: BaseException | None) -> Iterator[BaseException]:
    """Yield the failure and those behind it.

    MySQL forgets its savepoints in a deadlock, so the deadlock may hide behind "SAVEPOINT does
    not exist".
    """
    while failure is not None:
        yield failure
        failure = failure.__cause__ or failure.__context__


def _is_contention(error: BaseException) -> bool:
    if isinstance(error, sqlite3.Error):
        return _primary_code(error) == sqlite3.SQLITE_BUSY
    if getattr(error, "sqlstate", None) in _RETRIED_SQLSTATES:
        return True
    return type(error).__module__.startswith("pymysql") and _number(error) in _RETRIED_MYSQL


def _primary_code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _number(error: BaseException) -> object:
    return error.args[0] if error.args else None


def _sqlite_sentence(error: sqlite3.Error) -> str:
    sentence = _SQLITE_SENTENCES.get(_primary_code(error))
    return sentence or f"refused a statement: {error}"


def _refuses_us(failure: DBAPIError) -> bool:
    error = failure.orig
    if failure.statement is not None or error is None:
        return False
    if type(error).__module__.startswith("pymysql"):
        return _number(error) in _REFUSED_MYSQL
    return bool(_REFUSED_POSTGRESQL.search(_reason(failure)))


def _reason(failure: DBAPIError) -> str:
    """Return the driver's first line; later ones may quote what was to be stored."""
    error = failure.orig
    words = " ".join(str(part) for part in error.args) if error else ""
    return words.strip().partition("\n")[0] or type(error).__name__


def _server_sentence(failure: DBAPIError) -> str:
    error = failure.orig
    if isinstance(failure, IntegrityError):
        # The driver's message would quote the row.
        code = getattr(error, "sqlstate", None) or (_number(error) if error else None)
        return f"refused a row that breaks one of its rules (error {code})"
    reason = _reason(failure)
    if failure.connection_invalidated or failure.statement is None:
        return f"cannot be reached: {reason}"
    return f"refused a statement: {reason}"
