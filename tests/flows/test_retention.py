"""What people wrote is forgotten after retention_days; what tells a duplicate is not."""

from typing import Any

import pytest
from house import ACME, GLOBEX, House
from sqlalchemy import NullPool, create_engine, insert, select, update

from syncd.core.arrival import READ_BACK_MS, REMEMBERED_MS, Envelope
from syncd.core.model import DeliveryState, Ms, RequestState
from syncd.loops.keep import operating
from syncd.loops.keep.operating import NotPossible
from syncd.store import schema
from syncd.store.tables.cache import KEPT, CacheKind
from syncd.store.tx import Tx

DAY = 86_400


def days_pass(house: House, days: float) -> None:
    house.time_passes(seconds=days * DAY)


def everything_stored(house: House) -> str:
    """Return every row of every table as text."""
    engine = create_engine(house.url, poolclass=NullPool)
    with engine.connect() as connection:
        rows = [row for table in schema.metadata.sorted_tables
                for row in connection.execute(select(table))]  # fmt: skip
    return "\n".join(repr(tuple(row)) for row in rows)


def a_busy_day(house: House) -> str:
    """Ben asks, an engineer answers, Aiko replies in a thread; return Ben's message."""
    house.files("ben", GLOBEX, "CANARY our cluster is down")
    story = house.files("aiko", ACME, "CANARY printer")
    house.box.jira_people.comment("erin", "HELP-1", "CANARY restart it")
    house.says("aiko", ACME, "CANARY reply", thread=story.root)
    house.poll()
    return house.asks("ben", GLOBEX, "CANARY never submitted")


def test_after_its_days_nothing_is_left_of_what_people_wrote(house: House) -> None:
    a_busy_day(house)
    assert everything_stored(house).count("CANARY") > 5
    days_pass(house, 29)
    house.tidy()
    house.app.sweeper.run_once()
    assert "CANARY our cluster" in everything_stored(house)
    days_pass(house, 3)
    assert house.app.sweeper.run_once() > 0
    assert "CANARY" not in everything_stored(house)
    assert "@" not in everything_stored(house).replace("@Support", "").replace("socket@", "")


def test_whatever_the_cache_holds_is_forgotten_but_what_is_named(house: House) -> None:
    def fill(tx: Tx) -> None:
        for kind in CacheKind:
            tx.cache.put(kind, "somebody", "{}")

    house.app.store.write(fill)
    days_pass(house, 40)
    house.app.sweeper.run_once()
    with house.app.store.read() as tx:
        left = {kind for kind in CacheKind if tx.cache.get(kind, "somebody")}
    assert left == KEPT


def test_of_a_customer_who_was_invited_no_address_is_left(house: House) -> None:
    house.asks("aiko", ACME)
    house.submits("aiko", ACME, reporter="new-customer@acme.example")
    assert len(house.ticket_keys()) == 1
    days_pass(house, 32)
    house.tidy()
    house.app.sweeper.run_once()
    assert "new-customer" not in everything_stored(house)


def test_what_means_nothing_to_the_bot_is_not_kept(house: House) -> None:
    house.says("ben", GLOBEX, "CANARY our acquisition of Initech is still secret")
    story = house.files("ben", GLOBEX)
    house.says("dora", GLOBEX, "CANARY among us", thread=story.root)
    assert "CANARY" not in everything_stored(house)


def test_what_arrived_is_not_kept_once_more_beside_what_came_of_it(house: House) -> None:
    house.asks("ben", GLOBEX, "CANARY our cluster is down")
    assert "CANARY" not in "".join(arrived(house, schema.inbox.c.raw))


def arrived(house: House, column: Any) -> list[str]:
    with create_engine(house.url, poolclass=NullPool).connect() as connection:
        return [str(value) for value in connection.scalars(select(column))]


def test_what_nobody_could_read_is_forgotten_with_its_days_and_stays_listed(house: House) -> None:
    raw = b'{"header": {"event_id": "bad", "event_type": "im.message.receive_v1"}, "x": "CANARY"}'
    house.app.intake.receive([raw])
    house.settle()
    days_pass(house, 29)
    house.app.sweeper.run_once()
    assert "CANARY" in everything_stored(house)
    days_pass(house, 3)
    house.app.sweeper.run_once()
    assert "CANARY" not in everything_stored(house)
    with house.app.store.read() as tx:
        assert [dead.event_id for dead in tx.inbox.dead()] == ["bad"]


@pytest.mark.parametrize(("days", "known"), [(6, True), (13, True), (15, False)])
def test_a_duplicate_is_known_as_long_as_it_may_come(
    house: House, days: float, known: bool
) -> None:
    """Lark delivers again for hours, and a history is read for seven days."""
    assert REMEMBERED_MS > READ_BACK_MS + 86_400_000
    story = house.files("ben", GLOBEX)
    days_pass(house, days)
    house.app.sweeper.run_once()
    assert ("om_" in "".join(arrived(house, schema.inbox.c.message_id))) is known
    mention = [e for e in house.box.lark_state.delivery.about(story.root) if not e.is_callback]
    house.app.intake.receive([mention[0].payload])
    house.settle()
    assert len(arrived(house, schema.requests.c.id)) == (1 if known else 2)


