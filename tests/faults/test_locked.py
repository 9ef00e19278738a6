"""Somebody else holds the database for a while."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from house import ACME, GLOBEX, TOPIC, House

from syncd.core.model import Language
from syncd.core.wording import words
from syncd.sandbox.lark.connection.delivery import ACKED

BEN, AIKO, CHEN = ("ben", GLOBEX), ("aiko", ACME), ("chen", TOPIC)
SPEAK = {BEN: Language.EN, AIKO: Language.JA, CHEN: Language.ZH}
FULL = "CREATE TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT RAISE(FAIL, 'full'); END"


@contextmanager
def somebody_else_in(house: House, does: str, undoes: str) -> Iterator[None]:
    other = sqlite3.connect(house.url.removeprefix("sqlite:///"), isolation_level=None)
    try:
        other.execute(does)
        yield
        other.execute(undoes)
    finally:
        other.close()


def asks(house: House, who: tuple[str, str]) -> str:
    """Return the form's card."""
    person, chat = who
    house.asks(person, chat)
    return house.form(person, chat).message_id


def submits(house: House, who: tuple[str, str], card: str) -> str:
    """Press Submit; return what the person is told at once."""
    values = {"customfield_10041": "2-Major"}
    click = house.box.lark_people.click(who[0], card, "submit", values)
    assert click.outcome == "ok"
    told: str = click.toast.content
    return told


@pytest.mark.parametrize("who", SPEAK, ids=SPEAK.values())
def test_who_submits_while_nothing_can_be_stored_is_asked_to_try_again(
    house: House, who: tuple[str, str]
) -> None:
    card = asks(house, who)
    with somebody_else_in(house, FULL, "DROP TRIGGER full"):
        assert submits(house, who, card) == words(SPEAK[who]).our_fault
        house.settle()
        assert house.ticket_keys() == []
    assert submits(house, who, card) == words(SPEAK[who]).submitted
    house.settle()
    assert house.ticket_keys() == ["HELP-1"]
    assert house.undelivered() == []


@pytest.mark.parametrize("who", SPEAK, ids=SPEAK.values())
def test_who_submits_while_the_database_is_locked_hears_the_result_later(
    house: House, who: tuple[str, str]
) -> None:
    card = asks(house, who)
    with somebody_else_in(house, "BEGIN IMMEDIATE", "ROLLBACK"):
        assert submits(house, who, card) == words(SPEAK[who]).received_late
        assert submits(house, who, card) == words(SPEAK[who]).received_late
    wording = words(SPEAK[who])
    states = (wording.being_created, wording.was_created.format(key="HELP-1"))
    house.until(lambda: any(state in house.told(who[0]) for state in states), step=0)
    first, second = house.told(who[0])[-2:]
    assert first == wording.submitted
    assert second in states
    house.settle()
    assert house.ticket_keys() == ["HELP-1"]
    assert house.undelivered() == []


def test_while_the_database_is_locked_nothing_is_acknowledged_and_nothing_is_lost(
    house: House, fault_row
) -> None:
    people = house.box.lark_people
    house.box.lark_state.switches.retry_scale = 0.01
    other = sqlite3.connect(house.url.removeprefix("sqlite:///"), isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        message = people.say("ben", GLOBEX, "@Support Bot our cluster is down")
        (event,) = house.box.lark_state.delivery.about(message)
        assert people.wait_until(lambda: "500" in event.answers)
        assert event.status != ACKED
        other.execute("ROLLBACK")
    finally:
        other.close()
    house.box.world.clock.move(seconds=60)
    assert people.wait_delivered(message, 20)
    house.settle()
    house.submits("ben", GLOBEX)
    assert house.ticket_keys() == ["HELP-1"]
    sent = house.box.world.journal.calls("lark", "ephemeral/v1/send")
    assert len(sent) == 1
    fault_row(
        "another program holds the database for seconds",
        "the form a little later, once",
        "`frame_not_stored` where it lasted too long; Lark delivers again",
    )


def test_what_could_not_be_stored_is_read_back_before_lark_gives_it_up(house: House) -> None:
    people = house.box.lark_people
    house.app.catchup.run_once()
    other = sqlite3.connect(house.url.removeprefix("sqlite:///"), isolation_level=None)
    try:
        other.execute(
            "CREATE TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT RAISE(FAIL, 'full'); END"
        )
        message = people.say("ben", GLOBEX, "@Support Bot our cluster is down")
        (event,) = house.box.lark_state.delivery.about(message)
        assert people.wait_until(lambda: "500" in event.answers)
        other.execute("DROP TRIGGER full")
    finally:
        other.close()
    house.app.catchup.run_once()
    house.settle()
    assert event.status != ACKED
    assert house.form("ben", GLOBEX).private
