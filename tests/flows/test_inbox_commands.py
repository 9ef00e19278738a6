"""What an operator can do about what arrived and could not be handled."""

from pathlib import Path

import pytest
from house import GLOBEX, House
from shell import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def buried_mention(house: House) -> str:
    """Ben's mention arrives and is given up, as by a version that could not read it."""
    people = house.box.lark_people
    assert people.wait_delivered(people.say("ben", GLOBEX, "@Support Bot my disk is full"))
    with house.app.store.begin() as tx:
        (row,) = tx.inbox.take(tx.inbox.waiting(10), "ours", 1000)
        tx.inbox.bury(row.id, row.token, "nobody understood it")
    house.settle()
    assert people.view("ben", GLOBEX)[-1].kind != "card"
    return row.event_id


def test_a_mention_that_was_given_up_gets_its_form_when_it_is_requeued(
    house: House, shell: Shell
) -> None:
    event = buried_mention(house)
    assert "nobody understood it" in shell.run("inbox", "list")
    assert f"{event} waits to be read." in shell.run("inbox", "requeue", event)
    house.settle()
    house.submits("ben", GLOBEX)
    assert len(house.ticket_keys()) == 1
    assert shell.run("inbox", "list") == "Nothing that arrived is DEAD.\n"
    assert f"{event} is not DEAD" in shell.run("inbox", "requeue", event, status=2)


def test_what_was_swept_is_not_read_again(house: House, shell: Shell) -> None:
    event = buried_mention(house)
    house.time_passes(seconds=31 * 86_400)
    house.app.sweeper.run_once()
    assert f"{event} is not DEAD, or" in shell.run("inbox", "requeue", event, status=2)
