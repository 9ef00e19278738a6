"""POST /request is refused for everything that the real one refuses, before anything exists."""

from typing import Any

import pytest
from jsm_site import AIKO, Site, text_doc


def test_a_request_is_raised_for_its_reporter_by_the_bot(jira: Site) -> None:
    answer = jira.fields(description="It is down.", customfield_10050="LK01J9")
    body = answer.json()
    assert answer.status_code == 201
    assert body["issueKey"] == "HELP-1"
    assert body["reporter"]["accountId"] == AIKO
    assert body["_links"]["web"] == f"{jira.base}/servicedesk/customer/portal/2/HELP-1"
    ticket = jira.people.ticket("HELP-1")
    assert (ticket.creator, ticket.reporter) == ("712020:bot", AIKO)
    assert ticket.fields["customfield_10041"]["id"] == "10100"
    assert ticket.fields["customfield_10050"] == "LK01J9"


@pytest.mark.parametrize(
    "values",
    [
        {"summary": ""},
        {"summary": "two\nlines"},
        {"summary": "x" * 256},
        {"summary": 7},
        {"customfield_10041": None},
        {"customfield_10041": "1-Critical"},
        {"customfield_10041": {"id": "99"}},
        {"customfield_10041": {"id": []}},
        {"customfield_10041": {"value": "Critical"}},
        {"customfield_10041": [{"id": "10100"}]},
        {"customfield_10042": {"id": "10110"}},
        {"customfield_10042": [{"id": "10110"}, {"id": "10100"}]},
        {"customfield_10043": "5"},
        {"customfield_10043": True},
        {"duedate": "2026/11/23"},
        {"duedate": "2026-02-30"},
        {"duedate": "20261123"},
        {"labels": "lark"},
        {"labels": ["two words"]},
        {"labels": [1]},
        {"description": {"type": "doc"}},
        {"description": "x" * 32_768},
        {"customfield_10050": "x" * 256},
        {"customfield_99999": "unknown"},
        {"customfield_10044": {"id": "10120"}},
        {"priority": {"name": "High"}},
    ],
)
def test_a_wrong_field_value_creates_nothing(jira: Site, values: dict[str, Any]) -> None:
    answer = jira.fields(**values)
    assert answer.status_code == 400
    assert next(iter(values)) in answer.json()["errorMessage"]
    assert jira.people.tickets() == []


@pytest.mark.parametrize(
    "body",
    [
        {"serviceDeskId": 1},
        {"serviceDeskId": "2"},
        {"requestTypeId": "99"},
        {"requestTypeId": 10},
        {"raiseOnBehalfOf": "aiko@acme.example"},
        {"raiseOnBehalfOf": "712020:nobody"},
        {"requestParticipants": ["ben@globex.example"]},
        {"properties": [{"key": "syncd.ref", "value": "1"}]},
        {"labels": ["lark"]},
        {"idempotencyKey": "1"},
        {"form": {"answers": {}}},
    ],
)
def test_a_wrong_or_unknown_member_creates_nothing(jira: Site, body: dict[str, Any]) -> None:
    answer = jira.create(**body)
    assert answer.status_code == 400
    assert answer.json()["errorMessage"]
    assert jira.people.tickets() == []


def test_values_of_every_kind_are_kept_as_the_platform_shows_them(jira: Site) -> None:
    answer = jira.fields(
        customfield_10042=[{"id": "10110"}, {"value": "Network"}],
        customfield_10043=12,
        duedate="2026-11-30",
        labels=["lark"],
    )
    assert answer.status_code == 201
    issue = jira.http.get("/rest/api/3/issue/HELP-1").json()["fields"]
    assert [o["value"] for o in issue["customfield_10042"]] == ["API", "Network"]
    assert issue["customfield_10043"] == 12
    assert issue["duedate"] == "2026-11-30"
    assert issue["labels"] == ["lark"]
    assert issue["customfield_10050"] is None


def test_a_request_type_with_a_cascading_select_wants_both_levels(jira: Site) -> None:
    fields = jira.http.get("/rest/servicedeskapi/servicedesk/1/requesttype/11/field").json()
    cascading = fields["requestTypeFields"][-1]
    assert cascading["required"] is True
    assert cascading["jiraSchema"]["type"] == "option-with-child"
    assert cascading["validValues"][0]["children"][0]["label"] == "Tokyo"
    half = {"summary": "a", "customfield_10044": {"id": "10120"}}
    assert jira.create(requestTypeId="11", requestFieldValues=half).status_code == 400
    half["customfield_10044"] = {"id": "10120", "child": {"id": "10121"}}
    assert jira.create(requestTypeId="11", requestFieldValues=half).status_code == 201


def test_the_marker_field_can_be_missing_from_the_form(jira: Site) -> None:
    jira.state.switches.marker_field_on_form = False
    answer = jira.http.get("/rest/servicedeskapi/servicedesk/1/requesttype/10/field").json()
    assert "customfield_10050" not in [f["fieldId"] for f in answer["requestTypeFields"]]
    assert jira.fields(customfield_10050="LK01J9").status_code == 400


def test_a_description_is_wiki_markup_unless_the_request_says_adf(jira: Site) -> None:
    jira.fields(description="a *bold* word and \\*stars\\*")
    jira.create(
        isAdfRequest=True,
        requestFieldValues={
            "summary": "s",
            "customfield_10041": {"id": "10100"},
            "description": text_doc("a *bold* word"),
        },
    )
    assert jira.people.ticket("HELP-1").description == "a bold word and *stars*"
    assert jira.people.ticket("HELP-2").description == "a *bold* word"


def test_only_an_agent_raises_for_others(jira: Site) -> None:
    jira.state.switches.bot_is_agent = False
    assert jira.create().status_code == 403
    assert jira.people.tickets() == []


@pytest.mark.parametrize("status", [400, 403])
def test_an_account_must_be_a_customer_of_the_desk(jira: Site, status: int) -> None:
    jira.state.switches.not_a_customer_status = status
    assert jira.create(raiseOnBehalfOf="712020:ben").status_code == status
    added = jira.http.post(
        "/rest/servicedeskapi/servicedesk/1/customer", json={"accountIds": ["712020:ben"]}
    )
    assert added.status_code == 204
    assert jira.create(raiseOnBehalfOf="712020:ben").status_code == 201


def test_a_desk_open_to_everyone_takes_any_account(jira: Site) -> None:
    jira.state.switches.open_to_everyone = True
    assert jira.create(raiseOnBehalfOf="712020:ben").status_code == 201


def test_keys_have_gaps_on_demand(jira: Site) -> None:
    jira.create()
    jira.state.skip_numbers(3)
    assert jira.create().json()["issueKey"] == "HELP-5"


def test_a_form_body_or_broken_json_is_refused(jira: Site) -> None:
    path = "/rest/servicedeskapi/request"
    json_type = {"Content-Type": "application/json"}
    assert jira.http.post(path, data={"serviceDeskId": "1"}).status_code == 415
    assert jira.http.post(path, content=b"{", headers=json_type).status_code == 400
    assert jira.http.post(path, json=[]).status_code == 400
