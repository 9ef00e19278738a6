"""The fault matrix in docs is what a run produced."""

from pathlib import Path

import pytest
from faults import rows
from faults.rows import Row

_PROMISES = Path(__file__).parents[2] / "docs" / "promises.md"
_SOME = [
    Row("b | c", "x", "y", "tests/faults/test_x.py::test_b"),
    Row("a", "x", "y", "tests/faults/test_x.py::test_a"),
]


def test_the_table_is_read_back_as_it_was_written() -> None:
    page = f"before\n{rows.BEGIN}\nold\n{rows.END}\nafter\n"
    written = rows.with_table(page, _SOME)
    assert rows.published(written) == sorted(_SOME)
    assert rows.with_table(written, _SOME) == written
    assert written.startswith("before\n")
    assert written.endswith("\nafter\n")


def test_a_page_without_markers_is_refused() -> None:
    with pytest.raises(LookupError, match="fault matrix: begin"):
        rows.with_table("no markers here", _SOME)


def test_what_this_run_has_proven_is_published_as_it_was_proven(proven: list[Row]) -> None:
    """Rows of tests that were not run here cannot be compared; the rest stands word by word."""
    published = rows.published(_PROMISES.read_text(encoding="utf-8"))
    assert not published or set(proven) <= set(published)
