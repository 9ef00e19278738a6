"""The reference that stands in for a marker at the end of a summary."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.helpdesk.jsm.marking.reference import ROOM, added, as_read, stands_in, taken_away

MARKER = "LK01J9ABCDEF0123456789GHJK"
OTHER = "LK01J9ABCDEF0123456789GHJM"


def test_it_is_short_and_says_whose_it_is() -> None:
    summary = added("It is down", MARKER)
    assert summary == "It is down [LK456789GHJK]"
    assert len(summary) == len("It is down") + ROOM
    assert stands_in(summary, MARKER)
    assert not stands_in(summary, OTHER)


@pytest.mark.parametrize(
    ("renamed", "left"),
    [
        ("It is down [LK456789GHJK]", "It is down"),
        ("Tokyo: it is down [LK456789GHJK] since noon", "Tokyo: it is down since noon"),
        ("[LK456789GHJK]", ""),
        ("Renamed", "Renamed"),
        ("Of another [LK456789GHJM]", "Of another [LK456789GHJM]"),
    ],
)
def test_what_somebody_has_made_of_the_summary_stays(renamed: str, left: str) -> None:
    assert taken_away(renamed, MARKER) == left


@given(st.text(alphabet="ab [LK0]", max_size=30).map(lambda typed: " ".join(typed.split())))
def test_what_was_typed_comes_back(typed: str) -> None:
    assert taken_away(added(typed, MARKER), MARKER) == typed
    assert as_read(added(typed, MARKER)) == as_read(added(typed, OTHER))
