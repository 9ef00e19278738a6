"""This machine: the configuration, the files, the database, the disk, the daemon."""

import os
from collections.abc import Iterator
from pathlib import Path

from syncd import config
from syncd.config.credentials import CREDENTIALS
from syncd.core.errors import ConfigError
from syncd.core.operators.expiry import days_left, mind
from syncd.doctor.case import Case
from syncd.doctor.finding import Finding, blocking, ok, unseen, warning
from syncd.loops.forms.stored import on_record
from syncd.loops.keep.form_check import key_of, place_of_marker
from syncd.loops.keep.health import health

OTHERS = 0o077
"""What the group and everybody else may do with a file."""
_LITTLE = 500 * 1024 * 1024
_NOTHING = 50 * 1024 * 1024


def configuration(case: Case) -> Iterator[Finding]:
    try:
        case.loaded = config.load(case.path)
        _ = case.network
    except ConfigError as wrong:
        case.loaded = None
        yield from map(blocking, wrong.problems)
        return
    yield ok("The configuration is right")
    yield from (warning(said) for said in config.warnings(case.path))


def secret_files(case: Case) -> Iterator[Finding]:
    open_to_others = exposed(case)
    for path in open_to_others:
        yield warning(
            f"{path} can be read by others (mode {path.stat().st_mode & 0o777:o})",
            fix=f"chmod 600 {path}, or `syncd doctor --fix`",
        )
    if not open_to_others:
        yield ok("Secrets and the database can be read by their owner alone")


def exposed(case: Case) -> list[Path]:
    """Return the files of ours that hold secrets or people's words, and that others may read."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    files = [Path(folder) / name for name in CREDENTIALS] if folder else []
    if path := database_file(case):
        files += [path, path.with_name(path.name + "-wal")]
    return [path for path in files if path.is_file() and path.stat().st_mode & OTHERS]


def database_file(case: Case) -> Path | None:
    """Return the SQLite file, None where a server holds the database."""
    _, sqlite, path = case.config.store.url.partition("sqlite:///")
    return Path(path) if sqlite else None


def database(case: Case) -> Iterator[Finding]:
    file = database_file(case)
    if file and _is_systemds(file.parent):
        yield ok(f"The database {file} is made when the service starts for the first time")
        return
    state = case.store.examine()
    case.tables_ready = "has this version's tables" in state
    if "is older" not in state:
        yield ok(f"The database {case.store.shown} {state}")
        yield from _markers_on_record(case)
        return
    yield warning(f"The database {case.store.shown} {state}")


def _markers_on_record(case: Case) -> Iterator[Finding]:
    """Tell where tickets carry their marker, by the forms as they were last read."""
    if not case.tables_ready:
        return
    with case.store.read() as tx:
        for kind in (kind for desk in case.config.all_desks() for kind in desk.kinds):
            if marked := place_of_marker(on_record(tx, kind)):
                yield ok(f"{key_of(kind)}, as it was last read: {marked}")


# https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#RuntimeDirectory=
def _is_systemds(folder: Path) -> bool:
    """Tell whether systemd will make that folder, which is not there yet."""
    return str(folder) == os.environ.get("STATE_DIRECTORY", "") and not folder.exists()


def disk(case: Case) -> Iterator[Finding]:
    file = database_file(case)
    if file is None:
        yield unseen("How full a server's disk is cannot be seen from here")
        return
    folder = next(place for place in file.parents if place.exists())
    left = case.free(folder)
    said = f"{left // 1024**2} MB are free in {folder}"
    yield blocking(said) if left < _NOTHING else warning(said) if left < _LITTLE else ok(said)


def daemon(case: Case) -> Iterator[Finding]:
    """Tell whether syncd runs, and what it has to say itself."""
    if not case.tables_ready:
        yield warning("syncd has never run on this database")
        return
    with case.store.read() as tx:
        found = health(case.store, tx)
    if found.is_running:
        yield ok("syncd is running")
    for to_do in found.to_do:
        yield warning(to_do.told.rstrip("."))


def token_end(case: Case) -> Iterator[Finding]:
    day, now = case.config.jsm.token_expires, case.clock()
    left = days_left(day, now)
    if left is None:
        yield unseen("Jira does not tell when the API token ends")
    elif left < 0:
        yield blocking(f"jsm.token_expires: {day} is past")
    elif ends := mind(day, now):
        yield warning(f"jsm.token_expires: {ends.rstrip('.')}")
    else:
        yield ok(f"The API token is good until {day}")


def alarms(case: Case) -> Iterator[Finding]:
    alerts = case.config.alerts
    ways = {"alerts.chat": alerts.chat}
    ways |= {f"alerts.{key}": url for key, url in alerts.urls().items()}
    named = [key for key, value in ways.items() if value]
    if named:
        yield ok(f"Operators are told of trouble by {', '.join(named)}")
    else:
        yield warning("Nobody is told when something goes wrong: [alerts] is empty")
