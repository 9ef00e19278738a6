"""One of two daemons on one database is killed; the other takes its work over."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import databases
import pytest
from house import GLOBEX, age
from processes import Process
from sqlalchemy import NullPool, create_engine, select

from syncd.app import wall_clock
from syncd.core.model import DeliveryState
from syncd.sandbox.box import Sandbox
from syncd.sandbox.faults import Fault
from syncd.sandbox.lark.shown import Shown
from syncd.store import schema
from syncd.store.store import Store

_PATIENCE = 90.0
CREATE = "POST /open-apis/im/v1/messages$"

url = databases.fresh_on(*databases.servers())


@dataclass
class Pair:
    """A world, and two daemons beside it, of which the first has begun all work that there is."""

    box: Sandbox
    store: Store
    url: str
    first: Process
    start: Callable[[], Process]

    def until(self, what: str, seen: Callable[[], object]) -> None:
        assert self.box.lark_people.wait_until(lambda: bool(seen()), _PATIENCE), f"never: {what}"

    def files(self) -> str:
        """Let Ben file a ticket; return its key."""
        people, desk = self.box.lark_people, self.box.jira_people
        people.say("ben", GLOBEX, "@Support Bot our cluster is down")
        self.until("the form", lambda: self._form())
        form = self._form()
        assert form is not None
        filled = {f.name: f.default for f in form.fields if f.default}
        people.click("ben", form.message_id, "submit", filled | {"customfield_10041": "2-Major"})
        self.until("the ticket", desk.tickets)
        (ticket,) = desk.tickets()
        self.until("its link", lambda: [m for m in people.view("ben", GLOBEX) if m.thread])
        return str(ticket.key)

    def _form(self) -> Shown | None:
        seen = self.box.lark_people.view("ben", GLOBEX)
        return next((m for m in seen if m.fields and not m.recalled), None)

    def posts(self) -> list[str]:
        seen = self.box.lark_people.view("ben", GLOBEX)
        return [m.text.splitlines()[-1] for m in seen if m.kind == "card" and not m.private]

    def is_being_sent(self) -> bool:
        with self.store.read() as tx:
            return bool(tx.outbox.in_state(DeliveryState.SENDING))

    def longest_lease(self) -> int:
        """Return for how many ms from now somebody holds something."""
        now = self.store.now()
        engine = create_engine(self.url, poolclass=NullPool)
        with engine.connect() as connection:
            held = [
                moment - now
                for table in (schema.outbox, schema.inbox, schema.leases)
                for moment in connection.execute(select(table.c.lease_until)).scalars()
            ]
        return max(held)

    def half_a_minute_passes(self) -> None:
        age(self.url, 30_000)


@pytest.fixture
def pair(box: Sandbox, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    monkeypatch.setenv("SYNCD_STORE__URL", url)
    (tmp_path / "config.toml").write_text(box.config_toml(), encoding="utf-8")
    started: list[Process] = []

    def start() -> Process:
        before = len(box.lark_state.delivery.connections.all())
        started.append(Process(box, tmp_path))
        connections = box.lark_state.delivery.connections
        assert box.lark_people.wait_until(lambda: len(connections.all()) > before, _PATIENCE)
        return started[-1]

    store = Store.open(url, clock=wall_clock)
    yield Pair(box, store, url, start(), start)
    store.close()
    for process in started:
        with process:
            pass


def test_the_other_goes_on_with_the_watch_and_with_what_was_being_sent(pair: Pair) -> None:
    key = pair.files()
    pair.start()
    pair.box.world.faults.add(Fault("lark", CREATE, "hang", times=-1, seconds=20))
    pair.box.jira_people.comment("erin", key, "please restart it")
    pair.until("an update that is being sent", pair.is_being_sent)
    # The first leads the watch, and nudges its own couriers.
    pair.first.kill()
    assert 0 < pair.longest_lease() < 30_000
    assert pair.posts() == []
    pair.box.world.faults.clear()
    pair.half_a_minute_passes()
    pair.until("the update, shown by the other", lambda: pair.posts() == ["please restart it"])
    pair.box.jira_people.comment("erin", key, "is it well now?")
    pair.until("the next one", lambda: len(pair.posts()) >= 2)
    assert pair.posts() == ["please restart it", "is it well now?"]


def test_of_two_that_live_one_keeps_the_watch(pair: Pair) -> None:
    """It extends its lease in time, however long nothing is to be looked at."""
    key = pair.files()
    pair.start()
    for number in range(3):
        pair.box.jira_people.comment("erin", key, f"part {number}")
        pair.until("the update", lambda n=number: len(pair.posts()) > n)
    with create_engine(pair.url, poolclass=NullPool).connect() as connection:
        roles = connection.execute(select(schema.leases.c.generation, schema.leases.c.owner)).all()
    assert [generation for generation, _ in roles] == [1] * len(roles)
    assert len({owner for _, owner in roles}) == 1
