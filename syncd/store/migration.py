"""Which version the tables have, and how they get to the one this syncd needs."""

import threading
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from syncd.core.errors import StoreError

_PACKAGE = Path(__file__).resolve().parents[1]
_TRIES = 20
_PAUSE_SECONDS = 0.25

# Alembic's `op` and `context` are one for the whole process.
_alembic_in_use = threading.Lock()

_NEWER = (
    "This database was migrated by a newer syncd (its version {found} is unknown here); "
    "install that syncd again, or restore the backup made before."
)
_OLDER = (
    "This database is older than this syncd (version {found}, needs {wanted}); run `syncd migrate`."
)
_FROM_NEWER = (
    "This copy is of a newer syncd (its tables have version {found}, which is unknown here); "
    "install that syncd to take it in."
)
_NOT_SO_OLD = (
    "The database {shown} has tables of version {found} already, and the copy is of version "
    "{wanted}; name a database without tables."
)
_EMPTY = "This database holds no tables of syncd yet; run `syncd migrate`."


def migrate(engine: Engine, to: str = "head") -> None:
    """Bring the tables to that version, by default the newest.

    Processes that start together may all come here: every step leaves alone what is there already
    (`store.ddl`), so the one that another got ahead of tries again and finds the rest done.
    SQLite and PostgreSQL undo a step that failed; the MySQL family cannot, and goes on from it.
    """
    for tries_left in reversed(range(_TRIES)):
        try:
            with _alembic_in_use, engine.begin() as connection:
                _upgrade(connection, to)
            return
        # CommandError: another wrote the new version down while our step was on its way.
        except (SQLAlchemyError, CommandError):
            if not tries_left:
                raise
        time.sleep(_PAUSE_SECONDS)


def migrate_empty(engine: Engine, to: str, shown: str) -> None:
    """Bring a database that is empty to exactly that version; StoreError when that is impossible.

    `shown`: its address for people.
    """
    with engine.connect() as connection:
        scripts = ScriptDirectory.from_config(config(connection))
        if to not in {script.revision for script in scripts.walk_revisions()}:
            raise StoreError(_FROM_NEWER.format(found=to))
    migrate(engine, to)
    with engine.connect() as connection:
        if (found := version(connection)) != to:
            raise StoreError(_NOT_SO_OLD.format(shown=shown, found=found, wanted=to))


def check(connection: Connection) -> None:
    """Raise StoreError when the tables are missing, older or newer than this syncd."""
    scripts = ScriptDirectory.from_config(config(connection))
    found = _found(connection)
    wanted = scripts.get_current_head()
    _refuse_newer(scripts, found)
    if not found:
        raise StoreError(_EMPTY)
    if found != {wanted}:
        raise StoreError(_OLDER.format(found=", ".join(sorted(found)), wanted=wanted))


def state(connection: Connection) -> str:
    """Return how the tables are; StoreError when a newer syncd has changed them."""
    scripts = ScriptDirectory.from_config(config(connection))
    found = _found(connection)
    _refuse_newer(scripts, found)
    if not found:
        return "holds no tables yet; `syncd run` makes them"
    if found != {scripts.get_current_head()}:
        return "is older than this version; `syncd run` brings it up"
    return "has this version's tables"


def config(connection: Connection) -> Config:
    """Return alembic's configuration, which we keep in code."""
    installed = _PACKAGE / "_migrations"
    checkout = _PACKAGE.parent / "migrations"
    made = Config()
    made.set_main_option(
        "script_location", str(installed if installed.is_dir() else checkout).replace("%", "%%")
    )
    made.attributes["connection"] = connection
    return made


def version(connection: Connection) -> str:
    """Return the version of the tables, empty when there are none."""
    return ", ".join(sorted(_found(connection)))


def _upgrade(connection: Connection, to: str) -> None:
    prepared = config(connection)
    _refuse_newer(ScriptDirectory.from_config(prepared), _found(connection))
    command.upgrade(prepared, to)


def _found(connection: Connection) -> set[str]:
    return set(MigrationContext.configure(connection).get_current_heads())


def _refuse_newer(scripts: ScriptDirectory, found: set[str]) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    if strangers := found - known:
        raise StoreError(_NEWER.format(found=", ".join(sorted(strangers))))
