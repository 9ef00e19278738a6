"""What only a database server can show; run where SYNCD_TEST_DATABASES names one."""

import threading
from collections.abc import Iterator
from pathlib import Path

import databases
import pytest
from sqlalchemy import NullPool, create_engine, text
from still_clock import Time
from stored_nouns import link, request

from syncd.core.model import Ms, TicketId
from syncd.store.store import Store
from syncd.store.tx import Tx

TICKET = TicketId("10001")

KILL_OTHERS = {
    "postgresql": """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()""",
    "mysql": """SELECT concat('KILL ', id) FROM information_schema.processlist
        WHERE db = database() AND id <> connection_id()""",
}


@pytest.fixture(params=databases.servers())
def server_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with databases.fresh(request.param, tmp_path) as address:
        yield address


@pytest.fixture
def server(server_url: str, time: Time) -> Iterator[Store]:
    store = Store.open(server_url, clock=time)
    yield store
    store.close()


def kill_connections(url: str) -> None:
    with create_engine(url, poolclass=NullPool).connect() as connection:
        found = connection.execute(text(KILL_OTHERS[connection.dialect.name])).scalars().all()
        if connection.dialect.name == "mysql":
            for statement in found:
                connection.execute(text(statement))


def test_time_is_the_servers_own(server: Store, time: Time) -> None:
    with server.begin() as tx:
        assert tx.now > time.ms
        with server.begin() as other:
            assert tx.now <= other.now <= server.now()


def test_two_that_wait_for_each_other_both_finish(server: Store) -> None:
    meet = threading.Barrier(2)
    with server.begin() as tx:
        tx.cursors.set("a", Ms(0))
        tx.cursors.set("b", Ms(0))

    def work(first: str, second: str, mark: int) -> None:
        met: list[str] = []

        def both(tx: Tx) -> None:
            tx.cursors.set(first, Ms(mark))
            if not met:
                met.append(first)
                meet.wait()
            tx.cursors.set(second, Ms(mark))

        server.write(both)

    other = threading.Thread(target=work, args=("b", "a", 1))
    other.start()
    work("a", "b", 2)
    other.join()
    with server.read() as tx:
        assert tx.cursors.get("a") == tx.cursors.get("b") > 0


def test_two_that_wait_for_each_other_to_insert_both_finish(server: Store) -> None:
    meet = threading.Barrier(2)

    def work(first: str, second: str) -> None:
        met: list[str] = []

        def both(tx: Tx) -> None:
            tx.inbox.receive("lark", first, None, "k", b"")
            if not met:
                met.append(first)
                meet.wait()
            tx.inbox.receive("lark", second, None, "k", b"")

        server.write(both)

    other = threading.Thread(target=work, args=("b", "a"))
    other.start()
    work("a", "b")
    other.join()
    assert len(server.claim_inbox(10, 1)) == 2


@pytest.mark.parametrize("held", ["request", "link"])
def test_a_conversation_that_is_being_decided_on_waits_for_nobody_but_its_like(
    server: Store, held: str
) -> None:
    with server.begin() as tx:
        tx.requests.add(request())
        tx.links.add(link())
    decided: list[str] = []

    def look(tx: Tx) -> object:
        return tx.requests.get(request().id) if held == "request" else tx.links.of_ticket(TICKET)

    def second() -> None:
        with server.begin() as tx:
            look(tx)
            decided.append("second")

    with server.begin() as tx:
        look(tx)
        other = threading.Thread(target=second)
        other.start()
        with server.read() as reader:
            assert look(reader)
        with server.begin() as stranger:
            assert stranger.links.of_ticket(TicketId("none")) is None
        decided.append("first")
    other.join()
    assert decided == ["first", "second"]


def test_connections_that_the_server_ended_are_replaced(server: Store, server_url: str) -> None:
    with server.begin() as tx:
        tx.cursors.set("a", Ms(1))
    kill_connections(server_url)
    with server.begin() as tx:
        tx.cursors.set("b", Ms(2))
