"""The addresses that operators name are secrets, wherever they were written."""

from pathlib import Path

import pytest
from config_file import problem, written

from syncd import config

PING = "https://hc-ping.com/5c0ffee5-1234-4321-8888-0123456789ab"
HOOK = "https://hooks.slack.com/services/T0000/B0000/abcdefghijklmnopqrstuvwx"
KEYS = ["heartbeat_url", "webhook_url"]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ("hc-ping.com/1", "not a web address"),
        ("ftp://hc-ping.com/1", "not a web address"),
        ("https://me:pw@hc-ping.com/1", "not a web address"),
        ("https:///1", "not a web address"),
        ("https://hc-ping.com/1 2", "not a web address"),
        ("http://hc-ping.com/hush", "would send secrets in clear; write it with https://"),
    ],
)
def test_an_address_that_cannot_be_called_is_told_with_its_key(
    tmp_path: Path, key: str, wrong: str, line: str
) -> None:
    said = problem(written(tmp_path / "config.toml", f'[alerts]\n{key} = "{wrong}"\n'))
    assert said.startswith(f"alerts.{key}: {line}")
    assert "hush" not in said


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "right", [PING, HOOK, "http://127.0.0.1:8000/ping", "https://kuma.example/api/push/a?status=up"]
)
def test_an_address_is_taken_as_it_was_written(tmp_path: Path, key: str, right: str) -> None:
    path = written(tmp_path / "config.toml", f'[alerts]\n{key} = "{right}"\n')
    assert config.load(path).alerts.urls()[key] == right
    (minded,) = config.warnings(path)
    assert minded.startswith(f"alerts.{key}: ")
    assert right not in minded


def test_they_come_from_the_environment_and_from_credentials(
    file: Path, credentials: Path, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("SYNCD_ALERTS__HEARTBEAT_URL", PING)
    (credentials / "alerts_webhook_url").write_text(f"{HOOK}\n", encoding="utf-8")
    loaded = config.load(file)
    assert loaded.alerts.urls() == {"heartbeat_url": PING, "webhook_url": HOOK}
    assert config.warnings(file) == []


def test_they_are_masked_whole_and_in_what_cannot_be_guessed(
    file: Path, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("SYNCD_ALERTS__HEARTBEAT_URL", PING)
    environment.setenv("SYNCD_ALERTS__WEBHOOK_URL", HOOK)
    loaded = config.load(file)
    told = {PING, "5c0ffee5-1234-4321-8888-0123456789ab", HOOK, "abcdefghijklmnopqrstuvwx"}
    assert told <= set(loaded.secrets())
    assert "services" not in loaded.secrets()
    assert not [secret for secret in told if secret in repr(loaded)]


@pytest.mark.parametrize("wrong", ["soon", "2027-02-30", "20270501", "2027-5-1"])
def test_a_day_that_is_none_is_told(tmp_path: Path, wrong: str) -> None:
    text = (written(tmp_path / "config.toml")).read_text(encoding="utf-8")
    text += f'token_expires = "{wrong}"\n'
    said = problem(written(tmp_path / "config.toml", text=text))
    assert said == "jsm.token_expires: must be a day, like 2027-05-01, or empty"
