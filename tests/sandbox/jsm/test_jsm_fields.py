"""Each kind of field: the schema that the form tells, the JSON that a create takes or refuses.

The JSON is that of https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/
and, where the document is silent or wrong, of live sites.
"""

from dataclasses import replace
from typing import Any

import pytest
from jsm_site import Site

from syncd.sandbox.jsm.fields.every import EVERY_KIND, WORKSPACE
from syncd.sandbox.jsm.fields.kinds import KINDS

PLATFORM = "com.atlassian.jira.plugin.system.customfieldtypes:"
PAY = "ari:cloud:graph::service/1a2b3c4d/pay"
OBJECT = {"workspaceId": WORKSPACE, "id": f"{WORKSPACE}:123", "objectId": "123"}
CUSTOM = {
    "customfield_10002": "com.atlassian.servicedesk:sd-customer-organizations",
    "customfield_10082": "com.atlassian.jira.plugins.service-entity:service-entity-field-cftype",
    "customfield_10083": "com.atlassian.jira.plugins.cmdb:cmdb-object-cftype",
}

# Field, its schema's type, items and custom suffix (empty: a system field), values that are taken,
# values that are refused.
Row = tuple[str, str, str, str, list[Any], list[Any]]
ROWS: list[Row] = [
    ("environment", "string", "", "", ["Linux\nnode 3"], [7, {"type": "doc"}]),
    ("customfield_10070", "string", "", "textfield", ["A-1"], ["a\nb", "x" * 256, 7]),
    ("customfield_10071", "string", "", "url", ["https://x.example/a?b=1"],
     ["x.example", "https://", "https://x.example/a b", 7]),
    ("customfield_10072", "number", "", "float", [666, 1.5], ["666", True]),
    ("duedate", "date", "", "", ["2015-11-18"], ["2015-11-18 +0800", "18.11.2015", "2015-02-30"]),
    ("customfield_10073", "datetime", "", "datetime", ["2015-11-18T14:39:00.000+1100"],
     ["2015-11-18", "2015-11-18 14:39", "2015-11-18T14:39:00.000+11:00", "2015-11-18T14:39:00"]),
    ("labels", "array", "string", "", [["a", "b"]], ["a", ["two words"], ["x" * 256]]),
    ("priority", "priority", "", "", [{"id": "3"}, {"name": "Highest"}],
     ["Medium", {"id": "2"}, {"value": "Medium"}]),
    ("customfield_10075", "option", "", "radiobuttons", [{"id": "10410"}, {"value": "Gold"}],
     ["Gold", {"id": "1"}, [{"id": "10410"}]]),
    ("customfield_10076", "array", "option", "multicheckboxes", [[{"id": "10412"}]],
     [{"id": "10412"}, [{"id": "1"}], ["REST"]]),
    ("customfield_10074", "option-with-child", "", "cascadingselect",
     [{"id": "10420", "child": {"id": "10421"}}, {"id": "10440"}, {"id": "10420"}],
     [{"id": "10420", "child": {"id": "10431"}}, {"id": "1"}, "10420",
      {"id": "10420", "child": "10421"}, [{"id": "10440"}]]),
    ("components", "array", "component", "", [[{"name": "API"}], [{"id": "10202"}]],
     [[{"name": "Network"}], {"id": "10201"}, ["API"]]),
    ("versions", "array", "version", "", [[{"id": "10301"}], [{"name": "2.5.0"}]],
     [[{"id": "9"}], {"id": "10301"}]),
    ("customfield_10077", "version", "", "version", [{"id": "10301"}], [[{"id": "10301"}]]),
    ("customfield_10078", "user", "", "userpicker", [{"accountId": "712020:ben"}],
     [{"name": "ben"}, {"accountId": "ben@globex.example"}, "712020:ben"]),
    ("customfield_10079", "array", "user", "multiuserpicker", [[{"accountId": "712020:ben"}]],
     [{"accountId": "712020:ben"}, [{"name": "ben"}]]),
    ("customfield_10080", "array", "user", "people", [[{"accountId": "712020:ben"}]],
     [{"accountId": "712020:ben"}]),
    ("customfield_10002", "array", "sd-customerorganization", "", [[27]],
     [[{"id": 27}], ["27"], [99], 27]),
    ("customfield_10082", "array", "", "", [[{"id": PAY}]], [[PAY], {"id": PAY}, [{"id": "b:x"}]]),
    ("customfield_10083", "any", "", "", [[OBJECT]],
     [OBJECT, [{"id": f"{WORKSPACE}:123"}], [OBJECT | {"objectId": "124"}]]),
    ("customfield_10084", "group", "", "grouppicker", [{"name": "approvers"}, {"groupId": "g-1"}],
     ["approvers", [{"name": "approvers"}]]),
    ("customfield_10085", "array", "group", "multigrouppicker", [[{"groupId": "g-1"}]],
     [{"groupId": "g-1"}]),
    ("customfield_10086", "project", "", "project", [{"id": "10000"}, {"key": "HELP"}], ["HELP"]),
    ("customfield_10087", "team", "", "atlassian-team", ["t-1"], [{"id": "t-1"}, "t-9"]),
    ("security", "securitylevel", "", "", [{"id": "10501"}], ["10501"]),
    ("attachment", "array", "attachment", "", [], [["temp-1"], "temp-1"]),
    ("customfield_10088", "sd-request-lang", "", "", [], [{"languageCode": "en"}, "en"]),
]  # fmt: skip


