"""What happens to a message between its words and their translation: answers that are lost, edits,
corrections, and a platform that takes no changes."""

from collections.abc import Callable

import pytest
from engine import Engine
from house import GLOBEX, House
from test_edited import DAY, PATCH, edits, patches
from test_truth import minutes_pass, standing
from translated import MARK, card, comments, translates


@pytest.fixture
def house(make_house: Callable[..., House], engine: Engine) -> House:
    return make_house(**engine.configured())


def test_a_change_that_comes_true_after_the_translation_came_is_made_good(house: House) -> None:
    """The repair that a lost answer asks for is not forgotten for the translation's sake."""
    story = house.files("ben", GLOBEX)
    comment = comments(house, story, "use the old server")
    translates(house)
    house.fail("lark", PATCH, "drop_after")
    edits(house, story, comment, "the secret is CANARY")
    house.poll()
    message = house.box.lark_state.messages[card(house).message_id]
    late = message.content
    assert "CANARY" in late
    edits(house, story, comment, "ask me for it please")
    house.poll()
    minutes_pass(house, 1)
    translates(house)
    assert "ask me for it please" in card(house).text
    with house.box.world.lock:
        message.content = late
    assert "CANARY" in standing(house)
    minutes_pass(house, 5)
    text = card(house).text
    assert "CANARY" not in text
    assert "ask me for it please" in text
    assert text.count(MARK) == 1
    done = patches(house)
    minutes_pass(house, 15)
    assert patches(house) == done


@pytest.mark.parametrize("kind", ["refuse", "drop_after"])
def test_a_platform_that_takes_no_change_holds_up_no_later_comment(house: House, kind: str) -> None:
    story = house.files("ben", GLOBEX)
    comments(house, story, "the node is back")
    how = {"status": 500, "body": '{"code":1,"msg":"oops"}'} if kind == "refuse" else {}
    fault = house.fail("lark", PATCH, kind, times=-1, **how)
    translates(house)
    assert fault.hits == 1
    comments(house, story, "the second answer")
    house.settle()
    assert "the second answer" in standing(house)
    house.box.world.faults.clear()
    for _ in range(8):
        minutes_pass(house, 3)
        translates(house)
    assert standing(house).count(MARK) == 2
    assert "Edited" not in standing(house)
    assert house.undelivered() == []


def test_what_was_edited_before_it_was_shown_is_not_called_edited(house: House) -> None:
    story = house.files("ben", GLOBEX)
    house.fail("lark", "POST /open-apis/im/v1/messages$", "refuse", times=-1, status=429)
    comment = house.box.jira_people.comment("erin", story.key, "the password is CANARY")
    house.poll()
    edits(house, story, comment, "ask me for it")
    house.poll()
    house.box.world.faults.clear()
    house.until(lambda: house.posts("dora", GLOBEX), step=30)
    house.poll()
    translates(house)
    assert MARK in card(house).text
    assert "Edited" not in card(house).text


def test_what_was_edited_while_it_is_shown_stays_called_edited(house: House) -> None:
    story = house.files("ben", GLOBEX)
    comment = comments(house, story, "use the old server")
    edits(house, story, comment, "use the new server")
    house.poll()
    translates(house)
    assert MARK in card(house).text
    assert "Edited" in card(house).text


def test_a_correction_is_still_called_one_with_its_translation(house: House) -> None:
    story = house.files("ben", GLOBEX)
    comment = comments(house, story, "use the old server")
    translates(house)
    house.time_passes(seconds=15 * DAY)
    edits(house, story, comment, "use another machine instead")
    house.poll()
    minutes_pass(house, 2)
    translates(house)
    minutes_pass(house, 2)
    post = next(m for m in house.posts("dora", GLOBEX) if "old server" in m.text)
    (correction,) = [m for m in house.thread("dora", GLOBEX, post.message_id) if MARK in m.text]
    assert "another machine" in correction.text
    assert "Erin Engineer corrected this answer" in correction.text
    assert "answered" not in correction.text
