"""What arrived while our own code or our own memory fails."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from house import GLOBEX, House
from sqlalchemy import NullPool, create_engine, text

from syncd import log
from syncd.chat.lark import wire
from syncd.core.errors import StoreError
from syncd.core.events import Received
from syncd.loops.incoming.intake import Intake


def stumbles_over_poison(raw: bytes) -> Received | None:
    if b"poison" in raw:
        raise KeyError("our fault")
    return wire.read_event(raw)


def test_an_event_that_cannot_be_read_for_our_fault_is_buried_and_blocks_no_other(
    house: House,
) -> None:
    people = house.box.lark_people
    for said in ("poison", "it is down"):
        assert people.wait_delivered(people.say("ben", GLOBEX, f"@Support Bot {said}"))
    intake = Intake(
        house.app.records, stumbles_over_poison, wire.envelope, house.app.outage, log.get("intake")
    )
    handled = []
    for _ in range(6):
        handled.append(intake.run_once())
        house.time_passes(seconds=120)
    assert handled == [2, 1, 1, 1, 1, 0]
    house.settle()
    assert "it is down" in str(house.form("ben", GLOBEX))


@contextmanager
def nothing_can_be_decided(house: House, missing: str = "history") -> Iterator[None]:
    """The database takes claims, but no decision: a table is out of reach."""
    engine = create_engine(house.url, poolclass=NullPool)
    for before, after in ((missing, "away"), ("away", missing)):
        with engine.begin() as connection:
            connection.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))
        if after == "away":
            yield


def test_what_was_claimed_when_the_store_failed_is_handled_as_soon_as_it_is_back(
    house: House,
) -> None:
    people = house.box.lark_people
    for said in ("first", "second", "third"):
        assert people.wait_delivered(people.say("ben", GLOBEX, f"@Support Bot {said}"))
    with nothing_can_be_decided(house), pytest.raises(StoreError):
        house.app.intake.run_once()
    assert house.app.intake.run_once() == 3
    house.settle()
    assert len([m for m in people.view("ben", GLOBEX) if m.fields]) == 3
    assert house.undelivered() == []


def test_tries_that_the_store_ended_do_not_count_when_our_own_code_fails_next(
    house: House,
) -> None:
    people = house.box.lark_people
    assert people.wait_delivered(people.say("ben", GLOBEX, "@Support Bot it is down"))
    with nothing_can_be_decided(house, missing="chats"):
        for _ in range(6):
            assert house.app.intake.run_once() == 1
            house.time_passes(seconds=120)
    failing = iter([KeyError("our fault")])

    def stumbles_once(raw: bytes) -> Received | None:
        for failure in failing:
            raise failure
        return wire.read_event(raw)

    intake = Intake(
        house.app.records, stumbles_once, wire.envelope, house.app.outage, log.get("intake")
    )
    assert intake.run_once() == 1
    house.time_passes(seconds=120)
    assert intake.run_once() == 1
    house.settle()
    assert house.form("ben", GLOBEX)
