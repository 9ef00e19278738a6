"""Who may read which comment, and what each of the two worlds says about it."""

from typing import Any

import pytest
from jsm_site import Site, text_doc

ISSUE = "/rest/api/3/issue/HELP-1"
REQUEST = "/rest/servicedeskapi/request/HELP-1"


@pytest.fixture
def ticket(jira: Site) -> Site:
    jira.create()
    return jira


def _platform(jira: Site, comment_id: str) -> dict[str, Any]:
    body = {"ids": [int(comment_id)]}
    answer = jira.http.post("/rest/api/3/comment/list?expand=properties", json=body)
    values: list[dict[str, Any]] = answer.json()["values"]
    return values[0]


def _post(jira: Site, **body: Any) -> Any:
    return jira.http.post(f"{ISSUE}/comment", json={"body": text_doc("hello")} | body)


def test_a_public_comment_is_public_in_both_worlds(ticket: Site) -> None:
    comment_id = ticket.people.comment("erin", "HELP-1", "hello")
    comment = _platform(ticket, comment_id)
    assert (comment["jsdPublic"], comment["properties"]) == (True, [])
    assert "visibility" not in comment
    assert ticket.http.get(f"{REQUEST}/comment/{comment_id}").json()["public"] is True
    assert [c.text for c in ticket.people.portal_view("HELP-1").comments] == ["hello"]


@pytest.mark.parametrize("value", [True, "true"])
def test_an_internal_comment_is_internal_in_both_worlds(ticket: Site, value: object) -> None:
    internal = [{"key": "sd.public.comment", "value": {"internal": value}}]
    comment_id = _post(ticket, properties=internal).json()["id"]
    comment = _platform(ticket, comment_id)
    assert (comment["jsdPublic"], comment["properties"]) == (False, internal)
    assert ticket.http.get(f"{REQUEST}/comment/{comment_id}").json()["public"] is False
    assert ticket.people.portal_view("HELP-1").comments == ()


@pytest.mark.parametrize("public", [True, False])
def test_a_restricted_comment_is_public_to_the_platform_and_disputed_on_the_desk(
    ticket: Site, public: bool
) -> None:
    ticket.state.switches.restricted_is_public_on_desk = public
    comment_id = ticket.people.comment("erin", "HELP-1", "for us", visibility="Service Desk Team")
    comment = _platform(ticket, comment_id)
    assert comment["jsdPublic"] is True
    assert comment["visibility"]["value"] == "Service Desk Team"
    assert ticket.http.get(f"{REQUEST}/comment/{comment_id}").json()["public"] is public


def test_a_comment_for_a_role_the_bot_lacks_is_not_there(ticket: Site) -> None:
    comment_id = ticket.people.comment("sam", "HELP-1", "secret", visibility="Administrators")
    body = {"ids": [int(comment_id)]}
    assert ticket.http.post("/rest/api/3/comment/list", json=body).json()["values"] == []
    assert ticket.http.get(f"{ISSUE}/comment/{comment_id}").status_code == 404
    assert ticket.http.get(f"{REQUEST}/comment/{comment_id}").status_code == 404
    assert ticket.http.get(f"{ISSUE}/comment").json()["total"] == 0


def test_the_desk_lists_internal_comments_unless_told_not_to(ticket: Site) -> None:
    ticket.people.comment("erin", "HELP-1", "public")
    ticket.people.comment("erin", "HELP-1", "internal", public=False)

    def bodies(query: str) -> list[str]:
        values = ticket.http.get(f"{REQUEST}/comment{query}").json()["values"]
        return [value["body"] for value in values]

    assert bodies("") == ["public", "internal"]
    assert bodies("?internal=false") == ["public"]
    assert bodies("?public=false") == ["internal"]
    assert bodies("?public=false&internal=false") == []
    assert bodies("?public=False&internal=True") == ["internal"]


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_page_of_the_desk_holds_fewer_than_asked_for_and_in_no_promised_order(
    ticket: Site, newest_first: bool
) -> None:
    ticket.state.switches.desk_lists_newest_first = newest_first
    for number in range(51):
        ticket.people.comment("erin", "HELP-1", str(number))
    first = ticket.http.get(f"{REQUEST}/comment?limit=100").json()
    assert (first["size"], first["limit"], first["isLastPage"]) == (50, 50, False)
    rest = ticket.http.get(first["_links"]["next"]).json()
    assert (rest["size"], rest["isLastPage"]) == (1, True)
    ends = [first["values"][0]["body"], rest["values"][0]["body"]]
    assert ends == (["50", "0"] if newest_first else ["0", "50"])


def test_somebody_outside_the_request_is_marked(ticket: Site) -> None:
    comment_id = ticket.people.outsider_mails("ben", "HELP-1", "me too")
    assert _platform(ticket, comment_id)["jsdAuthorCanSeeRequest"] is False


