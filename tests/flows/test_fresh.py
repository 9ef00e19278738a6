"""What was said in the last hour is looked at again every minute; what is older, every hour."""

import databases
import pytest
from house import ACME, House, Story
from test_truth import DETAILS, answered, delete, hide, minutes_pass, standing

# On SQLite alone: the queue of looks is tested on each database, and an hour is long on a server.
url = databases.fresh_on(databases.SQLITE)


def restrict(house: House, story: Story, comment: str) -> None:
    house.box.jira_people.restrict(story.key, comment, "Administrators")


@pytest.mark.parametrize(("taken_back", "age"), [(hide, 0), (delete, 0), (restrict, 0), (hide, 55)])
def test_while_it_is_fresh_it_leaves_within_two_minutes_however_it_is_taken_back(
    house: House, taken_back, age: int
) -> None:
    switches = house.box.jira_state.switches
    switches.flip_bumps_updated = switches.delete_bumps_updated = False
    switches.edit_bumps_updated = False
    story, comment = answered(house, "too much said")
    minutes_pass(house, age, step=60)
    taken_back(house, story, comment)
    minutes_pass(house, 2)
    assert "too much said" not in standing(house)
    assert house.undelivered() == []


def test_an_hour_after_everything_was_said_nothing_is_read_again_but_each_hour(
    house: House,
) -> None:
    answered(house, "one")
    answered(house, "two", "aiko", ACME)
    minutes_pass(house, 61, step=60)
    before = len(house.box.world.journal.calls("jsm", DETAILS))
    minutes_pass(house, 55, step=60)
    assert len(house.box.world.journal.calls("jsm", DETAILS)) - before <= 1


def test_the_comments_of_a_minute_are_read_again_by_one_call_for_all_tickets(house: House) -> None:
    for number in range(3):
        answered(house, f"answer {number}")
    minutes_pass(house, 2)
    before, began = len(house.box.world.journal.calls("jsm", DETAILS)), minute(house)
    minutes_pass(house, 10, step=30)
    asked = len(house.box.world.journal.calls("jsm", DETAILS)) - before
    assert asked <= minute(house) - began


def minute(house: House) -> int:
    return int(house.box.world.clock.now_ms()) // 60_000
