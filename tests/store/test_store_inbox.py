"""What arrives is kept once, as it came, until it was read."""

from collections.abc import Collection

import others
import pytest
from sqlalchemy import select
from still_clock import Time, passes

from syncd.core.arrival import HOLDS_MS, SETTLES_MS, Envelope
from syncd.core.model import MessageId, Ms
from syncd.store.failures import LeaseLost
from syncd.store.schema import InboxState, inbox
from syncd.store.store import Store
from syncd.store.tables.inbox import Received

MINUTE = 60_000


def receive(store: Store, event_id: str, message_id: str | None = None, raw: bytes = b"{}") -> bool:
    with store.begin() as tx:
        return tx.inbox.receive(
            "lark", Envelope(event_id, "im.message.receive_v1", message_id), raw
        )


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
        assert not tx.inbox.receive("lark", Envelope("ev_1", "k"), b"")
        assert tx.inbox.receive("lark", Envelope("ev_2", "k"), b"")
    assert [received.event_id for received in store.claim_inbox(10, MINUTE)] == ["ev_1", "ev_2"]


def test_events_without_a_message_are_not_the_same_message(store: Store) -> None:
    assert receive(store, "ev_1") and receive(store, "ev_2")


def test_ids_that_differ_in_case_are_two(store: Store) -> None:
    assert receive(store, "Ev_A", "Om_A")
    assert receive(store, "ev_a", "om_a")


def test_each_source_counts_its_own_events(store: Store) -> None:
    assert receive(store, "1")
    with store.begin() as tx:
        assert tx.inbox.receive("jsm", Envelope("1", "k"), b"")


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
        return own.write(lambda tx: tx.inbox.receive("lark", Envelope("ev_1", "k", "om_1"), b"{}"))

    answers = others.at_once(4, url, time, receives)
    assert sorted(answers) == [False, False, False, True]


def test_the_oldest_is_read_first(store: Store) -> None:
    for name in "cab":
        receive(store, name)
    assert [received.event_id for received in store.claim_inbox(2, MINUTE)] == ["c", "a"]
    assert [received.event_id for received in store.claim_inbox(2, MINUTE)] == ["b"]
    assert store.claim_inbox(2, MINUTE) == []


def said(store: Store, name: str, at_ms: int, root: str = "om_root") -> bool:
    """Let a reply arrive that was written then."""
    told = Envelope(f"ev_{name}", "message", MessageId(f"om_{name}"), root, Ms(at_ms))
    with store.begin() as tx:
        return tx.inbox.receive("lark", told, b"{}")


def claimed(store: Store, limit: int = 10, held: Collection[str] | None = ()) -> list[str]:
    return [received.event_id for received in store.claim_inbox(limit, MINUTE, held)]


def test_a_reply_waits_a_moment_for_an_earlier_one(store: Store, time: Time) -> None:
    assert said(store, "b", 200)
    assert claimed(store) == []
    passes(store, time, SETTLES_MS)
    assert said(store, "a", 100)
    assert claimed(store) == []
    passes(store, time, SETTLES_MS)
    assert claimed(store) == ["ev_a", "ev_b"]


def test_a_root_that_arrives_after_its_replies_goes_first(store: Store, time: Time) -> None:
    said(store, "reply", 200)
    passes(store, time, SETTLES_MS)
    root = Envelope("ev_root", "message", MessageId("om_root"), written_ms=Ms(100))
    with store.begin() as tx:
        tx.inbox.receive("lark", root, b"{}")
    assert claimed(store) == ["ev_root", "ev_reply"]


def test_a_conversation_that_somebody_has_in_hand_is_left_to_him(store: Store, time: Time) -> None:
    said(store, "a", 100)
    said(store, "other", 100, root="om_other")
    passes(store, time, SETTLES_MS)
    (first,) = store.claim_inbox(1, MINUTE)
    assert first.event_id == "ev_a"
    said(store, "b", 200)
    said(store, "before", 50)
    passes(store, time, SETTLES_MS)
    assert claimed(store) == ["ev_other"]
    with store.begin() as tx:
        tx.inbox.close(first.id, first.token)
    assert claimed(store) == ["ev_before", "ev_b"]


def test_only_the_first_that_waits_in_a_conversation_may_be_decided_on(
    store: Store, time: Time
) -> None:
    said(store, "b", 200)
    passes(store, time, SETTLES_MS)
    (later,) = store.claim_inbox(1, MINUTE)
    said(store, "a", 100)
    with store.begin() as tx:
        assert not tx.inbox.is_next(later)
        tx.inbox.let_go(later.id, later.token)
    passes(store, time, SETTLES_MS)
    first, later = store.claim_inbox(1, MINUTE)
    with store.begin() as tx:
        assert tx.inbox.is_next(first)
        assert not tx.inbox.is_next(later)
        tx.inbox.close(first.id, first.token)
        assert tx.inbox.is_next(later)


