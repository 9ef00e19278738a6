"""What the operators' chat cannot be told, their own address is."""

import databases
import pytest
import test_alarms
from house import ACME, GLOBEX, LOBBY, House
from pydantic import SecretStr
from receiver import TOKEN, Receiver

from syncd.core.model import DeliveryState

SEARCH = "POST /rest/api/3/search/jql"
MESSAGE = "POST /open-apis/im/v1/messages$"
REFUSAL = '{"code": 230002, "msg": "the bot is not in that chat"}'
JSON = {"content-type": "application/json"}

# On SQLite alone: a trouble lasts by the clock, and a server's cannot be moved.
url = databases.fresh_on(databases.SQLITE)


@pytest.fixture
def house(make_house, receiver: Receiver) -> House:
    """Operators sit in the lobby, and have a second way."""
    return with_both(make_house, receiver)


@pytest.fixture
def lonely(make_house, receiver: Receiver) -> House:
    """Operators have no chat."""
    house: House = make_house(**{"alerts.webhook_url": SecretStr(receiver.url)})
    return house


def with_both(make_house, receiver: Receiver) -> House:
    webhook = SecretStr(receiver.url)
    house: House = make_house(**{"alerts.chat": LOBBY, "alerts.webhook_url": webhook})
    return house


def watch(house: House, *seconds: float) -> None:
    """Let the daemon's jobs run after each of these waits, the second way last."""
    for wait in seconds:
        test_alarms.watch(house, wait)
        house.app.second_way.run_once()


def in_chat(house: House) -> list[str]:
    return [m.text for m in house.box.lark_people.view("dora", LOBBY) if m.kind == "card"]


def test_what_the_chat_was_told_takes_no_second_way(house: House, receiver: Receiver) -> None:
    good, house.box.jira_state.token = house.box.jira_state.token, "expired"
    watch(house, 0, 90, 90)
    house.box.jira_state.token = good
    watch(house, 90, 90)
    assert len(in_chat(house)) == 2
    assert receiver.asked == []


def test_while_lark_is_away_each_trouble_and_its_end_is_told_elsewhere(
    house: House, receiver: Receiver
) -> None:
    """And in the chat as well, when that can be told again."""
    lark = house.fail("lark", MESSAGE, "refuse", times=-1, status=503)
    good, house.box.jira_state.token = house.box.jira_state.token, "expired"
    watch(house, 0, 30)
    assert receiver.asked == []
    watch(house, 60, 60, 60)
    (begun,) = receiver.told
    assert (begun["trouble"], begun["over"]) == ("jsm_login", False)
    assert begun["text"].startswith("syncd: The helpdesk does not accept")
    house.box.jira_state.token = good
    watch(house, 60)
    _, over = receiver.told
    assert (over["trouble"], over["over"], over["since"]) == ("jsm_login", True, begun["since"])
    assert "Over after" in over["text"]
    lark.times = 0
    house.until(lambda: len(in_chat(house)) == 2, step=1)
    watch(house, 90, 90)
    assert len(in_chat(house)) == 2
    assert len(receiver.told) == 2


def test_the_end_is_told_where_the_beginning_was_also_when_lark_is_back_by_then(
    house: House, receiver: Receiver
) -> None:
    lark = house.fail("lark", MESSAGE, "refuse", times=-1, status=503)
    good, house.box.jira_state.token = house.box.jira_state.token, "expired"
    watch(house, 0, 90)
    lark.times = 0
    house.until(lambda: in_chat(house), step=1)
    house.box.jira_state.token = good
    watch(house, 90)
    house.until(lambda: len(in_chat(house)) == 2, step=1)
    watch(house, 90)
    assert [told["over"] for told in receiver.told] == [False, True]
    assert len(in_chat(house)) == 2


def test_a_chat_that_refuses_sends_it_elsewhere_at_once(house: House, receiver: Receiver) -> None:
    house.fail("lark", MESSAGE, "refuse", times=-1, status=400, body=REFUSAL, headers=JSON)
    house.box.jira_state.token = "expired"
    watch(house, 0)
    assert [told["trouble"] for told in receiver.told] == ["jsm_login"]
    (dead,) = house.deliveries(DeliveryState.DEAD)
    assert dead.command.kind() == "Alert"
    watch(house, 90, 90)
    assert len(receiver.told) == 1


def test_a_restart_tells_nothing_twice_and_forgets_nothing(
    house: House, make_house, receiver: Receiver
) -> None:
    house.fail("lark", MESSAGE, "refuse", times=-1, status=503)
    jira = house.fail("jsm", SEARCH, "refuse", times=-1, status=503)
    receiver.status = 500
    watch(house, 0, 400, 90)
    assert receiver.told == []
    house.app.socket.stop()
    receiver.status = 200
    again = with_both(make_house, receiver)
    watch(again, 90, 90, 90)
    assert [told["over"] for told in receiver.told] == [False]
    again.app.socket.stop()
    jira.times = 0
    last = with_both(make_house, receiver)
    watch(last, 90, 90)
    assert [told["over"] for told in receiver.told] == [False, True]


def test_without_a_chat_everything_is_told_there(lonely: House, receiver: Receiver) -> None:
    good, lonely.box.jira_state.token = lonely.box.jira_state.token, "expired"
    watch(lonely, 0)
    lonely.box.jira_state.token = good
    watch(lonely, 60)
    story = lonely.files("aiko", ACME, "CANARY our cluster is down")
    lonely.box.lark_people.remove_bot(ACME)
    lonely.box.jira_people.comment("erin", story.key, "CANARY")
    watch(lonely, 0)
    assert [told["trouble"] for told in receiver.told] == ["jsm_login", "jsm_login", "outside"]
    assert "CANARY" not in str(receiver.told)
    watch(lonely, 600, 600)
    assert len(receiver.told) == 3


@pytest.mark.parametrize("how", ["hangs", "fails", "is gone"])
def test_a_receiver_that_takes_nothing_holds_up_nobody_and_is_told_in_the_end(
    lonely: House, receiver: Receiver, how: str
) -> None:
    receiver.hangs, receiver.status = how == "hangs", 503 if how == "fails" else 200
    receiver.speaks_no_http = how == "is gone"
    good, lonely.box.jira_state.token = lonely.box.jira_state.token, "expired"
    watch(lonely, 0)
    lonely.box.jira_state.token = good
    story = lonely.files("ben", GLOBEX)
    assert story.key in lonely.thread("ben", GLOBEX, story.root)[-1].text
    (waits,) = lonely.deliveries(DeliveryState.READY)
    assert waits.command.kind() == "AlertByWebhook"
    assert TOKEN not in waits.reason
    receiver.hangs, receiver.status, receiver.speaks_no_http = False, 200, False
    receiver.told.clear()
    watch(lonely, 120)
    assert [told["over"] for told in receiver.told] == [False, True]
    assert lonely.undelivered() == []


def test_a_receiver_that_refuses_leaves_it_dead_and_listed(
    lonely: House, receiver: Receiver
) -> None:
    receiver.status = 404
    lonely.box.jira_state.token = "expired"
    watch(lonely, 0, 600)
    (dead,) = lonely.deliveries(DeliveryState.DEAD)
    assert dead.reason == f"127.0.0.1:{receiver.port} answered HTTP 404"
    assert len(receiver.asked) == 1
