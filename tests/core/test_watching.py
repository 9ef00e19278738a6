"""When things are looked at again, and from where a search reads on."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from syncd.core.model import Ms, SeenVerdict, TicketId
from syncd.core.watching import (
    AT_ONCE,
    PACE_MS,
    Look,
    Reason,
    advance,
    duplicate_again,
    failed_again,
    fresh_again,
    lasts,
    of_verdicts,
    shown_again,
    sweep_failed,
    sweeps,
    swept,
    window,
)

MOMENTS = st.integers(0, 4_000_000_000_000).map(Ms)


def test_search_begins_an_overlap_before_the_cursor() -> None:
    assert window(Ms(1_000_000), 300_000) == 700_000


def test_search_never_begins_before_all_time() -> None:
    assert window(Ms(1000), 300_000) == 0


def test_cursor_goes_to_the_newest_row() -> None:
    assert advance(Ms(100), Ms(150), Ms(200)) == 150


def test_cursor_never_passes_the_servers_own_time() -> None:
    assert advance(Ms(100), Ms(900), Ms(200)) == 200


def test_quiet_cycle_leaves_the_cursor_where_it_is() -> None:
    assert advance(Ms(100), Ms(0), Ms(200)) == 100


@given(MOMENTS, MOMENTS, MOMENTS)
def test_cursor_never_goes_back_and_never_into_the_future(
    cursor: Ms, newest: Ms, server: Ms
) -> None:
    after = advance(cursor, newest, server)
    assert after >= cursor
    assert after == cursor or after <= server


@given(MOMENTS, st.integers(5_000, 86_400_000))
def test_search_never_begins_after_the_cursor(cursor: Ms, overlap: int) -> None:
    assert 0 <= window(cursor, overlap) <= cursor


DAY, HOUR, MINUTE = 86_400_000, 3_600_000, 60_000
AT = Ms(1_800_000_000_000)


def look(**more: object) -> Look:
    return replace(Look("10007", Reason.READ, AT), **more)


def test_a_shown_comment_is_looked_at_each_hour_for_14_days() -> None:
    for later in (0, 1, 7 * MINUTE, DAY, 14 * DAY - 1):
        now = Ms(AT + later)
        again = shown_again(AT, now)
        assert again is not None
        assert now + 50 * MINUTE < again <= now + HOUR
    assert shown_again(AT, Ms(AT + 14 * DAY)) is None


def test_a_young_comment_is_looked_at_each_minute_for_an_hour() -> None:
    for later in (0, 1, 7 * MINUTE, HOUR - 1):
        now = Ms(AT + later)
        again = fresh_again(AT, now)
        assert again is not None
        assert now < again <= now + MINUTE
    assert fresh_again(AT, Ms(AT + HOUR)) is None


def test_comments_that_were_shown_one_after_the_other_are_looked_at_together() -> None:
    beats = {shown_again(Ms(AT + second), Ms(AT + second)) for second in range(0, HOUR, 1000)}
    assert len(beats) in (6, 7)


def test_what_is_told_is_asked_of_the_portal_and_what_is_hidden_is_only_read_again() -> None:
    def reasons(*verdicts: SeenVerdict) -> list[Reason]:
        return [one.reason for one in of_verdicts(TicketId("1"), verdicts, AT)]

    told = reasons(SeenVerdict.TOLD, SeenVerdict.SKIPPED)
    assert told == [Reason.SHOWN, Reason.PORTAL, Reason.FRESH]
    for hidden in (SeenVerdict.HIDDEN, SeenVerdict.WITHDRAWN):
        assert reasons(hidden) == [Reason.SHOWN, Reason.FRESH]
    assert reasons(SeenVerdict.WITHHELD) == [Reason.SHOWN]
    assert reasons(SeenVerdict.SKIPPED) == reasons() == []


def test_an_hour_asks_the_portal_about_500_tickets_at_most_and_where_2000_are() -> None:
    hourly = {reason: AT_ONCE[reason] * HOUR // pace for reason, pace in PACE_MS.items()}
    assert hourly == {Reason.PORTAL: 100, Reason.MISSING: 400, Reason.WHERE: 2000}


def test_what_fails_is_looked_at_after_as_long_again_and_at_least_each_hour() -> None:
    assert failed_again(AT, AT) == AT
    assert failed_again(AT, Ms(AT + 3 * MINUTE)) == AT + 6 * MINUTE
    assert failed_again(AT, Ms(AT + 7 * MINUTE)) == AT + 10 * MINUTE
    assert failed_again(AT, Ms(AT + 11 * MINUTE)) == AT + 22 * MINUTE
    assert failed_again(AT, Ms(AT + DAY)) == AT + DAY + HOUR
    assert failed_again(AT, Ms(AT - 4 * MINUTE)) == AT  # The clock was set back.


def test_what_fails_for_ten_minutes_lasts() -> None:
    assert not lasts(look(), AT)
    assert not lasts(look(failing_since_ms=AT), Ms(AT + 10 * MINUTE - 1))
    assert lasts(look(failing_since_ms=AT), Ms(AT + 10 * MINUTE))


def test_duplicates_are_looked_for_after_15_minutes_an_hour_and_a_day_and_then_no_more() -> None:
    at, looked = AT, []
    while (due := duplicate_again(len(looked), at)) is not None:
        at = due
        looked.append((at - AT) // MINUTE)
    assert looked == [15, 60, 24 * 60]


def test_a_sweep_comes_at_its_interval_and_after_a_failure_sooner() -> None:
    waits = {one.subject: swept(one, AT) - AT for one in sweeps(AT)}
    assert waits == {"3": 15 * MINUTE, "26": HOUR, "192": DAY}
    assert [(sweep_failed(n, AT) - AT) // MINUTE for n in range(1, 7)] == [1, 2, 4, 8, 15, 15]
