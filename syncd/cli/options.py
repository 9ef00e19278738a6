"""Options that several commands share."""

import os
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console
    from rich.table import Table

    from syncd.config import Config
    from syncd.store.store import Store
    from syncd.store.tx import Tx

ConfigFile: TypeAlias = Annotated[
    str | None,
    typer.Option("--config", help="The configuration file; else $SYNCD_CONFIG, else config.toml."),
]

_WIDE = 1000
"""Columns."""


def read_config(path: str | None, *, secrets: bool) -> "Config":
    """Read the configuration and set up the log; ConfigError names every problem.

    A command on the service's configuration finds database and secrets where the service does.
    """
    from syncd import config, log

    loaded = config.load(configured(path), secrets=secrets)
    log.configure(loaded.secrets(), level=loaded.log.level)
    return loaded


def configured(path: str | None) -> "Path":
    """Return the configuration file, and have its database and secrets found where they are.

    `syncd setup` puts the secrets beside the file, as they are beside that of the service.
    """
    from syncd import config
    from syncd.config.credentials import CREDENTIALS
    from syncd.ops.unit import FOLDER, STATE

    file = config.find(path)
    folder = file.parent
    if folder == FOLDER:
        os.environ.setdefault("STATE_DIRECTORY", str(STATE))
    if folder == FOLDER or any((folder / name).is_file() for name in CREDENTIALS):
        os.environ.setdefault("CREDENTIALS_DIRECTORY", str(folder))
    return file


@contextmanager
def opened(config: "Config") -> Iterator["Store"]:
    """Open the database for a command that needs its tables; StoreError when they are not there."""
    from syncd.app import open_store

    with closing(open_store(config)) as store:
        store.check_schema()
        yield store


@contextmanager
def reading(path: str | None) -> Iterator["Tx"]:
    """Open what a command needs that only looks."""
    with opened(read_config(path, secrets=False)) as store, store.read() as tx:
        yield tx


def console() -> "Console":
    """Return what tables are printed on; text from outside is no markup there.

    Where nobody watches, a row stays on one line, so that a script can search for an id.
    """
    from rich.console import Console

    printed = Console(markup=False, emoji=False, highlight=False)
    if not printed.is_terminal:
        printed.width = _WIDE
    return printed


def table(
    *columns: str, rows: Iterable[tuple[str, ...]], title: str = "", caption: str = ""
) -> "Table":
    """Return a table for the console."""
    from rich.table import Table

    filled = Table(*columns, title=title or None, caption=caption or None)
    for row in rows:
        filled.add_row(*row)
    return filled


def print_rows(*columns: str, rows: Iterable[tuple[str, ...]]) -> None:
    console().print(table(*columns, rows=rows))


def one_line(foreign: str) -> str:
    """Return text from outside as a list shows it: on one line, short, without addresses."""
    from syncd.core.operators.history import presentable
    from syncd.core.text import clean

    return presentable(clean(foreign))


def ago(then: int, now: int, word: str = " ago") -> str:
    """Return how long that is, in the largest unit that fits."""
    seconds = max(now - then, 0) // 1000
    for size, name in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {name}{word}"
    return f"{seconds} s{word}"


def moment(at_ms: int) -> str:
    """Return a moment in UTC, to the second."""
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M:%S}" if at_ms else "-"
