"""What the portal offers a customer, and what it refuses."""

from typing import Any

import pytest
from jsm_site import Site

WAY = "/rest/servicedeskapi/request/HELP-1/transition"


def offered(jira: Site) -> list[str]:
    return [one["name"] for one in jira.http.get(WAY).json()["values"]]


def test_nothing_is_offered_that_no_administrator_shows_on_the_portal(jira: Site) -> None:
    jira.create()
    assert offered(jira) == []
    assert jira.http.post(WAY, json={"id": "11"}).status_code == 400
    jira.state.switches.customer_transitions = {"11", "31"}
    assert offered(jira) == ["Resolve this issue"]


def test_a_transition_is_made_with_its_note_or_not_at_all(jira: Site) -> None:
    jira.create()
    jira.state.switches.customer_transitions = {"11", "31"}
    too_long = {"id": "11", "additionalComment": {"body": "x" * 40_000}}
    assert jira.http.post(WAY, json=too_long).status_code == 400
    assert jira.people.ticket("HELP-1").status == "Waiting for support"
    with_note = {"id": "11", "additionalComment": {"body": "Ben chose it."}}
    assert jira.http.post(WAY, json=with_note).status_code == 204
    ticket = jira.people.ticket("HELP-1")
    assert (ticket.status, ticket.resolution) == ("Resolved", "Done")
    assert [(c.text.strip(), c.public) for c in ticket.comments] == [("Ben chose it.", True)]
    assert jira.http.post(WAY, json=with_note).status_code == 400
    assert offered(jira) == ["Reopen"]


@pytest.mark.parametrize(
    "body",
    [{}, {"id": 11}, {"id": "99"}, {"id": "11", "note": "x"},
     {"id": "11", "additionalComment": "x"},
     {"id": "11", "additionalComment": {"body": "x", "public": True}}],
)  # fmt: skip
def test_what_is_written_wrongly_is_refused(jira: Site, body: Any) -> None:
    jira.create()
    jira.state.switches.customer_transitions = {"11"}
    assert jira.http.post(WAY, json=body).status_code == 400
    assert jira.people.ticket("HELP-1").comments == []


def test_without_the_permission_nothing_is_offered_and_nothing_made(jira: Site) -> None:
    jira.create()
    jira.state.switches.customer_transitions = {"11"}
    jira.state.switches.bot_transitions_issues = False
    assert offered(jira) == []
    assert jira.http.post(WAY, json={"id": "11"}).status_code == 403
