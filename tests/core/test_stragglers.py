"""A create that was given up for lost may yet come true: which, and when to look."""

import pytest

from syncd.core.commands import Delivery, FileTicket
from syncd.core.model import DeliveryId, DeliveryState, Filed, Ms, RequestId, TicketId, TicketKey
from syncd.core.stragglers import all_looked, look_is_due, may_straggle, surplus

LAST = Ms(1_800_000_000_000)
MINUTE, HOUR = 60_000, 3_600_000


def create(id: str, *, uncertain: bool, tries: int) -> Delivery:
    command = FileTicket(RequestId("r1"))
    return Delivery(
        DeliveryId(id), command, "lane", id, DeliveryState.DONE, Ms(1),
        was_uncertain=uncertain, tries=tries,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "watched"),
    [
        (create("made it", uncertain=False, tries=1), False),
        (create("made it", uncertain=False, tries=4), False),
        (create("made it", uncertain=True, tries=1), False),
        (create("made it", uncertain=True, tries=2), True),
        (create("an earlier round", uncertain=True, tries=1), True),
        (create("an earlier round", uncertain=False, tries=2), False),
    ],
)
def test_what_was_uncertain_and_sent_again_may_come_true_later(
    sent: Delivery, watched: bool
) -> None:
    assert may_straggle(sent, DeliveryId("made it")) is watched


def test_looks_come_after_15_minutes_an_hour_and_a_day_and_then_end() -> None:
    since, at = LAST, []
    looks = 0
    for minute in range(30 * 60):
        now = Ms(LAST + minute * MINUTE)
        if not all_looked(looks) and look_is_due(looks, since, now):
            at.append(minute)
            looks, since = looks + 1, now
    assert at == [15, 60, 24 * 60]


def test_a_clock_that_is_set_lets_one_look_come_early_and_no_more() -> None:
    for jump in (-26 * HOUR, 26 * HOUR):
        now = Ms(LAST + jump)
        assert look_is_due(0, LAST, now)
        assert not look_is_due(1, now, now)


def test_a_ticket_is_one_too_many_when_it_is_not_the_one_of_the_request() -> None:
    """Whatever its key is now: the Request's own ticket may have moved, or lost its marker."""
    ours = Filed(TicketId("1"), TicketKey("MOVED-9"), "", "", "")
    late = Filed(TicketId("2"), TicketKey("HELP-2"), "", "", "")
    assert surplus((ours,), ours.id) == ()
    assert surplus((late, ours), ours.id) == (late,)
    assert surplus((late,), ours.id) == (late,)
