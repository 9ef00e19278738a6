"""A linked ticket was found under a key of another project."""

from dataclasses import replace

import pytest
from stories import NOW, OURS, PREMIUM, RULES, knowing, linked, ticket

from syncd.core.decide import decide
from syncd.core.decide.moving import has_left
from syncd.core.delivery import Decision
from syncd.core.desks.desk import Desk
from syncd.core.events import TicketChanged, TicketMoved
from syncd.core.kinds import Alert
from syncd.core.model import ChatId, Link, TicketId, TicketKey
from syncd.core.watching import MOVED_MS, Look, Reason

HELP = replace(RULES, desks=(Desk(project="HELP"),), alarm_chat=ChatId("oc_ops"))
SETTLED = linked(updated_seen="2025")


def found(key: str, path: str | None, link: Link = SETTLED) -> Decision:
    event = TicketMoved(TicketId("10007"), TicketKey(key), path)
    return decide(event, knowing(PREMIUM, link=link), HELP, NOW)


def read(key: str, link: Link = SETTLED) -> Decision:
    moved = replace(ticket(), key=TicketKey(key))
    return decide(TicketChanged(moved, OURS), knowing(PREMIUM, link=link), HELP, NOW)


def alerts(decision: Decision) -> list[str]:
    return [order.dedupe_key for order in decision.orders if isinstance(order.command, Alert)]


def reading(decision: Decision) -> int | None:
    """Return when the ticket is read next, None when it is not read any more."""
    (look,) = decision.looks
    assert look == Look("10007", Reason.READ, look.due_ms)
    return look.due_ms


@pytest.mark.parametrize(
    ("key", "left"), [("HELP-7", False), ("OPS-7", True), ("HELPER-7", True), ("HELP2-7", True)]
)
def test_a_ticket_has_left_when_its_key_is_of_another_project(key: str, left: bool) -> None:
    assert has_left(TicketKey(key), HELP) is left
    assert not has_left(TicketKey(key), RULES)


def test_a_moved_request_is_read_from_now_on_and_told_once() -> None:
    decision = found("OPS-1", "/portal/3/OPS-1")
    expected = replace(SETTLED, ticket_key=TicketKey("OPS-1"), portal_path="/portal/3/OPS-1")
    assert decision.link == expected
    assert reading(decision) == NOW
    assert alerts(decision) == ["alert:moved:10007:OPS-1"]
    assert decision.link is not None
    assert alerts(found("OPS-1", "/portal/3/OPS-1", decision.link)) == []


def test_a_portal_that_names_no_address_leaves_the_old_one() -> None:
    link = found("OPS-1", "").link
    assert link is not None
    assert link.portal_path == SETTLED.portal_path


def test_what_is_no_request_any_more_is_left_and_told() -> None:
    decision = found("OPS-1", None)
    assert decision.link == replace(SETTLED, ticket_key=TicketKey("OPS-1"))
    assert reading(decision) is None
    assert alerts(decision) == ["alert:no-request:10007:OPS-1"]


def test_a_ticket_that_has_left_is_read_again_in_a_minute() -> None:
    decision = read("OPS-1")
    assert decision.link is not None
    assert reading(decision) == NOW + MOVED_MS
    assert alerts(decision) == ["alert:moved:10007:OPS-1"]
    assert alerts(read("OPS-1", decision.link)) == []


def test_a_ticket_that_came_back_is_left_to_the_search() -> None:
    decision = read("HELP-7", replace(SETTLED, ticket_key=TicketKey("OPS-1")))
    assert decision.looks == ()
    assert alerts(decision) == []


def test_another_number_in_the_same_project_is_no_move() -> None:
    assert alerts(read("HELP-900")) == []
