"""No word that people wrote stands in the log, whatever fails meanwhile."""

import json
from collections.abc import Callable

import pytest
from house import ACME, GLOBEX, House
from test_intake import nothing_can_be_decided

from syncd import log
from syncd.chat.lark import wire
from syncd.core.errors import StoreError
from syncd.core.events import Received
from syncd.loops.incoming.intake import Intake

CREATE = "POST /rest/servicedeskapi/request$"
COMMENT = "POST /rest/.*/comment$"
SEND = "POST /open-apis/"
WORDS = ("Manhattan", "マンハッタン", "Trinity", "Aiko", "Ben Miller")
JSON_BODY = {"content-type": "application/json"}


def quoting(words: str) -> dict[str, object]:
    """An answer of Jira's that repeats what a customer typed."""
    return {
        "status": 400,
        "headers": JSON_BODY,
        "body": json.dumps({"errorMessage": f"'{words}' is not allowed here"}),
    }


def everything_is_said(house: House) -> None:
    house.says("ben", GLOBEX, "Manhattan is among us")
    house.asks("ben", GLOBEX, "Manhattan is down")
    house.submits("ben", GLOBEX, description="Trinity, too")
    story = house.files("aiko", ACME, "マンハッタン is down")
    house.says("aiko", ACME, "Manhattan is still down", thread=story.root)
    house.box.jira_people.comment("erin", story.key, "Trinity is up again")
    house.poll()


FAULTS = {
    "none": lambda house: None,
    "refused creates": lambda house: house.fail("jsm", CREATE, "refuse", **quoting("Manhattan")),
    "refused comments": lambda house: house.fail(
        "jsm", COMMENT, "refuse", times=-1, **quoting("Manhattan")
    ),
    "lost answers": lambda house: [
        house.fail("jsm", COMMENT, "drop_after"),
        house.fail("lark", "POST /open-apis/im/v1/messages", "drop_after"),
    ],
    "refused posts": lambda house: house.fail(
        "lark",
        "POST /open-apis/im/v1/messages",
        "refuse",
        status=400,
        headers=JSON_BODY,
        body='{"code": 230028, "msg": "the message does not pass the audit"}',
        times=3,
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_no_word_of_theirs_is_logged(
    house: House, begins: Callable[[], Callable[[], str]], fault: str
) -> None:
    logged = begins()
    FAULTS[fault](house)
    everything_is_said(house)
    for _ in range(3):
        house.time_passes(seconds=400)
        house.tidy()
    said = logged()
    assert '"event": "decided"' in said
    assert [word for word in WORDS if word in said] == []


def test_no_word_is_logged_where_our_own_code_stumbles_over_it(
    house: House, begins: Callable[[], Callable[[], str]]
) -> None:
    logged = begins()

    def stumbles(raw: bytes) -> Received | None:
        raise KeyError(json.loads(raw)["event"]["message"]["content"])

    people = house.box.lark_people
    assert people.wait_delivered(people.say("ben", GLOBEX, "@Support Bot Manhattan is down"))
    intake = Intake(house.app.records, stumbles, wire.envelope, house.app.outage, log.get("intake"))
    for _ in range(6):
        intake.run_once()
        house.time_passes(seconds=120)
    said = logged()
    assert "event_dead" in said
    assert "KeyError" in said
    assert [word for word in WORDS if word in said] == []
    with house.app.store.read() as tx:
        (dead,) = tx.inbox.dead()
    assert dead.reason == "our fault: KeyError"


def test_no_word_is_logged_when_a_success_cannot_be_written_down(
    house: House, begins: Callable[[], Callable[[], str]]
) -> None:
    logged = begins()
    house.asks("ben", GLOBEX, "Manhattan is down")
    card = house.form("ben", GLOBEX)
    house.box.lark_people.click("ben", card.message_id, "submit", {"customfield_10041": "2-Major"})
    with nothing_can_be_decided(house, missing="links"), pytest.raises(StoreError):
        house.settle()
    said = logged()
    assert '"settle_failed"' in said
    assert '"HELP-1"' in said
    assert [word for word in WORDS if word in said] == []
