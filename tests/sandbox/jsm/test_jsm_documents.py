"""The fake's own answers are held to Atlassian's OpenAPI documents."""

import httpx
import pytest
from jsm_site import Site, text_doc
from openapi import check_calls, document

from syncd.sandbox.faults import Fault
from syncd.sandbox.jsm.undocumented import UNDOCUMENTED

V3 = "/rest/api/3"
DESK = "/rest/servicedeskapi"


@pytest.fixture(autouse=True)
def _documents() -> None:
    if document() is None:
        pytest.skip("Atlassian's OpenAPI documents are not here (SYNCD_OPENAPI)")


def _problems(jira: Site) -> list[str]:
    return check_calls(jira.world.journal.calls("jsm"))


def test_what_the_platform_part_answers_is_documented(jira: Site) -> None:
    jira.fields(description="x", labels=["a"], duedate="2026-11-30", customfield_10043=5)
    comment_id = jira.people.comment("erin", "HELP-1", "r", visibility="Service Desk Team")
    for path in (
        "/myself",
        "/serverInfo",
        "/field",
        "/mypermissions?projectKey=HELP&permissions=BROWSE_PROJECTS,SERVICEDESK_AGENT",
        "/mypermissions?projectKey=NOPE&permissions=BROWSE_PROJECTS",
        "/mypermissions",
        "/user/search?query=ben",
        "/issue/HELP-1",
        "/issue/HELP-9",
        "/issue/HELP-1/comment?orderBy=-created&expand=renderedBody",
        f"/issue/HELP-1/comment/{comment_id}",
        f"/comment/{comment_id}/properties",
        "/search/jql?jql=project%20%3D%20HELP&fields=updated",
        "/search?jql=x",
    ):
        jira.http.get(V3 + path)
    own = {"body": text_doc("x"), "properties": [{"key": "k", "value": {"id": "1"}}]}
    mine = jira.http.post(f"{V3}/issue/HELP-1/comment", json=own).json()["id"]
    jira.http.put(f"{V3}/issue/HELP-1/comment/{mine}", json={"body": text_doc("y")})
    jira.http.put(f"{V3}/comment/{mine}/properties/k", json={"id": "2"})
    jira.http.get(f"{V3}/comment/{mine}/properties/k")
    ids = {"ids": [int(mine), int(comment_id)]}
    jira.http.post(f"{V3}/comment/list?expand=properties,renderedBody", json=ids)
    asked = {"issueIdsOrKeys": ["HELP-1", "HELP-7"], "fields": ["*all"]}
    jira.http.post(f"{V3}/issue/bulkfetch", json=asked)
    jira.http.post(f"{V3}/search/approximate-count", json={"jql": "project = HELP"})
    jira.search("project = HELP", fields=["*all"])
    jira.search("project = NOPE")
    jira.http.delete(f"{V3}/issue/HELP-1/comment/{mine}")
    assert len(jira.world.journal.calls("jsm")) == 25
    assert _problems(jira) == []


