"""What only a database server can show; run where SYNCD_TEST_DATABASES names one."""

import threading
from dataclasses import replace

import databases
import pytest
from still_clock import Time
from stored_nouns import comment, link, request

from syncd.core.arrival import Envelope
from syncd.core.delivery import Delivery
from syncd.core.model import Destination, Ms, TicketId
from syncd.store.store import Store
from syncd.store.tx import Tx

TICKET = TicketId("10001")

url = databases.fresh_on(*databases.servers())


def test_time_is_the_servers_own(store: Store, time: Time) -> None:
    with store.begin() as tx:
        assert tx.now > time.ms
        with store.begin() as other:
            assert tx.now <= other.now <= store.now()


def test_two_that_wait_for_each_other_both_finish(store: Store) -> None:
    meet = threading.Barrier(2)
    with store.begin() as tx:
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

        store.write(both)

    other = threading.Thread(target=work, args=("b", "a", 1))
    other.start()
    work("a", "b", 2)
    other.join()
    with store.read() as tx:
        assert tx.cursors.get("a") == tx.cursors.get("b") > 0


def test_two_that_wait_for_each_other_to_insert_both_finish(store: Store) -> None:
    meet = threading.Barrier(2)

    def work(first: str, second: str) -> None:
        met: list[str] = []

        def both(tx: Tx) -> None:
            tx.inbox.receive("lark", Envelope(first, "k"), b"")
            if not met:
                met.append(first)
                meet.wait()
            tx.inbox.receive("lark", Envelope(second, "k"), b"")

        store.write(both)

    other = threading.Thread(target=work, args=("b", "a"))
    other.start()
    work("a", "b")
    other.join()
    assert len(store.claim_inbox(10, 1)) == 2


@pytest.mark.parametrize("held", ["request", "link"])
def test_a_conversation_that_is_being_decided_on_waits_for_nobody_but_its_like(
    store: Store, held: str
) -> None:
    with store.begin() as tx:
        tx.requests.add(request())
        tx.links.add(link())
    decided: list[str] = []

    def look(tx: Tx) -> object:
        return tx.requests.get(request().id) if held == "request" else tx.links.of_ticket(TICKET)

    def second() -> None:
        with store.begin() as tx:
            look(tx)
            decided.append("second")

    with store.begin() as tx:
        look(tx)
        other = threading.Thread(target=second)
        other.start()
        with store.read() as reader:
            assert look(reader)
        with store.begin() as stranger:
            assert stranger.links.of_ticket(TicketId("none")) is None
        decided.append("first")
    other.join()
    assert decided == ["first", "second"]


def test_connections_that_the_server_ended_are_replaced(store: Store, url: str) -> None:
    with store.begin() as tx:
        tx.cursors.set("a", Ms(1))
    databases.kill_connections(url)
    with store.begin() as tx:
        tx.cursors.set("b", Ms(2))


def test_what_overtakes_in_a_lane_waits_while_another_of_the_lane_is_being_taken(
    store: Store, url: str, time: Time
) -> None:
    with store.begin() as tx:
        later = tx.outbox.put(replace(comment("later"), written_ms=Ms(200)))
    claimed: list[Delivery] = []

    def overtakes() -> None:
        other = Store.open(url, clock=time)
        with other.begin() as tx:
            tx.outbox.put(replace(comment("earlier"), written_ms=Ms(100)))
        claimed.extend(other.claim(Destination.JSM, 10, 60_000))
        other.close()

    meanwhile = threading.Thread(target=overtakes)
    with store.begin() as tx:
        assert tx.outbox.take([later], "ours", 60_000)
        meanwhile.start()
        meanwhile.join(2)
        assert meanwhile.is_alive()
    meanwhile.join()
    assert claimed == []
