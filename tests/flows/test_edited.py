"""A comment that is edited in Jira after it was shown: its message shows what it says now."""

import pytest
from house import ACME, GLOBEX, House, Story
from test_truth import answered, minutes_pass, standing, told

from syncd.core.model import DeliveryState

PATCH = "PATCH /open-apis/im/v1/messages/"
GATE = "GET /rest/servicedeskapi/request/.*/comment/"
DAY = 86_400


def edits(house: House, story: Story, comment: str, words: str) -> None:
    house.time_passes(seconds=1)
    house.box.jira_people.edit(story.key, comment, words)


def patches(house: House) -> int:
    calls = house.box.world.journal.calls("lark", "/open-apis/im/v1/messages/")
    return sum(call.method == "PATCH" for call in calls)


def cards(house: House) -> list[str]:
    """Return the bot's updates in the group that people can read."""
    return [m.text for m in house.posts("dora", GLOBEX) if not m.recalled]


@pytest.mark.parametrize(
    ("person", "chat", "mark"), [("ben", GLOBEX, "Edited"), ("aiko", ACME, "編集されました")]
)
def test_an_edit_takes_the_place_of_the_words_and_says_so(
    house: House, person: str, chat: str, mark: str
) -> None:
    story, comment = answered(house, "use password hunter2 please", person, chat)
    assert mark not in standing(house)
    edits(house, story, comment, "use the password that I mailed you")
    house.poll()
    assert "hunter2" not in standing(house)
    assert "use the password that I mailed you" in standing(house)
    assert standing(house).count(mark) == 1
    assert house.undelivered() == []
    assert f"Comment {comment} was posted" in told(house, story)
    assert ", edited at 20" in told(house, story)


def test_an_edit_is_found_within_two_minutes_though_the_ticket_does_not_move(
    house: House,
) -> None:
    house.box.jira_state.switches.edit_bumps_updated = False
    story, comment = answered(house, "DROP TABLE x")
    edits(house, story, comment, "do NOT drop it")
    minutes_pass(house, 2)
    assert "DROP TABLE" not in standing(house)
    assert "do NOT drop it" in standing(house)


def test_of_several_edits_the_last_one_stands(house: House) -> None:
    story, comment = answered(house, "first")
    for number in range(3):
        edits(house, story, comment, f"edit {number}")
        house.polls()
    house.until(lambda: "edit 2" in standing(house), step=1)
    house.poll()
    assert cards(house)[0].endswith("edit 2")
    assert patches(house) == 1
    assert house.undelivered() == []


def test_what_says_the_same_again_is_no_edit(house: House) -> None:
    """Nor is a change of the comment that does not touch its words."""
    story, comment = answered(house, "restart the node")
    edits(house, story, comment, "restart the nose")
    edits(house, story, comment, "restart the node")
    house.poll()
    edits(house, story, comment, "restart the node")
    house.poll()
    assert patches(house) == 0
    assert "Edited" not in standing(house)


def test_an_edit_and_its_taking_back_are_both_shown_where_the_first_was(house: House) -> None:
    story, comment = answered(house, "restart the node")
    for words in ("restart the nose", "restart the node"):
        edits(house, story, comment, words)
        house.poll()
        assert cards(house)[0].endswith(words)
        house.time_passes(seconds=1)
    assert patches(house) == 2


def test_an_edit_that_only_the_post_saw_leaves_the_chat_when_it_is_taken_back(
    house: House,
) -> None:
    """A post reads its comment once more, and may be the only one that ever sees an edit."""
    story = house.files("ben", GLOBEX)
    comment = house.box.jira_people.comment("erin", story.key, "restart the node")
    house.polls()
    house.time_passes(seconds=3)
    edits(house, story, comment, "the password is CANARY")
    house.settle()
    assert cards(house)[0].endswith("CANARY")
    edits(house, story, comment, "restart the node")
    house.poll()
    assert cards(house)[0].endswith("restart the node")


def test_an_edit_that_only_a_change_saw_leaves_the_chat_when_it_is_taken_back(
    house: House,
) -> None:
    story, comment = answered(house, "restart the node")
    edits(house, story, comment, "restart the nose")
    house.polls()
    edits(house, story, comment, "the password is CANARY")
    house.settle()
    assert cards(house)[0].endswith("CANARY")
    edits(house, story, comment, "restart the nose")
    house.poll()
    assert cards(house)[0].endswith("restart the nose")


