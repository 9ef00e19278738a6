"""What people do in Jira shows where it should, and what they see there is true."""

import threading

import pytest
from jsm_site import Site

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.records import OnPortal


def test_a_ticket_made_by_hand_is_found_by_the_poll(jira: Site) -> None:
    key = jira.people.create_ticket("ben", "By hand", description="no bot involved")
    assert jira.keys("project = HELP") == [key]
    assert jira.people.ticket(key).creator == "712020:ben"


def test_the_portal_shows_what_the_customer_may_see(jira: Site) -> None:
    jira.create()
    jira.people.comment("erin", "HELP-1", "We are on it <b>")
    jira.people.comment("sam", "HELP-1", "It is the database", public=False)
    jira.people.customer_comments("aiko", "HELP-1", "Thank you")
    view = jira.people.portal_view("HELP-1")
    assert [(c.author, c.text) for c in view.comments] == [
        ("Erin Engineer", "We are on it <b>"),
        ("Aiko Tanaka", "Thank you"),
    ]
    link = jira.http.get("/rest/servicedeskapi/request/HELP-1").json()["_links"]["web"]
    page = jira.http.get(link)
    assert page.status_code == 200
    assert "We are on it &lt;b&gt;" in page.text
    assert "database" not in page.text


def test_a_resolved_ticket_says_so_in_both_worlds(jira: Site) -> None:
    jira.create()
    jira.people.transition("HELP-1", "In progress")
    issue = jira.http.get("/rest/api/3/issue/HELP-1").json()["fields"]
    assert (issue["status"]["name"], issue["resolution"]) == ("In progress", None)
    jira.people.resolve("HELP-1")
    issue = jira.http.get("/rest/api/3/issue/HELP-1").json()["fields"]
    assert issue["status"]["statusCategory"]["key"] == "done"
    assert issue["resolution"]["name"] == "Done"
    status = jira.http.get("/rest/servicedeskapi/request/HELP-1").json()["currentStatus"]
    assert (status["status"], status["statusCategory"]) == ("Resolved", "DONE")


def test_the_portal_tells_another_name_than_that_of_an_internal_status(jira: Site) -> None:
    jira.create()
    jira.people.transition("HELP-1", site.INTERNAL_STATUS)
    issue = jira.http.get("/rest/api/3/issue/HELP-1").json()["fields"]
    assert issue["status"]["name"] == site.INTERNAL_STATUS
    answer = jira.http.get("/rest/servicedeskapi/request/HELP-1")
    assert answer.json()["currentStatus"]["status"] == "In progress"
    assert site.INTERNAL_STATUS not in answer.text
    assert jira.people.portal_view("HELP-1").status == "In progress"


def test_participants_and_account_types_can_be_read_in_bulk(jira: Site) -> None:
    jira.create(requestParticipants=["712020:ben"])
    jira.people.automation_comments("HELP-1", "SLA is close")
    fields = {f["schema"].get("custom"): f["id"] for f in jira.http.get("/rest/api/3/field").json()}
    participants = fields["com.atlassian.servicedesk:sd-request-participants"]
    body = {"issueIdsOrKeys": ["HELP-1"], "fields": [participants, "comment", "reporter"]}
    answer = jira.http.post("/rest/api/3/issue/bulkfetch", json=body).json()
    issue = answer["issues"][0]["fields"]
    assert [user["accountId"] for user in issue[participants]] == ["712020:ben"]
    assert issue["comment"]["comments"][0]["author"]["accountType"] == "app"
    assert issue["reporter"]["accountType"] == "customer"


def test_copies_do_not_change_the_site(jira: Site) -> None:
    jira.create()
    jira.people.ticket("HELP-1").fields["summary"] = "changed outside"
    assert jira.people.ticket("HELP-1").summary == "The cluster is down"


