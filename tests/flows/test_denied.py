"""What only operators can mend ends no request and no reply: it waits, and they read what it is."""

import json
from pathlib import Path

import databases
import pytest
from house import ACME, GLOBEX, LOBBY, House
from shell import Shell

from syncd.core.delivery import Delivery
from syncd.core.model import ChatId, DeliveryState, RequestState
from syncd.core.wording import words
from syncd.sandbox.jsm.site import BOT_ACCOUNT_ID

CREATE = "POST /rest/servicedeskapi/request$"
COMMENT = "POST /rest/api/3/issue/[^/]+/comment$"
NO_SCOPE = json.dumps({"code": 401, "message": "Unauthorized; scope does not match"})
OURS = {"X-AACCOUNTID": BOT_ACCOUNT_ID}
WAIT = 61

# On SQLite alone: nothing here is a database's business.
url = databases.fresh_on(databases.SQLITE)


@pytest.fixture
def house(make_house) -> House:
    """Operators sit in the lobby; what waits is given up after three hours."""
    house: House = make_house(**{"alerts.chat": LOBBY, "delivery.give_up_after_hours": 3})
    return house


def denies(house: House, route: str, status: int) -> None:
    """Let Jira refuse these calls until `house.box.world.faults.clear()`."""
    said = "" if status != 401 else NO_SCOPE
    ours = OURS if "/rest/api/" in route else {}
    house.fail("jsm", route, "refuse", status=status, body=said, headers=ours, times=-1)


def goes_on(house: House, *seconds: float) -> None:
    for wait in seconds:
        house.time_passes(seconds=wait)
        house.settle()


def alarms(house: House) -> list[str]:
    return [m.text for m in house.box.lark_people.view("dora", LOBBY) if m.kind == "card"]


def waiting(house: House) -> Delivery:
    (one,) = house.deliveries(DeliveryState.READY)
    return one


@pytest.mark.parametrize(
    ("status", "named"),
    [
        (401, "the token lacks the scope write:servicedesk-request"),
        (403, "our account may not create requests on behalf of reporters: a permission"),
        (404, "our account may not create requests on behalf of reporters: the place"),
        (409, "our account may not create requests on behalf of reporters (HTTP 409)"),
        (415, "our account may not create requests on behalf of reporters (HTTP 415)"),
    ],
)
def test_a_create_that_is_denied_waits_and_makes_one_ticket_when_that_is_mended(
    house: House, status: int, named: str
) -> None:
    house.asks("ben", GLOBEX)
    denies(house, CREATE, status)
    house.submits("ben", GLOBEX)
    goes_on(house, 2)
    assert named in waiting(house).reason
    (alarm,) = alarms(house)
    assert named in alarm
    (told,) = house.told("ben")
    assert "not created yet" in told
    goes_on(house, *[WAIT] * 5)
    assert len(alarms(house)) == len(house.told("ben")) == 1
    house.box.world.faults.clear()
    goes_on(house, WAIT)
    assert house.ticket_keys() == ["HELP-1"]
    assert house.undelivered() == []
    assert house.told("ben")[-1].startswith("HELP-1 was created.")


# A 422 may be about the document: the same is tried once more as wiki markup.
@pytest.mark.parametrize(("status", "tries"), [(413, 1), (422, 2)])
def test_a_create_that_is_too_large_or_wrong_comes_back_with_what_was_typed(
    house: House, status: int, tries: int
) -> None:
    house.asks("ben", GLOBEX)
    house.fail("jsm", CREATE, "refuse", status=status, times=tries)
    house.submits("ben", GLOBEX, summary="a long story")
    card = house.form("ben", GLOBEX)
    assert {f.name: f.default for f in card.fields}["summary"] == "a long story"
    assert alarms(house) == []
    house.submits("ben", GLOBEX)
    assert house.ticket_keys() == ["HELP-1"]


