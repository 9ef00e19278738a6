"""Whatever comes back is read as it was meant, or not at all."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.desks.filing import Filing
from syncd.core.model import AccountId, CommentId, Ms, TicketId
from syncd.core.publicity import Publicity, first_test
from syncd.helpdesk.jsm.wire import comments, filing, form, people, tickets
from syncd.helpdesk.jsm.wire.call import Answer
from syncd.helpdesk.jsm.wire.members import UnreadableError

DATE = {"date": "Mon, 23 Nov 2026 06:07:08 GMT"}
WRITTEN = "2026-11-23T15:07:00.123+0900"
USER = {"accountId": "712020:erin", "displayName": "Erin", "accountType": "atlassian"}


def answer(body: object) -> Answer:
    return Answer(200, DATE, json.dumps(body).encode())


def a_comment(**members: object) -> dict[str, Any]:
    least = {"id": "7", "author": USER, "body": None, "created": WRITTEN, "updated": WRITTEN}
    return least | members


def an_issue(**fields: object) -> dict[str, Any]:
    least = {
        "summary": "Down",
        "status": {"name": "Open"},
        "updated": WRITTEN,
        "reporter": USER,
        "comment": {"comments": [], "total": 0, "maxResults": 0, "startAt": 0},
    }
    return {"id": "10", "key": "HELP-7", "fields": least | fields}


FIELDS = tickets.SiteFields("customfield_1", "customfield_2")


def read_bulk(body: object) -> list[tickets.Fetched]:
    return tickets.read_bulk(answer(body), FIELDS)


READERS: list[Callable[[Answer], object]] = [
    people.read_myself,
    lambda a: people.read_users(a, "a@b.example"),
    lambda a: people.read_customers(a, "a@b.example"),
    people.read_customer,
    lambda a: form.read_fields(a, "", {}),
    form.read_portal_path,
    form.read_project_id,
    form.read_priorities,
    lambda a: filing.read_filed(a, Filing("LK1", AccountId("qm:1"), {})),
    tickets.read_changed,
    tickets.read_newest,
    lambda a: tickets.read_site_fields(a, "Time to first response"),
    lambda a: tickets.read_bulk(a, FIELDS),
    lambda a: comments.read_slice(a, 0),
    comments.read_found,
    comments.read_written,
    lambda a: comments.read_portal_view(a, CommentId("7")),
]
NAMES = [
    *("accountId", "emailAddress", "values", "isLastPage", "requestTypeFields", "jiraSchema"),
    *("fieldId", "issueId", "issueKey", "issues", "fields", "updated", "id", "key", "comment"),
    *("comments", "total", "author", "created", "properties", "value", "public"),
]
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)
    ),
    max_leaves=20,
)


@given(st.sampled_from(READERS), st.binary() | ANY_JSON.map(lambda j: json.dumps(j).encode()))
def test_reader_gives_a_value_or_says_unreadable(
    reader: Callable[[Answer], object], body: bytes
) -> None:
    try:
        reader(Answer(200, DATE, body))
    except UnreadableError as unreadable:
        assert str(unreadable)


def test_json_nested_without_end_is_unreadable() -> None:
    with pytest.raises(UnreadableError):
        people.read_myself(Answer(200, {}, b"[" * 200_000))


def test_change_search_tells_its_rows_and_the_time_there() -> None:
    body = {"issues": [{"id": "10", "fields": {"updated": WRITTEN}}], "nextPageToken": "t"}
    page = tickets.read_changed(answer(body | {"isLast": False}))
    assert [(r.id, r.updated, r.updated_ms) for r in page.rows] == [("10", WRITTEN, 1795414020123)]
    assert page.server_ms == 1795414028000
    assert page.next == "t"


@pytest.mark.parametrize("last", [{"isLast": True, "nextPageToken": "t"}, {"isLast": False}, {}])
def test_search_ends_where_it_says_so_or_gives_no_token(last: dict[str, object]) -> None:
    assert tickets.read_changed(answer({"issues": []} | last)).next == ""


def test_search_whose_server_tells_no_time_is_unreadable() -> None:
    with pytest.raises(UnreadableError):
        tickets.read_changed(Answer(200, {}, b'{"issues": []}'))


@pytest.mark.parametrize("issue", [{"id": "10"}, {"id": "10", "fields": {"updated": "today"}}])
def test_row_without_a_time_counts_as_changed_long_ago_and_stops_no_other(issue: object) -> None:
    good = {"id": "11", "fields": {"updated": WRITTEN}}
    odd, other = tickets.read_changed(answer({"issues": [issue, good]})).rows
    assert (odd.id, odd.updated, odd.updated_ms) == ("10", "", 0)
    assert (other.id, other.updated) == ("11", WRITTEN)


@pytest.mark.parametrize("issue", [{"fields": {"updated": WRITTEN}}, 7])
def test_row_that_names_no_ticket_spoils_its_page(issue: object) -> None:
    with pytest.raises(UnreadableError):
        tickets.read_changed(answer({"issues": [issue]}))


def test_comment_that_nobody_can_make_out_is_left_out_and_stops_no_other() -> None:
    odd = a_comment(id="7", properties=[{"key": "", "value": 1}])
    values = [odd, a_comment(id="8")]
    found = comments.read_found(answer({"values": values, "total": 2, "isLast": True}))
    assert [one.id for one in found.entries] == ["8"]
    assert found.last


def test_search_names_no_time_zone_and_no_end() -> None:
    call = tickets.changed(["HELP"], Ms(1795414020123), "")
    assert call.body == {
        "jql": 'project in ("HELP") AND updated >= 1795414020123 ORDER BY updated ASC, key ASC',
        "fields": ["updated"],
        "maxResults": 1000,
    }


def test_ticket_knows_its_reporter_and_participants() -> None:
    (found,) = read_bulk({"issues": [an_issue(customfield_1=[USER, USER | {"accountId": "qm:1"}])]})
    assert found.ticket.reporter == "712020:erin"
    assert found.ticket.participants == ("712020:erin", "qm:1")
    assert not found.cut


@pytest.mark.parametrize(
    ("told", "ids"),
    [
        ([{"id": "27", "name": "ACME", "_links": {}}, {"id": 28}], ("27", "28")),
        (None, ()),
        ([], ()),
        ("27", ()),
        (["27", {"id": None}, {"id": True}, {"id": ""}, {}, {"id": ["27"]}], ()),
    ],
)
def test_only_what_is_certainly_a_companys_id_counts_as_one(told: Any, ids: tuple[str]) -> None:
    here = tickets.SiteFields(organizations="customfield_3")
    (found,) = tickets.read_bulk(answer({"issues": [an_issue(customfield_3=told)]}), here)
    assert found.ticket.organizations == ids


def test_ticket_without_reporter_or_participants_is_read() -> None:
    (found,) = read_bulk({"issues": [an_issue(reporter=None, customfield_1=None)]})
    assert (found.ticket.reporter, found.ticket.participants) == ("", ())


@pytest.mark.parametrize("field", ["updated", "comment"])
def test_ticket_without_what_matters_is_left_out_and_stops_no_other(field: str) -> None:
    odd, whole = an_issue(**{field: None}), an_issue()
    assert [found.ticket.id for found in read_bulk({"issues": [odd, whole]})] == [whole["id"]]


def test_cut_list_of_comments_is_noticed() -> None:
    listed = {"comments": [a_comment()], "total": 2, "maxResults": 1, "startAt": 0}
    (found,) = read_bulk({"issues": [an_issue(comment=listed)]})
    assert found.cut


def test_comment_without_author_is_nobodys() -> None:
    found = comments.read(a_comment(author=None))
    assert (found.author.id, found.author.kind) == ("", "unknown")


def publicity(**members: object) -> Publicity:
    return first_test(comments.read(a_comment(**members)).signs)


def prop(value: object) -> list[dict[str, object]]:
    return [{"key": "sd.public.comment", "value": value}]


def test_public_comment_passes_the_first_test() -> None:
    assert publicity(jsdPublic=True) is Publicity.PUBLIC
    assert publicity(jsdPublic=True, visibility=None, properties=[]) is Publicity.PUBLIC
    assert publicity(jsdPublic=True, properties=prop({"internal": False})) is Publicity.PUBLIC


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"jsdPublic": "true"},
        {"jsdPublic": 1},
        {"jsdPublic": False},
        {"jsdPublic": True, "visibility": {"type": "role", "value": "Developers"}},
        {"jsdPublic": True, "visibility": {}},
        {"jsdPublic": True, "jsdAuthorCanSeeRequest": False},
        {"jsdPublic": True, "properties": prop({"internal": True})},
        {"jsdPublic": True, "properties": prop({"internal": "true"})},
        {"jsdPublic": True, "properties": prop({"internal": None})},
        {"jsdPublic": True, "properties": prop({"hidden": True})},
        {"jsdPublic": True, "properties": prop("true")},
        {"jsdPublic": True, "properties": prop(None)},
    ],
)
def test_comment_with_any_other_sign_fails_the_first_test(members: dict[str, object]) -> None:
    assert publicity(**members) is Publicity.NOT_PUBLIC


def test_reference_of_ours_is_read_and_another_shape_is_none() -> None:
    ours = {"key": "syncd.ref", "value": {"id": "D1"}}
    assert comments.read(a_comment(properties=[ours])).ref == "D1"
    assert comments.read(a_comment(properties=[ours | {"value": "D1"}])).ref == ""


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ({"id": "7", "public": True}, Publicity.PUBLIC),
        ({"id": "7", "public": False}, Publicity.NOT_PUBLIC),
        ({"id": "7"}, Publicity.NOT_PUBLIC),
        ({"id": "7", "public": "true"}, Publicity.NOT_PUBLIC),
        ({"id": "7", "public": 1}, Publicity.NOT_PUBLIC),
        ({"id": "8", "public": True}, Publicity.UNREADABLE),
        ({"public": True}, Publicity.UNREADABLE),
        ([], Publicity.UNREADABLE),
        ("public", Publicity.UNREADABLE),
    ],
)
def test_portal_shows_only_what_it_calls_public(body: object, verdict: Publicity) -> None:
    assert comments.read_portal_view(answer(body), CommentId("7")) is verdict


def test_address_must_match_whole_and_belong_to_a_person_in_use() -> None:
    listed = [
        {"accountId": "1", "emailAddress": "aiko@acme.example.org"},
        {"accountId": "2", "emailAddress": "aiko@acme.example", "active": False},
        {"accountId": "3", "emailAddress": "aiko@acme.example", "accountType": "app"},
        {"accountId": "4"},
        {"accountId": "5", "emailAddress": "Aiko@ACME.example"},
    ]
    assert people.read_users(answer(listed), "aiko@acme.example") == "5"
    assert people.read_users(answer(listed[:4]), "aiko@acme.example") is None


ODD = a_comment(id="8", author={"accountId": 5})


@pytest.mark.parametrize(
    "members",
    [
        {"updated": None},
        {"created": None},
        {"author": USER | {"displayName": 5}},
        {"jsdPublic": "yes"},
        {"body": 7},
    ],
)
def test_an_odd_member_does_not_hide_a_comment(members: dict[str, object]) -> None:
    listed = {"comments": [a_comment(**members)], "total": 1}
    (fetched,) = read_bulk({"issues": [an_issue(comment=listed)]})
    (comment,) = fetched.ticket.comments
    assert comment.created_ms == comment.updated_ms > 0
    assert not fetched.cut


def test_a_comment_that_cannot_be_made_out_stops_no_other() -> None:
    listed = {"comments": [ODD, a_comment(id="9")], "total": 2}
    (fetched,) = read_bulk({"issues": [an_issue(comment=listed)]})
    assert [one.id for one in fetched.ticket.comments] == ["9"]
    (odd,) = fetched.ticket.odd
    assert (odd.id, odd.created_ms) == ("8", fetched.ticket.comments[0].created_ms)
    assert not fetched.cut
    page = comments.read_slice(answer(listed), 0)
    assert [one.id for one in page.entries] == ["8", "9"]
    assert page.last


@pytest.mark.parametrize(
    "fields",
    [
        {"reporter": {"displayName": "Ben"}},
        {"reporter": "Ben"},
        {"customfield_1": [None, {"displayName": "Ann"}, {"accountId": "qm:1"}]},
        {"customfield_1": "nobody"},
        {"status": None},
        {"status": {"name": 3}},
        {"summary": {"odd": True}},
    ],
)
def test_an_odd_reporter_participant_or_status_never_stops_a_ticket(
    fields: dict[str, object],
) -> None:
    (fetched,) = read_bulk({"issues": [an_issue(**fields)]})
    assert fetched.ticket.participants in ((), ("qm:1",))


def test_an_odd_issue_does_not_hide_where_the_others_are() -> None:
    issues = [None, {"id": 5}, {"id": "10", "key": "HELP-7"}]
    assert tickets.read_light(answer({"issues": issues})) == {"10": "HELP-7"}


def an_sla(**more: object) -> dict[str, object]:
    """An SLA as a public export of a site has it."""
    moment = {"iso8601": "2026-11-30T14:05:00+0900", "jira": "2026-11-30T14:05:00.000+0900",
              "friendly": "今日 2:05 PM", "epochMillis": 1_796_015_100_000}  # fmt: skip
    cycle = {"startTime": moment, "breachTime": moment, "breached": False, "paused": False,
             "withinCalendarHours": True, "goalDuration": {"millis": 14_400_000, "friendly": "4h"},
             "elapsedTime": {"millis": 0, "friendly": "0m"},
             "remainingTime": {"millis": 14_400_000, "friendly": "4時間"}}  # fmt: skip
    return {
        "id": "11",
        "name": "Time to first response",
        "_links": {"self": "https://acme.atlassian.net/rest/servicedeskapi/request/1/sla/11"},
        "completedCycles": [],
        "ongoingCycle": cycle | more,
        "slaDisplayFormat": "NEW_SLA_FORMAT",
    }


def answer_by(sla: object) -> int | None:
    (found,) = read_bulk({"issues": [an_issue(customfield_2=sla)]})
    return found.ticket.answer_by


def test_a_running_sla_tells_when_the_first_answer_is_due() -> None:
    assert answer_by(an_sla()) == 1_796_015_100_000
    assert answer_by(an_sla(withinCalendarHours=False)) == 1_796_015_100_000


@pytest.mark.parametrize(
    "sla",
    [
        None,
        {name: value for name, value in an_sla().items() if name != "ongoingCycle"},
        an_sla() | {"ongoingCycle": None},
        an_sla(paused=True),
        an_sla(breachTime=None),
        an_sla(breachTime={"epochMillis": True}),
        an_sla(breachTime={"epochMillis": "1796015100000"}),
        an_sla(breachTime={"epochMillis": -1}),
        {"errorMessage": "no calendar", "i18nErrorMessage": {"i18nKey": "x", "parameters": []}},
        [],
        "soon",
    ],
)
def test_one_that_does_not_run_or_is_odd_tells_nothing(sla: object) -> None:
    assert answer_by(sla) == 0


def test_a_site_without_that_sla_is_not_asked_for_it() -> None:
    listed = [
        {"id": "customfield_1", "name": "Request participants",
         "schema": {"custom": "com.atlassian.servicedesk:sd-request-participants"}},
        {"id": "customfield_2", "name": "Time to first response",
         "schema": {"custom": "com.atlassian.servicedesk:sd-sla-field"}},
        {"id": "customfield_3", "name": "Time to resolution",
         "schema": {"custom": "com.atlassian.servicedesk:sd-sla-field"}},
        {"id": "customfield_4", "name": "Time to lunch", "schema": {"type": "string"}},
        {"id": "status", "name": "Status"},
    ]  # fmt: skip

    def found(name: str) -> tickets.SiteFields:
        return tickets.read_site_fields(answer(listed), name)

    assert found("") == tickets.SiteFields("customfield_1", "")
    assert found("Time to first response") == FIELDS
    assert found("customfield_2") == FIELDS
    assert found("Time to lunch") == tickets.SiteFields("customfield_1", "")
    asked = tickets.bulk([TicketId("1")], tickets.SiteFields("customfield_1")).body
    assert "customfield_2" not in str(asked)
    (read,) = tickets.read_bulk(answer({"issues": [an_issue()]}), tickets.SiteFields())
    assert read.ticket.answer_by is None
