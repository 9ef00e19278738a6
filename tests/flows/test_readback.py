"""A message whose answer was lost is looked for once Lark has forgotten its key."""

import pytest
from house import ACME, GLOBEX, House, Story

from syncd.core.model import DeliveryState

REPLY = "POST /open-apis/im/v1/messages/[^/]+/reply"


def says_it_unanswered_for_hours(house: House, story: Story, route: str, kind: str) -> None:
    """Let an answer of the team be posted, and no call of that route be answered for two hours."""
    house.fail("lark", route, kind, times=-1)
    house.box.jira_people.comment("erin", story.key, "once only")
    house.poll()
    house.time_passes(seconds=2 * 3600)
    house.box.world.faults.clear()
    house.settle()


def minutes_later(house: House) -> None:
    """Look again when it cannot be on its way any more."""
    house.time_passes(seconds=180)
    house.tidy()


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_within_the_hour_the_same_key_shows_it_once(house: House, kind: str) -> None:
    story = house.files("aiko", ACME)
    house.fail("lark", REPLY, kind)
    house.box.jira_people.comment("erin", story.key, "once only")
    house.poll()
    house.time_passes(seconds=120)
    house.settle()
    shown = [m.text for m in house.thread("chen", ACME, story.root)]
    assert sum("once only" in text for text in shown) == 1
    assert house.undelivered() == []


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_after_the_hour_it_is_read_back_first(house: House, kind: str) -> None:
    story = house.files("aiko", ACME)
    says_it_unanswered_for_hours(house, story, REPLY, kind)
    assert len(house.deliveries(DeliveryState.DOUBT)) == 1
    house.tidy()
    assert len(house.deliveries(DeliveryState.DOUBT)) == (kind == "drop_before")
    minutes_later(house)
    shown = [m.text for m in house.thread("chen", ACME, story.root)]
    assert sum("once only" in text for text in shown) == 1
    assert house.undelivered() == []


def test_it_is_made_again_although_another_comment_of_the_thread_was_withdrawn(
    house: House,
) -> None:
    story = house.files("aiko", ACME)
    hidden = house.box.jira_people.comment("erin", story.key, "hidden soon")
    house.poll()
    house.box.jira_people.flip(story.key, hidden, public=False)
    house.box.jira_people.transition(story.key, "In progress")
    house.poll()
    assert not any("hidden soon" in m.text for m in house.thread("chen", ACME, story.root))
    says_it_unanswered_for_hours(house, story, REPLY, "drop_before")
    house.tidy()
    minutes_later(house)
    shown = [m for m in house.thread("chen", ACME, story.root) if not m.recalled]
    assert ["once only" in m.text for m in shown].count(True) == 1
    assert house.undelivered() == []


def test_in_a_group_it_is_read_back_from_the_groups_history(house: House) -> None:
    story = house.files("ben", GLOBEX)
    says_it_unanswered_for_hours(house, story, r"POST /open-apis/im/v1/messages$", "drop_after")
    house.tidy()
    assert len(house.posts("dora", GLOBEX)) == 1
    assert house.undelivered() == []


def test_what_cannot_be_told_is_listed_and_never_sent_again(house: House) -> None:
    story = house.files("aiko", ACME)
    house.box.lark_state.switches.stub_cards = True
    says_it_unanswered_for_hours(house, story, REPLY, "drop_after")
    house.tidy()
    house.tidy()
    assert len(house.thread("chen", ACME, story.root)) == 2
    (dead,) = house.deliveries(DeliveryState.DEAD)
    assert "nobody can tell" in dead.reason


def test_what_was_said_below_an_anchor_is_read_back_from_there(house: House) -> None:
    """The root is gone, and the thread goes on below the first update that learned it."""
    story = house.files("aiko", ACME)
    house.box.lark_people.recall("aiko", story.root)
    house.box.jira_people.comment("erin", story.key, "anchor")
    house.poll()
    says_it_unanswered_for_hours(house, story, REPLY, "drop_after")
    house.tidy()
    (anchor,) = house.posts("chen", ACME)
    assert sum("once only" in m.text for m in anchor.thread) == 1
    assert house.undelivered() == []


@pytest.mark.parametrize("keeps", [True, False])
def test_what_stands_below_a_root_that_was_recalled_meanwhile_is_not_said_again(
    house: House, keeps: bool
) -> None:
    """Nobody outside Lark knows whether a recalled message still tells its thread."""
    story = house.files("aiko", ACME)
    house.box.lark_state.switches.recalled_keeps_thread = keeps
    says_it_unanswered_for_hours(house, story, REPLY, "drop_after")
    house.box.lark_people.recall("aiko", story.root)
    for _ in range(3):
        minutes_later(house)
    assert not any("once only" in post.text for post in house.posts("chen", ACME))
    shown = [m.text for m in house.thread("chen", ACME, story.root)]
    assert sum("once only" in text for text in shown) == 1
    assert len(house.deliveries(DeliveryState.DEAD)) == (not keeps)
