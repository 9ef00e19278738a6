"""A wrong token is an anonymous caller: 200 and nothing, and only headers tell."""

import json
from typing import Any

import pytest
from jsm_site import Site

_SEARCH = "/rest/api/3/search/jql"


def test_the_bot_is_named_on_platform_answers(jira: Site) -> None:
    answer = jira.http.get("/rest/api/3/myself")
    assert answer.json()["accountId"] == "712020:bot"
    assert answer.headers["X-AACCOUNTID"] == "712020:bot"
    assert "X-Seraph-LoginReason" not in answer.headers


@pytest.mark.parametrize("sent", [False, True])
def test_servicedeskapi_may_or_may_not_name_the_account(jira: Site, sent: bool) -> None:
    jira.state.switches.accountid_on_servicedeskapi = sent
    answer = jira.http.get("/rest/servicedeskapi/servicedesk")
    assert answer.status_code == 200
    assert ("X-AACCOUNTID" in answer.headers) is sent


def test_an_expired_token_reads_an_empty_world(jira: Site) -> None:
    jira.create()
    jira.state.token = "the next one"
    answer = jira.search("project = HELP", fields=["updated"])
    assert (answer.status_code, answer.json()) == (200, {"issues": [], "isLast": True})
    assert answer.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"
    assert "X-AACCOUNTID" not in answer.headers
    assert jira.http.get("/rest/api/3/issue/HELP-1").status_code == 404
    bulk = jira.http.post("/rest/api/3/issue/bulkfetch", json={"issueIdsOrKeys": ["HELP-1"]})
    assert (bulk.status_code, bulk.json()["issues"]) == (200, [])
    assert jira.http.get("/rest/api/3/user/search?query=ben").json() == []


def test_myself_refuses_an_anonymous_caller_in_plain_text(jira: Site) -> None:
    with jira.anonymous(token="wrong") as client:
        answer = client.get("/rest/api/3/myself")
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["WWW-Authenticate"].startswith("OAuth realm=")


def test_an_anonymous_caller_writes_nothing(jira: Site) -> None:
    jira.create()
    doc = {"body": {"type": "doc", "version": 1, "content": []}}
    with jira.anonymous(token="wrong") as client:
        assert client.post("/rest/api/3/issue/HELP-1/comment", json=doc).status_code == 404
        assert client.post("/rest/servicedeskapi/request", json={}).status_code == 401
    assert jira.people.comments("HELP-1") == []
    assert len(jira.people.tickets()) == 1


@pytest.mark.parametrize(("empty", "status"), [(True, 200), (False, 404)])
def test_comments_of_an_unseen_request_may_be_an_empty_page(
    jira: Site, empty: bool, status: int
) -> None:
    jira.create()
    jira.people.comment("erin", "HELP-1", "hello")
    jira.state.switches.empty_page_for_unseen = empty
    with jira.anonymous(token="wrong") as client:
        answer = client.get("/rest/servicedeskapi/request/HELP-1/comment")
    assert answer.status_code == status
    assert answer.json().get("values", []) == []


def test_no_login_at_all_is_anonymous_without_the_failed_sign(jira: Site) -> None:
    with jira.anonymous() as client:
        answer = client.post(_SEARCH, json={"jql": "project = HELP"})
    assert answer.json()["issues"] == []
    assert "X-Seraph-LoginReason" not in answer.headers


def test_a_bearer_token_belongs_to_the_gateway(jira: Site) -> None:
    with jira.anonymous() as client:
        answer = client.get("/rest/api/3/myself", headers={"Authorization": "Bearer abc"})
    assert answer.status_code == 403
    assert answer.json() == {"error": "Failed to parse Connect Session Auth Token"}


def test_a_lost_permission_shrinks_results_without_an_error(jira: Site) -> None:
    jira.create()
    jira.state.switches.bot_sees_project = False
    answer = jira.search("project = HELP")
    assert (answer.status_code, answer.json()["issues"]) == (200, [])
    assert answer.headers["X-AACCOUNTID"] == "712020:bot"
    assert jira.http.get("/rest/servicedeskapi/request/HELP-1").status_code == 404


def test_unknown_routes_and_methods_are_problems(jira: Site) -> None:
    missing = jira.http.get("/rest/api/3/nothing")
    wrong = jira.http.put("/rest/api/3/myself")
    assert (missing.status_code, wrong.status_code) == (404, 405)
    for answer in (missing, wrong):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code


def test_the_old_search_is_gone(jira: Site) -> None:
    assert jira.http.get("/rest/api/3/search?jql=project=HELP").status_code == 410


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_refusals_are_in_the_language_of_the_account(jira: Site, language: str) -> None:
    def refusals() -> list[Any]:
        return [
            jira.search("project = NOPE").json(),
            jira.http.post("/rest/api/3/issue/HELP-1/comment", json={"body": {}}).json(),
            jira.create(raiseOnBehalfOf="aiko@acme.example").json(),
        ]

    jira.create()
    english = refusals()
    jira.state.switches.language = language
    foreign = refusals()
    for said, heard in zip(english, foreign, strict=True):
        assert said.keys() == heard.keys()
        assert said != heard
    assert not json.dumps(foreign[0], ensure_ascii=False).isascii()
    assert foreign[1]["errors"].keys() == {"comment"}
    assert foreign[2]["i18nErrorMessage"] == english[2]["i18nErrorMessage"]
