"""Feedback is taken of the reporter alone, and says one to five."""

from typing import Any

import pytest
from jsm_site import Site

from syncd.sandbox.jsm.site import BOT_ACCOUNT_ID

WAY = "/rest/servicedeskapi/request/HELP-1/feedback"
OPT_IN = {"X-ExperimentalApi": "opt-in"}
ONE: dict[str, Any] = {"type": "csat", "rating": 4, "comment": {"body": "Fine"}}


def gives(jira: Site, body: Any, **headers: str) -> int:
    return jira.http.post(WAY, json=body, headers=OPT_IN | headers).status_code


def rated(jira: Site) -> tuple[int, str]:
    ticket = jira.people.ticket("HELP-1")
    return ticket.rating, ticket.rating_said


def test_an_agent_gives_none_for_the_reporter(jira: Site) -> None:
    jira.create()
    assert gives(jira, ONE) == 403
    assert jira.http.get(WAY, headers=OPT_IN).status_code == 403
    assert rated(jira) == (0, "")
    with jira.state.world.lock:
        ticket = jira.state.find("HELP-1")
        assert ticket is not None
        ticket.reporter = BOT_ACCOUNT_ID
    assert gives(jira, ONE) == 201
    assert rated(jira) == (4, "Fine")


def test_a_second_one_takes_the_place_of_the_first_or_is_refused(jira: Site) -> None:
    jira.create()
    jira.state.switches.anybody_rates = True
    assert gives(jira, ONE) == 201
    assert jira.http.get(WAY, headers=OPT_IN).json() == ONE
    assert gives(jira, {"type": "csat", "rating": 1}) == 201
    assert rated(jira) == (1, "")
    jira.state.switches.feedback_is_replaced = False
    assert gives(jira, ONE) == 400
    assert rated(jira) == (1, "")
    assert jira.http.delete(WAY, headers=OPT_IN).status_code == 204
    assert jira.http.get(WAY, headers=OPT_IN).status_code == 404
    jira.state.switches.feedback_enabled = False
    assert gives(jira, ONE) == 400


@pytest.mark.parametrize(
    "body",
    [{}, {"type": "csat"}, {"rating": 4}, {"type": "nps", "rating": 4},
     {"type": "csat", "rating": 0}, {"type": "csat", "rating": 6}, {"type": "csat", "rating": "4"},
     {"type": "csat", "rating": True}, ONE | {"comment": "Fine"}, ONE | {"more": 1},
     ONE | {"comment": {"body": "Fine", "public": True}}],
)  # fmt: skip
def test_what_is_written_wrongly_is_refused(jira: Site, body: Any) -> None:
    jira.create()
    jira.state.switches.anybody_rates = True
    assert gives(jira, body) == 400
    assert rated(jira) == (0, "")


def test_without_the_header_for_experiments_nothing_is_taken(jira: Site) -> None:
    jira.create()
    jira.state.switches.anybody_rates = True
    assert jira.http.post(WAY, json=ONE).status_code == 412
