"""run, migrate."""

import os
import signal
import sys
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import typer

from syncd import __version__
from syncd.cli.options import ConfigFile, read_config
from syncd.core.errors import StoreError, Unavailable

if TYPE_CHECKING:
    from syncd.config import Config


def run(config: ConfigFile = None) -> None:
    """Serve until SIGTERM or Ctrl-C; SIGHUP starts anew with the configuration as it is then."""
    loaded = read_config(config, secrets=True)
    from syncd import config as configuration
    from syncd import log
    from syncd.app import App, open_store
    from syncd.daemon import HEARD, Daemon
    from syncd.ops.notify import Supervisor

    app = App(loaded, open_store(loaded))
    where = {"configuration": str(configuration.find(config)), "store": app.store.shown}
    log.get("daemon").info("starting", version=__version__, pid=os.getpid(), **where)
    daemon = Daemon(app, Supervisor.of_environment(), reread=lambda: _try(config, loaded))
    ended = daemon.run(on_terminal=sys.stderr.isatty())
    sys.stderr.flush()
    # What is asked of the next start before it can hear waits.
    signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
    if daemon.reloads:
        # A new program in the same process: whatever hangs is gone, the supervisor sees no end.
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - ourselves
    if not ended:
        # A call that hangs would hold the process for as long as it hangs; what it was sending is
        # in the outbox as SENDING, and is looked for at the next start.
        os._exit(0)


def _try(path: str | None, running: "Config") -> None:
    """Raise SyncdError where a new start, with the configuration as it is by now, would fail."""
    from syncd import config as configuration
    from syncd.app import App, open_store
    from syncd.ops.web import Web
    from syncd.store.failures import Away

    loaded = configuration.load(configuration.find(path))
    if loaded.http.listen and loaded.http.listen != running.http.listen:
        Web(loaded.http.listen, {}).stop()
    with closing(App(loaded, open_store(loaded))) as app:
        moved = loaded.store.url != running.store.url
        if moved and app.store.holder() is not None:
            raise StoreError(f"{app.store.shown} is in use by another syncd.")
        with suppress(Away, Unavailable):  # These a start waits for.
            if "this version's tables" in app.store.examine():
                app.site.check()


def migrate(config: ConfigFile = None) -> None:
    """Bring the database to this version's tables, making it when there is none."""
    loaded = read_config(config, secrets=False)
    from syncd.app import open_store

    with closing(open_store(loaded)) as store:
        store.migrate()
    typer.echo("The database has this version's tables.")
