"""What is to be done is kept once, in order, with all that happened to it."""

import pytest
from sqlalchemy import NullPool, create_engine, update
from still_clock import Time
from stored_nouns import HOUR, comment, filing, tell, thread

from syncd.core.delivery import Command, Delivery, Order
from syncd.core.kinds import (
    AddComment,
    AnnounceTicket,
    CloseForm,
    FileTicket,
    Foreign,
    OfferForm,
    PostUpdate,
    ShowForm,
    TellPerson,
)
from syncd.core.lifecycle import WrongTurn
from syncd.core.model import (
    ChatId,
    CommentId,
    DeliveryId,
    DeliveryState,
    Destination,
    MessageId,
    Ms,
    PersonId,
    Place,
    RequestId,
    TicketId,
    TicketKey,
)
from syncd.store.failures import LeaseLost
from syncd.store.schema import outbox
from syncd.store.store import Store

MINUTE = 60_000
LARK, JSM = Destination.LARK, Destination.JSM

CHAT, REQUEST, KEY = ChatId("oc_chat"), RequestId("r1"), TicketKey("HELP-1")
COMMANDS: list[Command] = [
    ShowForm(REQUEST, CHAT),
    CloseForm(Place.EPHEMERAL, MessageId("om_card")),
    OfferForm(REQUEST, thread()),
    FileTicket(REQUEST),
    AnnounceTicket(thread(), KEY, "Cluster down", "Open", "portal/1"),
    PostUpdate(thread(), True, TicketId("1"), KEY, "t", "portal/1", CommentId("2"), "Eve", "[]"),
    AddComment(thread(), MessageId("om_2"), PersonId("ou_ann"), Ms(5), "[]"),
    TellPerson(CHAT, PersonId("ou_ann"), "'; DROP TABLE outbox; -- 障害 😀"),
    TellPerson(CHAT, PersonId("ou_bob"), "x" * 200_000),
]


def put(store: Store, order: Order) -> DeliveryId:
    with store.begin() as tx:
        id = tx.outbox.put(order)
    assert id is not None
    return id


def claimed(store: Store, order: Order) -> Delivery:
    put(store, order)
    [delivery] = store.claim(order.command.destination, 1, MINUTE)
    return delivery


def stepped(store: Store, delivery: Delivery, *happened: str, **more: object) -> Delivery:
    for step in happened:
        with store.begin() as tx:
            delivery = tx.outbox.step(delivery, step, **more)
        with store.read() as tx:
            assert tx.outbox.get(delivery.id) == delivery
    return delivery


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.kind())
def test_every_command_comes_back_as_it_was_ordered(store: Store, command: Command) -> None:
    order = Order(command, "lane", "key", CHAT, REQUEST, not_before=Ms(5))
    id = put(store, order)
    with store.read() as tx:
        delivery = tx.outbox.get(id)
        assert delivery == tx.outbox.by_key("key")
    assert delivery is not None
    assert (delivery.command, delivery.lane, delivery.chat_id) == (command, "lane", CHAT)
    assert (delivery.request_id, delivery.not_before) == (REQUEST, 5)
    assert (delivery.state, delivery.tries, delivery.attempts) == (DeliveryState.READY, 0, 0)


def test_a_second_order_with_the_same_key_is_dropped(store: Store) -> None:
    put(store, tell("Key"))
    with store.begin() as tx:
        assert tx.outbox.put(tell("Key", text="again")) is None
        assert tx.outbox.put(tell("key")) is not None


def test_what_no_database_can_hold_does_not_stop_the_order(store: Store) -> None:
    id = put(store, tell("k", text="a\x00b\ud800c"))
    with store.read() as tx:
        delivery = tx.outbox.get(id)
    assert delivery is not None
    assert delivery.command == tell("k", text="a\x00b\ufffdc").command


def test_ids_follow_the_order_even_when_the_clock_goes_back(sqlite_url: str, time: Time) -> None:
    first = Store.open(sqlite_url, clock=time)
    ids = [put(first, tell(f"a{number}")) for number in range(5)]
    first.close()
    time.move(-HOUR)
    second = Store.open(sqlite_url, clock=time)
    ids += [put(second, tell(f"b{number}")) for number in range(5)]
    second.close()
    assert ids == sorted(ids)
    assert {len(id) for id in ids} == {26}


def test_a_delivery_that_succeeds_keeps_what_was_noted(store: Store) -> None:
    delivery = claimed(store, filing("k"))
    sending = stepped(store, delivery, "send", note='{"key_floor": 7}')
    assert sending.token == delivery.token
    assert sending.first_sent_ms >= delivery.enqueued_ms
    done = stepped(store, sending, "ok")
    assert (done.state, done.token) == (DeliveryState.DONE, "")
    assert done.settled_ms >= sending.first_sent_ms
    with store.read() as tx:
        assert tx.outbox.note_of(done.id) == '{"key_floor": 7}'


def test_the_first_sending_is_remembered_through_later_ones(store: Store, time: Time) -> None:
    delivery = stepped(store, claimed(store, tell("k")), "send")
    first = delivery.first_sent_ms
    stepped(store, delivery, "our fault while sending", reason="reset")
    time.move(MINUTE)
    [again] = store.claim(LARK, 1, MINUTE)
    assert (again.tries, again.attempts, again.first_sent_ms) == (2, 1, first)
    assert stepped(store, again, "send").first_sent_ms == first


def test_only_what_counts_is_an_attempt(store: Store) -> None:
    delivery = claimed(store, tell("k"))
    assert stepped(store, delivery, "wait", reason="429", not_before=Ms(9)).attempts == 0
    [again] = store.claim(LARK, 1, MINUTE)
    assert stepped(store, again, "our fault").attempts == 1


