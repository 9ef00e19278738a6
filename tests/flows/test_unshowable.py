"""A form, or the news of a ticket, that cannot be shown: the asker hears of it."""

import json

import pytest
from house import GLOBEX, House

from syncd.core.delivery import Delivery
from syncd.core.kinds import AnnounceTicket, ShowForm, TellPerson
from syncd.core.model import DeliveryState

PRIVATE = "POST /open-apis/ephemeral/v1/send"
REPLY = "POST /open-apis/im/v1/messages/[^/]+/reply"
HOUR = 3600


def lark_refuses(house: House, route: str, code: int, times: int = -1) -> None:
    body = json.dumps({"code": code, "msg": "refused on purpose"})
    house.fail("lark", route, "refuse", times=times, status=400, body=body)


def dead(house: House, kind: type) -> Delivery:
    (delivery,) = [d for d in house.deliveries(DeliveryState.DEAD) if isinstance(d.command, kind)]
    return delivery


def test_a_card_that_lark_refuses_also_in_plain_words_is_explained_to_its_asker(
    house: House,
) -> None:
    lark_refuses(house, PRIVATE, 230099, times=2)
    root = house.asks("ben", GLOBEX)
    (told,) = house.told("ben")
    assert "could not be shown" in told
    assert "230099" in dead(house, ShowForm).reason
    house.says("ben", GLOBEX, "@Support Bot again", thread=root)
    assert house.form("ben", GLOBEX).fields


def test_where_private_cards_are_forbidden_the_form_comes_directly(house: House) -> None:
    lark_refuses(house, PRIVATE, 230027)
    house.asks("ben", GLOBEX)
    assert house.form("ben", GLOBEX) in house.box.lark_people.direct("ben")
    house.submits("ben", GLOBEX)
    assert house.ticket_keys() == ["HELP-1"]
    assert house.undelivered() == []


def test_the_asker_learns_the_key_of_a_ticket_that_cannot_be_announced(house: House) -> None:
    house.asks("ben", GLOBEX)
    lark_refuses(house, REPLY, 230002)
    house.submits("ben", GLOBEX)
    told = house.told("ben")[-1]
    assert "HELP-1 was created" in told
    assert "/HELP-1" in told
    assert "230002" in dead(house, AnnounceTicket).reason


def test_a_word_that_lark_takes_for_a_leak_is_said_without_addresses(house: House) -> None:
    house.asks("dora", GLOBEX)
    house.fail("jsm", "POST /rest/servicedeskapi/.*customer", "refuse", times=-1, status=403)
    lark_refuses(house, "POST /open-apis/im/v1/messages", 230028, times=1)
    house.submits("dora", GLOBEX, reporter="stranger@globex.example")
    house.until(lambda: house.told("dora"), step=60)
    assert all("stranger" not in told for told in house.told("dora"))
    assert not any(isinstance(d.command, TellPerson) for d in house.undelivered())


@pytest.fixture
def limited_for_a_day(house: House) -> House:
    """Ben asked, and Lark took nothing for more than the life of a form."""
    body = json.dumps({"code": 99991400, "msg": "request trigger frequency limit"})
    headers = {"x-ogw-ratelimit-reset": "1"}
    house.fail(
        "lark", "POST /open-apis/", "refuse", times=-1, status=429, body=body, headers=headers
    )
    house.asks("ben", GLOBEX)
    for _ in range(25):
        house.time_passes(seconds=HOUR)
        house.tidy()
    house.box.world.faults.clear()
    return house


def test_a_form_that_could_not_be_sent_for_a_day_is_explained_and_listed(
    limited_for_a_day: House,
) -> None:
    house = limited_for_a_day
    house.until(lambda: house.told("ben"))
    (told,) = house.told("ben")
    assert "could not be shown" in told
    assert "expired" in dead(house, ShowForm).reason


def test_a_refusal_that_could_not_be_shown_for_a_day_is_told_to_its_asker(house: House) -> None:
    """Who pressed Submit was answered that it was received, and has a form without the refusal."""
    house.asks("ben", GLOBEX)
    house.fail("jsm", "POST /rest/servicedeskapi/request$", "refuse", times=2, status=400,
               body='{"errorMessage": "The due date lies in the past."}',
               headers={"content-type": "application/json"})  # fmt: skip
    lark_refuses(house, "POST /open-apis/", 230020)
    house.submits("ben", GLOBEX)
    for _ in range(25):
        house.time_passes(seconds=HOUR)
        house.tidy()
    house.box.world.faults.clear()
    house.until(lambda: house.told("ben"))
    (told,) = house.told("ben")
    assert "The due date lies in the past." in told
    assert "expired" in dead(house, ShowForm).reason


def test_the_life_of_a_form_begins_when_it_is_shown(house: House) -> None:
    lark_refuses(house, "POST /open-apis/", 230020)
    house.asks("ben", GLOBEX)
    house.time_passes(seconds=20 * HOUR)
    house.box.world.faults.clear()
    house.settle()
    card = house.form("ben", GLOBEX)
    house.time_passes(seconds=23 * HOUR)
    house.tidy()
    house.clicks("ben", card, "submit", customfield_10041="2-Major")
    assert house.ticket_keys() == ["HELP-1"]
