"""An address that operators named is called within bounds, and never told to anybody."""

import json
import socket
from collections.abc import Callable

import pytest
from receiver import BOT, TOKEN, Receiver, receiving
from roads import CA, proxied, tls_in_front_of

from syncd.alerting.address import Address
from syncd.alerting.webhook import Webhook, as_bot, as_json, bots_refusal
from syncd.core.errors import Rejected, RemoteFailure, Unavailable, Uncertain
from syncd.core.model import Ms
from syncd.core.views import AlarmView
from syncd.network.network import Network

MEGABYTES = b"x" * 8_000_000
ALARM = AlarmView("The search fails.", "poll", Ms(1_790_000_000_000), over=False)


def failure_of(call: Callable[[], object]) -> RemoteFailure:
    with pytest.raises(RemoteFailure) as caught:
        call()
    assert TOKEN not in str(caught.value)
    assert "127.0.0.1:" in str(caught.value)
    return caught.value


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_success_is_a_success(receiver: Receiver, status: int) -> None:
    receiver.status, receiver.body = status, b""
    Address(receiver.url, Network()).get()
    assert receiver.asked == [("GET", f"/ping/{TOKEN}")]


def test_a_query_is_part_of_the_address(receiver: Receiver) -> None:
    Address(receiver.at("/api/push/abc?status=up&msg=OK"), Network()).get()
    assert receiver.asked == [("GET", "/api/push/abc?status=up&msg=OK")]


@pytest.mark.parametrize(
    ("status", "kind"), [(500, Unavailable), (429, Unavailable), (404, Rejected), (410, Rejected)]
)
def test_a_failure_is_told_by_its_status(
    receiver: Receiver, status: int, kind: type[RemoteFailure]
) -> None:
    receiver.status, receiver.headers = status, {"Retry-After": "7"}
    failed = failure_of(Address(receiver.url, Network()).get)
    assert type(failed) is kind
    assert f"HTTP {status}" in str(failed)
    assert getattr(failed, "retry_after", 7.0) == 7.0


@pytest.mark.parametrize("odd", ["Fri, 31 Dec 1999 23:59:59 GMT", "-1", "9" * 400, "²"])
def test_an_odd_time_to_wait_is_none(receiver: Receiver, odd: str) -> None:
    receiver.status, receiver.headers = 503, {"Retry-After": odd}
    failed = failure_of(Address(receiver.url, Network()).get)
    assert isinstance(failed, Unavailable)
    assert failed.retry_after is None


def test_no_redirect_is_followed(receiver: Receiver) -> None:
    with receiving() as elsewhere:
        receiver.status, receiver.headers = 302, {"Location": elsewhere.url}
        failed = failure_of(Address(receiver.url, Network()).get)
        assert isinstance(failed, Rejected)
        assert "no redirect" in str(failed)
        assert elsewhere.asked == []


def test_who_hangs_is_left(receiver: Receiver) -> None:
    receiver.hangs = True
    failed = failure_of(Address(receiver.url, Network(), seconds=0.2).get)
    assert isinstance(failed, Uncertain)
    assert "no answer in time" in str(failed)


def test_nobody_there_is_certain_to_have_heard_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    failed = failure_of(Address(f"http://127.0.0.1:{port}/{TOKEN}", Network()).get)
    assert isinstance(failed, Unavailable)
    assert "connection refused" in str(failed)


def test_what_is_no_http_is_not_quoted(receiver: Receiver) -> None:
    receiver.speaks_no_http = True
    assert "no HTTP" in str(failure_of(Address(receiver.url, Network()).get))


def test_megabytes_are_not_read_where_the_status_says_all(receiver: Receiver) -> None:
    receiver.body = MEGABYTES
    Address(receiver.url, Network()).get()
    Webhook(receiver.url, Network()).tell(ALARM)
    assert len(receiver.told) == 1


def test_megabytes_of_a_bot_are_no_answer(receiver: Receiver) -> None:
    receiver.body = MEGABYTES
    failed = failure_of(lambda: Webhook(receiver.at(BOT), Network()).tell(ALARM))
    assert isinstance(failed, Uncertain)
    assert "longer than" in str(failed)


def test_it_leaves_by_the_proxy_and_trusts_whom_the_configuration_trusts(
    receiver: Receiver,
) -> None:
    with (
        tls_in_front_of(receiver.port) as safe,
        proxied({"lark.test": safe}) as (proxy, proxy_url),
    ):
        Address(f"https://lark.test/{TOKEN}", Network(proxy_url, CA)).get()
        assert proxy.asked == ["CONNECT lark.test:443"]
        assert receiver.asked == [("GET", f"/{TOKEN}")]
        with pytest.raises(Unavailable, match="certificate verify failed"):
            Address(f"https://lark.test/{TOKEN}", Network(proxy_url)).get()


def test_a_receiver_is_told_words_and_what_machines_need(receiver: Receiver) -> None:
    Webhook(receiver.url, Network()).tell(ALARM)
    assert receiver.told == [
        {
            "text": "syncd: The search fails.",
            "trouble": "poll",
            "over": False,
            "since": "2026-09-21T14:13:20Z",
        }
    ]
    assert receiver.told == [as_json(ALARM)]


def test_a_custom_bot_is_told_in_its_own_form(receiver: Receiver) -> None:
    receiver.body = b'{"code": 0, "msg": "success", "data": {}}'
    Webhook(receiver.at(BOT), Network()).tell(ALARM)
    text = {"text": "syncd: The search fails."}
    assert receiver.told == [{"msg_type": "text", "content": text}]
    assert receiver.told == [as_bot(ALARM)]


def test_a_custom_bot_refuses_with_a_success_and_a_code(receiver: Receiver) -> None:
    receiver.body = b'{"code": 19024, "msg": "Key Words Not Found"}'
    with pytest.raises(Rejected, match="19024"):
        Webhook(receiver.at(BOT), Network()).tell(ALARM)


@pytest.mark.parametrize(
    ("answer", "means"),
    [
        ({"code": 0}, type(None)),
        ({"StatusCode": 0, "StatusMessage": "success"}, type(None)),
        ({"code": 11232}, Unavailable),
        ({"code": 9499}, Rejected),
        ({"code": "CANARY"}, Rejected),
        ([], Uncertain),
    ],
)
def test_what_a_custom_bot_answers(answer: object, means: type) -> None:
    found = bots_refusal(json.dumps(answer).encode())
    assert type(found) is means
    assert "CANARY" not in str(found)


@pytest.mark.parametrize("answer", [b"", b"<html>", b"[" * 60_000])
def test_what_a_custom_bot_cannot_have_answered(answer: bytes) -> None:
    assert isinstance(bots_refusal(answer), Uncertain)