def test_what_is_edited_before_it_was_shown_is_shown_as_it_is_now(house: House) -> None:
    story = house.files("ben", GLOBEX)
    house.fail("lark", "POST /open-apis/im/v1/messages$", "refuse", times=-1, status=429)
    comment = house.box.jira_people.comment("erin", story.key, "the password is CANARY")
    house.poll()
    edits(house, story, comment, "ask me for it")
    house.poll()
    house.box.world.faults.clear()
    house.until(lambda: cards(house), step=30)
    house.poll()
    assert cards(house)[0].endswith("ask me for it")
    assert "Edited" not in cards(house)[0]
    assert patches(house) == 0


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_what_is_edited_while_nobody_knows_whether_it_was_posted_ends_as_it_is_now(
    house: House, kind: str
) -> None:
    """Lark shows the first text that came with a key, whatever is sent with it later."""
    story = house.files("ben", GLOBEX)
    house.fail("lark", "POST /open-apis/im/v1/messages$", kind)
    comment = house.box.jira_people.comment("erin", story.key, "the password is CANARY")
    house.poll()
    edits(house, story, comment, "ask me for it")
    house.poll()
    minutes_pass(house, 3)
    assert [card.splitlines()[-1] for card in cards(house)] == ["ask me for it"]
    assert house.undelivered() == []


def test_the_lost_answer_of_a_change_is_made_good_by_repeating_it(house: House) -> None:
    story, comment = answered(house, "first")
    fault = house.fail("lark", PATCH, "drop_after", times=2)
    edits(house, story, comment, "second")
    house.poll()
    minutes_pass(house, 1)
    assert fault.hits == 2
    assert house.undelivered() == []
    before = patches(house)
    minutes_pass(house, 3)
    assert patches(house) == before + 1, "what was under way may have come after it"
    minutes_pass(house, 10)
    assert patches(house) == before + 1
    assert cards(house)[0].endswith("second")


def test_a_change_that_comes_true_after_its_edit_was_taken_back_is_made_good(house: House) -> None:
    story, comment = answered(house, "first")
    (post,) = house.posts("dora", GLOBEX)
    message = house.box.lark_state.messages[post.message_id]
    before = message.content
    house.fail("lark", PATCH, "drop_after")
    edits(house, story, comment, "second")
    house.poll()
    late = message.content
    assert "second" in late
    with house.box.world.lock:
        message.content = before
    edits(house, story, comment, "first")
    house.polls()
    minutes_pass(house, 1)
    with house.box.world.lock:
        message.content = late
    assert "second" in cards(house)[0]
    minutes_pass(house, 4)
    assert cards(house)[0].endswith("first")
    assert house.undelivered() == []


# -- where the message cannot be changed any more


def test_after_its_days_a_correction_stands_below_it_once_an_edit(house: House) -> None:
    story, comment = answered(house, "DROP TABLE x")
    house.time_passes(seconds=15 * DAY)
    edits(house, story, comment, "do NOT drop it")
    house.poll()
    (post,) = house.posts("dora", GLOBEX)
    (correction,) = post.thread
    assert "corrected this answer" in correction.text
    assert correction.text.endswith("do NOT drop it")
    house.time_passes(seconds=60)
    edits(house, story, comment, "drop table y")
    house.poll()
    (post,) = house.posts("dora", GLOBEX)
    (correction,) = post.thread
    assert correction.text.endswith("drop table y")
    assert house.undelivered() == []


def test_a_correction_leaves_with_what_it_corrects(house: House) -> None:
    story, comment = answered(house, "DROP TABLE x", "aiko", ACME)
    house.time_passes(seconds=15 * DAY)
    edits(house, story, comment, "do NOT drop it")
    house.poll()
    assert "do NOT drop it" in standing(house)
    house.box.jira_people.delete(story.key, comment)
    house.poll()
    assert "do NOT drop it" not in standing(house)
    (dead,) = house.deliveries(DeliveryState.DEAD)
    assert "230031" in dead.reason, "only people can take away what is so old"


def test_where_lark_refuses_the_change_for_good_a_correction_is_posted(house: House) -> None:
    story, comment = answered(house, "DROP TABLE x", "aiko", ACME)
    house.fail("lark", PATCH, "refuse", status=400, body='{"code":230027,"msg":"no"}')
    edits(house, story, comment, "do NOT drop it")
    house.poll()
    assert "DROP TABLE x" in standing(house)
    assert standing(house).count("do NOT drop it") == 1
    assert "訂正しました" in standing(house)
    assert house.undelivered() == []


@pytest.mark.parametrize(("person", "chat"), [("ben", GLOBEX), ("aiko", ACME)])
@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_correction_whose_answer_is_lost_is_posted_once(
    house: House, kind: str, person: str, chat: str
) -> None:
    story, comment = answered(house, "DROP TABLE x", person, chat)
    house.time_passes(seconds=15 * DAY)
    house.fail("lark", "POST /open-apis/im/v1/messages/[^/]+/reply", kind)
    edits(house, story, comment, "do NOT drop it")
    house.poll()
    minutes_pass(house, 2)
    assert standing(house).count("do NOT drop it") == 1
    assert house.undelivered() == []


