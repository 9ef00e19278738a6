"""Somebody else holds the database for a while."""

import sqlite3

from house import GLOBEX, House

from syncd.sandbox.lark.delivery import ACKED


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