def create(jira: Site, **values: Any) -> Any:
    least = {"summary": "The cluster is down"}
    return jira.create(requestTypeId="12", requestFieldValues=least | values)


def fields(jira: Site) -> dict[str, Any]:
    answer = jira.http.get("/rest/servicedeskapi/servicedesk/1/requesttype/12/field").json()
    return {field["fieldId"]: field for field in answer["requestTypeFields"]}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_the_form_tells_the_schema_and_the_create_takes_its_json(jira: Site, row: Row) -> None:
    field_id, type_, items, custom, right, wrong = row
    schema = fields(jira)[field_id]["jiraSchema"]
    assert (schema["type"], schema.get("items", "")) == (type_, items)
    assert (
        "system" in schema
        or schema["custom"] == CUSTOM.get(field_id, PLATFORM + custom)
        or (field_id == "customfield_10088")
    )
    for value in wrong:
        answer = create(jira, **{field_id: value})
        assert answer.status_code == 400, value
        assert field_id in answer.json()["errorMessage"]
    assert jira.people.tickets() == []
    for value in right:
        answer = create(jira, **{field_id: value})
        assert answer.status_code == 201, answer.text
    assert len(jira.people.tickets()) == len(right)


def test_every_kind_of_the_table_is_on_that_form_or_on_the_ordinary_one() -> None:
    on_form = {field.kind for field in EVERY_KIND.fields}
    assert set(KINDS) - on_form == {"select", "multiselect"}
    assert {field.id for field in EVERY_KIND.fields} - {row[0] for row in ROWS} == {
        "summary",
        "description",
    }


def test_what_has_no_list_of_choices_is_told_without_any(jira: Site) -> None:
    told = fields(jira)
    empty = {id for id, field in told.items() if not field["validValues"]}
    assert {"customfield_10002", "customfield_10078", "customfield_10082"} <= empty
    assert told["priority"]["validValues"][0] == {"value": "1", "label": "Highest", "children": []}
    assert told["customfield_10074"]["validValues"][0]["children"][1]["label"] == "tk-2"


def test_priorities_are_explained_in_their_own_list(jira: Site) -> None:
    jira.state.switches.form_lists_priorities = False
    assert fields(jira)["priority"]["validValues"] == []
    answer = jira.http.get("/rest/api/3/priority/search?projectId=10000").json()
    named = [(one["id"], one["name"], one["description"]) for one in answer["values"]]
    assert named[0] == ("1", "Highest", "Nobody can work.")
    assert answer["isLast"] is True


def test_values_are_kept_as_the_platform_shows_them(jira: Site) -> None:
    create(
        jira,
        priority={"id": "3"},
        customfield_10074={"id": "10420", "child": {"id": "10422"}},
        customfield_10073="2015-11-18T14:39:00.000+1100",
        customfield_10002=[27],
        customfield_10078={"accountId": "712020:ben"},
        components=[{"name": "API"}],
    )
    kept = jira.http.get("/rest/api/3/issue/HELP-1").json()["fields"]
    assert kept["priority"]["name"] == "Medium"
    assert kept["customfield_10074"]["child"]["value"] == "tk-2"
    assert kept["customfield_10073"] == "2015-11-18T14:39:00.000+1100"
    assert kept["customfield_10002"][0]["name"] == "ACME"
    assert kept["customfield_10078"]["displayName"] == "Ben Miller"
    assert kept["components"][0]["id"] == "10201"
    assert kept["versions"] is None


@pytest.mark.parametrize("needs", [True, False])
def test_a_parent_alone_may_be_too_little_for_a_required_field(jira: Site, needs: bool) -> None:
    jira.state.switches.required_cascade_needs_child = needs
    half = {"summary": "a", "customfield_10044": {"id": "10120"}}
    answer = jira.create(requestTypeId="11", requestFieldValues=half)
    assert answer.status_code == (400 if needs else 201)


def test_a_hidden_field_is_in_no_list_and_takes_no_value(jira: Site) -> None:
    hidden = tuple(replace(f, hidden=f.id == "priority") for f in EVERY_KIND.fields)
    jira.state.request_types["12"] = replace(EVERY_KIND, fields=hidden)
    assert "priority" not in fields(jira)
    assert create(jira, priority={"id": "3"}).status_code == 400
    assert create(jira).status_code == 201


def test_validate_names_the_field_and_creates_nothing(jira: Site) -> None:
    def validated(**values: Any) -> Any:
        body = {"serviceDeskId": "1", "requestTypeId": "12", "requestFieldValues": values}
        return jira.http.post("/rest/servicedeskapi/request/validate", json=body)

    right = validated(summary="a")
    assert (right.status_code, right.json()) == (200, {"valid": True})
    wrong = validated(summary="", priority="High")
    assert wrong.status_code == 400
    assert wrong.json()["valid"] is False
    assert [one["field"] for one in wrong.json()["fieldErrors"]] == ["summary", "priority"]
    jira.state.switches.validates = False
    assert validated(summary="a").status_code == 404
    assert jira.people.tickets() == []


def test_the_portals_own_form_takes_what_its_address_fills_in(jira: Site) -> None:
    page = jira.http.get("/servicedesk/customer/portal/2/create/12", params={"summary": "It <is>"})
    assert page.status_code == 200
    assert 'name="summary" value="It &lt;is&gt;"' in page.text
