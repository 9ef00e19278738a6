"""429 with the headers that Atlassian sends."""

import pytest
from jsm_site import Site

from syncd.sandbox.clock import Clock
from syncd.sandbox.jsm.limits import Limits, too_many

DESK = "/rest/servicedeskapi/servicedesk/1"


class StillClock(Clock):
    """A clock that stands unless it is moved, so that windows are exact on a slow machine."""

    at = 1_800_000_000_000

    def now_ms(self) -> int:
        return self.at

    def move(self, *, seconds: float) -> None:
        self.at += int(seconds * 1000)


@pytest.fixture
def still(jira: Site) -> StillClock:
    clock = StillClock()
    jira.state.limits = Limits(clock)
    return clock


def test_one_issue_takes_twenty_writes_in_two_seconds(jira: Site, still: StillClock) -> None:
    jira.create()
    path, body = "/rest/servicedeskapi/request/HELP-1/comment", {"body": "x", "public": True}
    statuses = {jira.http.post(path, json=body).status_code for _ in range(20)}
    refused = jira.http.post(path, json=body)
    assert statuses == {201}
    assert refused.status_code == 429
    assert refused.headers["RateLimit-Reason"] == "jira-per-issue-on-write"
    assert refused.headers["Retry-After"] == "2"
    assert jira.create().status_code == 201
    still.move(seconds=2)
    assert jira.http.post(path, json=body).status_code == 201
    assert len(jira.people.comments("HELP-1")) == 21


@pytest.mark.usefixtures("still")
def test_a_ticket_by_its_id_is_the_same_ticket(jira: Site) -> None:
    number = jira.create().json()["issueId"]
    body = {"body": "x", "public": True}
    for name in [number, "HELP-1", "help-1", number] * 5:
        answer = jira.http.post(f"/rest/servicedeskapi/request/{name}/comment", json=body)
        assert answer.status_code == 201
    refused = jira.http.post(f"/rest/servicedeskapi/request/{number}/comment", json=body)
    assert refused.headers["RateLimit-Reason"] == "jira-per-issue-on-write"


@pytest.mark.usefixtures("still")
def test_the_customer_search_takes_five_a_second(jira: Site) -> None:
    headers = {"X-ExperimentalApi": "opt-in"}
    answers = [jira.http.get(f"{DESK}/customer?query=a", headers=headers) for _ in range(6)]
    assert [a.status_code for a in answers] == [200] * 5 + [429]
    assert answers[-1].headers["RateLimit-Reason"] == "jira-burst-based"


def test_one_issue_takes_a_hundred_writes_in_half_a_minute(jira: Site, still: StillClock) -> None:
    jira.create()
    path, body = "/rest/servicedeskapi/request/HELP-1/comment", {"body": "x", "public": True}
    statuses = []
    for _ in range(101):
        statuses.append(jira.http.post(path, json=body).status_code)
        still.move(seconds=0.2)
    assert statuses == [201] * 100 + [429]


@pytest.mark.usefixtures("still")
def test_limits_can_be_switched_off(jira: Site) -> None:
    jira.state.switches.rate_limits = False
    headers = {"X-ExperimentalApi": "opt-in"}
    answers = [jira.http.get(f"{DESK}/customer?query=a", headers=headers) for _ in range(6)]
    assert {a.status_code for a in answers} == {200}


def test_a_quota_can_be_played_as_a_fault(jira: Site) -> None:
    now = jira.state.now()
    fault = too_many("POST /rest/api/3/search", reason="jira-cost-based", now_ms=now, retry_after=9)
    jira.world.faults.add(fault)
    refused = jira.search("project = HELP")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "9")
    assert refused.headers["RateLimit-Reason"] == "jira-cost-based"
    assert jira.search("project = HELP").status_code == 200


def test_a_gateway_may_refuse_without_a_word(jira: Site) -> None:
    jira.world.faults.add(too_many("GET /", reason="", now_ms=jira.state.now()))
    refused = jira.http.get("/rest/api/3/myself")
    assert refused.status_code == 429
    assert "Retry-After" not in refused.headers