def test_a_message_that_people_deleted_is_not_corrected(house: House) -> None:
    story, comment = answered(house, "DROP TABLE x")
    (post,) = house.posts("dora", GLOBEX)
    with house.box.world.lock:
        house.box.lark_state.messages[post.message_id].recalled = True
    edits(house, story, comment, "do NOT drop it")
    house.poll()
    assert "drop it" not in standing(house)
    assert house.undelivered() == []


# -- nothing that is not public now


def test_an_edit_is_not_said_when_the_comment_was_hidden_meanwhile(house: House) -> None:
    story, comment = answered(house, "for all")
    edits(house, story, comment, "CANARY for engineers")
    house.polls()
    house.box.jira_people.flip(story.key, comment, public=False)
    house.settle()
    minutes_pass(house, 2)
    assert "CANARY" not in house.sent_to_lark()
    assert "for all" not in standing(house)
    assert house.undelivered() == []


def test_an_edit_is_not_said_when_the_comment_was_restricted_meanwhile(house: House) -> None:
    """The portal is said to call such a comment public."""
    story, comment = answered(house, "for all")
    edits(house, story, comment, "CANARY for engineers")
    house.polls()
    house.box.jira_people.restrict(story.key, comment, "Service Desk Team")
    house.settle()
    minutes_pass(house, 2)
    assert "CANARY" not in house.sent_to_lark()
    assert "for all" not in standing(house)


def test_an_edit_waits_for_a_portal_that_does_not_say_whether_it_is_public(house: House) -> None:
    story, comment = answered(house, "first")
    house.fail("jsm", GATE, "refuse", times=-1, status=403)
    edits(house, story, comment, "second")
    house.poll()
    minutes_pass(house, 13)
    assert cards(house)[0].endswith("first")
    assert house.undelivered() == [], "the thread does not wait for ever"
    house.box.world.faults.clear()
    minutes_pass(house, 12)
    assert cards(house)[0].endswith("second")


def test_a_thread_waits_once_for_a_portal_that_does_not_say_whether_an_edit_is_public(
    house: House,
) -> None:
    story, comment = answered(house, "first")
    house.fail("jsm", f"{GATE}{comment}", "refuse", times=-1, status=403)
    edits(house, story, comment, "second")
    house.poll()
    house.until(lambda: not house.undelivered(), step=60)
    for number in range(15):
        house.box.jira_people.comment("erin", story.key, f"answer {number}")
        house.poll()
        minutes_pass(house, 1)
        house.until(lambda words=f"answer {number}": words in standing(house), step=0.01)
        assert f"answer {number}" in standing(house)
    assert cards(house)[0].endswith("first")


def test_a_withdrawn_message_is_not_brought_back_by_an_edit(house: House) -> None:
    """Its recall is refused, so that a notice stands in its place; the edit was queued before."""
    story, comment = answered(house, "for all")
    house.fail("lark", "DELETE", "refuse", times=-1, status=400, body='{"code":230026,"msg":"no"}')
    edits(house, story, comment, "CANARY for engineers")
    house.polls()
    house.box.jira_people.flip(story.key, comment, public=False)
    house.box.jira_people.transition(story.key, "In progress")
    house.polls()
    house.settle()
    minutes_pass(house, 4)
    assert "CANARY" not in house.sent_to_lark()
    assert "withdrawn by the support team" in cards(house)[0]
    edits(house, story, comment, "CANARY once more")
    house.poll()
    assert "CANARY" not in house.sent_to_lark()


def test_a_change_that_comes_true_late_does_not_bring_hidden_words_back(house: House) -> None:
    """Its recall is refused, so that a notice stands in its place; the answer was lost before."""
    story, comment = answered(house, "for all")
    house.fail("lark", "DELETE", "refuse", times=-1, status=400, body='{"code":230026,"msg":"no"}')
    house.fail("lark", PATCH, "drop_after")
    edits(house, story, comment, "CANARY for engineers")
    house.poll()
    (post,) = house.posts("dora", GLOBEX)
    message = house.box.lark_state.messages[post.message_id]
    late = message.content
    assert "CANARY" in late
    house.box.jira_people.flip(story.key, comment, public=False)
    house.box.jira_people.transition(story.key, "In progress")
    house.polls()
    minutes_pass(house, 1)
    assert "withdrawn by the support team" in cards(house)[0]
    with house.box.world.lock:
        message.content = late
    assert "CANARY" in standing(house)
    minutes_pass(house, 4)
    assert "withdrawn by the support team" in cards(house)[0]
    assert "CANARY" not in standing(house)
    assert house.undelivered() == []


def test_an_edited_comment_with_other_formats_is_shown_by_the_same_card(house: House) -> None:
    story, comment = answered(house, "first")
    code = {"type": "codeBlock", "content": [{"type": "text", "text": "SELECT 1\n" * 20}]}
    house.time_passes(seconds=1)
    house.box.jira_people.edit(story.key, comment, {"type": "doc", "version": 1, "content": [code]})
    house.poll()
    assert "SELECT 1" in cards(house)[0]
