import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.model import CommentId, DeliveryId, Ms, TicketKey
from syncd.core.prose.said import blocks
from syncd.helpdesk.jsm.wire import comments, limits, people, tickets
from syncd.helpdesk.jsm.wire.call import Answer, Call
from syncd.store.portable import FAR_MS

SEARCH = tickets.changed("HELP", Ms(0), "")
GATE = comments.portal_view(TicketKey("HELP-7"), CommentId("10100"))
COMMENT = comments.new_comment(TicketKey("HELP-7"), "Aiko", blocks("x"), DeliveryId("D1"))
CREATE = Call("POST", "/rest/servicedeskapi/request")


def too_many(reason: str = "", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(429, named | ({"ratelimit-reason": reason} if reason else {}))


@pytest.mark.parametrize(
    ("call", "endpoint"),
    [
        (SEARCH, "POST /rest/api/3/search/jql"),
        (COMMENT, "POST /rest/api/3/issue/*/comment"),
        (GATE, "GET /rest/servicedeskapi/request/*/comment/*"),
        (people.myself(), "GET /rest/api/3/myself"),
    ],
)
def test_an_endpoint_is_a_method_and_a_route_whichever_ticket(call: Call, endpoint: str) -> None:
    assert call.endpoint == endpoint


@pytest.mark.parametrize(
    ("call", "reason", "stopped"),
    [
        (SEARCH, "jira-burst-based", "POST /rest/api/3/search/jql"),
        (COMMENT, "jira-burst-based", "POST /rest/api/3/issue/*/comment"),
        (COMMENT, "jira-per-issue-on-write", "writes to HELP-7"),
        (CREATE, "jira-per-issue-on-write", "POST /rest/servicedeskapi/request"),
        (SEARCH, "jira-quota-global-based", limits.EVERYTHING),
        (SEARCH, "Jira-Quota-Tenant-Based", limits.EVERYTHING),
        (GATE, "jira-cost-based", limits.EVERYTHING),
        (GATE, "jira-max-concurrent-threads-per-user", limits.EVERYTHING),
        (COMMENT, "", limits.EVERYTHING),
    ],
)
def test_the_reason_says_what_stops(call: Call, reason: str, stopped: str) -> None:
    assert limits.stopped(call, too_many(reason)) == stopped
    assert stopped in limits.scopes(call)


def test_a_busy_server_stops_its_endpoint_only_when_it_says_for_how_long() -> None:
    assert limits.stopped(SEARCH, Answer(503, {"retry-after": "5"})) == SEARCH.endpoint
    assert limits.stopped(SEARCH, Answer(503)) is None


@pytest.mark.parametrize("status", [200, 201, 204, 400, 401, 403, 404, 500, 502])
def test_no_other_answer_stops_anything(status: int) -> None:
    assert limits.stopped(COMMENT, Answer(status, {"retry-after": "5"})) is None


@pytest.mark.parametrize(
    ("headers", "before", "seconds"),
    [
        ({}, 0, 1.0),
        ({}, 3, 8.0),
        ({}, 40, 60.0),
        ({"retry_after": "20"}, 2, 20.0),
        ({"retry_after": "2"}, 5, 32.0),
        (
            {
                "retry_after": "2",
                "x_ratelimit_reset": "2026-11-23T06:01Z",
                "date": "Mon, 23 Nov 2026 06:00:00 GMT",
            },
            0,
            60.0,
        ),
    ],
)
def test_the_longest_of_what_is_told_and_the_own_steps_counts(
    headers: dict[str, str], before: int, seconds: float
) -> None:
    answer = too_many(**headers)
    assert limits.wait(answer, before, 0.0) == seconds
    assert limits.wait(answer, before, 0.5) == pytest.approx(seconds * 1.15)


@given(
    st.integers(0, 10_000),
    st.floats(0, 1, exclude_max=True),
    st.dictionaries(
        st.sampled_from(["retry-after", "x-ratelimit-reset", "date", "ratelimit-reason"]),
        st.text(max_size=30) | st.integers().map(str),
    ),
)
def test_no_wait_is_so_long_that_a_delivery_takes_it_for_a_wrong_clock(
    before: int, chance: float, headers: dict[str, str]
) -> None:
    answer = Answer(429, headers)
    assert limits.stopped(COMMENT, answer) in limits.scopes(COMMENT)
    assert 1.0 <= limits.wait(answer, before, chance) * 1000 < FAR_MS
