"""Who may perform what, and when: lanes, leases and several workers."""

import json
from dataclasses import replace

import others
import pytest
from still_clock import Time
from stored_nouns import HOUR, comment, filing, tell

from syncd.core.commands import AddComment, Delivery, Order
from syncd.core.model import DeliveryState, Destination, Ms, RequestId
from syncd.store.store import Store

MINUTE = 60_000
LARK, JSM = Destination.LARK, Destination.JSM

WORK = """
import json, sys, time
from syncd.core.model import Destination
from syncd.store.store import Store
store = Store.open(sys.argv[1], clock=lambda: time.time_ns() // 1_000_000)
print("ready", flush=True)
sys.stdin.readline()
done = []
while claimed := store.claim(Destination.LARK, 3, 600_000):
    for delivery in claimed:
        sending = store.write(lambda tx: tx.outbox.step(delivery, "send"))
        store.write(lambda tx: tx.outbox.step(sending, "ok"))
        done.append([delivery.dedupe_key, delivery.lane])
store.close()
print(json.dumps(done))
"""


def put(store: Store, *orders: Order) -> None:
    with store.begin() as tx:
        for order in orders:
            tx.outbox.put(order)


def keys(deliveries: list[Delivery]) -> list[str]:
    return [delivery.dedupe_key for delivery in deliveries]


def step(store: Store, delivery: Delivery, *happened: str) -> Delivery:
    for word in happened:
        with store.begin() as tx:
            delivery = tx.outbox.step(delivery, word)
    return delivery


def test_a_lane_goes_in_order_and_lanes_do_not_wait_for_each_other(store: Store) -> None:
    put(store, tell("a1", "lark:a"), tell("a2", "lark:a"), tell("b1", "lark:b"))
    claimed = store.claim(LARK, 10, MINUTE)
    assert keys(claimed) == ["a1", "b1"]
    assert store.claim(LARK, 10, MINUTE) == []
    step(store, claimed[0], "send", "ok")
    assert keys(store.claim(LARK, 10, MINUTE)) == ["a2"]


def test_one_that_waits_holds_its_lane(store: Store) -> None:
    put(store, tell("a1"))
    [first] = store.claim(LARK, 1, MINUTE)
    with store.begin() as tx:
        tx.outbox.put(tell("a2"))
        tx.outbox.step(first, "wait", not_before=Ms(tx.now + MINUTE))
    assert store.claim(LARK, 10, MINUTE) == []


@pytest.mark.parametrize(
    ("happened", "next_up"),
    [
        (["send"], []),
        (["send", "uncertain"], []),
        (["send", "ok"], ["a2"]),
        (["send", "rejected"], ["a2"]),
        (["withheld"], ["a2"]),
        (["send", "uncertain", "proven absent"], ["a1"]),
    ],
    ids=["sending", "in doubt", "done", "dead", "withheld", "ready again"],
)
def test_what_holds_a_lane(store: Store, happened: list[str], next_up: list[str]) -> None:
    put(store, tell("a1"), tell("a2"))
    [first] = store.claim(LARK, 10, MINUTE)
    step(store, first, *happened)
    assert keys(store.claim(LARK, 10, MINUTE)) == next_up


def test_a_requeued_one_waits_for_what_is_under_way_behind_it(store: Store) -> None:
    put(store, tell("a1"), tell("a2"))
    [first] = store.claim(LARK, 1, MINUTE)
    dead = step(store, first, "rejected")
    [second] = store.claim(LARK, 1, MINUTE)
    step(store, dead, "requeue")
    assert store.claim(LARK, 10, MINUTE) == []
    step(store, second, "send", "ok")
    assert keys(store.claim(LARK, 10, MINUTE)) == ["a1"]


def test_each_destination_has_its_own_workers(store: Store) -> None:
    put(store, tell("chat", "one lane"), comment("desk", lane="another"))
    assert keys(store.claim(JSM, 10, MINUTE)) == ["desk"]
    assert keys(store.claim(LARK, 10, MINUTE)) == ["chat"]


def test_urgent_ones_go_first_and_have_a_worker_of_their_own(store: Store) -> None:
    put(store, *(comment(f"c{number}", root=f"om_{number}") for number in range(9)))
    put(store, filing("urgent1", "jsm:u1", urgent=True), filing("urgent2", "jsm:u2", urgent=True))
    assert keys(store.claim(JSM, 1, MINUTE, urgent_only=True)) in (["urgent1"], ["urgent2"])
    assert keys(store.claim(JSM, 1, MINUTE))[0].startswith("urgent")
    assert store.claim(JSM, 1, MINUTE, urgent_only=True) == []
    assert len(store.claim(JSM, 20, MINUTE)) == 9


def test_what_is_left_out_is_not_claimed_nor_what_waits_behind_it(store: Store) -> None:
    put(store, comment("reply", lane="a"), filing("behind", "a"), filing("other", "b"))
    assert keys(store.claim(JSM, 10, MINUTE, without=AddComment)) == ["other"]
    assert keys(store.claim(JSM, 10, MINUTE)) == ["reply"]


