"""Options that several commands share."""

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

if TYPE_CHECKING:
    from syncd.config import Config
    from syncd.store.store import Store

ConfigFile: TypeAlias = Annotated[
    str | None,
    typer.Option("--config", help="The configuration file; else $SYNCD_CONFIG, else config.toml."),
]


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
    store.check_schema()
    return store