def test_what_was_shown_is_not_shown_again_after_the_sweep(house: House) -> None:
    story = house.files("ben", GLOBEX)
    house.box.jira_people.comment("erin", story.key, "Please restart the node.")
    house.poll()
    days_pass(house, 40)
    house.app.sweeper.run_once()
    house.box.jira_people.assign(story.key, "erin")
    house.poll()
    assert len(house.posts("dora", GLOBEX)) == 1
    assert len(house.thread("dora", GLOBEX, story.root)) == 1


def test_what_is_withheld_or_waits_is_kept_whole(house: House) -> None:
    story = house.files("aiko", ACME)
    comment = house.hides_before_the_post(story.key, "too early")
    days_pass(house, 40)
    house.app.sweeper.run_once()
    house.box.jira_people.flip(story.key, comment, public=True)
    house.box.jira_people.assign(story.key, "erin")
    house.poll()
    _, answer = house.thread("aiko", ACME, story.root)
    assert "too early" in answer.text


def test_what_was_swept_cannot_be_requeued_and_is_still_listed(house: House) -> None:
    house.asks("ben", GLOBEX)
    house.fail("jsm", ".*", "refuse", times=-1, status=503)
    house.submits("ben", GLOBEX)
    (waiting,) = house.deliveries(DeliveryState.READY)
    operating.drop(house.app.records, waiting.id, "not ours")
    house.settle()
    days_pass(house, 40)
    house.app.sweeper.run_once()
    (dead,) = house.deliveries(DeliveryState.DEAD)
    assert dead.reason == "not ours"
    with pytest.raises(NotPossible, match="swept"):
        operating.requeue(house.app.records, dead.id, sent_nothing=False)


def test_what_was_typed_is_forgotten_though_its_request_ended_after_later_ones(
    house: House,
) -> None:
    house.asks("ben", GLOBEX, "CANARY our cluster")
    house.fail("jsm", ".*", "refuse", times=-1, status=503)
    house.submits("ben", GLOBEX)
    (waiting,) = house.deliveries(DeliveryState.READY)
    house.time_passes(seconds=60)
    house.asks("aiko", ACME, "CANARY our network")
    days_pass(house, 40)
    house.app.janitor.run_once()
    house.app.sweeper.run_once()
    typed = requests_typed(house)
    assert ["CANARY our cluster" in values for values in typed] == [True, False]
    operating.drop(house.app.records, waiting.id, "not ours")
    house.app.sweeper.run_once()
    assert requests_typed(house) == ["{}", "{}"]


def requests_typed(house: House) -> list[str]:
    """Return what each Request holds of what was typed, the oldest first."""
    engine = create_engine(house.url, poolclass=NullPool)
    found = select(schema.requests.c.form_values).order_by(schema.requests.c.created_ms)
    with engine.connect() as connection:
        return list(connection.scalars(found))


def test_the_history_goes_with_its_days(house: House) -> None:
    story = house.files("ben", GLOBEX)
    days_pass(house, 40)
    house.app.sweeper.run_once()
    with house.app.store.read() as tx:
        assert tx.history.trace(story.key) == []


def test_no_sweep_touches_more_than_200_rows_at_once(house: House) -> None:
    with house.app.store.begin() as tx:
        for number in range(450):
            tx.inbox.receive("lark", Envelope(f"ev_{number}", "kind"), b"CANARY")
            tx.inbox.settle("lark", f"ev_{number}", "read")
    days_pass(house, 40)
    with house.app.store.begin() as tx:
        assert tx.inbox.forget(tx.now) == (200, True, 0)
    assert house.app.sweeper.run_once() == 250
    assert arrived(house, schema.inbox.c.id) == []


def test_no_sweep_walks_past_more_than_200_rows_at_once(house: House) -> None:
    """However few of them hold something, and though an early one never ends."""
    engine = create_engine(house.url, poolclass=NullPool)
    house.asks("ben", GLOBEX, "CANARY never submitted")
    house.asks("dora", GLOBEX, "CANARY the last")
    with engine.begin() as connection:
        first, last = connection.execute(select(schema.requests).order_by("created_ms")).mappings()
        blank = {
            **last,
            "form_values": "{}",
            "own_address": "",
            "said": "",
            "state": RequestState.EXPIRED,
        }
        begun = first["created_ms"]
        between = [blank | {"id": f"r{n}", "created_ms": begun + n % 2} for n in range(300)]
        connection.execute(insert(schema.requests), between)
        ended = update(schema.requests).where(schema.requests.c.id == last["id"])
        connection.execute(ended.values(state=RequestState.EXPIRED))
    days_pass(house, 40)
    with house.app.store.begin() as tx:
        step = tx.requests.sweep(Ms(0), tx.now)
    assert (step.touched, step.more) == (0, True)
    house.app.sweeper.run_once()
    assert sum("CANARY" in values for values in requests_typed(house)) == 1


def test_a_shorter_retention_is_kept(make_house) -> None:
    house: House = make_house(**{"store.retention_days": 1})
    a_busy_day(house)
    days_pass(house, 3)
    house.tidy()
    house.app.sweeper.run_once()
    assert "CANARY restart it" not in everything_stored(house)