@pytest.mark.parametrize("person", ["nobody", "chen"])
def test_somebody_without_an_account_cannot_comment(jira: Site, person: str) -> None:
    jira.create()
    with pytest.raises(LookupError, match=person):
        jira.people.comment(person, "HELP-1", "hello")


def test_many_threads_comment_at_once(jira: Site) -> None:
    jira.create()

    def comments() -> None:
        for _ in range(20):
            jira.people.comment("erin", "HELP-1", "hello")

    threads = [threading.Thread(target=comments) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [comment.id for comment in jira.people.comments("HELP-1")]
    assert len(set(ids)) == 80
    assert ids == sorted(ids)


def test_a_ticket_that_moves_has_another_key_and_is_found_by_both(jira: Site) -> None:
    jira.create()
    jira.create()
    number = jira.people.ticket("HELP-1").id
    assert jira.people.move("HELP-1") == "OPS-1"
    assert jira.keys("project = HELP") == ["HELP-2"]
    assert jira.keys("project = Operations") == ["OPS-1"]
    body = {"issueIdsOrKeys": [str(number), "HELP-1"], "fields": ["project"]}
    (issue,) = jira.http.post("/rest/api/3/issue/bulkfetch", json=body).json()["issues"]
    assert (issue["key"], issue["fields"]["project"]["key"]) == ("OPS-1", "OPS")
    request = jira.http.get("/rest/servicedeskapi/request/HELP-1").json()
    assert (request["issueKey"], request["serviceDeskId"]) == ("OPS-1", "2")
    assert jira.http.get(request["_links"]["web"]).status_code == 200
    assert [ticket.key for ticket in jira.people.tickets()] == ["HELP-2", "OPS-1"]
    jira.people.delete_ticket("OPS-1")
    assert jira.http.get("/rest/api/3/issue/HELP-1").status_code == 404


def test_a_ticket_that_moves_to_where_it_is_no_request_is_an_issue_still(jira: Site) -> None:
    jira.create()
    jira.people.move("HELP-1", request_type="")
    assert jira.http.get("/rest/api/3/issue/OPS-1").status_code == 200
    assert jira.http.get("/rest/servicedeskapi/request/OPS-1").status_code == 404


def test_the_portal_alone_may_hide_a_comment(jira: Site) -> None:
    jira.create()
    shown, hidden, missing = (jira.people.comment("erin", "HELP-1", word) for word in "abc")
    jira.people.hide_on_portal("HELP-1", hidden, OnPortal.HIDDEN)
    jira.people.hide_on_portal("HELP-1", missing, OnPortal.MISSING)
    listed = jira.http.get("/rest/api/3/issue/HELP-1/comment").json()["comments"]
    assert [comment["jsdPublic"] for comment in listed] == [True, True, True]
    page = jira.http.get("/rest/servicedeskapi/request/HELP-1/comment").json()["values"]
    assert [(c["id"], c["public"]) for c in page] == [(shown, True), (hidden, False)]
    one = f"/rest/servicedeskapi/request/HELP-1/comment/{missing}"
    assert jira.http.get(one).status_code == 404
    assert [c.id for c in jira.people.portal_view("HELP-1").comments] == [shown]


def test_a_foreign_client_finds_the_desk_and_the_requests_it_made(jira: Site) -> None:
    """`jira` asks for /info, `atlassian-python-api` writes its booleans as Python does."""
    assert jira.http.get("/rest/servicedeskapi/info").json()["isLicensedForUse"] is True
    jira.create(requestParticipants=[site.BOT_ACCOUNT_ID])
    jira.create()
    listed = jira.http.get("/rest/servicedeskapi/request").json()["values"]
    assert [request["issueKey"] for request in listed] == ["HELP-1"]
    jira.people.comment("erin", "HELP-1", "We are on it")
    jira.people.comment("sam", "HELP-1", "It is the database", public=False)
    answer = jira.http.get("/rest/servicedeskapi/request/HELP-1/comment?public=True&internal=False")
    assert [comment["public"] for comment in answer.json()["values"]] == [True]
