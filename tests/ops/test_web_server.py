"""The HTTP server by itself, asked by clients who mean no good."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from syncd.ops.web import Page, Web


def well() -> Page:
    return Page(200, '{"live": true}')


def broken() -> Page:
    raise RuntimeError("a bug")


@pytest.fixture
def web() -> Iterator[Web]:
    opened = Web("127.0.0.1:0", {"/healthz": well, "/broken": broken})
    opened.start()
    yield opened
    opened.stop()


@pytest.fixture
def connect(web: Web) -> Iterator[Callable[[bytes], socket.socket]]:
    """Make connections that have sent these bytes; all are closed at the end."""
    with ExitStack() as stack:

        def opened(sent: bytes) -> socket.socket:
            made = stack.enter_context(socket.create_connection(("127.0.0.1", web.port)))
            made.settimeout(20)
            made.sendall(sent)
            return made

        yield opened


def status(web: Web, path: str = "/healthz", **headers: str) -> int:
    with httpx.Client(trust_env=False, timeout=20) as http:
        return http.get(f"http://127.0.0.1:{web.port}{path}", headers=headers).status_code


def test_hundreds_who_never_finish_their_question_keep_nobody_out(
    web: Web, connect: Callable[[bytes], socket.socket]
) -> None:
    """A thread for each of them would be more than the service may have (TasksMax=256)."""
    before = threading.active_count()
    for _ in range(400):
        connect(b"GET /healthz HTTP/1.1\r\nHost: ")
    assert status(web) == 200
    assert threading.active_count() - before < 100


def test_one_who_asks_a_letter_at_a_time_is_sent_away(
    web: Web, connect: Callable[[bytes], socket.socket]
) -> None:
    slow = connect(b"GET /healthz HTTP/1.1\r\n")
    sent_away = threading.Event()

    def drip() -> None:
        try:
            while not sent_away.wait(0.2):
                slow.sendall(b"X")
        except OSError:
            sent_away.set()

    dripping = threading.Thread(target=drip)
    dripping.start()
    assert sent_away.wait(40)
    dripping.join(20)


@pytest.mark.parametrize(
    ("sent", "answers"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", (b"<!DOCTYPE HT", b"")),
        (b"GET /healthz HTTP/9.9\r\n\r\n", (b"<!DOCTYPE HT",)),
        (b"GET /" + b"x" * 3_000_000 + b" HTTP/1.1\r\n\r\n", (b"HTTP/1.0 414", b"")),
        (b"GET /healthz HTTP/1.1\r\n" + b"A: b\r\n" * 5000 + b"\r\n", (b"HTTP/1.0 431", b"")),
        (b"BREW /healthz HTTP/1.1\r\n\r\n", (b"HTTP/1.0 501",)),
        (b"GET /healthz?x=1 HTTP/1.1\r\nHost: evil.example\r\n\r\n", (b"HTTP/1.0 200",)),
    ],
)
def test_what_is_no_question_gets_a_refusal_and_ends_nothing(
    web: Web,
    connect: Callable[[bytes], socket.socket],
    capfd: pytest.CaptureFixture[str],
    sent: bytes,
    answers: tuple[bytes, ...],
) -> None:
    """What has no version is answered as in the days before there were any. Whoever still
    sends while it is refused may see the connection cut instead."""
    try:
        told = connect(sent).recv(65536)
    except OSError:
        told = b""
    assert told[:12] in answers
    assert status(web) == 200
    assert capfd.readouterr().err == ""


def test_one_who_hangs_up_leaves_no_traceback_in_the_log(
    web: Web, connect: Callable[[bytes], socket.socket], capfd: pytest.CaptureFixture[str]
) -> None:
    for _ in range(5):
        rude = connect(b"GET /healthz HTTP/1.1\r\n")
        # Closed so, it is cut: https://man7.org/linux/man-pages/man7/socket.7.html (SO_LINGER)
        rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        rude.close()
    assert status(web) == 200
    assert capfd.readouterr().err == ""


def test_a_page_that_fails_is_500_and_logged(web: Web, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(web, "/broken") == 500
    assert "page_failed" in "".join(capsys.readouterr())
    assert status(web) == 200
