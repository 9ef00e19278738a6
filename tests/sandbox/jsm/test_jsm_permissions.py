"""/mypermissions of the fake says what the caller holds, and refuses what Jira refuses."""

import pytest
from jsm_site import Site

_MINE = "/rest/api/3/mypermissions"
_SIGHT = "BROWSE_PROJECTS,SERVICEDESK_AGENT"


def held(jira: Site, permissions: str = _SIGHT) -> dict[str, bool]:
    answer = jira.http.get(_MINE, params={"projectKey": "HELP", "permissions": permissions})
    assert answer.status_code == 200, answer.text
    told = answer.json()["permissions"]
    assert all(one["key"] == key for key, one in told.items())
    return {key: one["havePermission"] for key, one in told.items()}


def test_an_agent_browses_and_does_not_administer(jira: Site) -> None:
    assert held(jira) == {"BROWSE_PROJECTS": True, "SERVICEDESK_AGENT": True}
    assert held(jira, "ADMINISTER_PROJECTS") == {"ADMINISTER_PROJECTS": False}


@pytest.mark.parametrize("lost", ["bot_sees_project", "bot_is_agent"])
def test_a_customer_of_the_portal_is_told_to_browse_and_is_no_agent(jira: Site, lost: str) -> None:
    setattr(jira.state.switches, lost, False)
    assert held(jira) == {"BROWSE_PROJECTS": True, "SERVICEDESK_AGENT": False}


def test_without_a_licence_only_the_portal_shows_anything(jira: Site) -> None:
    jira.create()
    comment = int(jira.people.comment("erin", "HELP-1", "hello"))
    jira.people.comment("erin", "HELP-1", "among us", public=False)
    jira.state.switches.bot_is_agent = False
    assert jira.keys("project = HELP") == []
    body = {"issueIdsOrKeys": ["HELP-1"], "fields": ["comment"]}
    assert jira.http.post("/rest/api/3/issue/bulkfetch", json=body).json()["issues"] == []
    listed = jira.http.post("/rest/api/3/comment/list", json={"ids": [comment]})
    assert listed.json()["values"] == []
    assert jira.http.get("/rest/api/3/issue/HELP-1/comment").status_code == 404
    seen = jira.http.get("/rest/servicedeskapi/request/HELP-1/comment").json()["values"]
    assert [one["body"] for one in seen] == ["hello"]


def test_a_project_that_the_caller_does_not_see_is_not_there(jira: Site) -> None:
    asked = {"projectKey": "HELP", "permissions": _SIGHT}
    assert jira.http.get(_MINE, params=asked | {"projectKey": "NOPE"}).status_code == 404
    assert jira.http.get(_MINE, params=asked | {"projectId": "99"}).status_code == 404
    with jira.anonymous(token="expired") as stranger:
        assert stranger.get(_MINE, params=asked).status_code == 404
    jira.state.switches.bot_sees_project = False
    jira.state.switches.portal_customers_browse = False
    assert jira.http.get(_MINE, params=asked).status_code == 404


@pytest.mark.parametrize("permissions", ["", "BROWSE", "BROWSE_PROJECTS,browse_projects"])
def test_permissions_have_to_be_named_and_known(jira: Site, permissions: str) -> None:
    asked = {"projectKey": "HELP", "permissions": permissions}
    assert jira.http.get(_MINE, params=asked).status_code == 400
    assert jira.http.get(_MINE, params={"projectKey": "HELP"}).status_code == 400
