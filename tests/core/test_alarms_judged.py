"""When operators are told, and when they are not."""

from dataclasses import replace

import pytest

from syncd.core.delivery import Command, Delivery
from syncd.core.ends import Undeliverable, Withheld
from syncd.core.kinds import Alert, CloseForm, FileTicket, ShowForm, TellPerson
from syncd.core.kinds.alert import LANE, Alarm, begun_elsewhere, elsewhere, other_way
from syncd.core.known import Rules
from syncd.core.model import (
    ChatId,
    DeliveryId,
    DeliveryState,
    Language,
    MessageId,
    Ms,
    PersonId,
    Place,
    RequestId,
)
from syncd.core.operators import alarms
from syncd.core.operators.alarms import Outage, Trouble, judge, two_tickets

CHAT = ChatId("oc_ops")
RULES = Rules("https://portal.example", lambda typed: typed, alarm_chat=CHAT)
MINUTE = 60_000


def dead(command: Command, **more: object) -> Undeliverable:
    delivery = Delivery(DeliveryId("d1"), command, "lane", "key", DeliveryState.DEAD, Ms(1))
    return Undeliverable(delivery, "CANARY reason", **more)


FILE = FileTicket(RequestId("r1"))


@pytest.mark.parametrize("trouble", Trouble)
def test_each_trouble_is_told_once_and_its_end_once(trouble: Trouble) -> None:
    told: list[str] = []
    outage: Outage | None = None
    for minute, down in enumerate([False, *[True] * 30, False, False]):
        outage, orders = judge(trouble, outage, down=down, now=Ms(minute * MINUTE), rules=RULES)
        told += [order.command.text for order in orders if isinstance(order.command, Alert)]
    begun, over = told
    assert over == f"Over after 30 min: {begun}"


def test_a_trouble_that_comes_again_is_told_again_with_another_key() -> None:
    keys = []
    outage: Outage | None = None
    for minute in range(4):
        outage, orders = judge(
            Trouble.FORM, outage, down=minute % 2 == 0, now=Ms(minute * MINUTE), rules=RULES
        )
        keys += [order.dedupe_key for order in orders]
    assert len(set(keys)) == 4


@pytest.mark.parametrize("language", Language)
def test_each_language_tells_of_each_trouble(language: Language) -> None:
    rules = replace(RULES, alarm_language=language)
    texts = set()
    for trouble in Trouble:
        _, (order,) = judge(trouble, Outage(Ms(1)), down=True, now=Ms(30 * MINUTE), rules=rules)
        assert isinstance(order.command, Alert)
        texts.add(order.command.text)
    assert len(texts) == len(Trouble)


def test_an_alarm_holds_ids_and_no_reason() -> None:
    (order,) = alarms.dead(dead(FILE, refused=True), RULES)
    assert order.lane == LANE
    assert isinstance(order.command, Alert)
    assert "CANARY" not in order.command.text
    assert "d1" in order.command.text


@pytest.mark.parametrize(
    "event",
    [
        dead(FILE, invalid=True, refused=True),
        dead(FILE, dropped=True),
        dead(ShowForm(RequestId("r1"), CHAT)),
        dead(CloseForm(Place.DIRECT, MessageId("om_1"))),
        dead(TellPerson(CHAT, PersonId("ou_1"), "hello")),
        dead(Alert(CHAT, "an alarm about which no alarm may be raised")),
    ],
    ids=["correctable", "dropped", "form offered again", "close", "tell", "alert"],
)
def test_what_nobody_has_to_act_on_is_no_alarm(event: Undeliverable) -> None:
    assert alarms.dead(event, RULES) == ()


def test_a_comment_that_is_plainly_not_public_is_no_alarm() -> None:
    assert alarms.withheld(Withheld(dead(FILE).delivery, "not public"), RULES) == ()


def test_without_a_chat_there_is_no_alarm() -> None:
    silent = replace(RULES, alarm_chat=ChatId(""))
    assert alarms.dead(dead(FILE), silent) == ()
    assert two_tickets(RequestId("r1"), "HELP-1, HELP-2", silent) == ()
    outage, orders = judge(Trouble.FORM, None, down=True, now=Ms(1), rules=silent)
    assert outage is not None
    assert orders == ()


def test_two_tickets_of_one_request_are_told_once_by_key() -> None:
    (order,) = two_tickets(RequestId("r1"), "HELP-1, HELP-2", RULES)
    (again,) = two_tickets(RequestId("r1"), "HELP-1, HELP-2", RULES)
    assert order.dedupe_key == again.dedupe_key
    assert isinstance(order.command, Alert)
    assert "HELP-1, HELP-2" in order.command.text


def test_without_a_chat_the_second_way_is_the_only_one() -> None:
    rules = replace(RULES, alarm_chat=ChatId(""), alarm_webhook=True)
    (order,) = alarms.dead(dead(FILE), rules)
    assert (order.command.kind(), order.chat_id) == ("AlertByWebhook", "")
    _, (begun,) = judge(Trouble.JSM_LOGIN, None, down=True, now=Ms(7), rules=rules)
    assert isinstance(begun.command, Alarm)
    assert (begun.command.trouble, begun.command.since_ms) == ("jsm_login", 7)
    _, (over,) = judge(
        Trouble.JSM_LOGIN, Outage(Ms(7), told=True), down=False, now=Ms(9), rules=rules
    )
    assert isinstance(over.command, Alarm)
    assert (over.command.since_ms, over.command.over) == (7, True)
    assert elsewhere(over, rules) == ()


def test_an_end_knows_under_which_name_its_beginning_went_elsewhere() -> None:
    rules = replace(RULES, alarm_webhook=True)
    _, (begun,) = judge(Trouble.JSM_LOGIN, None, down=True, now=Ms(7), rules=rules)
    _, (over,) = judge(
        Trouble.JSM_LOGIN, Outage(Ms(7), told=True), down=False, now=Ms(9), rules=rules
    )
    (elsewhere_begun,) = elsewhere(begun, rules)
    assert begun_elsewhere(over) == elsewhere_begun.dedupe_key


def test_what_the_chat_refuses_goes_elsewhere_under_the_same_occasion() -> None:
    rules = replace(RULES, alarm_webhook=True)
    (told,) = two_tickets(RequestId("r1"), "HELP-1, HELP-2", rules)
    refused = Delivery(
        DeliveryId("d1"), told.command, told.lane, told.dedupe_key, DeliveryState.DEAD, Ms(5)
    )
    (again,) = elsewhere(refused, rules)
    assert again.dedupe_key == other_way(refused)
    assert isinstance(again.command, Alarm)
    assert (again.command.text, again.command.since_ms) == (told.command.text, 5)
    assert elsewhere(refused, RULES) == ()
    assert elsewhere(dead(FILE).delivery, rules) == ()
