"""The limiter, on a clock that stands still until it is moved."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from syncd.chat.lark.limiter import Limit, Limiter
from syncd.core.errors import Limited, Unavailable


class Hand:
    """A clock moved by hand, in seconds."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def passes(limiter: Limiter, *limits: Limit) -> bool:
    try:
        limiter.take(*limits)
    except Unavailable:
        return False
    return True


def test_no_second_holds_more_than_the_limit() -> None:
    hand, passed = Hand(), []
    limiter = Limiter(hand)
    for _ in range(100):
        hand.time += 0.0625
        if passes(limiter, Limit("chat", 5)):
            passed.append(hand.time)
    assert all(sum(t <= u < t + 1 for u in passed) <= 5 for t in passed)
    assert len(passed) == 34


def test_refusal_says_when_the_next_call_passes() -> None:
    hand = Hand()
    limiter = Limiter(hand)
    limiter.take(Limit("chat", 2))
    hand.time += 0.25
    limiter.take(Limit("chat", 2))
    with pytest.raises(Unavailable) as full:
        limiter.take(Limit("chat", 2))
    assert full.value.retry_after == 0.75
    hand.time += 0.75
    limiter.take(Limit("chat", 2))


def test_one_full_limit_uses_up_no_other() -> None:
    limiter = Limiter(Hand())
    limiter.take(Limit("a", 1))
    assert not passes(limiter, Limit("b", 1), Limit("a", 1))
    assert passes(limiter, Limit("b", 1))


def test_threads_share_one_count() -> None:
    limiter = Limiter(Hand())
    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(lambda _: passes(limiter, Limit("app", 50)), range(400)))
    assert sum(passed) == 50


def test_quiet_chats_are_forgotten_and_busy_ones_are_not() -> None:
    hand = Hand()
    limiter = Limiter(hand)
    for number in range(1500):
        limiter.take(Limit(f"chat {number}", 1))
    assert not passes(limiter, Limit("chat 0", 1))
    hand.time += 2
    for number in range(1500):
        limiter.take(Limit(f"chat {number}", 1))
    assert not passes(limiter, Limit("chat 0", 1))


def test_room_that_is_kept_is_taken_by_nobody_else_and_used_once() -> None:
    hand = Hand()
    limiter = Limiter(hand)
    chat = Limit("chat", 2)
    with limiter.reserve(chat), ThreadPoolExecutor(1) as another:
        assert another.submit(passes, limiter, chat).result()
        assert not another.submit(passes, limiter, chat).result()
        hand.time += 0.5
        assert passes(limiter, chat)
        assert not passes(limiter, chat)
    hand.time += 0.75
    assert passes(limiter, chat)
    # What was sent half a second after its room was kept counts from when it was sent.
    assert not passes(limiter, chat)
    assert limiter.wait(chat) == 0.25


def test_room_that_was_not_used_is_given_back() -> None:
    limiter = Limiter(Hand())
    chat, api = Limit("chat", 1), Limit("api", 1)
    with limiter.reserve(chat, api):
        assert limiter.wait(chat) > 0
        limiter.take(chat)
    assert limiter.wait(api) == 0
    assert limiter.wait(chat) == 1
    with pytest.raises(Limited), limiter.reserve(api, chat):
        raise AssertionError("there was no room")
    assert limiter.wait(api) == 0
