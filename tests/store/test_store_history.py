"""Every step is written down with what it belongs to, and found by any of its names."""

import pytest
from still_clock import Time
from stored_nouns import comment, filing, tell

from syncd.core.arrival import Envelope
from syncd.core.delivery import Delivery
from syncd.core.model import (
    CommentId,
    DeliveryId,
    Destination,
    MessageId,
    Ms,
    RequestId,
    TicketId,
    TicketKey,
)
from syncd.core.operators.history import HIDDEN, SKIPPED, Entry, presentable
from syncd.store.store import Store

ROOT, TICKET = MessageId("om_root"), TicketId("10001")


def note(store: Store, *steps: Entry) -> None:
    store.write(lambda tx: tx.history.note(*steps))


def whats(store: Store, named: str) -> list[str]:
    with store.read() as tx:
        return [step.what for step in tx.history.trace(named)]


def claimed(store: Store, to: Destination = Destination.LARK) -> Delivery:
    [delivery] = store.claim(to, 1, 60_000)
    return delivery


def test_each_step_of_a_delivery_is_written_with_it(store: Store) -> None:
    id = store.write(lambda tx: tx.outbox.put(tell("key")))
    assert id is not None
    delivery = claimed(store)
    sending = store.write(lambda tx: tx.outbox.step(delivery, "send"))
    doubt = store.write(lambda tx: tx.outbox.step(sending, "uncertain", reason="cut off"))
    store.write(lambda tx: tx.outbox.postpone(doubt, Ms(1), "cut off"))
    store.write(lambda tx: tx.outbox.postpone(doubt, Ms(2), "not visible"))
    with store.read() as tx:
        found = [(step.what, step.detail) for step in tx.history.trace(id)]
    assert found == [
        ("queued", "TellPerson"),
        ("claim", "try 1"),
        ("send", ""),
        ("uncertain", "cut off"),
        ("looked", "not visible"),
    ]


def test_a_step_that_did_not_happen_is_not_written(store: Store) -> None:
    store.write(lambda tx: tx.outbox.put(tell("key")))
    delivery = claimed(store)
    with pytest.raises(ZeroDivisionError), store.begin() as tx:
        tx.outbox.step(delivery, "send")
        raise ZeroDivisionError
    assert whats(store, delivery.id) == ["queued", "claim"]


def test_a_second_order_with_the_same_key_is_no_step(store: Store) -> None:
    id = store.write(lambda tx: tx.outbox.put(tell("key")))
    assert store.write(lambda tx: tx.outbox.put(tell("key"))) is None
    assert whats(store, str(id)) == ["queued"]


def test_a_message_that_comes_twice_was_received_once(store: Store) -> None:
    for _ in range(2):
        store.write(lambda tx: tx.inbox.receive("lark", Envelope("ev_1", "kind", "om_1"), b"{}"))
    assert whats(store, "om_1") == ["received"]


def test_any_name_leads_to_all_that_belongs_together(store: Store) -> None:
    note(store, Entry("received", message_id=ROOT))
    note(store, Entry("decided", thread_root=ROOT, message_id=ROOT, request_id=RequestId("r1")))
    store.write(lambda tx: tx.outbox.put(filing("key", request_id=RequestId("r1"))))
    filed = Entry(
        "decided", request_id=RequestId("r1"), ticket_id=TICKET, ticket_key=TicketKey("HELP-7")
    )
    note(store, filed, Entry(HIDDEN, ticket_id=TICKET, comment_id=CommentId("20001")))
    store.write(lambda tx: tx.outbox.put(comment("om_reply", ROOT)))
    note(store, Entry("received", message_id=MessageId("om_other")))
    whole = ["received", "decided", "queued", "decided", "hidden", "queued"]
    for name in (ROOT, "HELP-7", "r1", "om_reply"):
        assert whats(store, name) == whole, name
    assert whats(store, "om_other") == ["received"]
    assert whats(store, "HELP-8") == []


def test_names_are_compared_byte_for_byte(store: Store) -> None:
    note(store, Entry("received", message_id=MessageId("om_A")))
    assert whats(store, "om_a") == []


def test_what_was_said_last_of_a_comment_is_known(store: Store) -> None:
    one, other = CommentId("1"), CommentId("2")
    note(store, Entry(HIDDEN, "internal", ticket_id=TICKET, comment_id=one))
    note(store, Entry(SKIPPED, "ours", ticket_id=TICKET, comment_id=one))
    note(store, Entry(HIDDEN, "internal", ticket_id=TICKET, comment_id=other))
    note(store, Entry("decided", "posted", ticket_id=TICKET, comment_id=other))
    with store.read() as tx:
        said = tx.history.last_notes(TICKET)
    assert said == {one: "skipped: ours", other: "hidden: internal"}


def test_sweeping_takes_few_old_steps(sqlite_store: Store, time: Time) -> None:
    note(sqlite_store, *(Entry("old", delivery_id=DeliveryId("d")) for _ in range(5)))
    time.move(1000)
    note(sqlite_store, Entry("new", delivery_id=DeliveryId("d")))
    with sqlite_store.begin() as tx:
        assert tx.history.sweep(tx.now, limit=3) == 3
        assert tx.history.sweep(tx.now, limit=3) == 2
        assert tx.history.sweep(tx.now, limit=3) == 0
    assert whats(sqlite_store, "d") == ["new"]


def test_a_reason_is_one_short_line_without_addresses() -> None:
    assert presentable("not\nknown: <ben.b@globex.example>, sorry") == (
        "not known: <(address)>, sorry"
    )
    assert len(presentable("x" * 1000)) == 200
