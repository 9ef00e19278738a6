"""Column types that mean the same on SQLite, PostgreSQL, MySQL, MariaDB and TiDB."""

import hashlib
import re
from enum import StrEnum

from sqlalchemy import BigInteger, LargeBinary, String, Text
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

KEY_LENGTH = 191
_KEPT_OF_LONG_KEY = 120

# What no database can keep in a text column: NUL (PostgreSQL) and lone surrogates (all of them).
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Key(TypeDecorator[str]):
    """An id or a short word, compared byte for byte.

    The MySQL family would otherwise take `Ev_A` and `ev_a` for the same; there and on PostgreSQL
    a binary collation also keeps `<` the order of the bytes. An id from outside that does not fit
    is replaced by one that does, the same each time, so that it can be stored and found.
    """

    impl = (
        String(KEY_LENGTH)
        .with_variant(
            mysql.VARCHAR(KEY_LENGTH, charset="utf8mb4", collation="utf8mb4_bin"),
            "mysql",
            "mariadb",
        )
        .with_variant(String(KEY_LENGTH, collation="C"), "postgresql")
    )
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable_key(value)


class Word(Key):
    """A word of an enumeration; reading another one is a ValueError."""

    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.words(value)


class Body(TypeDecorator[str]):
    """Text of any length; characters that a database refuses become U+FFFD."""

    impl = Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _UNSTORABLE.sub("\ufffd", value)


Moment = BigInteger
"""Epoch milliseconds."""

Raw = LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb")
"""Bytes as they came, of any length."""


def storable_key(foreign: str) -> str:
    """Return the id itself, or a stand-in with its hash when a key column cannot hold it."""
    if len(foreign) <= KEY_LENGTH and not _UNSTORABLE.search(foreign):
        return foreign
    digest = hashlib.sha256(foreign.encode("utf-8", "surrogatepass")).hexdigest()
    return _UNSTORABLE.sub("\ufffd", foreign[:_KEPT_OF_LONG_KEY]) + "~" + digest