def test_what_the_desk_part_answers_is_documented(jira: Site) -> None:
    jira.fields(description="x")
    comment_id = jira.people.comment("erin", "HELP-1", "hello")
    for path in (
        "/servicedesk",
        "/servicedesk/HELP",
        "/servicedesk/9",
        "/servicedesk/1/requesttype?expand=field",
        "/servicedesk/1/requesttype/10",
        "/servicedesk/1/requesttype/11/field",
        "/servicedesk/1/customer?query=aiko",
        "/request/HELP-1?expand=participant,status,requestType,serviceDesk,comment,attachment",
        "/request/HELP-9",
        "/request/HELP-1/comment?public=true&internal=false&expand=renderedBody,attachment",
        f"/request/HELP-1/comment/{comment_id}?expand=attachment",
        "/request/HELP-1/status",
        "/request/HELP-1/transition",
    ):
        jira.http.get(DESK + path, headers={"X-ExperimentalApi": "opt-in"})
    jira.http.get(f"{DESK}/servicedesk/1/customer?query=aiko")
    person = {"displayName": "Chen", "email": "chen@acme.example"}
    jira.http.post(f"{DESK}/servicedesk/1/customer/invite", json=person)
    jira.http.post(f"{DESK}/customer", json=person)
    jira.http.post(f"{DESK}/servicedesk/1/customer", json={"accountIds": ["712020:ben"]})
    jira.http.post(f"{DESK}/request/HELP-1/participant", json={"accountIds": ["712020:ben"]})
    jira.http.post(f"{DESK}/request/HELP-1/comment", json={"body": "a", "public": False})
    jira.create(raiseOnBehalfOf="aiko@acme.example")
    jira.http.post(f"{DESK}/request/HELP-1/transition", json={"id": "11"})
    jira.state.switches.customer_transitions = {"11", "31"}
    jira.http.get(f"{DESK}/request/HELP-1/transition")
    for body in ({"id": "11", "additionalComment": {"body": "by Ben"}}, {"id": "11"}, {"id": "31"}):
        jira.http.post(f"{DESK}/request/HELP-1/transition", json=body)
    assert _problems(jira) == []


def test_files_are_documented_as_far_as_they_can_be(jira: Site) -> None:
    jira.create()
    stored = jira.http.post(
        f"{DESK}/servicedesk/1/attachTemporaryFile",
        files={"file": ("a.bin", b"\x00\xff", "application/octet-stream")},
        headers={"X-Atlassian-Token": "no-check"},
    ).json()
    ids = [file["temporaryAttachmentId"] for file in stored["temporaryAttachments"]]
    body = {"temporaryAttachmentIds": ids, "public": True}
    answer = jira.http.post(f"{DESK}/request/HELP-1/attachment", json=body).json()
    jira.http.get(answer["attachments"]["values"][0]["_links"]["content"])
    assert _problems(jira) == []


def test_anonymous_and_faulty_answers_are_known(jira: Site) -> None:
    with jira.anonymous(token="wrong") as client:
        client.get(f"{V3}/myself")
        client.get(f"{DESK}/request/HELP-1/comment")
        client.get(f"{DESK}/servicedesk")
        client.post(f"{V3}/search/jql", json={"jql": "project = HELP"})
    jira.world.faults.add(Fault("jsm", "GET /rest", status=503, body="down", times=1))
    jira.http.get(f"{V3}/myself")
    assert _problems(jira) == []


def test_a_wrong_request_is_named(jira: Site) -> None:
    jira.search("project = HELP", startAt=0)
    jira.http.get(f"{V3}/nothing")
    jira.create(idempotencyKey="1")
    found = _problems(jira)
    assert len(found) == 3
    assert "startAt" in found[0]
    assert "Path not found" in found[1]
    assert "idempotencyKey" in found[2]


def test_an_answer_beyond_the_documents_is_named(jira: Site) -> None:
    wrong = '{"accountId": 7}'
    for status, body in ((200, wrong), (418, "{}"), (418, "teapot")):
        jira.world.faults.add(Fault("jsm", "GET /rest", status=status, body=body))
        jira.http.get(f"{V3}/myself")
    found = _problems(jira)
    assert [line.split(":")[1].strip() for line in found] == ["answer 200", "answer 418"]


def test_the_request_of_a_cut_call_is_still_checked(jira: Site) -> None:
    jira.world.faults.add(Fault("jsm", "POST /rest", kind="drop_after"))
    with pytest.raises(httpx.TransportError):
        jira.create(labels=["x"])
    assert "labels" in _problems(jira)[0]


def test_everything_undocumented_has_a_source() -> None:
    assert all(beyond.source for beyond in UNDOCUMENTED)
    assert len({(b.method, b.route, b.status) for b in UNDOCUMENTED}) == len(UNDOCUMENTED)
