"""Finding no ticket proves something only where a ticket would have been seen."""

import json
from collections.abc import Iterator

import pytest
from jsm_served import Served, filing, served

from syncd.core.doubt import Probe
from syncd.core.model import Ms, TicketId
from syncd.sandbox.jsm import site

MINE = "GET /rest/api/3/mypermissions"
OURS = {"content-type": "application/json", "x-aaccountid": "712020:bot"}
YES, NO = {"havePermission": True}, {"havePermission": False}


@pytest.fixture
def here() -> Iterator[Served]:
    with served() as site_there:
        yield site_there


def look(here: Served, floor: int = 0, canaries: tuple[TicketId, ...] = ()) -> Probe:
    return here.helpdesk().find_created("HELP", "LK01TEST", floor, Ms(0), canaries)


@pytest.mark.parametrize("place", ["marker field", "labels", "last line"])
def test_a_ticket_is_found_wherever_its_marker_was_put(here: Served, place: str) -> None:
    """The form or the configuration may have changed since it was created."""
    here.state.switches.labels_on_form = place == "labels"
    field = site.MARKER_FIELD if place == "marker field" else ""
    key = here.helpdesk(marker_field=field).create(filing()).key
    here.state.switches.labels_on_form = not here.state.switches.labels_on_form
    probed = here.helpdesk(marker_field=site.MARKER_FIELD).find_created(
        "HELP", "LK01TEST", 0, Ms(0), ()
    )
    assert [filed.key for filed in probed.found] == [key]


def test_an_agent_sees_a_project_without_tickets(here: Served) -> None:
    assert look(here) == Probe((), proven=True)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"BROWSE_PROJECTS": YES},
        {"SERVICEDESK_AGENT": YES},
        {"BROWSE_PROJECTS": YES, "SERVICEDESK_AGENT": NO},
        {"BROWSE_PROJECTS": NO, "SERVICEDESK_AGENT": YES},
        {"BROWSE_PROJECTS": YES, "SERVICEDESK_AGENT": {}},
        {"BROWSE_PROJECTS": YES, "SERVICEDESK_AGENT": {"havePermission": "true"}},
    ],
)
def test_what_is_not_said_is_no_proof(here: Served, told: dict[str, object]) -> None:
    body = json.dumps({"permissions": told})
    asked = here.fault(MINE, "refuse", status=200, body=body, headers=OURS)
    assert not look(here).proven
    assert asked.hits == 1


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_site_that_does_not_tell_proves_nothing(here: Served, status: int) -> None:
    asked = here.fault(MINE, "refuse", status=status, body="{}", headers=OURS)
    assert not look(here).proven
    assert asked.hits == 1


def test_a_project_whose_ticket_vanished_is_not_taken_for_an_empty_one(here: Served) -> None:
    """Its number was known before the create, so it was deleted, or we do not see it any more."""
    assert not look(here, floor=7).proven
    assert not look(here, canaries=(TicketId("10001"),)).proven
    assert here.calls("/mypermissions") == []


def test_tickets_far_above_the_keys_that_were_looked_at_prove_nothing(here: Served) -> None:
    here.state.skip_numbers(150)
    here.people.create_ticket("aiko", "from before the bot could see")
    assert not look(here).proven


def test_permissions_are_asked_for_only_where_no_ticket_can_prove_our_sight(here: Served) -> None:
    here.people.create_ticket("aiko", "the first")
    (first,) = here.people.tickets()
    assert look(here, floor=1).proven
    assert look(here, canaries=(TicketId(str(first.id)),)).proven
    assert here.calls("/mypermissions") == []
