"""The limiter, on a clock that stands still until it is moved."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from syncd.chat.lark.limiter import Limiter
from syncd.core.errors import Unavailable


class Hand:
    """A clock moved by hand, in seconds."""

    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def passes(limiter: Limiter, *limits: tuple[str, int]) -> bool:
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
        if passes(limiter, ("chat", 5)):
            passed.append(hand.time)
    assert all(sum(t <= u < t + 1 for u in passed) <= 5 for t in passed)
    assert len(passed) == 34


def test_refusal_says_when_the_next_call_passes() -> None:
    hand = Hand()
    limiter = Limiter(hand)
    limiter.take(("chat", 2))
    hand.time += 0.25
    limiter.take(("chat", 2))
    with pytest.raises(Unavailable) as full:
        limiter.take(("chat", 2))
    assert full.value.retry_after == 0.75
    hand.time += 0.75
    limiter.take(("chat", 2))


def test_one_full_limit_uses_up_no_other() -> None:
    limiter = Limiter(Hand())
    limiter.take(("a", 1))
    assert not passes(limiter, ("b", 1), ("a", 1))
    assert passes(limiter, ("b", 1))


def test_threads_share_one_count() -> None:
    limiter = Limiter(Hand())
    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(lambda _: passes(limiter, ("app", 50)), range(400)))
    assert sum(passed) == 50


def test_quiet_chats_are_forgotten_and_busy_ones_are_not() -> None:
    hand = Hand()
    limiter = Limiter(hand)
    for number in range(1500):
        limiter.take((f"chat {number}", 1))
    assert not passes(limiter, ("chat 0", 1))
    hand.time += 2
    for number in range(1500):
        limiter.take((f"chat {number}", 1))
    assert not passes(limiter, ("chat 0", 1))
