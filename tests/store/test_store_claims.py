"""Who may perform what, and when: lanes, leases and several workers."""

import json
from dataclasses import replace

import others
import pytest
from still_clock import Time
from stored_nouns import HOUR, comment, filing, tell, update

from syncd.core.delivery import Delivery, Order
from syncd.core.model import ChatId, DeliveryState, Destination, Ms, PersonId, RequestId
from syncd.store.store import Store
from syncd.store.tables.outbox import Head

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


def test_of_what_waits_in_a_lane_the_earliest_written_goes_first(store: Store) -> None:
    said = {"third": 300, "first": 100, "second": 200}
    put(store, *(replace(comment(key), written_ms=Ms(at)) for key, at in said.items()))
    put(store, replace(comment("last"), written_ms=Ms(300)))
    order = []
    while claimed := store.claim(JSM, 10, MINUTE):
        order += keys(claimed)
        step(store, claimed[0], "send", "ok")
    assert order == ["first", "second", "third", "last"]


def test_what_somebody_else_overtook_since_it_was_found_is_left_in_its_lane(store: Store) -> None:
    put(store, replace(comment("second"), written_ms=Ms(200)))
    overtaken: list[str] = []

    def another_process_claims_what_was_written_before(_: Head) -> bool:
        put(store, replace(comment("first"), written_ms=Ms(100)))
        overtaken.extend(keys(store.claim(JSM, 1, MINUTE)))
        return True

    late = store.claim(JSM, 1, MINUTE, may_have=another_process_claims_what_was_written_before)
    assert overtaken == ["first"]
    assert late == []


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


def test_urgent_ones_have_a_worker_of_their_own_and_no_more(store: Store) -> None:
    put(store, *(comment(f"c{number}", root=f"om_{number}") for number in range(9)))
    put(store, filing("urgent1", "jsm:u1"), filing("urgent2", "jsm:u2"))
    assert keys(store.claim(JSM, 1, MINUTE, urgent_only=True)) == ["urgent1"]
    assert keys(store.claim(JSM, 1, MINUTE)) == ["c0"]
    assert keys(store.claim(JSM, 9, MINUTE, urgent_only=True)) == ["urgent2"]
    assert len(store.claim(JSM, 20, MINUTE)) == 8


def flood(chat: str, person: str, count: int) -> list[Order]:
    """What one person causes in a chat, each in a lane of its own."""
    about = {"chat_id": ChatId(chat), "person": PersonId(person)}
    return [replace(tell(f"{person}{n}", f"{person}:{n}"), **about) for n in range(count)]


def test_what_one_person_causes_waits_for_itself(store: Store) -> None:
    put(store, *flood("oc_a", "mallory", 50))
    put(store, *flood("oc_b", "ben", 2), *flood("oc_a", "ann", 1))
    order = keys(store.claim(LARK, 60, MINUTE))
    assert order[:5] == ["mallory0", "ben0", "ann0", "mallory1", "ben1"]


def test_creates_of_one_person_hold_up_no_reply_of_another(store: Store) -> None:
    creates = (filing(f"create{n}", f"jsm:c{n}", person=PersonId("mallory")) for n in range(20))
    put(store, *creates, replace(comment("reply", root="om_other"), person=PersonId("ann")))
    assert keys(store.claim(JSM, 1, MINUTE, urgent_only=True)) == ["create0"]
    assert keys(store.claim(JSM, 1, MINUTE)) == ["reply"]


def test_a_flood_that_is_being_served_holds_up_nobody_who_comes_then(store: Store) -> None:
    put(store, *flood("oc_a", "mallory", 50))
    served = store.claim(LARK, 20, MINUTE)
    put(store, *flood("oc_b", "ben", 3))
    put(store, *flood("oc_b", "eve", 1))
    for delivery in served:
        step(store, delivery, "send", "ok")
    order = keys(store.claim(LARK, 8, MINUTE))
    assert order == ["ben0", "eve0", "mallory20", "ben1", "mallory21", "ben2", *order[6:]]


def test_a_crowd_in_one_chat_holds_up_no_other_chat(store: Store) -> None:
    put(store, *(order for n in range(150) for order in flood("oc_a", f"guest{n}.", 1)))
    put(store, *flood("oc_b", "ben", 1))
    assert keys(store.claim(LARK, 2, MINUTE)) == ["guest0.0", "ben0"]


def test_one_who_waits_is_not_passed_by_what_comes_later(store: Store) -> None:
    put(store, *flood("oc_a", "ann", 2))
    [first] = store.claim(LARK, 1, MINUTE)
    for number in range(3):
        put(store, *flood(f"oc_{number}", f"ben{number}.", 2))
        step(store, first, "send", "ok")
        [first] = store.claim(LARK, 1, MINUTE)
    waits = keys(store.claim(LARK, 20, MINUTE))
    assert waits.index("ann1") < 3


def test_what_may_not_be_had_is_passed_over(store: Store) -> None:
    put(store, *flood("oc_a", "mallory", 3), *flood("oc_b", "ben", 1))
    assert keys(store.claim(LARK, 1, MINUTE, may_have=lambda h: h.chat_id != "oc_a")) == ["ben0"]
    assert store.claim(LARK, 1, MINUTE, may_have=lambda h: h.chat_id != "oc_a") == []


def test_what_is_left_out_is_not_claimed_nor_what_waits_behind_it(store: Store) -> None:
    put(store, update("update", lane="a"), tell("behind", "a"), tell("other", "b"))
    assert keys(store.claim(LARK, 10, MINUTE, may_ask_portal=False)) == ["other"]
    assert keys(store.claim(LARK, 10, MINUTE)) == ["update"]


def test_an_urgent_one_goes_before_what_waits_in_its_lane(store: Store) -> None:
    put(store, filing("first"), comment("reply"))
    put(store, filing("corrected"))
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
