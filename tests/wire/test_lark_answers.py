"""What each answer of the Lark API asks of the caller."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.chat.lark.answers import failure, login_failure, read
from syncd.core.errors import (
    Cause,
    Rejected,
    RemoteFailure,
    Unauthorized,
    Unavailable,
    Uncertain,
)


def meaning(status: int, code: int, *, write: bool, **headers: str) -> RemoteFailure | None:
    content = json.dumps({"code": code, "msg": "said so"}).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return failure(read(status, names, content), write=write)


def test_success_is_no_failure() -> None:
    answer = read(200, {}, b'{"code":0,"msg":"ok","data":{"message_id":"om_1"}}')
    assert failure(answer, write=True) is None
    assert answer.data == {"message_id": "om_1"}


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (18053, Cause.PLACE),
        (230013, Cause.PLACE),
        (230029, Cause.PLACE),
        (230002, Cause.OUTSIDE),
        (232009, Cause.OUTSIDE),
        (230018, Cause.SILENCED),
        (230035, Cause.SILENCED),
        (230011, Cause.GONE),
        (230110, Cause.GONE),
        (230111, Cause.GONE),
        (230050, Cause.GONE),
        (230019, Cause.GONE),
        (18051, Cause.GONE),
        (230001, Cause.CONTENT),
        (230099, Cause.CONTENT),
        (230025, Cause.CONTENT),
        (230028, Cause.CONTENT),
        (230022, Cause.CONTENT),
        (230027, Cause.FORBIDDEN),
        (231003, Cause.GONE),
        (230038, Cause.PLACE),
        (99992402, Cause.UNKNOWN),
        (987654321, Cause.UNKNOWN),
    ],
)
@pytest.mark.parametrize("status", [200, 400])
def test_definite_no_says_what_it_is_about(code: int, cause: Cause, status: int) -> None:
    found = meaning(status, code, write=True)
    assert isinstance(found, Rejected)
    assert found.cause is cause
    assert str(code) in str(found)


@pytest.mark.parametrize("code", [99991663, 99991661, 230006, 99991662, 99991401, 99991403])
def test_refused_login_wakes_the_operator(code: int) -> None:
    assert isinstance(meaning(400, code, write=True), Unauthorized)


def test_missing_scope_stops_writes_but_only_that_read() -> None:
    assert isinstance(meaning(400, 99991672, write=True), Unauthorized)
    found = meaning(400, 99991672, write=False)
    assert isinstance(found, Rejected)
    assert found.cause is Cause.FORBIDDEN


@pytest.mark.parametrize("code", [230020, 11232, 11233, 99991400, 230049, 18121])
def test_limits_are_waited_for(code: int) -> None:
    found = meaning(400, code, write=True)
    assert isinstance(found, Unavailable)
    assert found.retry_after == 1.0


def test_limit_says_how_long() -> None:
    found = meaning(429, 99991400, write=True, x_ogw_ratelimit_reset="7")
    assert isinstance(found, Unavailable)
    assert found.retry_after == 7.0


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        ({"retry_after": "9"}, 9.0),
        ({"retry_after": "9", "x_ogw_ratelimit_reset": "4"}, 9.0),
        ({"retry_after": "Mon, 30 Nov 2026 00:00:00 GMT"}, 1.0),
    ],
)
def test_a_gateway_says_how_long_in_its_own_way(headers: dict[str, str], waited: float) -> None:
    found = meaning(429, 99991400, write=True, **headers)
    assert isinstance(found, Unavailable)
    assert found.retry_after == waited


def test_a_platform_that_is_away_says_for_how_long() -> None:
    found = failure(read(503, {"retry-after": "20"}, b"<html>"), write=False)
    assert isinstance(found, Unavailable)
    assert found.retry_after == 20.0


@pytest.mark.parametrize(("status", "code"), [(500, 1500), (200, 1000040343), (503, 42), (400, 0)])
def test_broken_platform_leaves_a_write_in_doubt_and_a_read_undone(status: int, code: int) -> None:
    assert isinstance(meaning(status, code, write=True), Uncertain)
    assert isinstance(meaning(status, code, write=False), Unavailable)


@pytest.mark.parametrize("status", [200, 302, 404, 502])
@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'{"code":"0"}', b'{"code":true}'])
def test_answer_without_its_json_leaves_a_write_in_doubt(status: int, content: bytes) -> None:
    assert isinstance(failure(read(status, {}, content), write=True), Uncertain)
    assert isinstance(failure(read(status, {}, content), write=False), Unavailable)


def test_gateway_that_is_busy_did_nothing() -> None:
    assert isinstance(failure(read(429, {}, b"slow down"), write=True), Unavailable)


def test_login_is_never_uncertain() -> None:
    wrong = read(200, {}, b'{"code":10014,"msg":"app secret invalid"}')
    assert isinstance(login_failure(wrong), Unauthorized)
    assert isinstance(login_failure(read(502, {}, b"<html>")), Unavailable)
    assert login_failure(read(200, {}, b'{"code":0}')) is None


@pytest.mark.parametrize(("told", "waited"), [("nan", 1.0), ("1e9", 300.0), ("-3", 0.1), ("", 1.0)])
def test_strange_reset_time_is_bounded(told: str, waited: float) -> None:
    assert read(429, {"x-ogw-ratelimit-reset": told}, b"").reset_after == waited


@given(st.integers(100, 599), st.binary(), st.text(max_size=20), st.booleans())
def test_any_bytes_mean_something(status: int, content: bytes, reset: str, write: bool) -> None:
    found = failure(read(status, {"x-ogw-ratelimit-reset": reset}, content), write=write)
    assert isinstance(found, RemoteFailure)
    if isinstance(found, Unavailable):
        assert found.retry_after is None or 0 < found.retry_after <= 300
