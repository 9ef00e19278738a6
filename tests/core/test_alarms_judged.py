"""When operators are told, and when they are not."""

from dataclasses import replace

import pytest

from syncd.core.alarms import LANE, Outage, Trouble, judge, of_event, two_tickets
from syncd.core.commands import (
    Alert,
    CloseForm,
    Command,
    Delivery,
    FileTicket,
    ShowForm,
    TellPerson,
)
from syncd.core.decide.known import Rules
from syncd.core.events import Undeliverable, Withheld
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
    (order,) = of_event(dead(FILE, refused=True), RULES)
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
        Withheld(dead(FILE).delivery, "not public"),
    ],
    ids=["correctable", "dropped", "form offered again", "close", "tell", "alert", "withheld"],
)
def test_what_nobody_has_to_act_on_is_no_alarm(event: Undeliverable | Withheld) -> None:
    assert of_event(event, RULES) == ()


def test_without_a_chat_there_is_no_alarm() -> None:
    silent = replace(RULES, alarm_chat=ChatId(""))
    assert of_event(dead(FILE), silent) == ()
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
