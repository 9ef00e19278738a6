"""The log: one line for each event, with a name and without a secret."""

import json
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from syncd import log
from syncd.core.errors import Rejected, StoreError

SECRETS = ("hush", "hush-hush")
ODD = "a\nb\r\x1b[31mc\x07\x7f\x9b\x85\u2028\u202ed\ud800"


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    handlers, level = logging.root.handlers, logging.root.level
    yield
    logging.root.handlers, logging.root.level = handlers, level
    logging.getLogger("syncd").setLevel(logging.NOTSET)
    structlog.reset_defaults()


class Watched:
    """What the log writes from the moment on at which somebody begins to look."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def service(self) -> None:
        log.configure(SECRETS, terminal=False)

    def terminal(self) -> None:
        log.configure(SECRETS, terminal=True)

    def text(self) -> str:
        """Everything, without the colours that the log itself gives it on a terminal."""
        return re.sub(r"\x1b\[\d+m", "", self._capsys.readouterr().err)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text().splitlines()]


@pytest.fixture
def watched(capsys: pytest.CaptureFixture[str]) -> Watched:
    return Watched(capsys)


def fail(reason: str) -> None:
    raise StoreError(reason)


def test_line_has_its_event_what_it_is_about_and_when(watched: Watched) -> None:
    watched.service()
    log.get("intake").bind(chat="oc_acme").info("received", new=True)
    (line,) = watched.lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "received", "level": "info", "chat": "oc_acme", "new": True}


def test_what_is_not_known_is_left_out(watched: Watched) -> None:
    watched.service()
    log.get("intake").info("decided", request=None)
    assert "request" not in watched.lines()[0]


def test_libraries_speak_in_lines_with_an_event_too(watched: Watched) -> None:
    watched.service()
    logging.getLogger("apscheduler").warning("job %s missed", "poll")
    (line,) = watched.lines()
    assert (line["event"], line["level"]) == ("job poll missed", "warning")


def test_adapters_tell_why_in_the_line_itself(watched: Watched) -> None:
    watched.service()
    logging.getLogger("syncd.lark").warning("socket_down", extra={"reason": "refused with hush"})
    (line,) = watched.lines()
    assert (line["event"], line["reason"]) == ("socket_down", "refused with ***")


def test_objects_that_a_library_hangs_on_its_line_are_left_out(watched: Watched) -> None:
    watched.service()
    logging.getLogger("websockets").warning("closed", extra={"websocket": "wss://lark/?ticket=1"})
    (line,) = watched.lines()
    assert "ticket" not in str(line)


def test_what_is_not_worth_a_line_is_not_written(watched: Watched) -> None:
    watched.service()
    log.get("intake").debug("details")
    logging.getLogger("httpx").info("GET https://support.example/?token=hush")
    assert watched.lines() == []


@pytest.mark.parametrize(
    "key", ["app_secret", "api_token", "Authorization", "password", "X-Token-2"]
)
def test_secret_is_masked_by_the_name_of_its_key(watched: Watched, key: str) -> None:
    watched.service()
    log.get("socket").info("opened", **{key: "anything", "inner": {key: 5}})
    (line,) = watched.lines()
    assert (line[key], line["inner"]) == ("***", {key: "***"})


@pytest.mark.parametrize(
    "value",
    [
        "Bearer hush!",
        ["hush"],
        ("a", {"b": "hush"}),
        ValueError("hush"),
        Path("/run/hush/x"),
        b"hush",
        {"hush": 1},
        {"hush"},
    ],
)
def test_secret_is_masked_wherever_it_stands(watched: Watched, value: object) -> None:
    for look in (watched.service, watched.terminal):
        look()
        log.get("client").warning("failed", reason=value)
        shown = watched.text()
        assert "***" in shown
        assert "hush" not in shown


@pytest.mark.parametrize(
    "around", ["{}", "unknown: {}, sorry", "<{}>", "服务台不认识“{}”", "({})."]
)
def test_no_line_holds_an_address_of_a_person(watched: Watched, around: str) -> None:
    for look in (watched.service, watched.terminal):
        look()
        log.get("courier").error(
            "delivery_dead", reason=around.format("ann.lee+x@mail.acme.example")
        )
        shown = watched.text()
        assert "ann" not in shown
        assert "acme" not in shown


def test_address_of_a_database_and_a_bare_at_stay(watched: Watched) -> None:
    watched.service()
    kept = "postgresql+psycopg://syncd@db.acme.example/syncd, @Support Bot, alarm@host-1"
    log.get("store").error("store_failed", reason=kept)
    assert watched.lines()[0]["reason"] == kept


def test_longer_secret_is_masked_whole(watched: Watched) -> None:
    watched.service()
    log.get("client").info("said hush-hush")
    assert watched.lines()[0]["event"] == "said ***"


def test_traceback_shows_no_secret(watched: Watched) -> None:
    for look in (watched.service, watched.terminal):
        look()
        try:
            fail("hush")
        except StoreError:
            log.get("courier").exception("delivery_failed")
            logging.getLogger("apscheduler").exception("job failed")
        shown = watched.text()
        assert shown.count("StoreError: ***") == 2
        assert "hush" not in shown


def test_failure_is_one_line_with_its_traceback(watched: Watched) -> None:
    watched.service()
    try:
        fail("gone")
    except StoreError:
        log.get("courier").exception("delivery_failed", delivery="d1")
    (line,) = watched.lines()
    assert (line["event"], line["delivery"], line["level"]) == ("delivery_failed", "d1", "error")
    assert line["exception"].endswith("StoreError: gone")


def test_a_message_that_syncd_did_not_write_is_left_out_of_a_traceback(watched: Watched) -> None:
    watched.service()
    try:
        try:
            int("what Ben wrote")
        except ValueError as exc:
            raise KeyError("Ben") from exc
    except KeyError:
        log.get("courier").exception("delivery_failed")
    (line,) = watched.lines()
    assert "ValueError\n\nThis led to another failure" in line["exception"]
    assert line["exception"].endswith("KeyError")
    assert "test_log.py" in line["exception"]
    try:
        raise Rejected("the helpdesk does not know Ben")
    except Rejected:
        log.get("courier").exception("delivery_failed")
    assert watched.lines()[0]["exception"].endswith("Rejected")


def test_text_from_outside_stays_in_its_line(watched: Watched) -> None:
    watched.service()
    log.get("intake").info("decided", reason=ODD)
    logging.getLogger("library").warning(ODD)
    shown = watched.text()
    assert len(shown.splitlines()) == 2
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028]", shown)
    decided, said = (json.loads(line) for line in shown.splitlines())
    assert [decided["reason"], said["event"]] == [ODD, ODD]


def test_terminal_names_its_time_zone_as_the_commands_do(watched: Watched) -> None:
    watched.terminal()
    log.get("intake").info("received")
    assert re.search(r"\d\d:\d\d:\d\d\.\d+Z", watched.text())


def test_text_from_outside_cannot_steer_a_terminal(watched: Watched) -> None:
    watched.terminal()
    log.get("intake").info("decided", reason=ODD)
    logging.getLogger("library").warning(ODD)
    shown = watched.text()
    assert len(shown.splitlines()) == 2
    assert [c for c in shown if not c.isprintable() and c != "\n"] == []


def test_message_of_a_failure_cannot_steer_a_terminal(watched: Watched) -> None:
    watched.terminal()
    try:
        fail("\x1b[2J\x9b\u202e")
    except StoreError:
        log.get("courier").exception("delivery_failed")
    shown = watched.text()
    assert "StoreError: \\x1b[2J\\x9b\\u202e" in shown
    assert [c for c in shown if not c.isprintable() and c != "\n"] == []


def test_log_goes_to_standard_error_as_json_unless_somebody_watches(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert not sys.stderr.isatty()
    log.configure(())
    log.get("daemon").info("started")
    out, err = capsys.readouterr()
    assert out == ""
    assert json.loads(err)["event"] == "started"


def test_daemon_keeps_what_it_binds_to_itself(watched: Watched) -> None:
    watched.service()
    quiet = log.get("courier")
    quiet.bind(delivery="d1").info("delivery_waits")
    quiet.info("idle")
    assert ["delivery" in line for line in watched.lines()] == [True, False]
