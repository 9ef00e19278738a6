"""Idempotent steps for migrations, which may be found half done.

MySQL, MariaDB and TiDB commit each change of a table at once, so a migration that was killed, or
that another process runs at the same moment, is found half done:
https://dev.mysql.com/doc/refman/8.0/en/implicit-commit.html
"""

from alembic import op
from sqlalchemy import inspect
from sqlalchemy.schema import SchemaItem


def create_table(name: str, *parts: SchemaItem) -> None:
    """Create the table if it is not there; text in it is compared byte for byte."""
    if not inspect(op.get_bind()).has_table(name):
        op.create_table(
            name,
            *parts,
            mysql_engine="InnoDB",
            mysql_default_charset="utf8mb4",
            mysql_collate="utf8mb4_bin",
            mariadb_engine="InnoDB",
            mariadb_default_charset="utf8mb4",
            mariadb_collate="utf8mb4_bin",
        )


def create_index(name: str, table: str, *columns: str) -> None:
    """Create the index if it is not there."""
    there = {index["name"] for index in inspect(op.get_bind()).get_indexes(table)}
    if name not in there:
        op.create_index(name, table, list(columns))
