"""A sandbox, and the ordinary daemon beside it: its threads and jobs run as they do in service."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import NullPool, create_engine, update

from syncd import config
from syncd.app import App, open_store
from syncd.core.delivery import Delivery
from syncd.core.model import DeliveryState
from syncd.core.watching import Reason
from syncd.daemon import Daemon
from syncd.sandbox.box import Sandbox
from syncd.store import schema

_PATIENCE_SECONDS = 120.0
"""Far more than anything takes here; whoever waits so long says what was seen instead."""
_LOOK_SECONDS = 0.2


@dataclass
class RunningHouse:
    """One world, and as many daemons as a test starts."""

    box: Sandbox
    folder: Path
    settings: dict[str, Any]
    """What is changed in the configuration: `section.key` to a value."""
    daemons: list[tuple[Daemon, App]] = field(default_factory=list)

    # -- daemons

    def starts(self) -> None:
        """Start one more daemon on the same database, and wait until Lark speaks to it."""
        app = self._build()
        daemon = Daemon(app)
        daemon.start()
        threading.Thread(target=daemon.wait, name="daemon", daemon=True).start()
        self.daemons.append((daemon, app))
        self.until(
            "its long connection",
            lambda: app.socket.state().connected_since and self._connections(),
            app.socket.state,
        )

    def ends(self) -> None:
        """Shut down the daemon that was started first."""
        daemon, _ = self.daemons.pop(0)
        assert daemon.shut_down(), "something was still under way at the end"

    def restarts(self) -> None:
        self.ends()
        self.starts()

    def close(self) -> None:
        while self.daemons:
            self.ends()

    def _build(self) -> App:
        loaded = config.load(self.folder / "config.toml")
        for key, value in self.settings.items():
            section, name = key.split(".")
            changed = getattr(loaded, section).model_copy(update={name: value})
            loaded = loaded.model_copy(update={section: changed})
        return App(loaded, open_store(loaded))

    def _connections(self) -> int:
        with self.box.world.lock:
            return len(self.box.lark_state.delivery.connections.all())

    # -- waiting

    def until(
        self, what: str, seen: Callable[[], object], instead: Callable[[], object] = str
    ) -> None:
        """Wait until it is seen; `instead` tells what is there when it never comes."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not seen():
            if time.monotonic() > deadline:
                raise AssertionError(f"never seen: {what}; instead: {instead()}")
            time.sleep(_LOOK_SECONDS)

    def listens(self) -> None:
        """Wait until some daemon is there to hear."""
        self.until("a daemon that listens", self._connections)

    def comes_due(self, reason: Reason) -> None:
        """Let the time come at which these looks are due."""
        _, app = self.daemons[-1]
        engine = create_engine(app.config.store.url, poolclass=NullPool)
        with engine.begin() as connection:
            looks = schema.looks
            connection.execute(update(looks).where(looks.c.reason == reason).values(due_ms=0))

    # -- the outbox

    def deliveries(self, *states: DeliveryState) -> list[Delivery]:
        """Return what is in these states, as the daemon that was started last has it on record."""
        _, app = self.daemons[-1]
        with app.store.read() as tx:
            return [delivery for state in states for delivery in tx.outbox.in_state(state)]


def at_once(works: Iterable[Callable[[], object]]) -> None:
    """Do all of this at the same moment, each on a thread; raise what the first that failed did."""
    failed: list[BaseException] = []
    todo = list(works)
    gate = threading.Barrier(len(todo))

    def do(work: Callable[[], object]) -> None:
        gate.wait()
        try:
            work()
        except BaseException as exc:
            failed.append(exc)

    threads = [threading.Thread(target=do, args=(work,), daemon=True) for work in todo]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