def test_flipping_hides_a_comment_and_may_leave_no_trace_in_updated(ticket: Site) -> None:
    comment_id = ticket.people.comment("erin", "HELP-1", "oops")
    before = ticket.people.ticket("HELP-1").updated
    ticket.world.clock.move(seconds=5)
    ticket.people.flip("HELP-1", comment_id, public=False)
    assert _platform(ticket, comment_id)["jsdPublic"] is False
    assert ticket.people.ticket("HELP-1").updated == before
    ticket.state.switches.flip_bumps_updated = True
    ticket.people.flip("HELP-1", comment_id, public=True)
    assert ticket.people.ticket("HELP-1").updated > before
    assert _platform(ticket, comment_id)["jsdPublic"] is True


@pytest.mark.parametrize("bumps", [True, False])
def test_edits_and_deletions_may_or_may_not_bump_updated(ticket: Site, bumps: bool) -> None:
    ticket.state.switches.edit_bumps_updated = bumps
    ticket.state.switches.delete_bumps_updated = bumps
    comment_id = ticket.people.comment("erin", "HELP-1", "first")
    written = ticket.people.ticket("HELP-1").updated
    ticket.world.clock.move(seconds=5)
    ticket.people.edit("HELP-1", comment_id, "second")
    edited = ticket.people.ticket("HELP-1").updated
    shown = _platform(ticket, comment_id)
    assert shown["created"] < shown["updated"]
    ticket.world.clock.move(seconds=5)
    ticket.people.delete("HELP-1", comment_id)
    deleted = ticket.people.ticket("HELP-1").updated
    assert (written < edited < deleted) is bumps
    assert ticket.people.comments("HELP-1") == []


def test_the_bots_comment_and_its_reference_arrive_in_one_call(ticket: Site) -> None:
    reference = [{"key": "syncd.ref", "value": {"id": "01J9"}}]
    answer = _post(ticket, properties=reference)
    assert answer.status_code == 201
    assert answer.json()["jsdPublic"] is True
    assert _platform(ticket, answer.json()["id"])["properties"] == reference
    listed = ticket.http.get(f"{ISSUE}/comment?expand=properties").json()["comments"][0]
    assert "properties" not in listed


@pytest.mark.parametrize(
    "body",
    [
        {"body": "plain text"},
        {"body": {"type": "doc", "version": 1, "content": []}},
        {"body": {"type": "doc", "content": [{"type": "paragraph"}]}},
        {"body": text_doc("x" * 32_768)},
        {"body": None},
        {"properties": {"key": "value"}},
        {"properties": [{"key": "x" * 256, "value": 1}]},
        {"properties": [{"key": "x"}]},
        {"visibility": {"type": "role", "value": "Nobody"}},
        {"visibility": "Administrators"},
    ],
)
def test_a_wrong_comment_is_refused(ticket: Site, body: dict[str, Any]) -> None:
    answer = _post(ticket, **body)
    assert answer.status_code == 400
    assert ticket.people.comments("HELP-1") == []


def test_jsd_public_cannot_be_written(ticket: Site) -> None:
    assert _post(ticket, jsdPublic=False).json()["jsdPublic"] is True


def test_the_desk_wants_a_public_flag_and_reads_wiki(ticket: Site) -> None:
    path = f"{REQUEST}/comment"
    assert ticket.http.post(path, json={"body": "hello"}).status_code == 400
    assert ticket.http.post(path, json={"body": " ", "public": True}).status_code == 400
    assert ticket.http.post(path, json={"body": "x", "public": "true"}).status_code == 400
    answer = ticket.http.post(path, json={"body": "*so* it is", "public": True})
    assert (answer.status_code, answer.json()["public"]) == (201, True)
    assert ticket.people.comments("HELP-1")[0].text == "so it is"


def test_a_comment_page_never_holds_more_than_a_hundred(ticket: Site) -> None:
    for number in range(105):
        ticket.people.comment("erin", "HELP-1", str(number))
    query = "?orderBy=-created&maxResults=1000"
    page = ticket.http.get(f"{ISSUE}/comment{query}").json()
    assert (len(page["comments"]), page["maxResults"], page["total"]) == (100, 100, 105)
    newest = page["comments"][0]["body"]["content"][0]["content"][0]["text"]
    assert newest == "104"
    rest = ticket.http.get(f"{ISSUE}/comment{query}&startAt=100").json()["comments"]
    assert len(rest) == 5
    assert ticket.http.get(f"{ISSUE}/comment?orderBy=updated").status_code == 400
    assert ticket.http.get(f"{ISSUE}/comment?startAt=x").status_code == 400


def test_the_comment_field_drops_the_oldest_and_tells_the_true_total(ticket: Site) -> None:
    ticket.state.switches.comment_field_limit = 2
    for number in range(3):
        ticket.people.comment("erin", "HELP-1", str(number))
    body = {"issueIdsOrKeys": ["HELP-1"], "fields": ["comment"]}
    answer = ticket.http.post("/rest/api/3/issue/bulkfetch", json=body).json()
    field = answer["issues"][0]["fields"]["comment"]
    texts = [c["body"]["content"][0]["content"][0]["text"] for c in field["comments"]]
    assert (texts, field["total"]) == (["1", "2"], 3)


