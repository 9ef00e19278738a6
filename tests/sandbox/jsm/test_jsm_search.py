"""Search answers from an index that lags, a page at a time, and refuses what it must."""

from typing import Any

import pytest
from jsm_site import Site

_NO_PAYLOAD = ["Invalid request payload. Refer to the REST API documentation and try again."]


def test_only_the_id_comes_back_when_no_field_is_asked(jira: Site) -> None:
    jira.create()
    issue = jira.search("project = HELP").json()["issues"][0]
    assert list(issue) == ["id"]


@pytest.mark.parametrize(
    "body",
    [
        {"startAt": 0},
        {"fields": "updated"},
        {"fields": [1]},
        {"maxResults": "50"},
        {"maxResults": 0},
        {"maxResults": 5001},
        {"expand": ["names"]},
        {"validateQuery": True},
        {"reconcileIssues": ["10001"]},
        {"reconcileIssues": list(range(51))},
    ],
)
def test_the_search_body_is_closed(jira: Site, body: dict[str, Any]) -> None:
    answer = jira.search("project = HELP", **body)
    assert answer.status_code == 400
    assert answer.json()["errorMessages"] == _NO_PAYLOAD


@pytest.mark.parametrize("jql", ["", "ORDER BY updated ASC"])
def test_an_unbounded_query_is_refused(jira: Site, jql: str) -> None:
    answer = jira.search(jql)
    assert answer.status_code == 400
    assert "Unbounded" in answer.json()["errorMessages"][0]


@pytest.mark.parametrize(
    "jql",
    [
        "project = NOPE",
        "project = HELP OR project = HELP",
        "project = HELP AND",
        "project ~ HELP",
        "project = HELP AND status = Done",
        "project = HELP AND key = HELP-99",
        "project = HELP AND updated >= yesterday",
        'project = HELP AND updated >= "1732877091000"',
        'project = HELP AND updated >= "2026-11-23T10:00"',
        "project = HELP ORDER BY summary",
        "project = HELP ORDER updated",
        'project = "HELP',
        "project = HELP; drop",
    ],
)
def test_jql_that_is_not_understood_is_refused(jira: Site, jql: str) -> None:
    answer = jira.search(jql)
    assert answer.status_code == 400
    assert answer.json()["errorMessages"]


def test_epoch_milliseconds_are_exact_and_free_of_zones(jira: Site) -> None:
    jira.create()
    at = jira.people.ticket("HELP-1").updated
    assert jira.keys(f"project = HELP AND updated >= {at}") == ["HELP-1"]
    assert jira.keys(f"project = HELP AND updated > {at}") == []
    assert jira.keys(f"key = HELP-1 AND created >= {at - 1000}") == ["HELP-1"]


def test_a_quoted_time_is_read_in_the_zone_of_the_profile(jira: Site) -> None:
    jira.state.switches.utc_offset_minutes = 9 * 60
    jira.create()
    shown = jira.http.get("/rest/api/3/issue/HELP-1?fields=updated").json()["fields"]["updated"]
    minute = shown[:16].replace("T", " ")
    assert shown.endswith("+0900")
    assert jira.keys(f'project = HELP AND updated >= "{minute}"') == ["HELP-1"]
    jira.state.switches.utc_offset_minutes = 0
    assert jira.keys(f'project = HELP AND updated >= "{minute}"') == []


def test_a_site_without_epoch_milliseconds_refuses_them(jira: Site) -> None:
    jira.state.switches.epoch_ms_in_jql = False
    assert jira.search("project = HELP AND updated >= 1732877091000").status_code == 400


def test_words_and_labels_are_found(jira: Site) -> None:
    jira.fields(description="Ref: LK01J9", labels=["lark"], customfield_10050="LK01J9")
    jira.create()
    assert jira.keys('project = HELP AND description ~ "lk01j9"') == ["HELP-1"]
    assert jira.keys('project = HELP AND description ~ "LK01"') == []
    assert jira.keys('project = HELP AND cf[10050] ~ "LK01J9"') == ["HELP-1"]
    assert jira.keys("project = HELP AND labels = lark") == ["HELP-1"]
    assert jira.keys("project in (HELP) AND labels in (lark, other)") == ["HELP-1"]


def test_pages_follow_tokens_until_the_last(jira: Site) -> None:
    for _ in range(5):
        jira.people.create_ticket("ben", "one more")
    walked, token = [], None
    for _ in range(3):
        extra = {"nextPageToken": token} if token else {}
        jql = "project = HELP ORDER BY key DESC"
        page = jira.search(jql, fields=["key"], maxResults=2, **extra).json()
        walked.append([issue["key"] for issue in page["issues"]])
        token = page.get("nextPageToken")
        assert (token is None) == page["isLast"]
    assert walked == [["HELP-5", "HELP-4"], ["HELP-3", "HELP-2"], ["HELP-1"]]


def test_an_issue_changed_while_paging_is_seen_again_at_the_end(jira: Site) -> None:
    jql = "project = HELP ORDER BY updated ASC, key ASC"
    for _ in range(3):
        jira.people.create_ticket("ben", "one more")
    first = jira.search(jql, fields=["key"], maxResults=2).json()
    jira.world.clock.move(seconds=1)
    jira.people.comment("erin", "HELP-1", "bump")
    token = first["nextPageToken"]
    second = jira.search(jql, fields=["key"], maxResults=2, nextPageToken=token).json()
    assert [issue["key"] for issue in second["issues"]] == ["HELP-3", "HELP-1"]


