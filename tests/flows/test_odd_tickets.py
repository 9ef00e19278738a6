"""A ticket or a comment that nobody can read keeps nobody else waiting."""

import databases
from house import ACME, GLOBEX, House, Story

from syncd.sandbox.jsm.records import Comment

# On SQLite alone: patience goes by the clock, and a server's cannot be moved.
url = databases.fresh_on(databases.SQLITE)


def stored(house: House, key: str, comment: str) -> Comment:
    """Return a comment as the helpdesk keeps it."""
    ticket = house.box.jira_state.find(key)
    assert ticket is not None
    return next(one for one in ticket.comments if str(one.id) == comment)


def wait_and_poll(house: House, *seconds: float) -> None:
    for wait in seconds:
        house.time_passes(seconds=wait)
        house.poll()


def test_a_ticket_whose_comments_cannot_be_listed_stops_no_other(house: House) -> None:
    odd, other = house.files("aiko", ACME), house.files("ben", GLOBEX)
    house.box.jira_state.switches.comment_field_limit = 2
    number = house.box.jira_people.ticket(odd.key).id
    refusal = house.fail(
        "jsm", f"GET /rest/api/3/issue/{number}/comment", "refuse", times=-1, status=500
    )
    for part in range(3):
        house.box.jira_people.comment("erin", odd.key, f"part {part}")
        house.time_passes(seconds=1)
    house.box.jira_people.comment("erin", other.key, "for ben")
    house.poll()
    assert ["for ben" in post.text for post in house.posts("dora", GLOBEX)] == [True]
    assert len(house.thread("chen", ACME, odd.root)) == 1
    refusal.times = 0
    wait_and_poll(house, 400)
    house.until(lambda: len(house.thread("chen", ACME, odd.root)) == 4)
    parts = [answer.text[-6:] for answer in house.thread("chen", ACME, odd.root)[1:]]
    assert parts == ["part 0", "part 1", "part 2"]


def test_a_comment_with_an_odd_property_stops_no_other_ticket(house: House) -> None:
    odd, other = house.files("aiko", ACME), house.files("ben", GLOBEX)
    comment = house.box.jira_people.comment("erin", odd.key, "odd")
    stored(house, odd.key, comment).properties[""] = {"nobody": "knows"}
    house.box.jira_people.comment("erin", other.key, "for ben")
    house.poll()
    assert ["for ben" in post.text for post in house.posts("dora", GLOBEX)] == [True]
    assert len(house.thread("chen", ACME, odd.root)) == 1
    del stored(house, odd.key, comment).properties[""]
    wait_and_poll(house, 400)
    assert "odd" in house.thread("chen", ACME, odd.root)[-1].text


def one_odd_and_two(house: House) -> tuple[Story, str]:
    """Return a ticket with two comments, the first of which nobody can read, and its id."""
    story = house.files("aiko", ACME)
    first = house.box.jira_people.comment("erin", story.key, "one")
    stored(house, story.key, first).properties[""] = "odd"
    house.time_passes(seconds=1)
    house.box.jira_people.comment("erin", story.key, "two")
    return story, first


def shown(house: House, root: str) -> list[str]:
    return [answer.text.splitlines()[-1] for answer in house.thread("chen", ACME, root)[1:]]


def test_a_comment_left_out_once_is_not_overtaken(house: House) -> None:
    story, first = one_odd_and_two(house)
    wait_and_poll(house, 20, 20)
    assert shown(house, story.root) == []
    del stored(house, story.key, first).properties[""]
    wait_and_poll(house, 60, 60)
    house.until(lambda: len(shown(house, story.root)) == 2)
    assert shown(house, story.root) == ["one", "two"]


def test_a_comment_left_out_for_long_keeps_later_ones_back_no_longer(house: House) -> None:
    story, first = one_odd_and_two(house)
    wait_and_poll(house, 60, 700)
    assert shown(house, story.root) == ["two"]
    del stored(house, story.key, first).properties[""]
    wait_and_poll(house, 3600)
    assert shown(house, story.root) == ["two", "one"]


def test_an_old_comment_of_a_long_ticket_that_becomes_public_is_shown(house: House) -> None:
    """To read only what is newer than the last comment that was handled would miss it."""
    story, people = house.files("aiko", ACME), house.box.jira_people
    house.box.jira_state.switches.comment_field_limit = 2
    old = people.comment("erin", story.key, "for the team at first", public=False)
    for part in range(3):
        people.comment("erin", story.key, f"part {part}")
        wait_and_poll(house, 10)
    people.flip(story.key, old, public=True)
    house.time_passes(seconds=20 * 86_400)
    people.comment("erin", story.key, "still with us?")
    wait_and_poll(house, 10)
    house.until(lambda: len(house.thread("chen", ACME, story.root)) == 6, step=10)
    shown = "\n".join(update.text for update in house.thread("chen", ACME, story.root))
    assert "for the team at first" in shown
    assert "still with us?" in shown
    assert house.undelivered() == []


def test_a_comment_that_jira_cannot_give_keeps_none_back_that_came_before(house: House) -> None:
    story = house.files("aiko", ACME)
    for said in ("one", "two", "three", "four"):
        house.box.jira_people.comment("erin", story.key, said)
        house.time_passes(seconds=1)
    bad = str(house.box.jira_people.comments(story.key)[2].id)
    fault = house.fail(
        "jsm", "POST /rest/api/3/comment/list", "refuse", times=-1, status=500, asks=bad
    )
    wait_and_poll(house, 20)
    house.until(lambda: len(shown(house, story.root)) == 2, step=1)
    assert shown(house, story.root) == ["one", "two"]
    fault.times = 0
    wait_and_poll(house, 400)
    house.until(lambda: len(shown(house, story.root)) == 4, step=1)
    assert shown(house, story.root) == ["one", "two", "three", "four"]
