"""The tables, and how they come to be."""

import others
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import NullPool, Table, create_engine, insert, select, text
from sqlalchemy.exc import DBAPIError

from syncd.core import lifecycle
from syncd.core.errors import StoreError
from syncd.core.model import DeliveryState, Ms, Origin, RequestState, SeenVerdict
from syncd.core.watching import Reason
from syncd.store import schema
from syncd.store.schema import InboxState
from syncd.store.store import Store

WORDS = [
    (schema.requests, "state", RequestState),
    (schema.outbox, "state", DeliveryState),
    (schema.inbox, "state", InboxState),
    (schema.seen_comments, "verdict", SeenVerdict),
    (schema.twins, "origin", Origin),
    (schema.looks, "reason", Reason),
]


MIGRATE_ON_A_SIGN = """
import sys
from syncd.store.store import Store
store = Store.open(sys.argv[1], clock=lambda: 1)
print("ready", flush=True)
sys.stdin.readline()
store.migrate()
store.check_schema()
store.close()
print("done")
"""


def opened(url: str) -> Store:
    return Store.open(url, clock=lambda: Ms(1))


def migrated(url: str) -> None:
    store = opened(url)
    store.migrate()
    store.check_schema()
    store.close()


def differences(url: str) -> list[object]:
    with create_engine(url, poolclass=NullPool).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, schema.metadata)


def row(table: Table, column: str, word: str) -> dict[str, object]:
    blanks: dict[type, object] = {bytes: b"", int: 0, bool: False}
    filled = {c.name: blanks.get(c.type.python_type, word) for c in table.columns}
    return {**filled, column: word}


def test_upgrade_from_empty_equals_the_tables(empty_url: str) -> None:
    migrated(empty_url)
    assert differences(empty_url) == []


@pytest.mark.parametrize(("table", "column", "words"), WORDS, ids=[str(w[0]) for w in WORDS])
def test_every_state_is_stored_and_a_foreign_one_refused(
    url: str, table: Table, column: str, words: type[RequestState]
) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for word in words:
            connection.execute(insert(table).values(**row(table, column, word)))
        found = connection.execute(select(table.c[column])).scalars()
        assert set(found) == {str(word) for word in words}
    for foreign in ("LOST", next(iter(words)).swapcase()):
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(insert(table).values(**row(table, column, foreign)))


def test_the_words_are_those_of_the_state_tables() -> None:
    requests = {state for state, _ in lifecycle.REQUEST} | set(lifecycle.REQUEST.values())
    deliveries = {state for state, _ in lifecycle.DELIVERY} | {
        e.after for e in lifecycle.DELIVERY.values()
    }
    assert (requests, deliveries) == (set(RequestState), set(DeliveryState))


def test_migrating_again_changes_nothing(url: str) -> None:
    store = opened(url)
    with store.begin() as tx:
        tx.cursors.set("poll", Ms(7))
    store.migrate()
    with store.read() as tx:
        assert tx.cursors.get("poll") == 7
    store.close()


def test_processes_that_start_together_migrate_once(empty_url: str) -> None:
    started = others.start_together(3, MIGRATE_ON_A_SIGN, empty_url)
    assert [process.communicate()[0] for process in started] == ["done\n"] * 3
    assert differences(empty_url) == []


def test_a_migration_that_was_killed_half_way_is_finished(empty_url: str) -> None:
    migrated(empty_url)
    with create_engine(empty_url, poolclass=NullPool).begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        schema.twins.drop(connection)
        for index in schema.links.indexes:
            index.drop(connection)
    migrated(empty_url)
    assert differences(empty_url) == []


def test_a_database_of_a_newer_syncd_is_left_alone(url: str) -> None:
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store = opened(url)
    for use in (store.check_schema, store.migrate):
        with pytest.raises(StoreError, match="migrated by a newer syncd"):
            use()
    store.close()


def test_a_database_without_tables_says_so(empty_url: str) -> None:
    migrated(empty_url)
    with create_engine(empty_url, poolclass=NullPool).begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    store = opened(empty_url)
    with pytest.raises(StoreError, match="run `syncd migrate`"):
        store.check_schema()
    store.close()
