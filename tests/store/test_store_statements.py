"""What the store says to a database: nothing that TiDB lacks, nothing that reads a whole table.

TiDB cannot be run here, so the statements are held to what it is known to do. It takes SKIP LOCKED
and does not lock (https://github.com/pingcap/tidb/issues/18207), has no RETURNING, and its named
locks and foreign keys depend on the version.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, NullPool, create_engine, event
from stored_nouns import comment, filing, link, request, tell

from syncd.core.arrival import Envelope
from syncd.core.delivery import Delivery
from syncd.core.kinds import PostUpdate
from syncd.core.model import (
    CommentId,
    DeliveryState,
    Destination,
    MessageId,
    Ms,
    Origin,
    RequestId,
    RequestState,
    SeenComment,
    SeenVerdict,
    TicketId,
    Twin,
)
from syncd.core.operators.history import Entry
from syncd.core.operators.serving import ChatDecision
from syncd.core.watching import Look, Reason
from syncd.store import schema
from syncd.store.store import Store
from syncd.store.tx import Tx

READ = Look("1", Reason.READ, Ms(1))
FORBIDDEN = r"SKIP\s+LOCKED|NOWAIT|RETURNING|GET_LOCK|ADVISORY|FOREIGN\s+KEY|REFERENCES"
NOT_OURS = r"alembic_version|information_schema|pg_catalog"

Said = tuple[str, Any]


@pytest.fixture
def statements() -> Iterator[list[Said]]:
    heard: list[Said] = []

    def hear(_c: object, _k: object, statement: str, parameters: Any, *_: object) -> None:
        heard.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", hear)
    yield heard
    event.remove(Engine, "before_cursor_execute", hear)


def send(store: Store, delivery: Delivery) -> None:
    with store.begin() as tx:
        tx.outbox.step(delivery, "send")
        tx.outbox.heartbeat([(delivery.id, delivery.token)], 1000)


def write_all(store: Store) -> None:
    with store.begin() as tx:
        tx.inbox.receive("lark", Envelope("ev_1", "k", "om_1"), b"")
        tx.inbox.receive("lark", Envelope("ev_2", "k"), b"")
        tx.inbox.settle("lark", "ev_2", "")
        for order in (tell("a"), comment("b"), filing("c")):
            tx.outbox.put(order)
        tx.requests.add(request())
        tx.requests.save(request(), request().state)
        tx.links.add(link())
        tx.links.save(link())
        tx.looks.ask(READ)
        tx.looks.ask(READ)
        tx.looks.plant(READ)
        tx.looks.again([(READ, Ms(9))])
        tx.looks.done(READ)
        tx.seen.put(SeenComment(TicketId("1"), CommentId("1"), SeenVerdict.TOLD, Ms(1)))
        tx.twins.put(Twin(MessageId("m"), TicketId("1"), CommentId("1"), Origin.CHAT))
        tx.leases.acquire("poll", "me", 1000)
        tx.leases.extend("poll", "me", 1000)
        tx.leases.holds("poll", "me", 1)
        tx.cursors.set("poll", Ms(1))
        tx.chats.set(ChatDecision(link().thread.chat_id, True))
        tx.cache.put("form", "form", "{}")
        tx.cache.sweep("form", Ms(1))
        tx.budgets.take("invitations", 2, 1000, "r1")
        tx.budgets.spend("invitations", 1000)
        tx.budgets.sweep()
        tx.inbox.sweep(Ms(1))
        tx.inbox.forget(Ms(1))
        tx.outbox.wake(RequestId("r1"))
        tx.outbox.sweep(Ms(0), Ms(1))
        tx.requests.sweep(Ms(0), Ms(1))
        tx.history.sweep(Ms(1))
        tx.history.note(Entry("seen", "x", ticket_id=TicketId("1"), comment_id=CommentId("1")))
    [received] = store.claim_inbox(1, 1000)
    store.write(lambda tx: tx.inbox.close(received.id, received.token))
    for delivery in store.claim(Destination.LARK, 5, 1000):
        send(store, delivery)


def look_up_all(tx: Tx) -> None:
    thread = link().thread.root
    tx.inbox.waiting(10)
    tx.inbox.dead()
    tx.history.trace("om_root")
    tx.history.last_notes(TicketId("1"))
    tx.outbox.newest(DeliveryState.DEAD)
    tx.outbox.newest_missed(DeliveryState.DEAD)
    tx.outbox.by_key("a")
    tx.outbox.of_request(RequestId("r1"), "FileTicket")
    tx.outbox.open_comments(thread)
    tx.outbox.expired()
    tx.outbox.waiting(PostUpdate, 5)
    tx.outbox.held()
    tx.outbox.doubtful(Destination.JSM)
    tx.outbox.in_state(DeliveryState.DEAD)
    tx.requests.of_thread(thread)
    tx.requests.get(RequestId("r1"))
    tx.requests.expired(Ms(1))
    tx.requests.slow(Ms(1))
    tx.requests.unused(Ms(1))
    tx.requests.open_of(request().asker, 3)
    tx.requests.open(5)
    tx.requests.unlinked()
    tx.links.of_thread(thread)
    tx.links.of_ticket(TicketId("1"))
    tx.links.of_tickets([TicketId("1"), TicketId("2")])
    tx.links.recent(5)
    tx.links.named(link().ticket_key)
    tx.links.open_in(link().thread.chat_id, 5)
    tx.links.open_of(link().asker, link().thread.chat_id, 5)
    tx.looks.due(Reason.READ, 5)
    tx.looks.failing()
    tx.seen.of(TicketId("1"))
    tx.seen.recent([TicketId("1"), TicketId("2")], Ms(1))
    tx.twins.of_ticket(TicketId("1"))
    tx.twins.ticket_of(MessageId("m"))
    tx.budgets.used(["invitations", "replies:ou_ann"], 1000)
    tx.chats.decided(link().thread.chat_id)
    tx.cursors.at("poll")
    tx.cache.get("form", "form")
    tx.census.oldest_ready()
    tx.census.lanes_held()
    tx.census.deliveries(Destination.LARK, DeliveryState.DEAD)
    tx.census.events(schema.InboxState.NEW)
    tx.census.requests([RequestState.ASKED])
    tx.census.failing_looks()


def test_no_statement_leans_on_what_tidb_lacks(empty_url: str, statements: list[Said]) -> None:
    store = Store.open(empty_url, clock=lambda: Ms(1_700_000_000_000))
    store.migrate()
    write_all(store)
    with store.begin() as tx:
        look_up_all(tx)
    store.close()
    ours = [said for said, _ in statements if not re.search(NOT_OURS, said)]
    assert len(ours) > 60
    assert [said for said in ours if re.search(FORBIDDEN, said, re.IGNORECASE)] == []


def test_no_table_has_a_foreign_key() -> None:
    assert [table.name for table in schema.metadata.tables.values() if table.foreign_keys] == []


def test_nothing_that_is_done_all_the_time_reads_a_whole_table(
    sqlite_url: str, sqlite_store: Store, statements: list[Said]
) -> None:
    write_all(sqlite_store)
    with sqlite_store.read() as tx:
        look_up_all(tx)
    said = [pair for pair in statements if re.match("SELECT|UPDATE|DELETE", pair[0])]
    assert len(said) > 50
    with create_engine(sqlite_url, poolclass=NullPool).connect() as connection:
        for statement, parameters in said:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [row.detail for row in plan]
            # Walking an index in order, until the limit, is no reading of the whole, and neither
            # is looking at what other steps have found.
            of_tables = (s for s in steps if not re.match(r"SCAN (CONSTANT ROW|anon_\d+)$", s))
            assert [s for s in of_tables if re.match(r"SCAN (?!\w+ USING )", s)] == [], statement