def test_threads_that_are_being_read_back_wait_and_no_other(store: Store, time: Time) -> None:
    said(store, "a", 100)
    said(store, "b", 100, root="om_other")
    passes(store, time, SETTLES_MS)
    receive(store, "ev_c", "om_c")
    assert claimed(store, held=None) == ["ev_c"]
    assert claimed(store, held={"om_root"}) == ["ev_b"]
    assert claimed(store) == ["ev_a"]


def test_a_thread_that_is_read_back_waits_also_behind_its_own_root(
    store: Store, time: Time
) -> None:
    said(store, "reply", 100)
    passes(store, time, SETTLES_MS)
    with store.begin() as tx:
        root = Envelope("ev_root", "k", MessageId("om_root"), written_ms=Ms(50))
        tx.inbox.receive("lark", root, b"{}")
    assert claimed(store, held=None) == ["ev_root"]
    assert claimed(store) == []


def test_what_fails_again_and_again_holds_up_its_conversation_only_for_a_while(
    store: Store, time: Time
) -> None:
    said(store, "poison", 100)
    said(store, "later", 200)
    passes(store, time, SETTLES_MS)
    poison, later = store.claim_inbox(1, MINUTE)
    with store.begin() as tx:
        tx.inbox.give_back(poison.id, poison.token, "away", attempts=0, wait_ms=2 * HOLDS_MS)
        assert not tx.inbox.is_next(later)
        tx.inbox.let_go(later.id, later.token)
    assert claimed(store) == []
    passes(store, time, HOLDS_MS)
    assert claimed(store) == ["ev_later"]
    passes(store, time, HOLDS_MS)
    with store.begin() as tx:
        tx.inbox.settle("lark", "ev_later")
    (poison,) = store.claim_inbox(1, MINUTE)
    with store.begin() as tx:
        assert tx.inbox.is_next(poison)


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
        tx.inbox.receive("lark", Envelope("ev_1", "card"), b"{}")
        assert tx.inbox.settle("lark", "ev_1", "submitted")
        assert not tx.inbox.settle("lark", "ev_1", "submitted")
    assert store.claim_inbox(10, MINUTE) == []


def test_after_a_restart_alone_nothing_waits_for_a_dead_reader(store: Store) -> None:
    receive(store, "ev_1")
    claimed_one(store)
    with store.begin() as tx:
        assert tx.inbox.free_all() == 1
    assert claimed_one(store).event_id == "ev_1"


def stored_bytes(store: Store) -> list[bytes]:
    with store.read() as tx:
        return [
            bytes(raw) for raw in tx.inbox._run(select(inbox.c.raw).order_by(inbox.c.id)).scalars()
        ]


def test_what_a_frame_says_is_forgotten_once_it_was_read(store: Store) -> None:
    receive(store, "ev_1", raw=b"words")
    received = claimed_one(store)
    assert stored_bytes(store) == [b"words"]
    with store.begin() as tx:
        tx.inbox.close(received.id, received.token)
        tx.inbox.receive("lark", Envelope("ev_2", "card"), b"typed")
        tx.inbox.settle("lark", "ev_2")
    assert stored_bytes(store) == [b"", b""]
    assert not receive(store, "ev_1")


def buried(store: Store, count: int) -> Received:
    for number in range(count):
        receive(store, f"ev_{number}", raw=b"words")
    for received in store.claim_inbox(count, MINUTE):
        with store.begin() as tx:
            tx.inbox.bury(received.id, received.token, "unreadable")
    return received


def test_sweeping_forgets_the_bytes_of_few_old_rows_that_could_not_be_handled(
    store: Store,
) -> None:
    received = buried(store, 4)
    receive(store, "ev_new", raw=b"words")
    with store.begin() as tx:
        assert tx.inbox.sweep(Ms(received.received_ms - 60_000)) == (0, False, 0)
        later = Ms(tx.now + 60_000)
        assert tx.inbox.sweep(later, limit=3) == (3, True, 0)
        assert tx.inbox.sweep(later, limit=3) == (1, False, 0)
        assert len(tx.inbox.dead()) == 4
    assert stored_bytes(store) == [b"", b"", b"", b"", b"words"]
    assert not receive(store, "ev_0")


def test_what_was_handled_long_ago_is_deleted_a_few_at_a_time(store: Store) -> None:
    buried(store, 1)
    for number in range(4):
        receive(store, f"ev_done_{number}")
    for received in store.claim_inbox(10, MINUTE):
        with store.begin() as tx:
            tx.inbox.close(received.id, received.token)
    receive(store, "ev_new")
    with store.begin() as tx:
        assert tx.inbox.forget(Ms(received.received_ms - 60_000)) == (0, False, 0)
        later = Ms(tx.now + 60_000)
        assert tx.inbox.forget(later, limit=3) == (3, True, 0)
        assert tx.inbox.forget(later, limit=3) == (1, False, 0)
        assert tx.inbox.counts() == {InboxState.DEAD: 1, InboxState.NEW: 1}
