"""What stands in the chat follows what engineers do with their answers afterwards."""

import pytest
from faults.stories import REPLY, answers, engineer_says, wait_and_poll
from house import ACME, House, Story

from syncd.core.watching import Reason

PATCH = "PATCH /open-apis/im/v1/messages/"
DAY = 86_400


def answered(house: House, words: str) -> tuple[Story, str]:
    story = house.files("aiko", ACME)
    comment = engineer_says(house, story, words)
    wait_and_poll(house, 1)
    assert answers(house, story) == [words]
    return story, comment


def readable(house: House, story: Story) -> list[str]:
    """Return the last line of each update that people can still read."""
    thread = house.thread("chen", ACME, story.root)[1:]
    return [m.text.splitlines()[-1] for m in thread if not m.recalled]


@pytest.mark.parametrize("kind", ["", "drop_before", "drop_after"])
def test_an_edit_takes_the_place_of_the_words(house: House, fault_row, kind: str) -> None:
    story, comment = answered(house, "DROP TABLE x")
    if kind:
        house.fail("lark", PATCH, kind)
    house.time_passes(seconds=1)
    house.box.jira_people.edit(story.key, comment, "do NOT drop it")
    wait_and_poll(house, 1, 5, 200)
    assert readable(house, story) == ["do NOT drop it"]
    assert house.undelivered() == []
    fault_row(
        "a comment is edited after it was shown, and Lark's answer to the change may be lost",
        "its message with the new words, and that it was edited",
        "nothing; `syncd trace` says when it was edited",
    )


def test_an_edit_of_what_lark_lets_nobody_change_any_more_is_said_below(
    house: House, fault_row
) -> None:
    story, comment = answered(house, "DROP TABLE x")
    house.time_passes(seconds=15 * DAY)
    house.fail("lark", REPLY, "drop_after")
    house.box.jira_people.edit(story.key, comment, "do NOT drop it")
    wait_and_poll(house, 1, 5)
    assert readable(house, story) == ["DROP TABLE x", "do NOT drop it"]
    assert house.undelivered() == []
    fault_row(
        "a comment is edited more than 14 days after it was shown (230031)",
        "a correction below its message, once",
        "`not_replaced`; nothing to do",
    )


@pytest.mark.parametrize("how", ["deleted", "restricted"])
def test_what_is_not_listed_any_more_leaves_at_the_next_poll(
    house: House, fault_row, how: str
) -> None:
    story, comment = answered(house, "too much said")
    people = house.box.jira_people
    if how == "deleted":
        people.delete(story.key, comment)
    else:
        people.restrict(story.key, comment, "Administrators")
    wait_and_poll(house, 1)
    assert readable(house, story) == []
    fault_row(
        "a shown comment is deleted, or restricted to a role that the bot does not have",
        "its message goes at the next poll",
        "`comments_gone`; `syncd trace` says so",
    )


def test_what_is_hidden_and_public_again_leaves_and_comes_back(house: House, fault_row) -> None:
    story, comment = answered(house, "restart the node")
    for public, shown in ((False, []), (True, ["restart the node"])):
        house.box.jira_people.flip(story.key, comment, public=public)
        house.comes_due(Reason.FRESH)
        house.app.watch.look(Reason.FRESH)
        wait_and_poll(house, 1)
        assert readable(house, story) == shown
    assert house.undelivered() == []
    fault_row(
        "a shown comment is made internal and public again, and its ticket does not move",
        "its message goes, and another one comes, each within two minutes while it is fresh",
        "`comments_withdrawn`; `syncd trace` tells the present state",
    )
