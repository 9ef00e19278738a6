"""What is in force, and where it comes from."""

from pathlib import Path

import pytest
from config_file import BILLING, CHAT, TECHNICAL, written

from syncd import config
from syncd.config.sections import LISTS, TABLES
from syncd.config.shown import Origin, Setting, settings


def shown(file: Path) -> dict[str, Setting]:
    return {one.key: one for one in settings(file, config.load(file))}


def test_every_key_is_told_with_the_source_that_won(
    file: Path, credentials: Path, environment: pytest.MonkeyPatch
) -> None:
    written(file, '[poll]\ninterval_seconds = 30\noverlap_seconds = 60\n[log]\nlevel = "debug"\n')
    environment.setenv("SYNCD_POLL__INTERVAL_SECONDS", "40")
    environment.setenv("SYNCD_DELIVERY", '{"lark_workers": 6}')
    (credentials / "jsm_api_token").write_text("from-credential")
    told = shown(file)
    assert told["poll.interval_seconds"].value == 40
    assert told["poll.interval_seconds"].origin is Origin.ENVIRONMENT
    assert told["poll.interval_seconds"].where == "SYNCD_POLL__INTERVAL_SECONDS"
    assert told["poll.overlap_seconds"].origin is Origin.FILE
    assert told["log.level"].origin is Origin.FILE
    assert told["delivery.lark_workers"].where == "SYNCD_DELIVERY"
    assert told["delivery.jsm_workers"].origin is Origin.DEFAULT
    assert told["jsm.api_token"].origin is Origin.CREDENTIAL
    assert told["jsm.api_token"].where == "jsm_api_token"
    every = {f"{name}.{key}" for name, table in TABLES.items() for key in table.model_fields}
    assert told.keys() == {key for key in every if key.split(".")[0] not in LISTS}


def test_no_secret_is_shown(file: Path, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SYNCD_STORE__URL", "postgresql+psycopg://u:CANARY@h/db?sslpassword=CANARY")
    environment.setenv("SYNCD_NETWORK__PROXY", "http://u:CANARY@proxy.example:3128")
    environment.setenv("SYNCD_ALERTS__WEBHOOK_URL", "https://hooks.example/CANARY-0123456789ab")
    environment.setenv("SYNCD_LARK__APP_SECRET", "CANARY")
    told = shown(file)
    assert "CANARY" not in str(told)
    assert told["store.url"].value == "postgresql+psycopg://u:***@h/db?sslpassword=%2A%2A%2A"
    assert told["lark.app_secret"].value == "***"
    assert told["alerts.heartbeat_url"].value == ""


def test_of_a_chat_what_is_said_of_it_is_told(file: Path) -> None:
    written(file, CHAT + 'plan = "premium"\n[[chats]]\nid = "oc_bare"\n')
    told = shown(file)
    assert str(told["chats[oc_acme].plan"].value) == "premium"
    assert "chats[oc_acme].language" not in told
    assert told["chats[oc_bare]"].origin is Origin.FILE


def test_desks_and_responses_are_told_one_by_one(file: Path) -> None:
    written(file, TECHNICAL + BILLING + "[[responses]]\nhours = 8\n")
    told = shown(file)
    assert told["desks[billing].request_types"].value == ("20",)
    assert told["desks[technical].project"].origin is Origin.FILE
    assert told["responses[0].hours"].value == 8
    assert "responses[0].plan" not in told
