"""When a broken database is said to work again."""

import pytest

from syncd import log
from syncd.core.errors import StoreError
from syncd.store_outage import StoreOutage


def breaks() -> bool:
    raise StoreError("the disk is full")


def test_what_was_known_already_and_not_written_ends_no_outage(
    capsys: pytest.CaptureFixture[str],
) -> None:
    outage = StoreOutage(log.get("store"))
    for _ in range(2):
        with pytest.raises(StoreError):
            outage.watch("inbox", breaks, wrote=bool)
        assert not outage.watch("inbox", lambda: False, wrote=bool)
    said = capsys.readouterr().out
    assert (said.count("store_failed"), said.count("store_recovered")) == (1, 0)
    assert outage.watch("inbox", lambda: True, wrote=bool)
    assert capsys.readouterr().out.count("store_recovered") == 1
