"""What arrives is kept once, as it came, until it was read."""

import others
import pytest
from still_clock import Time

from syncd.core.model import Ms
from syncd.store.failures import LeaseLost
from syncd.store.inbox import Received
from syncd.store.schema import InboxState
from syncd.store.store import Store

MINUTE = 60_000


def receive(store: Store, event_id: str, message_id: str | None = None, raw: bytes = b"{}") -> bool:
    with store.begin() as tx:
        return tx.inbox.receive("lark", event_id, message_id, "im.message.receive_v1", raw)


def claimed_one(store: Store, lease_ms: int = MINUTE) -> Received:
    [received] = store.claim_inbox(10, lease_ms)
    return received


def test_an_event_that_comes_twice_is_kept_once(store: Store) -> None:
    assert receive(store, "ev_1")
    assert not receive(store, "ev_1")
    assert len(store.claim_inbox(10, MINUTE)) == 1


def test_a_message_that_comes_in_two_events_is_kept_once(store: Store) -> None:
    assert receive(store, "ev_1", "om_1")
    assert not receive(store, "ev_2", "om_1")


def test_a_known_event_does_not_spoil_what_else_the_transaction_writes(store: Store) -> None:
    receive(store, "ev_1")
    with store.begin() as tx:
        assert not tx.inbox.receive("lark", "ev_1", None, "k", b"")
        assert tx.inbox.receive("lark", "ev_2", None, "k", b"")
    assert [received.event_id for received in store.claim_inbox(10, MINUTE)] == ["ev_1", "ev_2"]


def test_events_without_a_message_are_not_the_same_message(store: Store) -> None:
    assert receive(store, "ev_1") and receive(store, "ev_2")


def test_ids_that_differ_in_case_are_two(store: Store) -> None:
    assert receive(store, "Ev_A", "Om_A")
    assert receive(store, "ev_a", "om_a")


def test_each_source_counts_its_own_events(store: Store) -> None:
    assert receive(store, "1")
    with store.begin() as tx:
        assert tx.inbox.receive("jsm", "1", None, "k", b"")


@pytest.mark.parametrize(
    "raw",
    [b'{"text": "\\ud800"}', b"\x00\xff\xfe{", b"", "故障です".encode(), b"x" * 2_000_000],
    ids=["lone surrogate", "no text at all", "nothing", "Japanese", "two megabytes"],
)
def test_a_frame_is_kept_byte_for_byte(store: Store, raw: bytes) -> None:
    receive(store, "ev_1", raw=raw)
    assert claimed_one(store).raw == raw


@pytest.mark.parametrize("odd", ["a\x00b", "a\ud800b", "x" * 1000, "😀" * 191])
def test_an_id_that_no_column_can_hold_is_still_known_again(store: Store, odd: str) -> None:
    assert receive(store, odd, "om" + odd)
    assert not receive(store, odd)
    assert not receive(store, "ev_2", "om" + odd)
    assert receive(store, odd + "c")


def test_several_receivers_of_one_event_keep_it_once(url: str, time: Time) -> None:
    def receives(own: Store, _: int) -> bool:
        return own.write(lambda tx: tx.inbox.receive("lark", "ev_1", "om_1", "k", b"{}"))

    answers = others.at_once(4, url, time, receives)
    assert sorted(answers) == [False, False, False, True]


def test_the_oldest_is_read_first(store: Store) -> None:
    for name in "cab":
        receive(store, name)
    assert [received.event_id for received in store.claim_inbox(2, MINUTE)] == ["c", "a"]
    assert [received.event_id for received in store.claim_inbox(2, MINUTE)] == ["b"]
    assert store.claim_inbox(2, MINUTE) == []


def test_what_was_read_does_not_come_back(store: Store) -> None:
    receive(store, "ev_1")
    received = claimed_one(store, lease_ms=-1)
    with store.begin() as tx:
        tx.inbox.close(received.id, received.token, "a mention")
    assert store.claim_inbox(10, MINUTE) == []
    with store.read() as tx:
        assert tx.inbox.counts() == {InboxState.DONE: 1}


def test_a_reader_that_was_overtaken_cannot_close(store: Store) -> None:
    receive(store, "ev_1")
    slow = claimed_one(store, lease_ms=-1)
    quick = claimed_one(store)
    with pytest.raises(LeaseLost), store.begin() as tx:
        tx.inbox.close(slow.id, slow.token)
    with store.begin() as tx:
        tx.inbox.close(quick.id, quick.token)


def test_a_failed_row_waits_and_comes_back(store: Store) -> None:
    receive(store, "ev_1")
    received = claimed_one(store)
    with store.begin() as tx:
        tx.inbox.give_back(received.id, received.token, "away", attempts=0, wait_ms=MINUTE)
    assert store.claim_inbox(10, MINUTE) == []
    receive(store, "ev_2")
    received = claimed_one(store)
    with store.begin() as tx:
        tx.inbox.give_back(received.id, received.token, "our fault", attempts=1)
    assert claimed_one(store).attempts == 1


def test_poison_is_buried_and_listed(store: Store) -> None:
    receive(store, "ev_1")
    received = claimed_one(store)
    with store.begin() as tx:
        tx.inbox.bury(received.id, received.token, "unreadable \x00\ud800")
    assert store.claim_inbox(10, MINUTE) == []
    with store.read() as tx:
        assert tx.inbox.counts() == {InboxState.DEAD: 1}
        [dead] = tx.inbox.dead()
    assert (dead.event_id, dead.kind) == ("ev_1", "im.message.receive_v1")
    assert (dead.reason, dead.received_ms) == ("unreadable \ufffd\ufffd", received.received_ms)


def test_what_was_decided_at_the_door_is_not_read_again(store: Store) -> None:
    with store.begin() as tx:
        tx.inbox.receive("lark", "ev_1", None, "card", b"{}")
        assert tx.inbox.settle("lark", "ev_1", "submitted")
        assert not tx.inbox.settle("lark", "ev_1", "submitted")
    assert store.claim_inbox(10, MINUTE) == []


def test_after_a_restart_alone_nothing_waits_for_a_dead_reader(store: Store) -> None:
    receive(store, "ev_1")
    claimed_one(store)
    with store.begin() as tx:
        assert tx.inbox.free_all() == 1
    assert claimed_one(store).event_id == "ev_1"


def test_sweeping_forgets_the_bytes_of_few_old_rows_that_were_handled(store: Store) -> None:
    for number in range(5):
        receive(store, f"ev_{number}")
    for received in store.claim_inbox(4, MINUTE):
        with store.begin() as tx:
            tx.inbox.close(received.id, received.token)
    with store.begin() as tx:
        assert tx.inbox.sweep(Ms(0), Ms(received.received_ms - 60_000)) == (0, 0)
        later = Ms(tx.now + 60_000)
        swept, since = tx.inbox.sweep(Ms(0), later, limit=3)
        assert swept == 3
        assert tx.inbox.sweep(since, later)[0] == 1
        assert tx.inbox.sweep(Ms(0), later)[0] == 0
        assert tx.inbox.counts() == {InboxState.DONE: 4, InboxState.NEW: 1}
    assert not receive(store, "ev_0")
