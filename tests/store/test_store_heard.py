"""Which messages have arrived, whatever became of them."""

from syncd.core.arrival import Envelope
from syncd.store.store import Store


def received(store: Store, source: str, message_id: str) -> None:
    kind = "im.message.receive_v1"
    store.write(
        lambda tx: tx.inbox.receive(source, Envelope(f"ev_{message_id}", kind, message_id), b"{}")
    )


def test_messages_that_arrived_are_told_from_those_that_did_not(store: Store) -> None:
    received(store, "lark", "om_1")
    received(store, "lark", "om_2")
    received(store, "other", "om_3")
    for row in store.claim_inbox(1, 60_000):
        store.write(lambda tx, row=row: tx.inbox.close(row.id, row.token))
    with store.read() as tx:
        assert tx.inbox.heard("lark", ["om_1", "om_2", "om_3", "om_4"]) == {"om_1", "om_2"}
        assert tx.inbox.heard("lark", ["om_4"]) == set()
