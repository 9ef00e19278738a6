"""bundle: what whoever helps has to see, and nobody's words."""

import json
import os
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncd.cli.options import ConfigFile, opened, read_config
from syncd.core.errors import SyncdError

if TYPE_CHECKING:
    from syncd.config import Config
    from syncd.store.tx import Tx

_LINES = 500
_LONGEST_LINE = 4_000
"""Characters of a line of the log; no line of syncd's own is longer."""


def bundle(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")],
    log: Annotated[
        Path | None, typer.Option(help=f"A log of syncd, of which the last {_LINES} lines go in.")
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Write a file for whoever helps: versions, configuration, state, what is not delivered.

    No secret, no address and no word of anybody is in it. It is plain JSON: read it first.
    """
    loaded = read_config(config, secrets=False)
    from syncd.ops.bundle import redacted, written

    lines = _last_lines(log) if log else []
    with opened(loaded) as store, store.read() as tx:
        from syncd.loops.keep.health import health

        told = {
            "config": _configuration(config, loaded),
            "status": _status(health(store, tx), tx),
            "tables": store.count_rows(),
            "log": lines,
        }
        found = written(tx, store.kind, told)
    text = redacted(found, [*loaded.secrets(), *named(loaded)])
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
    except OSError as failure:
        raise SyncdError(f"{file} cannot be written: {failure.strerror}.") from failure
    typer.echo(f"{file} is written. Read it before you hand it on.")


def _configuration(path: str | None, loaded: "Config") -> dict[str, Any]:
    """Return values only where they are numbers, switches or words of our own."""
    from syncd.cli.upkeep.configuration import plain
    from syncd.config import find
    from syncd.config.shown import settings

    return {
        one.key: [plain(one.value) if one.is_tame else "(set)", one.origin]
        for one in settings(find(path), loaded)
    }


def _status(found: Any, tx: "Tx") -> dict[str, Any]:
    """Return what `status --json` prints, but for sentences, which may repeat a refusal's words."""
    from syncd.cli.status_json import as_line

    told: dict[str, Any] = json.loads(as_line(found, "", tx))
    told["to_do"] = [one["what"] for one in told["to_do"]]
    return told


def named(loaded: "Config") -> list[str]:
    """Return the places and people that the configuration names."""
    from urllib.parse import urlsplit

    jsm, chats = loaded.jsm, loaded.chats
    hosts = [urlsplit(url).hostname or "" for url in (jsm.api_base, jsm.portal_base)]
    domains = [*loaded.defaults.allowed_domains]
    domains += [domain for chat in chats for domain in chat.allowed_domains or ()]
    return [*hosts, *domains, jsm.account_email, loaded.help.contact, *(c.name for c in chats)]


def _last_lines(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            return [line.rstrip("\n")[:_LONGEST_LINE] for line in deque(lines, _LINES)]
    except OSError as failure:
        raise SyncdError(f"{path} cannot be read: {failure.strerror}.") from failure
