"""429 with the headers that Atlassian sends."""

from jsm_site import Site

from syncd.sandbox.jsm.limits import too_many

DESK = "/rest/servicedeskapi/servicedesk/1"


def test_one_issue_takes_twenty_writes_in_two_seconds(jira: Site) -> None:
    jira.create()
    path, body = "/rest/servicedeskapi/request/HELP-1/comment", {"body": "x", "public": True}
    statuses = {jira.http.post(path, json=body).status_code for _ in range(20)}
    refused = jira.http.post(path, json=body)
    assert statuses == {201}
    assert refused.status_code == 429
    assert refused.headers["RateLimit-Reason"] == "jira-per-issue-on-write"
    assert int(refused.headers["Retry-After"]) >= 1
    assert jira.create().status_code == 201
    jira.world.clock.move(seconds=3)
    assert jira.http.post(path, json=body).status_code == 201
    assert len(jira.people.comments("HELP-1")) == 21


def test_the_customer_search_takes_five_a_second(jira: Site) -> None:
    headers = {"X-ExperimentalApi": "opt-in"}
    answers = [jira.http.get(f"{DESK}/customer?query=a", headers=headers) for _ in range(6)]
    assert [a.status_code for a in answers] == [200] * 5 + [429]
    assert answers[-1].headers["RateLimit-Reason"] == "jira-burst-based"


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
