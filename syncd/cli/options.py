"""Options that several commands share."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from syncd.core.errors import SyncdError

if TYPE_CHECKING:
    from rich.console import Console

    from syncd.config import Config
    from syncd.store.store import Store

ConfigFile: TypeAlias = Annotated[
    str | None,
    typer.Option("--config", help="The configuration file; else $SYNCD_CONFIG, else config.toml."),
]

_WIDE = 1000
"""Columns."""


def read_config(path: str | None, *, secrets: bool) -> "Config":
    """Read the configuration and set up the log; ConfigError names every problem."""
    from syncd import config, log

    loaded = config.load(config.find(path), secrets=secrets)
    log.configure(loaded.secrets())
    return loaded


def open_migrated(config: "Config") -> "Store":
    """Open the database for a command that needs its tables; StoreError when they are not there."""
    from syncd.app import open_store

    store = open_store(config)
    try:
        store.check_schema()
    except SyncdError:
        store.close()
        raise
    return store


def console() -> "Console":
    """Return what tables are printed on; text from outside is no markup there.

    Where nobody watches, a row stays on one line, so that a script can search for an id.
    """
    from rich.console import Console

    printed = Console(markup=False, emoji=False, highlight=False)
    if not printed.is_terminal:
        printed.width = _WIDE
    return printed


def one_line(foreign: str) -> str:
    """Return text from outside as a list shows it: on one line, short, without addresses."""
    from syncd.core.history import presentable
    from syncd.core.text import clean

    return presentable(clean(foreign))


def moment(at_ms: int) -> str:
    """Return a moment in UTC, to the second."""
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M:%S}" if at_ms else "-"
