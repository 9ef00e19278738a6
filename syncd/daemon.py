"""The life of the process, in the order in which it happens: lock, migrate, start, serve, stop."""

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import partial
from types import FrameType

from syncd import log
from syncd.app import App, workers_of
from syncd.core.errors import StoreError, SyncdError, Unavailable
from syncd.core.model import Destination
from syncd.loops.leases import HEARTBEAT_SECONDS
from syncd.loops.resuming import resume
from syncd.loops.rota import Rota
from syncd.ops.copies import refuse_moved
from syncd.ops.guardian import Guardian
from syncd.ops.notify import Supervisor
from syncd.ops.readiness import live, ready
from syncd.ops.web import Pages, Web
from syncd.schedule import Schedule
from syncd.store.failures import Away

_LOOK_SECONDS = 1.0
"""How often a loop without a nudge looks for work, which another process may have queued."""
_DUE_SECONDS = 0.5
"""How often one courier of each destination looks for deliveries whose wait is over."""
_SITE_AGAIN_SECONDS = 5.0
"""How often a site is asked for what names it, where its address has changed."""
_DRAIN_SECONDS = 8.0
"""How long a stop waits for what is under way."""
HEARD = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""Signals that ask the daemon for something."""


@dataclass(frozen=True)
class Job:
    """Work at an interval, on a thread of its own."""

    seconds: float
    name: str
    work: Callable[[], object]


class Daemon:
    """Starts everything in order, waits for a signal, and stops it in reverse."""

    def __init__(
        self,
        app: App,
        supervisor: Supervisor | None = None,
        reread: Callable[[], object] = lambda: None,
    ) -> None:
        """`reread` reads the configuration again on SIGHUP; SyncdError when it cannot be used."""
        self._app = app
        self._guardian = guardian = Guardian(
            supervisor or Supervisor(),
            app.pulse,
            app.socket,
            {
                "lark-socket": app.socket.still_seconds,
                "scheduler": lambda: self._schedule.still_seconds(),
            },
            app.condition.troubles,
            time.monotonic,
            log.get("guardian"),
        )
        pages: Pages = {
            "/healthz": partial(live, guardian),
            "/readyz": partial(ready, guardian),
            "/metrics": app.metrics.page,
        }
        self._web = Web(app.config.http.listen, pages) if app.config.http.listen else None
        self._reread = reread
        self._reloads = False
        self._log = log.get("daemon")
        self._stop = threading.Event()
        self._why = ""
        """The signal that asks for the end."""
        self._hung_up = False
        self._threads: list[threading.Thread] = []
        self._schedule = Schedule(log.get("schedule"), app.outage, time.monotonic)

    def run(self, *, on_terminal: bool = False) -> bool:
        """Serve until SIGTERM or SIGINT; return whether all work under way ended in time.

        StoreError when the database cannot be used; a database server that is away is waited for.
        SIGHUP ends it where `on_terminal` says that a terminal was closed; else it ends with
        `reloads` when the configuration, read again, is right.
        """
        ends = [signal.SIGTERM, signal.SIGINT, *([signal.SIGHUP] if on_terminal else [])]
        for number in ends:
            signal.signal(number, self._asked_to_stop)
        if not on_terminal:
            signal.signal(signal.SIGHUP, self._asked_to_reload)
        # A reload left them waiting until there is somebody to hear them.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
        if not self.start():
            if self._web:
                self._web.stop()
            self._app.close()
            self._log.info("stopped", signal=self._why, all_ended=True)
            return True
        self.wait()
        return self.shut_down()

    @property
    def reloads(self) -> bool:
        """Whether `run` ends so that the process starts anew with another configuration."""
        return self._reloads and not self._why

    def start(self) -> bool:
        """Start to serve; raises StoreError like `run`.

        False when `stop` was called while the database was away: then nothing was started.
        """
        if self._web:
            self._web.start()
        if not self._prepare_store():
            return False
        self._app.socket.start()
        self._start_loops()
        self._start_jobs()
        self._log.info("started")
        return True

    def wait(self) -> None:
        """Guard the jobs and the threads until `stop` is called."""
        while not self._stop.wait(_LOOK_SECONDS):
            self._schedule.guard()
            self._guardian.look()
            if self._hung_up:
                self._hung_up = False
                self._reload()

    # No line is logged in a handler: what it interrupts may be writing one.
    def _asked_to_stop(self, number: int, _frame: FrameType | None) -> None:
        self._why = signal.Signals(number).name
        self.stop()

    def _asked_to_reload(self, _number: int, _frame: FrameType | None) -> None:
        self._hung_up = True

    def stop(self) -> None:
        """Ask for the end: `wait` returns, and no loop starts anything new."""
        self._stop.set()

    def _reload(self) -> None:
        """End, so that the process starts anew; what it could not start with changes nothing."""
        try:
            self._meanwhile_waiting(self._reread, "the configuration is being read again")
        except SyncdError as exc:
            self._log.error("reload_refused", reason=str(exc))
            self._guardian.refuse(str(exc).partition("\n")[0])
            return
        except Exception:
            self._log.exception("reload_failed")
            self._guardian.refuse("see the log: reload_failed")
            return
        self._log.info("reloading")
        self._reloads = True
        self.stop()

    def _prepare_store(self) -> bool:
        """Bring the database into order, retrying while its server is away; False: stop."""
        self._app.store.lock()
        told = ""
        while True:
            try:
                self._meanwhile_waiting(
                    partial(take_store_over, self._app), "the database is being prepared"
                )
                return True
            except Away as exc:
                event, pause, reason = "store_away", _LOOK_SECONDS, str(exc)
            except Unavailable as exc:
                event, pause, reason = "site_not_proven", _SITE_AGAIN_SECONDS, str(exc)
            if event != told:
                self._log.warning(event, reason=reason)
            told = event
            self._guardian.waits(reason)
            if self._stop.wait(pause):
                return False

    def _meanwhile_waiting(self, work: Callable[[], object], reason: str) -> None:
        """Do what may take long, and let the supervisor know that we are at it."""
        done: Future[None] = Future()

        def do() -> None:
            try:
                self._busy("start", work)
                done.set_result(None)
            except Exception as exc:
                done.set_exception(exc)

        threading.Thread(target=do, name="start", daemon=True).start()
        while not wait([done], _LOOK_SECONDS).done:
            self._guardian.waits(reason)
        done.result()

    def _start_loops(self) -> None:
        app = self._app
        for name, loop in (
            ("intake", app.intake),
            ("watch", app.watch),
            ("slow-watch", app.slow_watch),
        ):
            self._loop(name, loop.run_once, Rota(loop.nudge, _LOOK_SECONDS, time.monotonic))
        workers = workers_of(app.config)
        for to, courier in app.couriers.items():
            rota = Rota(app.records.nudges[to], _DUE_SECONDS, time.monotonic)
            urgent = partial(courier.run_once, urgent_only=True)
            self._loop(f"{to}-urgent", urgent, rota, sees_all=False)
            for number in range(1, workers[to]):
                self._loop(f"{to}-{number}", courier.run_once, rota, at_most=courier.room_in)

        rota = Rota(app.records.nudges[Destination.ENGINE], _DUE_SECONDS, time.monotonic)
        if app.translator:
            self._loop("translation", app.translation.run_once, rota)

    def _start_jobs(self) -> None:
        for job in self._all_jobs():
            work = partial(self._busy, job.name, job.work)
            self._schedule.every(job.seconds, job.name, work)
        self._schedule.start()

    def _all_jobs(self) -> Iterator[Job]:
        yield from jobs(self._app)
        if dead_man := self._app.dead_man:
            yield Job(5, "dead-man", lambda: dead_man.run_once(self._guardian.frozen()))

    def _loop(
        self,
        name: str,
        work: Callable[[], int],
        rota: Rota,
        *,
        sees_all: bool = True,
        at_most: Callable[[], float] = lambda: math.inf,
    ) -> None:
        def repeat() -> None:
            with self._app.pulse.life(name) as turned:
                turn = False
                while not self._stop.is_set():
                    since = rota.nudge.count()
                    if self._once(name, work):
                        if turn:
                            rota.nudge.give()
                        turn = False
                    else:
                        limit = at_most()
                        turn = rota.wait(since, sees_all=sees_all, at_most=limit, turned=turned)
                    turned()

        thread = threading.Thread(target=repeat, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _busy(self, name: str, work: Callable[[], object]) -> None:
        with self._app.pulse.round(name):
            work()

    def _once(self, name: str, work: Callable[[], int]) -> bool:
        """Run the work once; return whether there was any."""
        try:
            return self._app.outage.watch(name, work) > 0
        except StoreError:
            pass  # `StoreOutage` has logged it.
        except Exception:
            self._log.exception("loop_failed", loop=name)
        return False

    def shut_down(self) -> bool:
        """Stop in reverse order; return whether all work under way ended in time."""
        self.stop()
        app = self._app
        self._guardian.leave(reloads=self.reloads)
        self._log.info("stopping", signal=self._why or None)
        deadline = time.monotonic() + _DRAIN_SECONDS
        app.socket.stop()
        nudges = (app.intake.nudge, app.watch.nudge, app.slow_watch.nudge)
        for nudge in (*nudges, *app.records.nudges.values()):
            nudge.give()
        ended = self._schedule.stop(max(deadline - time.monotonic(), 0))
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0))
        ended = ended and not any(thread.is_alive() for thread in self._threads)
        try:
            app.watch.hand_over()
            app.slow_watch.hand_over()
            app.report.withdraw()
        except StoreError as exc:
            self._log.warning("watch_not_handed_over", reason=str(exc))
        if self._web:
            self._web.stop()
        app.close()
        self._log.info("stopped", all_ended=ended)
        return ended


def take_store_over(app: App) -> None:
    """Bring the database to this version, and release what an earlier run had in hand."""
    store = app.store
    store.migrate()
    app.site.check()
    app.report.begin()
    try:
        # Only then, so that whoever moves it sees us, or we see that it was moved.
        refuse_moved(store)
    except StoreError:
        app.report.withdraw()
        raise
    resume(store, log.get("daemon"))
    if store.alone:
        # The lock on the SQLite file proves that no other process holds a lease.
        store.write(lambda tx: tx.inbox.free_all())
        store.write(lambda tx: tx.leases.steal_all())
        app.janitor.rescue_all()


def jobs(app: App) -> list[Job]:
    """Return all jobs; those that may hang with one platform are apart from the other's."""

    def ask_basics() -> None:
        if app.basics.run_once():
            app.intake.nudge.give()
            app.watch.nudge.give()
        if app.basics.account is not None:
            app.site.learn()

    def heartbeat() -> None:
        for courier in (*app.couriers.values(), app.second_way.courier, app.translation):
            courier.heartbeat()
        app.watch.heartbeat()
        app.slow_watch.heartbeat()

    return [
        Job(3, "basics", ask_basics),
        Job(60, "sweeper", app.sweeper.run_once),
        Job(5, "alarms", app.alarms.run_once),
        *([Job(5, "second-way", app.second_way.run_once)] if app.webhook else []),
        Job(5, "janitor", app.janitor.run_once),
        Job(2, "catch-up", app.catchup.run_once),
        Job(1800, "canary", app.canary.run_once),
        # What was ordered before it was switched off is closed.
        *([] if app.translator else [Job(3600, "translation", app.translation.run_out)]),
        *(Job(2, f"doubts-{to}", doubts.run_once) for to, doubts in app.doubts.items()),
        Job(HEARTBEAT_SECONDS, "heartbeat", heartbeat),
        Job(1, "report", app.report.run_once),
        Job(3600, "optimize", app.store.optimize),
    ]
