"""Edits and properties of an issue, as the fake takes and refuses them."""

import openapi
import pytest
from jsm_site import Site

ISSUE = "/rest/api/3/issue/HELP-1"
PROPERTY = f"{ISSUE}/properties/syncd.ref"
PARTICIPANT = "/rest/servicedeskapi/request/HELP-1/participant"


@pytest.fixture
def made(jira: Site) -> Site:
    assert jira.create().status_code == 201
    return jira


def summary(jira: Site) -> str:
    return jira.people.ticket("HELP-1").summary


def test_a_summary_is_edited_and_the_change_is_news(made: Site) -> None:
    before = made.people.ticket("HELP-1").updated
    made.world.clock.move(seconds=5)
    answer = made.http.put(ISSUE, json={"fields": {"summary": "Another one"}})
    assert (answer.status_code, answer.content) == (204, b"")
    assert summary(made) == "Another one"
    assert made.people.ticket("HELP-1").updated > before
    assert openapi.check_calls(made.world.journal.calls("jsm")) == []


@pytest.mark.parametrize(
    "fields",
    [{}, {"summary": ""}, {"summary": "x" * 256}, {"summary": "a\nb"}, {"priority": {"id": "1"}}],
)
def test_what_jira_refuses_changes_nothing(made: Site, fields: dict[str, object]) -> None:
    before = summary(made)
    assert made.http.put(ISSUE, json={"fields": fields}).status_code == 400
    assert summary(made) == before


def test_without_the_permission_nothing_is_edited_and_no_property_kept(made: Site) -> None:
    switches = made.state.switches
    switches.bot_edits_issues = False
    for status in (403, 400):
        switches.edit_denied_status = status
        answer = made.http.put(ISSUE, json={"fields": {"summary": "x"}})
        assert answer.status_code == status
    assert made.http.put(PROPERTY, json={"id": "LK1"}).status_code == 403
    with made.anonymous() as client:
        assert client.put(PROPERTY, json={"id": "LK1"}).status_code in (401, 404)
    assert made.people.ticket("HELP-1").properties == {}


def test_a_property_is_read_where_it_is_asked_for_and_no_news(made: Site) -> None:
    before = made.people.ticket("HELP-1").updated
    made.world.clock.move(seconds=5)
    assert made.http.put(PROPERTY, json={"id": "LK1"}).status_code == 201
    assert made.http.put(PROPERTY, json={"id": "LK1"}).status_code == 200
    assert made.http.get(PROPERTY).json()["value"] == {"id": "LK1"}
    assert made.people.ticket("HELP-1").updated == before
    asked = {"issueIdsOrKeys": ["HELP-1"], "fields": ["summary"], "properties": ["syncd.ref"]}
    (issue,) = made.http.post("/rest/api/3/issue/bulkfetch", json=asked).json()["issues"]
    assert issue["properties"] == {"syncd.ref": {"id": "LK1"}}
    (bare,) = made.http.post(
        "/rest/api/3/issue/bulkfetch", json={**asked, "properties": []}
    ).json()["issues"]
    assert "properties" not in bare
    assert openapi.check_calls(made.world.journal.calls("jsm")) == []


def test_participants_are_refused_without_the_right_or_where_there_are_none(made: Site) -> None:
    body = {"accountIds": ["712020:ben"]}
    switches = made.state.switches
    switches.bot_manages_participants = False
    assert made.http.post(PARTICIPANT, json=body).status_code == 403
    switches.bot_manages_participants, switches.desk_takes_participants = True, False
    assert made.http.post(PARTICIPANT, json=body).status_code == 400
    switches.desk_takes_participants = True
    assert made.http.post(PARTICIPANT, json={"accountIds": ["nobody"]}).status_code == 400
    for _ in range(2):
        assert made.http.post(PARTICIPANT, json=body).status_code == 200
    assert made.people.ticket("HELP-1").participants == ["712020:ben"]
    assert openapi.check_calls(made.world.journal.calls("jsm")) == []


def test_an_issue_is_deleted_by_whoever_may(made: Site) -> None:
    assert made.http.delete(ISSUE).status_code == 403
    assert made.http.get(ISSUE).status_code == 200
    made.state.switches.bot_deletes_issues = True
    assert made.http.delete(ISSUE).status_code == 204
    assert made.http.get(ISSUE).status_code == 404
    assert made.http.delete(ISSUE).status_code == 404
    assert openapi.check_calls(made.world.journal.calls("jsm")) == []


def test_a_step_leads_to_the_status_that_it_names(made: Site) -> None:
    steps = made.http.get(f"{ISSUE}/transitions").json()["transitions"]
    ends = {one["name"] for one in steps if one["to"]["statusCategory"]["key"] == "done"}
    assert ends == {"Resolved", "Closed"}
    (step,) = [one["id"] for one in steps if one["name"] == "Closed"]
    more: dict[str, object] = {"properties": [], "historyMetadata": {}, "fields": {}, "update": {}}
    asked = {"transition": {"id": step}, **more}
    assert made.http.post(f"{ISSUE}/transitions", json=asked).status_code == 204
    assert made.people.ticket("HELP-1").status == "Closed"
    assert made.http.post(f"{ISSUE}/transitions", json=asked).status_code == 400
    made.state.switches.bot_transitions_issues = False
    assert made.http.get(f"{ISSUE}/transitions").json()["transitions"] == []
    assert openapi.check_calls(made.world.journal.calls("jsm")) == []
