"""What each regular piece of work costs in a store of many tickets, whatever SQLite knows of it.

Counted in instructions of SQLite's machine, which no other process on the computer changes.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from bench.make_store import CHATS, make
from sqlalchemy import Engine, Pool, event, text

from syncd import config
from syncd.app import App, open_store
from syncd.core.arrival import Envelope
from syncd.core.model import (
    ChatId,
    DeliveryState,
    Destination,
    Link,
    MessageId,
    Ms,
    PersonId,
    RequestId,
    Thread,
    TicketId,
    TicketKey,
)
from syncd.daemon import jobs
from syncd.store.engine import parsed, sqlite_writer
from syncd.store.tx import Tx

LINKS = 2000
MOST = 20_000
"""Instructions; a walk over the deliveries takes several times as many."""
_STEP = 10
ASKS = {"basics", "canary"}

CONFIG = """
[lark]
base_url = "http://127.0.0.1:9"
app_id = "cli_bench"
[jsm]
api_base = "http://127.0.0.1:9"
portal_base = "http://127.0.0.1:9"
account_email = "bot@example.com"
service_desk = "1"
project = "HELP"
request_type = "10"
[store]
url = "sqlite:///{store}"
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bench") / "made.db"
    make(path, LINKS, time.time_ns() // 1_000_000)
    return path


@pytest.fixture(params=["never analysed", "looked at", "analysed"])
def app(
    request: pytest.FixtureRequest, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[App]:
    monkeypatch.setenv("SYNCD_LARK__APP_SECRET", "x")
    monkeypatch.setenv("SYNCD_JSM__API_TOKEN", "x")
    shutil.copy(made, tmp_path / "store.db")
    (tmp_path / "config.toml").write_text(CONFIG.format(store=tmp_path / "store.db"))
    loaded = config.load(tmp_path / "config.toml")
    engine = sqlite_writer(parsed(loaded.store.url))
    with engine.begin() as connection:
        limit = {"never analysed": None, "looked at": 400, "analysed": 0}[request.param]
        if limit is not None:
            connection.exec_driver_sql(f"PRAGMA analysis_limit={limit}")
            connection.exec_driver_sql("ANALYZE")
    engine.dispose()
    built = App(loaded, open_store(loaded))
    yield built
    built.close()


class Counter:
    """Counts instructions by statement."""

    def __init__(self) -> None:
        self.taken: dict[str, int] = {}
        self._now = ""

    def connected(self, connection: Any, _record: object) -> None:
        connection.set_progress_handler(self._stepped, _STEP)

    def begins(self, _c: object, _k: object, statement: str, *_: object) -> None:
        self._now = statement
        self.taken.setdefault(statement, 0)

    def _stepped(self) -> int:
        self.taken[self._now] = self.taken.get(self._now, 0) + _STEP
        return 0


@contextmanager
def counting() -> Iterator[dict[str, int]]:
    counter = Counter()
    event.listen(Pool, "connect", counter.connected)
    event.listen(Engine, "before_cursor_execute", counter.begins)
    yield counter.taken
    event.remove(Pool, "connect", counter.connected)
    event.remove(Engine, "before_cursor_execute", counter.begins)


def dear(taken: dict[str, int]) -> dict[str, int]:
    """Leave out what looks at 400 rows of each index and no more, however many there are."""
    found = {statement: steps for statement, steps in taken.items() if steps > MOST}
    return {statement: found[statement] for statement in found if "optimize" not in statement}


def newest(app: App) -> Link:
    with app.store.read() as tx:
        return tx.links.recent(1)[0]


def test_no_regular_job_walks_a_table(app: App) -> None:
    with counting() as taken:
        for job in jobs(app):
            if job.name not in ASKS:
                job.work()
        app.intake.run_once()
        for courier in app.couriers.values():
            assert courier.run_once() + courier.run_once(urgent_only=True) == 0
    assert len(taken) > 12
    assert dear(taken) == {}


def test_what_operators_decided_in_that_store_can_be_read(app: App) -> None:
    with app.store.read() as tx:
        assert len(tx.chats.all()) == CHATS


def test_the_start_walks_no_table(app: App) -> None:
    def free(tx: Tx) -> None:
        tx.inbox.free_all()
        tx.leases.steal_all()

    with counting() as taken:
        app.store.migrate()
        app.site.check()
        app.site.check()
        app.store.write(free)
        app.janitor.rescue_all()
    assert len(taken) > 5
    assert dear(taken) == {}


def test_a_whole_day_of_retention_walks_no_table(app: App) -> None:
    """As after a day without a daemon, at the busiest."""
    with app.store.begin() as tx:
        for name in ("swept-outbox", "swept-requests"):
            tx.cursors.set(name, Ms(tx.cursors.get(name) - 30 * 86_400_000))
    with counting() as taken:
        for _ in range(3):
            app.sweeper.run_once()
    assert dear(taken) == {}


def test_what_is_looked_up_for_one_thread_walks_no_table(app: App) -> None:
    link = newest(app)
    root, ticket = link.thread.root, link.ticket_id
    looks: list[Callable[[Tx], object]] = [
        lambda tx: tx.requests.of_thread(root),
        lambda tx: tx.links.of_thread(root),
        lambda tx: tx.links.of_ticket(ticket),
        lambda tx: tx.seen.of(ticket),
        lambda tx: tx.twins.of_ticket(ticket),
        lambda tx: tx.outbox.open_comments(root),
        lambda tx: tx.outbox.newest(DeliveryState.DEAD),
        lambda tx: tx.history.last_notes(ticket),
        lambda tx: tx.inbox.receive("lark", Envelope("ev_new", "k", "om_new"), b""),
        lambda tx: tx.links.add(other(link)),
        lambda tx: tx.requests.open(50),
        lambda tx: tx.links.recent(50),
        lambda tx: tx.outbox.doubtful(Destination.JSM),
    ]
    with counting() as taken, app.store.begin() as tx:
        for look in looks:
            look(tx)
    assert len(taken) > len(looks)
    assert dear(taken) == {}


def other(link: Link) -> Link:
    thread = Thread(ChatId("oc_new"), MessageId("om_new"))
    return Link(
        thread, TicketId("9"), TicketKey("HELP-9"), RequestId("r"), PersonId("ou"), link.created_ms
    )


def test_the_store_that_is_measured_is_one_that_retention_has_done_with(app: App) -> None:
    with app.store.read() as tx:
        assert tx.links.count() == LINKS
        assert sum(tx.outbox.counts().values()) == LINKS * 13 // 2
    assert app.sweeper.run_once() <= 5
    with app.store._reader.connect() as connection:
        whole = "SELECT count(*) FROM outbox WHERE settled_ms < :old AND command LIKE '%restarted%'"
        old = {"old": app.store.now() - 30 * 86_400_000}
        assert connection.execute(text(whole), old).scalar_one() == 0
