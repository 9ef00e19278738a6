import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.errors import (
    Cause,
    Rejected,
    RemoteFailure,
    Unauthorized,
    Unavailable,
    Uncertain,
)
from syncd.helpdesk.jsm.wire import failures
from syncd.helpdesk.jsm.wire.call import Answer

DATE = {"date": "Mon, 23 Nov 2026 06:00:00 GMT"}


def refused(status: int, body: object = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, DATE | named, b"" if body is None else json.dumps(body).encode())


def create_failure(answer: Answer) -> RemoteFailure:
    return failures.of_write(answer, bad_request=Cause.INVALID, not_found=Cause.OTHER)


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (400, Cause.INVALID),
        (403, Cause.FORBIDDEN),
        (404, Cause.OTHER),
        (405, Cause.OTHER),
        (409, Cause.OTHER),
        (410, Cause.OTHER),
        (413, Cause.TOO_LARGE),
        (415, Cause.OTHER),
        (422, Cause.INVALID),
    ],
)
def test_definite_no_to_a_create_is_rejected(status: int, cause: Cause) -> None:
    failure = create_failure(refused(status))
    assert isinstance(failure, Rejected)
    assert failure.cause is cause


@pytest.mark.parametrize("status", [200, 202, 204, 302, 408, 418, 500, 502, 503, 504])
def test_anything_else_after_a_create_is_doubt(status: int) -> None:
    assert isinstance(create_failure(refused(status, retry_after="5")), Uncertain)


def test_login_and_rate_limit_mean_that_a_create_did_nothing() -> None:
    assert isinstance(create_failure(refused(401)), Unauthorized)
    limited = create_failure(refused(429, retry_after="7"))
    assert isinstance(limited, Unavailable)
    assert limited.retry_after == 7.0


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, Unavailable),
        (400, Rejected),
        (401, Unauthorized),
        (403, Rejected),
        (404, Rejected),
        (408, Unavailable),
        (410, Rejected),
        (429, Unavailable),
        (500, Unavailable),
        (503, Unavailable),
    ],
)
def test_read_is_never_in_doubt(status: int, kind: type[RemoteFailure]) -> None:
    assert type(failures.of_read(refused(status))) is kind


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"retry_after": "12"}, 12.0),
        ({"x_ratelimit_reset": "2026-11-23T06:01Z"}, 60.0),
        ({"x_ratelimit_reset": "2026-11-23T06:00:30Z"}, 30.0),
        ({"x_ratelimit_reset": "2026-11-23T07:01:30+01:00"}, 90.0),
        ({"retry_after": "45", "x_ratelimit_reset": "2026-11-23T06:00:30Z"}, 45.0),
        ({"retry_after": "5", "x_ratelimit_reset": "2026-11-23T06:00:30Z"}, 30.0),
        ({"x_ratelimit_reset": "2026-11-23T05:00Z"}, 0.0),
        ({"x_ratelimit_reset": "2026-11-23T06:01"}, None),
        ({"retry_after": "soon", "x_ratelimit_reset": "later"}, None),
        ({"retry_after": "-3"}, None),
        ({"retry_after": "999999999999"}, 3600.0),
    ],
)
def test_longest_wait_that_is_told_counts(headers: dict[str, str], wait: float | None) -> None:
    failure = failures.of_read(refused(503, **headers))
    assert isinstance(failure, Unavailable)
    assert failure.retry_after == wait


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"errorMessage": "프로젝트가 없습니다"}, "프로젝트가 없습니다"),
        ({"errorMessage": "No", "i18nErrorMessage": {"i18nKey": "sd.x"}}, "No"),
        (
            {"errorMessage": "No", "errors": [{"title": "Bad", "detail": "Too long", "code": 1}]},
            "No; Too long",
        ),
        ({"errorMessages": ["A", "B"], "errors": {"duedate": "C"}}, "A; B; duedate: C"),
        ({"type": "about:blank", "title": "Bad", "detail": "Not a number"}, "Not a number"),
        ({"error": "Failed to parse Connect Session Auth Token"}, "Failed to parse"),
        ({"message": "  spread\n out "}, "spread out"),
        ({}, "HTTP 400"),
        (["odd"], '["odd"]'),
    ],
)
def test_words_of_a_refusal_reach_the_person(body: object, words: str) -> None:
    assert failures.complaint(refused(400, body)).startswith(words)


def test_refusal_without_json_is_quoted_and_cut() -> None:
    page = Answer(502, {}, ("<html>" + "x" * 5000).encode())
    assert failures.complaint(page) == "<html>" + "x" * 194
    assert failures.complaint(Answer(502)) == "HTTP 502"


@given(
    st.integers(100, 599),
    st.binary(max_size=80) | st.text().map(lambda t: json.dumps({"errorMessage": t}).encode()),
    st.dictionaries(
        st.sampled_from(["retry-after", "x-ratelimit-reset", "date"]), st.text(max_size=30)
    ),
)
def test_every_answer_is_one_of_the_four_failures(
    status: int, body: bytes, headers: dict[str, str]
) -> None:
    answer = Answer(status, headers, body)
    kinds = (Unavailable, Rejected, Uncertain, Unauthorized)
    assert isinstance(create_failure(answer), kinds)
    read = failures.of_read(answer)
    assert isinstance(read, kinds)
    assert not isinstance(read, Uncertain)
    assert str(read)