def test_a_create_that_is_denied_for_too_long_fails_and_can_be_requeued(
    house: House, tmp_path: Path
) -> None:
    house.asks("ben", GLOBEX)
    denies(house, CREATE, 403)
    house.submits("ben", GLOBEX, summary="typed once")
    goes_on(house, *[600] * 19)
    (dead,) = house.deliveries(DeliveryState.DEAD)
    with house.app.store.read() as tx:
        request = tx.requests.get(dead.request_id)
    assert request is not None
    assert request.state is RequestState.FAILED
    house.box.world.faults.clear()
    Shell(tmp_path).run("outbox", "requeue", dead.id)
    goes_on(house, 1)
    (ticket,) = house.box.jira_people.tickets()
    assert ticket.fields["summary"] == "typed once"


@pytest.mark.parametrize(
    ("status", "named"),
    [
        (401, "the token lacks the scope write:jira-work"),
        (403, "our account may not comment on HELP-1: a permission"),
        (404, "our account may not comment on HELP-1: the place"),
        (409, "our account may not comment on HELP-1 (HTTP 409)"),
        (415, "our account may not comment on HELP-1 (HTTP 415)"),
    ],
)
def test_a_reply_that_is_denied_waits_and_arrives_once_and_in_order_when_that_is_mended(
    house: House, status: int, named: str
) -> None:
    story = house.files("aiko", ACME)
    denies(house, COMMENT, status)
    for said in ("first", "second"):
        house.says("aiko", ACME, said, thread=story.root)
    (alarm,) = alarms(house)
    assert named in alarm
    assert "まだチケットに届いていません" in house.told("aiko")[0]
    house.box.world.faults.clear()
    goes_on(house, WAIT)
    first, second = map(str, house.box.jira_people.comments(story.key))
    assert ("first" in first, "second" in second) == (True, True)
    assert house.undelivered() == []
    assert "届きました" in house.told("aiko")[-1]


@pytest.mark.parametrize("status", [413, 422])
def test_a_reply_that_the_ticket_does_not_take_is_told_to_its_author_and_listed(
    house: House, status: int
) -> None:
    story = house.files("aiko", ACME)
    house.fail("jsm", COMMENT, "refuse", status=status, headers=OURS)
    house.says("aiko", ACME, "first", thread=story.root)
    (dead,) = house.deliveries(DeliveryState.DEAD)
    assert "追加できませんでした" in house.told("aiko")[0]
    assert dead.id in alarms(house)[0]
    house.says("aiko", ACME, "second", thread=story.root)
    assert len(house.box.jira_people.comments(story.key)) == 1


def test_an_update_of_which_the_portal_may_not_be_asked_waits_and_names_the_scope(
    house: House,
) -> None:
    story = house.files("ben", GLOBEX)
    denies(house, "GET /rest/servicedeskapi/request/.*/comment/", 401)
    house.box.jira_people.comment("erin", story.key, "restart it")
    house.poll()
    assert "read:servicedesk-request" in alarms(house)[0]
    house.box.world.faults.clear()
    goes_on(house, WAIT)
    assert any("restart it" in post.text for post in house.posts("ben", GLOBEX))


def test_a_search_that_the_token_may_not_make_is_told_at_once(house: House) -> None:
    denies(house, "POST /rest/api/3/search/jql", 401)
    house.poll()
    assert "read:jira-work" in alarms(house)[0]


def test_a_reporter_who_left_the_desk_alarms_nobody(house: House) -> None:
    house.files("ben", GLOBEX)
    house.asks("ben", GLOBEX, "again")
    house.fail("jsm", CREATE, "refuse", status=403)
    house.submits("ben", GLOBEX)
    goes_on(house, 2)
    assert house.ticket_keys() == ["HELP-1", "HELP-2"]
    assert alarms(house) == []


@pytest.mark.parametrize(("person", "chat"), [("aiko", ACME), ("ben", GLOBEX)])
def test_who_writes_in_a_thread_whose_request_failed_is_told_once_that_nobody_gets_it(
    house: House, person: str, chat: str
) -> None:
    root = house.asks(person, chat)
    denies(house, CREATE, 403)
    house.submits(person, chat)
    goes_on(house, *[600] * 19)
    before = house.told(person)
    house.says(person, chat, "still broken", thread=root)
    house.says(person, chat, "hello?", thread=root)
    (told,) = house.told(person)[len(before) :]
    assert told == words(house.app.records.chat_in_file(ChatId(chat)).language).reply_without_ticket
    house.says(person, chat, "@Support Bot once more", thread=root)
    assert house.form(person, chat)
