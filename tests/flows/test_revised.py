"""What people take back or edit in a ticket's thread is followed by its comment."""

from pathlib import Path

import databases
import pytest
from house import ACME, House
from shell import Shell

from syncd.core.kinds.replies.revise_comment import ReviseComment
from syncd.core.model import DeliveryState

# On SQLite alone: minutes pass.
url = databases.fresh_on(databases.SQLITE)


def comments(house: House, key: str) -> list[str]:
    """The words of each comment of the ticket."""
    return [str(comment.body) for comment in house.box.jira_people.comments(key)]


def revised(house: House) -> None:
    """Wait until what was edited or taken back has been heard and seen to."""

    def is_done() -> bool:
        done = [
            d for d in house.deliveries(DeliveryState.DONE) if isinstance(d.command, ReviseComment)
        ]
        return bool(done)

    house.until(is_done, step=10)


@pytest.mark.parametrize("on_recall", ["mark", "delete"])
def test_what_is_taken_back_leaves_the_ticket(make_house, on_recall: str) -> None:
    house: House = make_house(**{"jsm.on_recall": on_recall})
    story = house.files("chen", ACME)
    house.says("chen", ACME, "first", thread=story.root)
    message = house.says("chen", ACME, "the password is hunter2", thread=story.root)
    house.box.lark_people.recall("chen", message)
    house.until(lambda: not any("hunter2" in one for one in comments(house, story.key)), step=10)
    left = comments(house, story.key)
    assert len(left) == (1 if on_recall == "delete" else 2)
    assert "first" in left[0]
    house.poll()
    assert len(house.thread("chen", ACME, story.root)) == 3
    assert house.undelivered() == []


def test_what_is_taken_back_before_it_was_carried_is_never_carried(house: House) -> None:
    root = house.asks("chen", ACME)
    message = house.says("chen", ACME, "the password is hunter2", thread=root)
    house.box.lark_people.recall("chen", message)
    revised(house)
    house.submits("chen", ACME)
    revised(house)
    (key,) = house.ticket_keys()
    assert not any("hunter2" in said for said in comments(house, key))
    assert "hunter2" not in str(house.box.jira_people.ticket(key))


def test_an_edit_reaches_the_comment_whole_and_comes_back_to_nobody(house: House) -> None:
    story = house.files("chen", ACME)
    message = house.says("chen", ACME, "node 3 is down", thread=story.root)
    house.box.lark_people.edit("chen", message, "node 4 is down\n  and a < b & c")
    revised(house)
    (said,) = comments(house, story.key)
    assert "node 3" not in said
    assert "node 4 is down" in said
    assert "a < b & c" in said
    assert "陈伟" in said
    house.poll()
    assert len(house.thread("chen", ACME, story.root)) == 2


def test_of_a_long_message_every_part_follows(house: House) -> None:
    story = house.files("chen", ACME)
    message = house.says("chen", ACME, "word " * 12_000, thread=story.root)
    assert len(comments(house, story.key)) > 1
    house.box.lark_people.edit("chen", message, "never mind")
    revised(house)
    (said,) = comments(house, story.key)
    assert "never mind" in said


def test_an_edit_whose_answer_is_lost_is_made_again(house: House) -> None:
    story = house.files("chen", ACME)
    message = house.says("chen", ACME, "node 3 is down", thread=story.root)
    house.fail("jsm", "PUT /rest/api/3/issue/[^/]+/comment/.*", "drop_before")
    house.box.lark_people.edit("chen", message, "node 4 is down")
    house.until(lambda: "node 4" in comments(house, story.key)[0], step=30)
    assert house.deliveries(DeliveryState.DEAD) == []


@pytest.mark.parametrize("recalled", [True, False], ids=["taken back", "edited"])
def test_what_engineers_have_hidden_stays_hidden(house: House, recalled: bool) -> None:
    story = house.files("chen", ACME)
    message = house.says("chen", ACME, "the password is hunter2", thread=story.root)
    desk = house.box.jira_people
    (comment,) = desk.comments(story.key)
    desk.flip(story.key, str(comment.id), public=False)
    if recalled:
        house.box.lark_people.recall("chen", message)
    else:
        house.box.lark_people.edit("chen", message, "the password is hunter3")
    revised(house)
    (comment,) = desk.comments(story.key)
    assert comment.properties["sd.public.comment"] == {"internal": True}
    assert house.undelivered() == []


def test_a_comment_that_is_gone_needs_no_change(house: House) -> None:
    story = house.files("chen", ACME)
    message = house.says("chen", ACME, "node 3 is down", thread=story.root)
    (comment,) = house.box.jira_people.comments(story.key)
    house.box.jira_people.delete(story.key, str(comment.id))
    house.box.lark_people.edit("chen", message, "node 4 is down")
    revised(house)
    assert comments(house, story.key) == []
    assert house.undelivered() == []


def test_a_change_that_is_denied_waits_until_operators_have_mended_it(house: House) -> None:
    story = house.files("chen", ACME)
    message = house.says("chen", ACME, "the password is hunter2", thread=story.root)
    fault = house.fail(
        "jsm", "PUT /rest/api/3/issue/[^/]+/comment/.*", "refuse", times=-1, status=403
    )
    house.box.lark_people.recall("chen", message)
    house.until(house.undelivered, step=10)
    (waiting,) = house.undelivered()
    assert waiting.state is DeliveryState.READY
    fault.times = 0
    house.until(lambda: house.undelivered() == [], step=120)
    assert "hunter2" not in comments(house, story.key)[0]


def test_what_was_edited_while_it_could_not_be_delivered_is_sent_again_as_it_is_now(
    house: House, tmp_path: Path
) -> None:
    story = house.files("chen", ACME)
    away = house.fail("jsm", "POST /rest/api/3/issue/[^/]+/comment", "refuse", times=-1, status=403)
    message = house.says("chen", ACME, "node 3 is down", thread=story.root)
    (waiting,) = house.undelivered()
    shell = Shell(tmp_path)
    shell.run("outbox", "drop", waiting.id)
    house.box.lark_people.edit("chen", message, "node 4 is down")
    revised(house)
    away.times = 0
    shell.run("outbox", "requeue", waiting.id)
    house.until(lambda: any("node 4" in one for one in comments(house, story.key)), step=10)
    assert len(comments(house, story.key)) == 1
    assert house.undelivered() == []
