"""Counts for monitoring: right, and no dearer for all that is settled."""

from sqlalchemy import NullPool, create_engine, insert
from stored_nouns import comment, tell

from syncd.core.model import DeliveryState, Destination
from syncd.core.operators.census import COUNTED_TO
from syncd.store import schema
from syncd.store.store import Store


def test_what_is_under_way_and_the_lanes_it_holds_are_counted(store: Store) -> None:
    with store.begin() as tx:
        for key in ("a", "b", "c"):
            tx.outbox.put(tell(key))
        tx.outbox.put(comment("d"))
    taken = store.claim(Destination.LARK, 1, 10_000)
    assert len(taken) == 1
    with store.read() as tx:
        assert tx.census.deliveries(Destination.LARK, DeliveryState.LEASED) == 1
        assert tx.census.deliveries(Destination.LARK, DeliveryState.READY) == 2
        assert tx.census.deliveries(Destination.JSM, DeliveryState.READY) == 1
        assert tx.census.lanes_held() == 1
        assert tx.census.oldest_ready().keys() == {Destination.LARK, Destination.JSM}


def test_a_flood_is_counted_so_far_and_no_further(sqlite_store: Store, sqlite_url: str) -> None:
    with sqlite_store.begin() as tx:
        tx.outbox.put(tell("a"))
    with create_engine(sqlite_url, poolclass=NullPool).begin() as connection:
        row = dict(connection.execute(schema.outbox.select()).one()._mapping)
        flood = ({**row, "id": f"x{n:06d}", "dedupe_key": f"{n}"} for n in range(COUNTED_TO + 5))
        connection.execute(insert(schema.outbox), list(flood))
    with sqlite_store.read() as tx:
        assert tx.census.deliveries(Destination.LARK, DeliveryState.READY) == COUNTED_TO


def test_a_database_says_how_large_it_is(store: Store) -> None:
    assert store.size() > 8_192