def test_an_urgent_one_goes_before_what_waits_in_its_lane(store: Store) -> None:
    put(store, filing("first", urgent=True), comment("reply"))
    put(store, filing("corrected", urgent=True))
    order = []
    while claimed := store.claim(JSM, 10, MINUTE):
        [delivery] = claimed
        order.append(delivery.dedupe_key)
        step(store, delivery, "send", "ok")
    assert order == ["first", "corrected", "reply"]


def test_what_waits_for_a_request_is_woken_with_fresh_patience(store: Store) -> None:
    put(store, replace(comment("reply"), request_id=RequestId("r1")))
    put(store, replace(comment("other", root="om_other"), request_id=RequestId("r2")))
    for delivery in store.claim(JSM, 2, MINUTE):
        with store.begin() as tx:
            tx.outbox.step(delivery, "wait", not_before=Ms(tx.now + HOUR))
    with store.begin() as tx:
        tx.outbox.wake(RequestId("r1"))
        woken = tx.now
    [reply] = store.claim(JSM, 10, MINUTE)
    assert (reply.dedupe_key, reply.enqueued_ms) == ("reply", woken)


def test_a_delivery_waits_for_its_time(store: Store) -> None:
    put(store, tell("later", "lark:a", not_before=Ms(store.now() + HOUR)))
    assert store.claim(LARK, 10, MINUTE) == []


def test_a_time_too_far_away_means_that_the_clock_was_set_back(store: Store) -> None:
    put(store, tell("far", "lark:a", not_before=Ms(store.now() + 7 * HOUR)))
    assert keys(store.claim(LARK, 10, MINUTE)) == ["far"]


def test_a_claim_counts_as_a_try_and_carries_a_token(store: Store) -> None:
    put(store, tell("a"), tell("b", "lark:b"))
    first, second = store.claim(LARK, 2, MINUTE)
    assert (first.state, first.tries) == (DeliveryState.LEASED, 1)
    assert first.token and first.token == second.token


def test_a_holder_that_lives_keeps_its_lease(store: Store) -> None:
    put(store, tell("a"), tell("b", "lark:b"))
    kept, lost = store.claim(LARK, 2, -1)
    sending = step(store, kept, "send")
    with store.begin() as tx:
        claims = [(sending.id, sending.token), (lost.id, "another token")]
        assert tx.outbox.heartbeat(claims, MINUTE) == {kept.id}
    with store.read() as tx:
        assert [delivery.id for delivery in tx.outbox.expired()] == [lost.id]


def test_what_a_dead_holder_left_is_found_in_both_states(store: Store) -> None:
    put(store, tell("a"), tell("b", "lark:b"), tell("c", "lark:c"))
    leased, sending, settled = sorted(store.claim(LARK, 3, -1), key=lambda found: found.id)
    sending = step(store, sending, "send")
    step(store, settled, "send", "ok")
    with store.begin() as tx:
        assert tx.outbox.expired() == [leased, sending]
        tx.outbox.step(leased, "expire")
        tx.outbox.step(sending, "uncertain", reason="the holder is gone")
        assert tx.outbox.expired() == []
    assert keys(store.claim(LARK, 3, MINUTE)) == ["a"]


def test_a_lease_that_lasts_is_not_expired_but_can_be_rescued_when_alone(store: Store) -> None:
    put(store, tell("a"))
    claimed = store.claim(LARK, 1, MINUTE)
    with store.read() as tx:
        assert tx.outbox.expired() == []
        assert tx.outbox.held() == claimed


def test_leases_go_by_the_clock_that_nobody_sets_back(sqlite_url: str, time: Time) -> None:
    steady = Time()
    store = Store.open(sqlite_url, clock=time, steady=steady)
    put(store, tell("a"))
    claimed = store.claim(LARK, 1, MINUTE)
    time.move(-HOUR)
    with store.read() as tx:
        assert tx.outbox.expired() == []
    steady.move(MINUTE)
    with store.read() as tx:
        assert tx.outbox.expired() == claimed
    store.close()


def test_four_workers_perform_each_delivery_once_and_each_lane_in_order(
    url: str, store: Store, time: Time
) -> None:
    lanes = [f"lark:{number}" for number in range(12)]
    put(store, *(tell(f"{lane}/{turn}", lane) for turn in range(4) for lane in lanes))
    workers = others.start_together(4, WORK, url)
    done = [pair for worker in workers for pair in json.loads(worker.communicate()[0])]
    # A worker that found nothing to claim for a moment has gone home; the rest is done here.
    time.ms = Ms(4_000_000_000_000)
    while claimed := store.claim(LARK, 12, MINUTE):
        for delivery in claimed:
            step(store, delivery, "send", "ok")
            done.append([delivery.dedupe_key, delivery.lane])
    assert sorted(key for key, _ in done) == sorted(f"{ln}/{n}" for ln in lanes for n in range(4))
    with store.read() as tx:
        settled = tx.outbox.in_state(DeliveryState.DONE)
    assert [delivery.tries for delivery in settled] == [1] * len(settled)
    for lane in lanes:
        times = [delivery.settled_ms for delivery in settled if delivery.lane == lane]
        assert times == sorted(times)


def test_of_several_claims_at_once_one_wins(url: str, time: Time, store: Store) -> None:
    put(store, tell("only"))
    won = others.at_once(4, url, time, lambda own, _: own.claim(LARK, 1, MINUTE))
    assert sorted(keys(claimed) for claimed in won) == [[], [], [], ["only"]]
