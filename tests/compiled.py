"""Statements are compiled once a process, and not anew for each database.

SQLAlchemy keeps what it compiled with the engine, which a daemon makes once. Each story here makes
several, and a quarter of its time was the same hundred statements compiled again:
https://docs.sqlalchemy.org/en/21/core/connections.html#sql-compilation-caching
"""

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

_compiled: LRUCache[Any, Any] = LRUCache(5000)


def share() -> None:
    """Let all engines for SQLite, whose library is the same for each, compile as one."""
    event.listen(Engine, "engine_connect", _keep_together)
    # What was compiled is kept by its dialect, too, of which each engine has its own.
    SQLiteDialect_pysqlite.__hash__ = _hash
    SQLiteDialect_pysqlite.__eq__ = _equals


def _keep_together(connection: Connection) -> None:
    if type(connection.dialect) is SQLiteDialect_pysqlite:
        connection.engine._compiled_cache = _compiled


def _hash(dialect: SQLiteDialect_pysqlite) -> int:
    return hash(type(dialect))


def _equals(dialect: SQLiteDialect_pysqlite, other: object) -> bool:
    return type(dialect) is type(other)
