"""Operators are reminded in time that the helpdesk's API token ends."""

from datetime import UTC, datetime

import pytest

from syncd.core.known import Rules
from syncd.core.model import ChatId, Ms
from syncd.core.operators import expiry

RULES = Rules("https://portal.example", lambda typed: typed, alarm_chat=ChatId("oc_ops"))
DAY = "2027-05-01"


def at(day: str, hour: int = 12) -> Ms:
    moment = datetime.fromisoformat(f"{day}T{hour:02}:00:00").replace(tzinfo=UTC)
    return Ms(int(moment.timestamp() * 1000))


@pytest.mark.parametrize(
    ("today", "left"),
    [("2027-04-17", 14), ("2027-04-30", 1), ("2027-05-01", 0), ("2027-05-02", -1)],
)
@pytest.mark.parametrize("hour", [0, 23])
def test_days_are_counted_to_the_last_one(today: str, left: int, hour: int) -> None:
    assert expiry.days_left(DAY, at(today, hour)) == left


def test_the_days_before_it_ends_bring_five_reminders() -> None:
    told = []
    for day in [*range(1, 31)]:
        told += [o.dedupe_key for o in expiry.reminder(DAY, at(f"2027-04-{day:02}"), RULES)]
    told += [o.dedupe_key for o in expiry.reminder(DAY, at("2027-05-01"), RULES)]
    told += [o.dedupe_key for o in expiry.reminder(DAY, at("2027-06-01"), RULES)]
    assert list(dict.fromkeys(told)) == [
        f"alert:token-expires:{DAY}:{days}" for days in (14, 7, 3, 1, 0)
    ]


def test_one_that_was_renewed_is_minded_no_more() -> None:
    assert DAY in expiry.mind(DAY, at("2027-04-20"))
    assert expiry.mind("2028-05-01", at("2027-04-20")) == ""
    assert expiry.mind("", at("2027-04-20")) == ""
    assert expiry.reminder("", at("2027-04-20"), RULES) == ()