def test_a_bad_old_or_foreign_token_is_refused(jira: Site) -> None:
    for _ in range(2):
        jira.people.create_ticket("ben", "one more")
    token = jira.search("project = HELP", maxResults=1).json()["nextPageToken"]
    assert jira.search("project = HELP", nextPageToken="garbage").status_code == 400
    assert jira.search("project in (HELP)", nextPageToken=token).status_code == 400
    assert jira.search("project = HELP", nextPageToken=token).status_code == 200
    jira.world.clock.move(seconds=8 * 24 * 3600)
    assert jira.search("project = HELP", nextPageToken=token).status_code == 400


def test_heavy_fields_make_smaller_pages(jira: Site) -> None:
    for _ in range(101):
        jira.people.create_ticket("ben", "one more")
    heavy = jira.search("project = HELP", fields=["summary", "comment"], maxResults=1000).json()
    light = jira.search("project = HELP", fields=["updated"], maxResults=1000).json()
    assert (len(heavy["issues"]), heavy["isLast"]) == (100, False)
    assert (len(light["issues"]), light["isLast"]) == (101, True)


def test_endless_and_empty_walks_can_be_played(jira: Site) -> None:
    for _ in range(2):
        jira.people.create_ticket("ben", "one more")
    jira.state.switches.search_empty_pages = 1
    empty = jira.search("project = HELP", maxResults=1).json()
    assert (empty["issues"], empty["isLast"]) == ([], False)
    jira.state.switches.search_repeats_token = True
    token = empty["nextPageToken"]
    again = jira.search("project = HELP", maxResults=1, nextPageToken=token).json()
    assert again["nextPageToken"] == token
    assert len(again["issues"]) == 1


def test_the_index_lags_and_the_records_do_not(jira: Site) -> None:
    jira.state.switches.index_lag_ms = 5_000
    jira.create()
    ticket = jira.people.ticket("HELP-1")
    assert jira.keys("project = HELP") == []
    assert jira.http.get("/rest/api/3/issue/HELP-1").status_code == 200
    fresh = jira.search("project = HELP", reconcileIssues=[ticket.id]).json()["issues"]
    assert [issue["id"] for issue in fresh] == [str(ticket.id)]
    jira.world.clock.move(seconds=5)
    assert jira.keys("project = HELP") == ["HELP-1"]


def test_a_late_row_matches_by_its_old_time_and_shows_the_new_one(jira: Site) -> None:
    jira.create()
    old = jira.people.ticket("HELP-1").updated
    jira.state.switches.index_lag_ms = 60_000
    jira.world.clock.move(seconds=10)
    jira.people.comment("erin", "HELP-1", "hello")
    assert jira.keys(f"project = HELP AND updated > {old}") == []
    assert jira.keys(f"project = HELP AND updated <= {old}") == ["HELP-1"]
    jira.world.clock.move(seconds=60)
    assert jira.keys(f"project = HELP AND updated > {old}") == ["HELP-1"]


def test_one_issue_can_be_missing_from_the_index_for_a_while(jira: Site) -> None:
    jira.create()
    ticket = jira.people.ticket("HELP-1")
    jira.state.index.hide(ticket.id, until=jira.state.now() + 60_000)
    assert jira.keys("project = HELP") == []
    jira.world.clock.move(seconds=61)
    assert jira.keys("project = HELP") == ["HELP-1"]


def test_an_older_write_never_covers_a_newer_one(jira: Site) -> None:
    jira.state.switches.index_lag_ms = 60_000
    jira.create()
    jira.state.switches.index_lag_ms = 0
    jira.world.clock.move(seconds=1)
    jira.people.rename("HELP-1", "Renamed since")
    assert jira.keys("project = HELP AND summary ~ renamed") == ["HELP-1"]
    jira.world.clock.move(seconds=60)
    assert jira.keys("project = HELP AND summary ~ renamed") == ["HELP-1"]


def test_bulkfetch_reads_by_key_and_leaves_out_what_is_not_there(jira: Site) -> None:
    jira.state.switches.index_lag_ms = 60_000
    jira.create()
    asked = {"issueIdsOrKeys": ["HELP-2", "help-1"], "fields": ["summary"]}
    answer = jira.http.post("/rest/api/3/issue/bulkfetch", json=asked).json()
    assert [issue["key"] for issue in answer["issues"]] == ["HELP-1"]
    assert answer["issueErrors"] == []
    jira.state.switches.bulkfetch_lists_errors = True
    answer = jira.http.post("/rest/api/3/issue/bulkfetch", json=asked).json()
    assert [error["id"] for error in answer["issueErrors"]] == ["HELP-2"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"issueIdsOrKeys": []},
        {"issueIdsOrKeys": [f"HELP-{n}" for n in range(101)]},
        {"issueIdsOrKeys": [1]},
        {"issueIdsOrKeys": ["HELP-1"], "maxResults": 5},
        {"issueIdsOrKeys": ["HELP-1"], "expand": "names"},
    ],
)
def test_a_wrong_bulkfetch_is_refused(jira: Site, body: dict[str, Any]) -> None:
    assert jira.http.post("/rest/api/3/issue/bulkfetch", json=body).status_code == 400


def test_counts_come_from_the_index(jira: Site) -> None:
    jira.create()
    path = "/rest/api/3/search/approximate-count"
    assert jira.http.post(path, json={"jql": "project = HELP"}).json() == {"count": 1}
    assert jira.http.post(path, json={"jql": ""}).status_code == 400
