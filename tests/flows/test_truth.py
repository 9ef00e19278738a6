"""What stands in the chat stays true: a hidden or deleted comment leaves it, and comes back."""

import pytest
from house import ACME, GLOBEX, House, Story

from syncd.core.kinds import PostUpdate
from syncd.core.model import DeliveryState
from syncd.core.operators.trace import sentences

DETAILS = "/rest/api/3/comment/list"


def answered(
    house: House, words: str, person: str = "ben", chat: str = GLOBEX
) -> tuple[Story, str]:
    story = house.files(person, chat)
    comment = house.box.jira_people.comment("erin", story.key, words)
    house.poll()
    house.until(lambda: words in standing(house), step=1)
    assert words in standing(house)
    return story, comment


def standing(house: House) -> str:
    """Return all that people in both groups can read of what the bot said."""
    seen = [*house.box.lark_people.view("chen", ACME), *house.box.lark_people.view("dora", GLOBEX)]
    everything = [m for top in seen for m in (top, *top.thread)]
    return " | ".join(m.text for m in everything if m.kind == "card" and not m.recalled)


def minutes_pass(house: House, minutes: int, step: int = 10) -> None:
    """Let the watch run for so long, each `step` seconds."""
    for _ in range(minutes * 60 // step):
        house.time_passes(seconds=step)
        house.app.watch.run_once()
        house.app.slow_watch.run_once()
        house.settle()


def told(house: House, story: Story) -> str:
    with house.app.store.read() as tx:
        return "\n".join(sentences(tx.history.trace(story.key)))


@pytest.mark.parametrize("role", ["Service Desk Team", "Administrators"])
def test_what_is_restricted_to_a_role_leaves_at_the_next_poll(house: House, role: str) -> None:
    """To us a comment for a role that our account does not have looks like a deletion."""
    story, comment = answered(house, "SECRET role")
    house.box.jira_people.restrict(story.key, comment, role)
    house.poll()
    assert "SECRET" not in standing(house)
    assert house.undelivered() == []


def test_what_is_deleted_leaves_at_the_next_poll_and_nothing_else_does(house: House) -> None:
    story, comment = answered(house, "wrong customer")
    house.box.jira_people.comment("erin", story.key, "this one stays")
    house.poll()
    house.box.jira_people.delete(story.key, comment)
    house.poll()
    assert "wrong customer" not in standing(house)
    assert "this one stays" in standing(house)
    assert house.undelivered() == []


def test_what_is_deleted_while_its_post_waits_is_never_shown(house: House) -> None:
    story = house.files("ben", GLOBEX)
    house.fail("lark", "POST /open-apis/im/v1/messages$", "refuse", times=-1, status=429)
    comment = house.box.jira_people.comment("erin", story.key, "wrong customer")
    house.poll()
    house.box.jira_people.delete(story.key, comment)
    house.poll()
    house.box.world.faults.clear()
    minutes_pass(house, 3)
    assert "wrong customer" not in standing(house)


def hide(house: House, story: Story, comment: str) -> None:
    house.box.jira_people.flip(story.key, comment, public=False)


def delete(house: House, story: Story, comment: str) -> None:
    house.box.jira_people.delete(story.key, comment)


def test_while_it_is_fresh_it_leaves_within_two_minutes_though_its_ticket_does_not_move(
    house: House,
) -> None:
    house.box.jira_state.switches.delete_bumps_updated = False
    story, comment = answered(house, "too much said")
    delete(house, story, comment)
    minutes_pass(house, 2)
    assert "too much said" not in standing(house)
    assert house.undelivered() == []


def test_one_list_that_leaves_a_comment_out_withdraws_nothing(house: House) -> None:
    """Neither the ticket's list alone, nor the reading by ids alone."""
    story, comment = answered(house, "still here")
    ticket = house.box.jira_state.by_id[house.box.jira_people.ticket(story.key).id]
    kept = list(ticket.comments)
    with house.box.world.lock:
        ticket.comments.clear()
    answer = house.fail(
        "jsm",
        "POST /rest/api/3/comment/list",
        "refuse",
        status=200,
        body=listed(house, comment),
        headers={"content-type": "application/json", "x-aaccountid": "712020:bot"},
    )
    house.box.jira_people.transition(story.key, "In progress")
    house.poll()
    assert answer.hits == 1
    with house.box.world.lock:
        ticket.comments.extend(kept)
    house.poll()
    assert "still here" in standing(house)


def listed(house: House, comment: str) -> str:
    """Return how Jira answers when it is asked for that comment."""
    calls = house.box.world.journal.calls("jsm", DETAILS)
    bodies = [call.response.decode() for call in calls if f'"{comment}"' in call.response.decode()]
    return bodies[-1]


# -- public again


@pytest.mark.parametrize(("person", "chat"), [("ben", GLOBEX), ("aiko", ACME)])
def test_what_is_public_again_is_shown_again_by_another_message(
    house: House, person: str, chat: str
) -> None:
    story, comment = answered(house, "restart the node", person, chat)
    for _ in range(3):
        house.box.jira_people.flip(story.key, comment, public=False)
        minutes_pass(house, 2)
        assert "restart" not in standing(house)
        house.box.jira_people.flip(story.key, comment, public=True)
        minutes_pass(house, 2)
        assert standing(house).count("restart") == 1
    house.poll()
    assert standing(house).count("restart") == 1
    assert house.undelivered() == []


def test_what_was_public_again_for_a_moment_is_hidden_for_good(house: House) -> None:
    """Its first message is not taken for the one that shows it now."""
    story, comment = answered(house, "restart the node")
    hide(house, story, comment)
    minutes_pass(house, 2)
    house.fail("lark", "POST /open-apis/im/v1/messages$", "refuse", times=-1, status=429)
    house.box.jira_people.flip(story.key, comment, public=True)
    minutes_pass(house, 2)
    hide(house, story, comment)
    minutes_pass(house, 2)
    house.box.world.faults.clear()
    minutes_pass(house, 5)
    assert "restart" not in standing(house)


def test_replies_reach_the_ticket_also_after_a_comment_was_shown_again(house: House) -> None:
    story, comment = answered(house, "restart the node", "aiko", ACME)
    hide(house, story, comment)
    minutes_pass(house, 2)
    house.box.jira_people.flip(story.key, comment, public=True)
    minutes_pass(house, 2)
    house.says("chen", ACME, "it works", thread=story.root)
    assert any("it works" in c.text for c in house.box.jira_people.comments(story.key))
    house.poll()
    assert "it works" not in standing(house)


# -- trace


def test_trace_tells_that_a_comment_was_withdrawn_and_shown_again(house: House) -> None:
    story, comment = answered(house, "restart the node")
    hide(house, story, comment)
    minutes_pass(house, 2)
    (first,) = house.posts("dora", GLOBEX)
    assert (
        f"Comment {comment} was posted in {GLOBEX} as {first.message_id}, is no longer public "
        "(internal) and was withdrawn."
    ) in told(house, story)
    house.box.jira_people.transition(story.key, "In progress")
    house.poll()
    assert "is no longer public (internal) and was withdrawn." in told(house, story)
    house.box.jira_people.flip(story.key, comment, public=True)
    minutes_pass(house, 2)
    (again,) = [m for m in house.posts("dora", GLOBEX) if not m.recalled]
    assert f"Comment {comment} was posted in {GLOBEX} as {again.message_id}." in told(house, story)


def test_trace_tells_of_what_has_to_leave_and_still_stands(house: House) -> None:
    story, comment = answered(house, "restart the node")
    house.time_passes(seconds=15 * 86_400)
    delete(house, story, comment)
    house.poll()
    said = told(house, story)
    assert "is no longer public (deleted, or restricted to a role that we do not have)" in said
    assert "still stands there: dead" in said


def test_what_has_to_leave_waits_for_nothing_else_of_its_thread(house: House) -> None:
    story, comment = answered(house, "too much said")
    house.fail("lark", "POST /open-apis/im/v1/", "refuse", times=-1, status=429)
    house.box.jira_people.comment("erin", story.key, "one that cannot be posted yet")
    house.poll()
    delete(house, story, comment)
    house.poll()
    assert "too much said" not in standing(house)
    (waiting,) = house.deliveries(DeliveryState.READY)
    assert isinstance(waiting.command, PostUpdate)