def test_doubt_is_remembered_and_a_requeue_starts_patience_afresh(store: Store, time: Time) -> None:
    delivery = claimed(store, filing("k"))
    doubtful = stepped(store, delivery, "send", "uncertain", reason="timeout")
    assert (doubtful.was_uncertain, doubtful.token) == (True, "")
    dead = stepped(store, doubtful, "give up", reason="cannot tell")
    assert dead.settled_ms > 0
    time.move(HOUR)
    again = stepped(store, dead, "requeue in doubt")
    assert (again.state, again.was_uncertain, again.settled_ms) == (DeliveryState.DOUBT, True, 0)
    assert (again.attempts, again.tries) == (0, 1)
    assert again.enqueued_ms > delivery.enqueued_ms or not store.alone


def test_a_step_that_the_table_does_not_have_is_our_bug(store: Store) -> None:
    delivery = claimed(store, tell("k"))
    with pytest.raises(WrongTurn), store.begin() as tx:
        tx.outbox.step(delivery, "ok")


def test_nobody_settles_what_another_holds(store: Store) -> None:
    put(store, tell("k"))
    [slow] = store.claim(LARK, 1, -1)
    with store.begin() as tx:
        [overdue] = tx.outbox.expired()
        tx.outbox.step(overdue, "expire")
    [quick] = store.claim(LARK, 1, MINUTE)
    with pytest.raises(LeaseLost), store.begin() as tx:
        tx.outbox.step(slow, "send")
    stepped(store, quick, "send", "ok")


def test_a_proof_from_before_the_last_sending_proves_nothing(store: Store) -> None:
    doubtful = stepped(store, claimed(store, filing("k")), "send", "uncertain")
    stepped(store, doubtful, "proven absent")
    [again] = store.claim(JSM, 1, MINUTE)
    stepped(store, again, "send", "uncertain")
    with pytest.raises(LeaseLost), store.begin() as tx:
        tx.outbox.step(doubtful, "proven absent")


def test_a_lost_step_takes_the_whole_transaction_with_it(store: Store) -> None:
    delivery = claimed(store, tell("k"))
    stepped(store, delivery, "send", "ok")
    with pytest.raises(LeaseLost), store.begin() as tx:
        tx.outbox.put(tell("reply"))
        tx.outbox.step(delivery, "give up")
    with store.read() as tx:
        assert tx.outbox.by_key("reply") is None


def test_doubt_is_looked_into_when_its_time_has_come(store: Store) -> None:
    doubtful = stepped(store, claimed(store, filing("k")), "send", "uncertain")
    with store.begin() as tx:
        assert tx.outbox.doubtful(JSM) == [doubtful]
        assert tx.outbox.doubtful(LARK) == []
        later = tx.outbox.postpone(doubtful, Ms(tx.now + MINUTE), "index lags")
        assert tx.outbox.doubtful(JSM) == []
        assert tx.outbox.in_state(DeliveryState.DOUBT) == [later]


def test_comments_that_may_be_on_the_ticket_are_counted(store: Store) -> None:
    doubtful = claimed(store, comment("c1"))
    sending = claimed(store, comment("c2", lane="jsm:elsewhere"))
    claimed(store, filing("f1", lane="jsm:f"))
    put(store, comment("c3"))
    claimed(store, comment("c4", root="om_other"))
    stepped(store, doubtful, "send", "uncertain")
    stepped(store, sending, "send")
    with store.read() as tx:
        assert tx.outbox.open_comments(thread().root) == 2
        assert tx.outbox.open_comments(thread("om_other").root) == 0


def test_the_outbox_can_be_counted_and_listed(store: Store) -> None:
    done = claimed(store, tell("k1"))
    stepped(store, done, "send", "ok")
    first, second = put(store, tell("k2")), put(store, comment("c1"))
    with store.read() as tx:
        assert tx.outbox.counts() == {
            (LARK, DeliveryState.DONE): 1,
            (LARK, DeliveryState.READY): 1,
            (JSM, DeliveryState.READY): 1,
        }
        assert [delivery.id for delivery in tx.outbox.in_state(DeliveryState.DONE)] == [done.id]
        ready = tx.outbox.in_state(DeliveryState.READY)
        assert [delivery.id for delivery in ready] == [first, second]
        assert tx.outbox.newest(DeliveryState.READY) == ready[::-1]


def test_an_empty_outbox_has_no_delivery(store: Store) -> None:
    with store.read() as tx:
        assert tx.outbox.get(DeliveryId("none")) is None
        assert tx.outbox.note_of(DeliveryId("none")) == ""


def test_a_command_of_another_version_stays_as_it_was_written(store: Store, url: str) -> None:
    foreign, ours = put(store, tell("k1")), put(store, tell("k2", lane="lark:other"))
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.execute(update(outbox).where(outbox.c.id == foreign).values(kind="Fly"))
    claimed = {delivery.id: delivery.command for delivery in store.claim(LARK, 5, MINUTE)}
    assert claimed.keys() == {foreign, ours}
    assert claimed[foreign] == Foreign("Fly", claimed[ours].dump())


def test_what_was_ordered_for_a_request_is_found_by_its_kind(store: Store) -> None:
    ours, others = RequestId("r1"), RequestId("r2")
    with store.begin() as tx:
        first = tx.outbox.put(filing("round 1", request_id=ours))
        tx.outbox.put(filing("another's", request_id=others))
        tx.outbox.put(tell("a word", request_id=ours))
        second = tx.outbox.put(filing("round 2", request_id=ours))
        assert [one.id for one in tx.outbox.of_request(ours, "FileTicket")] == [first, second]
