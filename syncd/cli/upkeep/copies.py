"""backup, restore, move."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.options import ConfigFile, moment, opened, read_config
from syncd.core.errors import StoreError, SyncdError

if TYPE_CHECKING:
    from syncd.store.store import Store

_ADDRESS = "as in store.url; @FILE reads it from a file, which shows its password to nobody."

_DAY_MS = 86_400_000
"""Jira takes a day by its own account's time zone."""
_AFTER = """\
Start syncd. It reads back what it missed, and looks in Lark and Jira before it sends what may have
been sent since. Two things it cannot know: of tickets made since, what happens on them is not
shown in their groups, and who asked since then is asked again. Such tickets are found in Jira by
  {projects} AND created >= "{since}\""""


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; an earlier backup is replaced.")],
    config: ConfigFile = None,
) -> None:
    """Write all that is kept into one file, while syncd runs or not.

    It holds what people wrote, so only its owner may read it, and no secret.
    """
    from syncd.store.copies import copying

    with opened(read_config(config, secrets=False)) as store:
        counts = copying.back_up(store, file)
        typer.echo(f"{file} holds {_rows(counts)} of {store.shown}.")


def restore(
    file: Annotated[
        Path,
        typer.Argument(help="A file that `syncd backup` wrote, or a copy of the SQLite file."),
    ],
    config: ConfigFile = None,
) -> None:
    """Fill the configured database, which has to be empty, from a backup of any kind of database.

    What may have been sent since the backup is looked for before it is sent again. A copy of a
    SQLite file that a tool for such copies made (Litestream, say) is taken in the same way.
    """
    loaded = read_config(config, secrets=False)
    from syncd.app import open_store, wall_clock
    from syncd.core.desks.desk import projects
    from syncd.store.copies import copying

    with closing(open_store(loaded)) as store:
        taken_ms, counts = copying.restore(file, store, wall_clock)
        typer.echo(f"{store.shown} holds {_rows(counts)}, as of {moment(taken_ms)} UTC.")
    since = moment(taken_ms - _DAY_MS)[:10]
    typer.echo(_AFTER.format(projects=_search_in(projects(loaded.all_desks())), since=since))


def move(
    source: Annotated[
        str, typer.Option("--from", help=f"The database to leave, {_ADDRESS} Else the configured.")
    ] = "",
    target: Annotated[str, typer.Option("--to", help=f"An empty database, {_ADDRESS}")] = "",
    take_back: Annotated[
        bool, typer.Option("--take-back", help="Use the database again that was left.")
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Take all that is kept into another database; nothing is lost, nothing is done twice.

    syncd has to be stopped, and starts on the old database no more.
    """
    from syncd.ops import copies

    with closing(_store(source, config)) as old:
        if take_back:
            old.check_schema()
            done = copies.take_back(old)
            typer.echo(f"{old.shown} {'is used again' if done else 'was not left'}.")
            return
        if not target:
            raise SyncdError("--to: name the database to move to, like postgresql+psycopg://...")
        with closing(_store(target, config)) as new:
            counts = copies.move(old, new)
            typer.echo(f"{new.shown} holds {_rows(counts)}, all that {old.shown} held.")
    typer.echo("Name it in store.url, or SYNCD_STORE__URL where it has a password; start syncd.")


def _store(address: str, config: str | None) -> "Store":
    from syncd.app import open_store, open_store_at

    if not address:
        return open_store(read_config(config, secrets=False))
    if not address.startswith("@"):
        return open_store_at(address)
    try:
        return open_store_at(Path(address[1:]).read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError) as failure:
        why = getattr(failure, "strerror", None) or "it is no text"
        raise StoreError(f"{address[1:]} cannot be read: {why}.") from None


def _rows(counts: dict[str, int]) -> str:
    full = {table: count for table, count in counts.items() if count}
    told = ", ".join(f"{table} {count}" for table, count in sorted(full.items()))
    return f"{sum(full.values())} rows" + (f" ({told})" if told else "")


def _search_in(projects: tuple[str, ...]) -> str:
    named = ", ".join(projects)
    return f"project in ({named})" if len(projects) > 1 else f"project = {named}"
