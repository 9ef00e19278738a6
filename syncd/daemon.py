"""The life of the process, from the first lock to the last, in the order in which it happens."""

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from syncd import log
from syncd.app import App
from syncd.core.errors import StoreError
from syncd.core.model import Destination
from syncd.loops.courier import Courier
from syncd.loops.nudge import Nudge
from syncd.schedule import Schedule
from syncd.store.failures import Away

_LOOK_SECONDS = 1.0
"""How long a loop sleeps when nobody nudges it: another process may have left something."""
_DRAIN_SECONDS = 8.0


@dataclass(frozen=True)
class Job:
    """What is done at an interval, on a thread of its own."""

    seconds: float
    name: str
    work: Callable[[], object]


class Daemon:
    """Starts everything in order, waits for a signal, and stops it in reverse."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._log = log.get("daemon")
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._schedule = Schedule(log.get("schedule"), app.outage, time.monotonic)

    def run(self) -> bool:
        """Serve until SIGTERM or SIGINT; return whether all that was under way came to its end.

        StoreError when the database cannot be used; a server that is away is waited for.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        self._prepare_store()
        self._app.socket.start()
        self._start_loops()
        self._start_jobs()
        self._log.info("started", store=self._app.config.store.url.partition(":")[0])
        while not self._stop.wait(_LOOK_SECONDS):
            self._schedule.guard()
        return self._shut_down()

    def stop(self) -> None:
        """Ask the daemon to stop; `run` returns when everything in flight is settled."""
        self._stop.set()

    def _prepare_store(self) -> None:
        store = self._app.store
        store.lock()
        self._migrate()
        self._app.check_site()
        if store.alone:
            # The file lock proves that nobody else can be working on what is leased.
            store.write(lambda tx: tx.inbox.free_all())
            store.write(lambda tx: tx.leases.steal_all())
            self._app.janitor.rescue_all()

    def _migrate(self) -> None:
        """Migrate; an outage of the database server delays the start and never ends it."""
        told = False
        while True:
            try:
                self._app.store.migrate()
                return
            except Away as exc:
                if not told:
                    self._log.warning("store_away", reason=str(exc))
                told = True
                if self._stop.wait(_LOOK_SECONDS):
                    raise

    def _start_loops(self) -> None:
        app = self._app
        self._loop("intake", app.intake.run_once, app.intake.nudge)
        delivery = app.config.delivery
        for courier, workers in (
            (app.couriers[Destination.LARK], delivery.lark_workers),
            (app.couriers[Destination.JSM], delivery.jsm_workers),
        ):
            nudge = app.records.nudges[courier.destination]
            self._loop(f"{courier.destination}-urgent", _urgent(courier), nudge)
            for number in range(1, workers):
                self._loop(f"{courier.destination}-{number}", courier.run_once, nudge)

    def _start_jobs(self) -> None:
        for job in jobs(self._app):
            self._schedule.every(job.seconds, job.name, job.work)
        self._schedule.start()

    def _loop(self, name: str, work: Callable[[], int], nudge: Nudge) -> None:
        thread = threading.Thread(
            target=self._repeat, args=(name, work, nudge), name=name, daemon=True
        )
        self._threads.append(thread)
        thread.start()

    def _repeat(self, name: str, work: Callable[[], int], nudge: Nudge) -> None:
        while not self._stop.is_set():
            since = nudge.count()
            try:
                busy = self._app.outage.watch(name, work) > 0
            except StoreError:
                busy = False
            except Exception:
                self._log.exception("loop_failed", loop=name)
                busy = False
            if not busy:
                nudge.wait(since, _LOOK_SECONDS)

    def _shut_down(self) -> bool:
        app = self._app
        self._log.info("stopping")
        deadline = time.monotonic() + _DRAIN_SECONDS
        app.socket.stop()
        for nudge in (app.intake.nudge, *app.records.nudges.values()):
            nudge.give()
        ended = self._schedule.stop(max(deadline - time.monotonic(), 0))
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0))
        ended = ended and not any(thread.is_alive() for thread in self._threads)
        try:
            app.poller.hand_over()
        except StoreError as exc:
            self._log.warning("poll_not_handed_over", reason=str(exc))
        app.close()
        self._log.info("stopped", all_ended=ended)
        return ended


def _urgent(courier: Courier) -> Callable[[], int]:
    return lambda: courier.run_once(urgent_only=True)


def jobs(app: App) -> list[Job]:
    """Return what runs at intervals; what may hang with one platform is apart from the other's."""

    def ask_basics() -> None:
        if app.basics.run_once():
            app.intake.nudge.give()

    def heartbeat() -> None:
        for courier in app.couriers.values():
            courier.heartbeat()
        app.poller.heartbeat()

    return [
        Job(3, "basics", ask_basics),
        Job(app.config.poll.interval_seconds, "poll", app.poller.run_once),
        Job(60, "sweeper", app.sweeper.run_once),
        Job(5, "alarms", app.alarms.run_once),
        Job(5, "janitor", app.janitor.run_once),
        Job(2, "catch-up", app.catchup.run_once),
        Job(1800, "canary", app.canary.run_once),
        *(Job(5, f"doubts-{to}", doubts.run_once) for to, doubts in app.doubts.items()),
        Job(300, "stragglers", app.stragglers.run_once),
        Job(10, "sweeps", app.sweeps.run_once),
        Job(3600, "reread", app.rereader.run_once),
        Job(3600, "portal", app.portal_round.run_once),
        Job(3600, "moves", app.moves.run_once),
        Job(20, "heartbeat", heartbeat),
        Job(5, "report", app.report),
    ]