@pytest.mark.parametrize("ids", [[], ["10001"], list(range(1001)), 10001])
def test_a_wrong_comment_list_is_refused(jira: Site, ids: object) -> None:
    assert jira.http.post("/rest/api/3/comment/list", json={"ids": ids}).status_code == 400


def test_the_bot_edits_and_deletes_only_its_own(ticket: Site) -> None:
    own = _post(ticket).json()["id"]
    other = ticket.people.comment("erin", "HELP-1", "mine")
    body = {"body": text_doc("changed")}
    assert ticket.http.put(f"{ISSUE}/comment/{own}", json=body).status_code == 200
    assert ticket.http.put(f"{ISSUE}/comment/{other}", json=body).status_code == 400
    assert ticket.http.delete(f"{ISSUE}/comment/{other}").status_code == 400
    assert ticket.http.delete(f"{ISSUE}/comment/{own}").status_code == 204
    assert [c.text for c in ticket.people.comments("HELP-1")] == ["mine"]


def test_an_issue_has_room_for_so_many_comments(ticket: Site) -> None:
    ticket.state.switches.comments_per_issue = 1
    assert _post(ticket).status_code == 201
    assert _post(ticket).status_code == 413


def test_files_arrive_with_one_comment(ticket: Site) -> None:
    upload = "/rest/servicedeskapi/servicedesk/1/attachTemporaryFile"
    files = {"file": ("log.txt", b"\x00\xfflog", "text/plain")}
    assert ticket.http.post(upload, files=files).status_code == 403
    token = {"X-Atlassian-Token": "no-check"}
    stored = ticket.http.post(upload, files=files, headers=token).json()["temporaryAttachments"]
    body = {
        "temporaryAttachmentIds": [stored[0]["temporaryAttachmentId"]],
        "public": True,
        "additionalComment": {"body": "the log"},
    }
    answer = ticket.http.post(f"{REQUEST}/attachment", json=body)
    assert answer.status_code == 201
    assert ticket.http.post(f"{REQUEST}/attachment", json=body).status_code == 400
    comment_id = answer.json()["comment"]["id"]
    shown = ticket.http.get(f"{REQUEST}/comment/{comment_id}?expand=attachment").json()
    (file,) = shown["attachments"]["values"]
    assert (file["filename"], file["size"]) == ("log.txt", 5)
    assert ticket.http.get(file["_links"]["content"]).content == b"\x00\xfflog"


def test_a_site_says_what_files_it_takes_and_refuses_the_others(ticket: Site) -> None:
    switches = ticket.state.switches
    switches.upload_limit, switches.forbidden_endings = 4, {".exe"}
    meta = ticket.http.get("/rest/api/3/attachment/meta").json()
    assert meta == {"enabled": True, "uploadLimit": 4}
    upload = "/rest/servicedeskapi/servicedesk/1/attachTemporaryFile"
    token = {"X-Atlassian-Token": "no-check"}

    def status(name: str, data: bytes) -> int:
        sent = ticket.http.post(upload, files={"file": (name, data)}, headers=token)
        return sent.status_code

    assert status('\u30ed\u30b0 "1".txt', b"1234") == 201
    assert [file.name for file in ticket.state.temporary_files.values()] == ['\u30ed\u30b0 "1".txt']
    assert (status("a.txt", b"12345"), status("a.exe", b"1"), status("a/b", b"1")) == (400,) * 3
    (id,) = ticket.state.temporary_files
    ticket.state.switches.temporary_files_live_ms = -1
    body = {"temporaryAttachmentIds": [id], "public": True}
    assert ticket.http.post(f"{REQUEST}/attachment", json=body).status_code == 400


def test_the_issue_lists_files_of_internal_comments_too(ticket: Site) -> None:
    upload = "/rest/servicedeskapi/servicedesk/1/attachTemporaryFile"
    for name, public in (("for-all.txt", True), ("internal.txt", False)):
        part, token = {"file": (name, b"x", "text/plain")}, {"X-Atlassian-Token": "no-check"}
        stored = ticket.http.post(upload, files=part, headers=token).json()
        ids = [file["temporaryAttachmentId"] for file in stored["temporaryAttachments"]]
        body = {"temporaryAttachmentIds": ids, "public": public}
        assert ticket.http.post(f"{REQUEST}/attachment", json=body).status_code == 201
    issue = ticket.http.get("/rest/api/3/issue/HELP-1?fields=attachment").json()
    assert [f["filename"] for f in issue["fields"]["attachment"]] == ["for-all.txt", "internal.txt"]
    assert not any("public" in str(f) for f in issue["fields"]["attachment"])


def test_an_issue_that_is_no_request_is_not_on_the_desk(jira: Site) -> None:
    key = jira.people.create_ticket("ben", "Plain issue", request_type="")
    assert jira.http.get(f"/rest/api/3/issue/{key}").status_code == 200
    assert jira.http.get(f"/rest/servicedeskapi/request/{key}").status_code == 404
