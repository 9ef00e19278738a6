"""`syncd alerts test` says of each way to the operators what came of it."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from house import LOBBY
from receiver import TOKEN, Receiver
from shell import Shell

from syncd.sandbox.box import Sandbox


@pytest.fixture
def shell(box: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    for name in [name for name in os.environ if name.startswith("SYNCD_ALERTS__")]:
        monkeypatch.delenv(name)
    (tmp_path / "config.toml").write_text(box.config_toml(), encoding="utf-8")
    return Shell(tmp_path)


@pytest.fixture
def all_ways(shell: Shell, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setenv("SYNCD_ALERTS__CHAT", LOBBY)
    monkeypatch.setenv("SYNCD_ALERTS__HEARTBEAT_URL", receiver.url)
    monkeypatch.setenv("SYNCD_ALERTS__WEBHOOK_URL", receiver.at(f"/hook/{TOKEN}"))
    return shell


def test_where_nothing_is_configured_nobody_is_told_and_that_is_said(shell: Shell) -> None:
    assert shell.run("alerts", "test", status=1).splitlines() == [
        "alerts.chat: not configured.",
        "alerts.webhook_url: not configured.",
        "alerts.heartbeat_url: not configured.",
    ]


def test_each_way_is_tried_and_told(box: Sandbox, all_ways: Shell, receiver: Receiver) -> None:
    host = urlsplit(receiver.url).netloc
    assert all_ways.run("alerts", "test").splitlines() == [
        f"alerts.chat: the test message stands in {LOBBY}.",
        f"alerts.webhook_url: {host} took the test message.",
        f"alerts.heartbeat_url: {host} took the call, which counts as a sign of life.",
    ]
    (card,) = [m for m in box.lark_people.view("dora", LOBBY) if m.kind == "card"]
    assert "syncd alerts test" in card.text
    (told,) = receiver.told
    assert (told["trouble"], told["over"]) == ("test", False)
    assert receiver.asked == [("POST", f"/hook/{TOKEN}"), ("GET", f"/ping/{TOKEN}")]


def test_a_way_that_fails_keeps_no_other_from_being_tried(
    box: Sandbox, all_ways: Shell, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNCD_ALERTS__CHAT", "oc_nowhere")
    receiver.status = 500
    said = all_ways.run("alerts", "test", status=1)
    assert said.count("FAILED: ") == 3
    assert said.count(f"{urlsplit(receiver.url).netloc} answered HTTP 500.") == 2
    assert TOKEN not in said
    for secret in box.environment().values():
        assert secret not in said


def test_one_way_is_enough(
    shell: Shell, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNCD_ALERTS__WEBHOOK_URL", receiver.url)
    said = shell.run("alerts", "test")
    assert "alerts.webhook_url: " in said
    assert said.count("not configured") == 2
