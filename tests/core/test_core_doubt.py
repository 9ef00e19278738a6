"""A create of which the answer was lost: when to look for it, and when it is proven absent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.doubt import Trail, create_is_absent, next_look, read_back_from
from syncd.core.model import Ms

SENT = Ms(1_800_000_000_000)
GRACE = 300_000


@pytest.mark.parametrize(
    ("age", "next_age"),
    [
        (0, 2_000),
        (2_000, 5_000),
        (4_999, 5_000),
        (5_000, 15_000),
        (15_000, 30_000),
        (30_000, 60_000),
        (60_000, 120_000),
        (120_000, 300_000),
        (300_000, 600_000),
        (1_000_000, 1_300_000),
    ],
)
def test_looks_come_soon_at_first_and_every_five_minutes_later(age: int, next_age: int) -> None:
    assert next_look(age, Ms(SENT + age)) == SENT + next_age


@given(st.integers(0, 10_000_000))
def test_next_look_lies_ahead_and_not_far(age: int) -> None:
    now = Ms(SENT + age)
    assert now < next_look(age, now) <= now + 300_000


@pytest.mark.parametrize(
    ("clean", "watched", "absent"),
    [
        (2, GRACE + 1, True),
        (3, GRACE + 1, True),
        (2, GRACE, False),
        (2, 0, False),
        (1, 10 * GRACE, False),
        (0, 10 * GRACE, False),
    ],
)
def test_absence_takes_two_clean_looks_and_the_grace_time(
    clean: int, watched: int, absent: bool
) -> None:
    assert create_is_absent(Trail(7, SENT, clean), watched, GRACE) is absent


@given(st.integers(0, 10**15), st.integers(0, 10**15), st.integers(0, 27 * 3_600_000))
def test_a_chat_is_read_back_past_what_a_clock_that_was_ahead_says_was_sent(
    really_sent: int, passed: int, ahead: int
) -> None:
    told = Ms(really_sent + ahead)
    assert read_back_from(told, Ms(told + passed)) <= really_sent
    set_back_since = Ms(really_sent + min(passed, 27 * 3_600_000))
    assert read_back_from(told, set_back_since) <= really_sent


@given(st.integers(0), st.integers(0), st.integers(0))
def test_trail_comes_back_from_the_store_as_it_went_in(floor: int, sent: int, clean: int) -> None:
    trail = Trail(floor, Ms(sent), clean)
    assert Trail.load(trail.dump()) == trail


def test_create_without_a_trail_has_none() -> None:
    assert Trail.load("") is None
