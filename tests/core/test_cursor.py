"""How far a source was read, and from where to read on."""

from hypothesis import given
from hypothesis import strategies as st

from syncd.core.cursor import advance, window
from syncd.core.model import Ms

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
