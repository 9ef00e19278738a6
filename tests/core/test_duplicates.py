"""A create that was given up for lost may yet come true: which one."""

import pytest

from syncd.core.delivery import Delivery
from syncd.core.doubt import may_come_true_late, surplus
from syncd.core.kinds import FileTicket
from syncd.core.model import DeliveryId, DeliveryState, Filed, Ms, RequestId, TicketId, TicketKey


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
    assert may_come_true_late(sent, DeliveryId("made it")) is watched


def test_a_ticket_is_one_too_many_when_it_is_not_the_one_of_the_request() -> None:
    """Whatever its key is now: the Request's own ticket may have moved, or lost its marker."""
    ours = Filed(TicketId("1"), TicketKey("MOVED-9"), "", "", "")
    late = Filed(TicketId("2"), TicketKey("HELP-2"), "", "", "")
    assert surplus((ours,), ours.id) == ()
    assert surplus((late, ours), ours.id) == (late,)
    assert surplus((late,), ours.id) == (late,)
