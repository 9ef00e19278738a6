"""A doubt comes to an end, whatever the helpdesk does, and somebody learns of it."""

import pytest
from house import ACME, GLOBEX, House

from syncd.core.model import DeliveryState

CREATE = "POST /rest/servicedeskapi/request$"
COMMENT = "POST /rest/api/3/issue/[^/]+/comment$"
DEAD = DeliveryState.DEAD
HOURS = 3


@pytest.fixture
def impatient(make_house) -> House:
    """A syncd that gives up after three hours, and a project that has a ticket already."""
    house: House = make_house(**{"delivery.give_up_after_hours": HOURS})
    house.files("aiko", ACME)
    return house


def time_passes(house: House, hours: float) -> None:
    for _ in range(int(hours * 10)):
        house.time_passes(seconds=360)
        house.tidy()


def test_reply_that_jira_never_takes_is_given_up_and_the_next_one_arrives(
    impatient: House,
) -> None:
    house = impatient
    story = house.files("aiko", ACME)
    house.fail("jsm", COMMENT, "refuse", times=-1, status=500)
    house.says("aiko", ACME, "first", thread=story.root)
    house.says("aiko", ACME, "second", thread=story.root)
    time_passes(house, HOURS + 0.1)
    (dead,) = house.deliveries(DEAD)
    assert "given up after 3 hours" in dead.reason
    house.box.world.faults.clear()
    time_passes(house, 0.2)
    (comment,) = house.box.jira_people.comments(story.key)
    assert "second" in str(comment)
    assert len(house.told("aiko")) > 1


def test_create_that_jira_never_takes_fails_the_request(impatient: House) -> None:
    house = impatient
    house.asks("ben", GLOBEX)
    house.fail("jsm", CREATE, "refuse", times=-1, status=500)
    house.submits("ben", GLOBEX)
    time_passes(house, HOURS - 0.2)
    assert house.deliveries(DEAD) == []
    time_passes(house, 0.5)
    (dead,) = house.deliveries(DEAD)
    assert "given up after 3 hours" in dead.reason
    assert house.ticket_keys() == ["HELP-1"]
    assert len(house.told("ben")) > 1


def test_without_sight_of_the_project_no_author_is_told_that_the_reply_is_lost(
    impatient: House,
) -> None:
    """It stands on the ticket, and a lost permission looks like a ticket that is gone."""
    house = impatient
    story = house.files("aiko", ACME)
    house.fail("jsm", COMMENT, "drop_after")
    house.says("aiko", ACME, "first", thread=story.root)
    house.box.jira_state.switches.bot_sees_project = False
    time_passes(house, 0.5)
    house.box.jira_state.switches.bot_sees_project = True
    time_passes(house, 0.2)
    assert len(house.box.jira_people.comments(story.key)) == 1
    worry, relief = house.told("aiko")
    assert "確認できません" in worry
    assert "届きました" in relief
    assert house.undelivered() == []


def test_a_reply_to_a_ticket_that_is_gone_is_given_up_where_others_are_seen(
    impatient: House,
) -> None:
    house = impatient
    story = house.files("aiko", ACME)
    house.fail("jsm", COMMENT, "drop_after")
    house.says("aiko", ACME, "first", thread=story.root)
    house.box.jira_people.delete_ticket(story.key)
    time_passes(house, 0.2)
    (dead,) = house.deliveries(DEAD)
    assert "does not exist" in dead.reason
