"""The queue of the watch: what is due comes out in order, and nothing asked for is lost."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, NullPool, create_engine, event, insert
from still_clock import Time

from syncd.core.model import Ms
from syncd.core.watching import NOT_SHOWN, PARTLY_SHOWN, Look, Reason
from syncd.store import schema
from syncd.store.store import Store

READ = Reason.READ


def look(subject: str, due: int | None = 0, reason: Reason = READ) -> Look:
    return Look(subject, reason, None if due is None else Ms(due))


def ask(store: Store, *looks: Look) -> list[bool]:
    return store.write(lambda tx: [tx.looks.ask(one) for one in looks])


def due(store: Store, reason: Reason = READ, limit: int = 10) -> list[str]:
    with store.read() as tx:
        return [one.subject for one in tx.looks.due(reason, limit)]


def found(store: Store, subject: str) -> Look:
    with store.read() as tx:
        one = tx.looks.of(READ, subject)
    assert one is not None
    return one


def test_what_is_due_comes_longest_due_first_and_by_its_reason(store: Store) -> None:
    later = store.now() + 3_600_000
    ask(store, look("b", 2), look("a", 2), look("c", 1), look("later", later))
    ask(store, look("d", 1, Reason.WHERE))
    assert due(store) == ["c", "a", "b"]
    assert due(store, limit=2) == ["c", "a"]
    assert due(store, Reason.WHERE) == ["d"]
    assert due(store, Reason.PORTAL) == []


def test_the_earlier_of_two_times_counts(store: Store) -> None:
    assert ask(store, look("a", 5), look("a", 9), look("a", 3), look("a", 3)) == [
        True,
        False,
        True,
        False,
    ]
    assert found(store, "a").due_ms == 3
    store.write(lambda tx: tx.looks.plant(look("a", 1)))
    assert found(store, "a").due_ms == 3


def test_what_is_asked_for_no_more_is_gone(store: Store) -> None:
    ask(store, look("a"), look("a", None), look("never there", None))
    assert due(store) == []


def test_what_fails_keeps_its_pace_whoever_asks_and_is_listed_the_longest_first(
    store: Store,
) -> None:
    ask(store, look("a"), look("b"), look("c"))
    far = Ms(store.now() + 3_600_000)
    failing = {"due_ms": far, "failures": 2, "problem": "HTTP 500"}
    for subject, since in (("a", 7), ("b", 5)):
        bad = replace(found(store, subject), failing_since_ms=Ms(since), **failing)
        store.write(lambda tx, bad=bad: tx.looks.save(bad))
    assert ask(store, look("a")) == [False]
    assert due(store) == ["c"]
    with store.read() as tx:
        listed = [(one.subject, one.problem, one.failures) for one in tx.looks.failing()]
    assert listed == [("b", "HTTP 500", 2), ("a", "HTTP 500", 2)]
    healed = found(store, "a")
    store.write(lambda tx: tx.looks.again([(healed, far)]))
    with store.read() as tx:
        assert [one.subject for one in tx.looks.failing()] == ["b"]
    assert found(store, "a").looks == 1


@pytest.mark.parametrize("ends", [True, False])
def test_what_is_asked_for_while_it_is_looked_at_is_looked_at_again(
    store: Store, ends: bool
) -> None:
    ask(store, look("a"), look("b"))
    taken = [found(store, "a"), found(store, "b")]
    ask(store, look("a"))
    again = None if ends else Ms(store.now() + 3_600_000)
    store.write(lambda tx: tx.looks.again([(one, again) for one in taken]))
    assert due(store) == ["a"]


def test_a_clock_that_was_set_back_makes_due_what_was_asked_in_its_future(
    sqlite_store: Store, time: Time
) -> None:
    ask(sqlite_store, look("before", time() + 600_000))
    time.move(86_400_000)
    ask(sqlite_store, look("ahead", time() + 600_000))
    time.move(-86_400_000 + 60_000)
    assert due(sqlite_store) == []
    sqlite_store.write(lambda tx: tx.looks.clock_was_set_back())
    assert due(sqlite_store) == ["ahead"]


def test_the_queue_is_read_by_its_index_however_much_waits(
    sqlite_url: str, sqlite_store: Store
) -> None:
    rows = [
        {
            "subject": f"{n:06}",
            "reason": reason,
            "due_ms": 2_000_000_000_000 + n,
            "asked_ms": 1,
            "looks": 0,
            "failing_since_ms": 0,
            "failures": 0,
            "problem": "",
            "told": False,
        }
        for reason in ("where", "shown")
        for n in range(5_000)
    ]
    heard: list[tuple[str, object]] = []

    def hear(_c: object, _k: object, statement: str, parameters: object, *_: object) -> None:
        heard.append((statement, parameters))

    engine = create_engine(sqlite_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(insert(schema.looks), rows)
    event.listen(Engine, "before_cursor_execute", hear)
    try:
        for reason in Reason:
            due(sqlite_store, reason)
        with sqlite_store.read() as tx:
            tx.looks.failing()
        sqlite_store.write(lambda tx: tx.looks.clock_was_set_back())
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
    said = [pair for pair in heard if "looks" in pair[0]]
    assert len(said) == len(Reason) + 2
    with engine.connect() as connection:
        for statement, parameters in said:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            (step,) = [row.detail for row in plan]
            assert step.startswith("SEARCH looks USING INDEX ix_looks_"), step


def test_what_is_asked_for_while_a_failing_one_is_looked_at_is_not_lost(
    store: Store, time: Time
) -> None:
    ask(store, look("a"))
    failing = replace(
        found(store, "a"), failures=1, failing_since_ms=Ms(1), problem="HTTP 500", due_ms=Ms(2)
    )
    store.write(lambda tx: tx.looks.save(failing))
    taken = found(store, "a")
    time.move(1000)
    assert ask(store, look("a")) == [False]
    store.write(lambda tx: tx.looks.done(taken))
    assert found(store, "a").failures == 1


@pytest.mark.parametrize("problem", [NOT_SHOWN, PARTLY_SHOWN])
def test_what_is_not_shown_to_us_is_looked_at_sooner_when_there_is_news(
    store: Store, problem: str
) -> None:
    ask(store, look("a"))
    later = Ms(store.now() + 3_600_000)
    failing = replace(found(store, "a"), failures=3, problem=problem, due_ms=later)
    store.write(lambda tx: tx.looks.save(failing))
    assert due(store) == []
    assert ask(store, look("a", 1), look("a", 1)) == [False, False]
    sooner = found(store, "a")
    assert sooner.failures == 3
    assert store.now() < sooner.due_ms <= store.now() + 61_000
