"""Whose turn it is among those who wait."""

from hypothesis import given
from hypothesis import strategies as st

from syncd.core.decide.turns import CHAT_WAITS, ROUND, Queue, turn

numbers = st.none() | st.integers(0, 10**9)
queues = st.builds(
    Queue, in_hand=numbers, first=numbers, own=numbers, in_chat=st.integers(0, CHAT_WAITS)
)


def test_whoever_comes_into_a_quiet_house_is_served_at_once() -> None:
    assert turn(Queue(in_hand=None, first=None, own=None, in_chat=0)) == 0


def test_one_who_comes_into_a_flood_begins_where_it_is_being_served() -> None:
    assert turn(Queue(in_hand=700, first=800, own=None, in_chat=0)) == 700
    assert turn(Queue(in_hand=None, first=800, own=None, in_chat=0)) == 800


@given(queues)
def test_what_one_person_causes_comes_a_round_after_what_waits_for_that_person(q: Queue) -> None:
    assert q.own is None or turn(q) >= q.own + ROUND


@given(queues)
def test_others_in_the_chat_put_a_newcomer_off_by_a_round_at_most(q: Queue) -> None:
    now = q.in_hand if q.in_hand is not None else q.first or 0
    alone = Queue(q.in_hand, q.first, None, q.in_chat)
    assert now <= turn(alone) <= now + ROUND
