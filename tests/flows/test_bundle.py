"""What is handed to whoever helps: how things are, and nobody's words, addresses or secrets."""

import json
import stat
from pathlib import Path

import pytest
from house import ACME, GLOBEX, House
from shell import Shell
from sqlalchemy.engine import make_url

from syncd.core.model import DeliveryState


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_a_bundle_says_how_it_is_and_repeats_nobody(house: House, shell: Shell) -> None:
    story = house.files("aiko", ACME, "CANARY our cluster is down")
    house.box.jira_people.comment("erin", story.key, "CANARY answer")
    house.poll()
    house.asks("ben", GLOBEX, "CANARY of Ben")
    house.fail("jsm", "POST /rest/servicedeskapi/request$", "refuse", times=-1, status=400)
    house.submits("ben", GLOBEX)
    house.fail("jsm", ".*", "refuse", times=-1, status=503)
    house.says("aiko", ACME, "CANARY reply", thread=story.root)
    log = shell.folder / "syncd.log"
    secrets = [*house.app.config.secrets()]
    log.write_text(f'{{"event": "x", "reason": "{secrets[0]} of aiko@acme.example"}}\nlast\n')

    bundle = shell.folder / "bundle.json"
    shell.run("bundle", str(bundle), "--log", str(log))
    text = bundle.read_text()
    told = json.loads(text)
    assert stat.S_IMODE(bundle.stat().st_mode) == 0o600
    assert told["log"] == ['{"event": "x", "reason": "*** of ***"}', "last"]
    assert told["tables"]["links"] == 1
    assert told["status"]["linked_tickets"] == 1
    assert {one["kind"] for one in told["outbox"]} >= {"AddComment"}
    assert told["config"]["poll.interval_seconds"][1] == "file"
    config = house.app.config
    hidden = ["CANARY", "@", *secrets, *(chat.name for chat in config.chats if chat.name)]
    hidden += [domain for chat in config.chats for domain in chat.allowed_domains or ()]
    assert [word for word in hidden if word in text] == []
    assert "must not" not in shell.run("bundle", str(bundle), status=2)


def test_the_configuration_is_shown_without_its_secrets(house: House, shell: Shell) -> None:
    printed = shell.run("config", "show") + shell.run("config", "show", "--json")
    assert "jsm.api_token" in printed
    assert "SYNCD_JSM__API_TOKEN" in printed
    # The test servers have users whose name is their password.
    user = make_url(house.app.config.store.url).username
    secrets = [secret for secret in house.app.config.secrets() if secret != user]
    assert secrets
    assert [secret for secret in secrets if secret in printed] == []


def test_an_id_may_be_shortened_where_it_is_plain_which(house: House, shell: Shell) -> None:
    story = house.files("aiko", ACME)
    house.fail("jsm", ".*", "refuse", times=-1, status=503)
    house.says("aiko", ACME, "one", thread=story.root)
    house.says("aiko", ACME, "two", thread=story.root)
    first, second = [
        *house.deliveries(DeliveryState.DOUBT),
        *house.deliveries(DeliveryState.READY),
    ]
    assert first.id in shell.run("outbox", "show", first.id[:20].lower())
    assert f"{first.id[:6]} begins 01" in shell.run("outbox", "drop", first.id[:6], status=2)
    assert "There is no delivery 01Z" in shell.run("outbox", "show", "01ZZZZ", status=2)
    assert f"{second.id} is DEAD" in shell.run("outbox", "drop", second.id[:20])
    assert shell.run("trace", story.root[:-1]) == shell.run("trace", story.root)
