"""What to do with a delivery that failed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.errors import (
    Cause,
    Limited,
    Rejected,
    StoreError,
    Unauthorized,
    Unavailable,
    Uncertain,
)
from syncd.core.model import Ms
from syncd.core.retry import (
    LARK_KEY_LIVES_MS,
    Attempt,
    Bury,
    Patience,
    RetryAt,
    Verdict,
    Verify,
    verdict,
)

NOW = Ms(1_800_000_000_000)
HOUR = 3_600_000
PATIENCE = Patience(attempts=5, age_ms=72 * HOUR)
FIRST = Attempt(
    failures=1, attempts=0, enqueued_ms=NOW, first_sent_ms=Ms(0), sending=False, keyed=False
)
SENT = replace(FIRST, sending=True, first_sent_ms=Ms(NOW - 1000))
SENT_KEYED = replace(SENT, keyed=True)
OLD = replace(FIRST, enqueued_ms=Ms(NOW - 72 * HOUR - 1))
BUG = ValueError("unexpected")


def judged(failure: Exception, attempt: Attempt, jitter: float = 0.0) -> Verdict:
    return verdict(failure, attempt, NOW, jitter, PATIENCE)


@pytest.mark.parametrize(
    ("failure", "attempt", "what"),
    [
        (Unavailable("down"), FIRST, RetryAt(Ms(NOW + 1000))),
        (Unavailable("down"), SENT, RetryAt(Ms(NOW + 1000))),
        (Unavailable("busy", 42.5), FIRST, RetryAt(Ms(NOW + 42_500))),
        (Unavailable("busy", 0.2), FIRST, RetryAt(Ms(NOW + 200))),
        (Limited("ours", 0.1), FIRST, RetryAt(Ms(NOW + 100))),
        (Limited("ours", 0.1), replace(SENT, failures=9), RetryAt(Ms(NOW + 100))),
        (Limited("ours", 0.1), OLD, RetryAt(Ms(NOW + 100))),
        (Unauthorized("no login"), FIRST, RetryAt(Ms(NOW + 60_000))),
        (Unauthorized("no login"), SENT, RetryAt(Ms(NOW + 60_000))),
        (Uncertain("a lost read"), FIRST, RetryAt(Ms(NOW + 1000))),
        (Uncertain("timeout"), SENT, Verify("timeout")),
        (Uncertain("timeout"), SENT_KEYED, RetryAt(Ms(NOW + 1000))),
        (BUG, FIRST, RetryAt(Ms(NOW + 1000), counts=True)),
        (BUG, SENT, Verify("unexpected")),
        (BUG, SENT_KEYED, RetryAt(Ms(NOW + 1000), counts=True)),
        (BUG, replace(FIRST, attempts=4), Bury("given up after 5 attempts: unexpected")),
        (BUG, replace(SENT_KEYED, attempts=4), Verify("unexpected")),
        (KeyError(), SENT, Verify("KeyError")),
        (Rejected("too long", Cause.CONTENT), FIRST, Bury("too long")),
        (Rejected("too long", Cause.CONTENT), SENT, Bury("too long")),
        (Rejected("too long", Cause.CONTENT), OLD, Bury("too long")),
        (Unavailable("down"), OLD, Bury("given up after 72 hours: down")),
        (Unauthorized("no login"), OLD, Bury("given up after 72 hours: no login")),
        (Uncertain("timeout"), replace(SENT, enqueued_ms=OLD.enqueued_ms), Verify("timeout")),
    ],
)
def test_what_follows_from_each_failure(
    failure: Exception, attempt: Attempt, what: Verdict
) -> None:
    assert judged(failure, attempt) == what


def test_outages_are_not_attempts() -> None:
    tired = replace(FIRST, failures=1000, attempts=4)
    for failure in (Unavailable("down"), Unauthorized("no login"), Uncertain("lost")):
        found = judged(failure, tired)
        assert isinstance(found, RetryAt)
        assert not found.counts


def test_waits_double_up_to_a_minute_and_spread() -> None:
    waits = []
    for failures in (1, 2, 3, 6, 7, 1000):
        found = judged(Unavailable("down"), replace(FIRST, failures=failures))
        assert isinstance(found, RetryAt)
        waits.append((found.at_ms - NOW) // 1000)
    assert waits == [1, 2, 4, 32, 60, 60]
    assert judged(Unavailable("down"), FIRST, jitter=1.0) == RetryAt(Ms(NOW + 700))


def test_what_was_told_counts_however_often_it_failed_before() -> None:
    often = replace(FIRST, failures=1000)
    assert judged(Unavailable("busy", 2.0), often) == RetryAt(Ms(NOW + 2000))


@pytest.mark.parametrize("age", [LARK_KEY_LIVES_MS - 120_000, LARK_KEY_LIVES_MS, 10 * HOUR])
@pytest.mark.parametrize("past", [1, -1])
def test_key_near_its_end_is_not_trusted_whichever_way_the_clock_was_set(
    age: int, past: int
) -> None:
    sent = replace(SENT_KEYED, first_sent_ms=Ms(NOW - past * age))
    assert judged(Uncertain("timeout"), sent) == Verify("timeout")


failures = st.one_of(
    st.builds(Unavailable, st.text(), st.none() | st.floats(-1e6, 1e6)),
    st.builds(Rejected, st.text(), st.sampled_from(Cause)),
    st.builds(Uncertain, st.text()),
    st.builds(Unauthorized, st.text()),
    st.builds(ValueError, st.text()),
    st.builds(StoreError, st.text()),
)
moments = st.integers(NOW - 100 * HOUR, NOW + 100 * HOUR).map(Ms)
attempts = st.builds(
    Attempt,
    failures=st.integers(1, 10_000),
    attempts=st.integers(0, 10),
    enqueued_ms=moments,
    first_sent_ms=st.just(Ms(0)) | moments,
    sending=st.booleans(),
    keyed=st.booleans(),
)


@given(failures, attempts, st.floats(0, 1))
def test_nothing_is_tried_again_in_the_past_and_nothing_stays_unjudged(
    failure: Exception, attempt: Attempt, jitter: float
) -> None:
    found = judged(failure, attempt, jitter)
    if isinstance(found, RetryAt):
        assert found.at_ms > NOW
    else:
        assert found.reason


@given(st.builds(Rejected, st.text(), st.sampled_from(Cause)), attempts, st.floats(0, 1))
def test_definite_no_is_never_tried_again(
    failure: Rejected, attempt: Attempt, jitter: float
) -> None:
    assert isinstance(judged(failure, attempt, jitter), Bury)


@given(failures, attempts, st.floats(0, 1))
def test_what_may_have_happened_without_a_key_is_always_verified(
    failure: Exception, attempt: Attempt, jitter: float
) -> None:
    sent = replace(attempt, sending=True, keyed=False)
    certain = isinstance(failure, Unavailable | Unauthorized | Rejected)
    assert isinstance(judged(failure, sent, jitter), Verify) is not certain
