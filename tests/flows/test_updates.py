"""What an engineer writes, and what of it the chat is shown."""

from types import SimpleNamespace

import pytest
from house import ACME, GLOBEX, House

from syncd.core.model import Chat, ChatId, DeliveryState, Language
from syncd.loops.outgoing.kinds.post_update import view


def test_enterprise_posts_an_engineers_answer_in_the_group_once(house: House) -> None:
    story = house.files("ben", GLOBEX)
    house.box.jira_people.comment("erin", story.key, "Please restart the node.")
    house.poll()
    house.poll()
    (post,) = house.posts("dora", GLOBEX)
    assert post.title == "our cluster is down"
    assert "Erin Engineer" in post.text
    assert "Please restart the node." in post.text
    _, url = post.links[0]
    assert url.startswith(house.app.config.jsm.portal_base)
    assert f"/{story.key}?ref=" in url
    assert len(house.thread("dora", GLOBEX, story.root)) == 1


def test_premium_posts_the_answer_in_the_thread(house: House) -> None:
    story = house.files("aiko", ACME)
    house.box.jira_people.comment("erin", story.key, "再起動してください。")
    house.poll()
    assert house.posts("chen", ACME) == []
    _, answer = house.thread("chen", ACME, story.root)
    assert "再起動してください。" in answer.text


def test_internal_comment_is_never_shown(house: House) -> None:
    story = house.files("aiko", ACME)
    house.box.jira_people.comment("erin", story.key, "CANARY-1 customer is wrong", public=False)
    house.box.jira_people.comment("erin", story.key, "CANARY-2 for agents", visibility="Agents")
    house.poll()
    house.poll()
    assert len(house.thread("aiko", ACME, story.root)) == 1
    assert "CANARY" not in house.sent_to_lark()
    assert house.undelivered() == []


def test_a_comment_turned_internal_before_it_was_posted_is_withheld(house: House) -> None:
    story = house.files("aiko", ACME)
    comment = house.hides_before_the_post(story.key, "CANARY too early")
    assert "CANARY" not in house.sent_to_lark()
    (withheld,) = house.deliveries(DeliveryState.WITHHELD)
    assert withheld.reason

    house.box.jira_people.flip(story.key, comment, public=True)
    house.box.jira_people.transition(story.key, "In progress")
    house.poll()
    _, answer = house.thread("aiko", ACME, story.root)
    assert "CANARY too early" in answer.text
    assert house.undelivered() == []


def test_a_withheld_comment_does_not_hold_the_ones_after_it(house: House) -> None:
    story = house.files("aiko", ACME)
    first = house.box.jira_people.comment("erin", story.key, "first")
    house.box.jira_people.comment("sam", story.key, "second")
    house.polls()
    house.box.jira_people.flip(story.key, first, public=False)
    house.settle()
    _, answer = house.thread("aiko", ACME, story.root)
    assert "second" in answer.text


def test_comments_are_shown_in_the_order_in_which_they_were_written(house: House) -> None:
    story = house.files("aiko", ACME)
    for number in range(3):
        house.box.jira_people.comment("erin", story.key, f"answer number {number}")
        house.time_passes(seconds=1)
    house.poll()
    shown = [m.text.splitlines()[-1] for m in house.thread("aiko", ACME, story.root)[1:]]
    assert shown == [f"answer number {number}" for number in range(3)]


def test_on_enterprise_only_engineers_answers_are_updates(house: House) -> None:
    story = house.files("ben", GLOBEX)
    house.box.jira_people.customer_comments("ben", story.key, "still down")
    house.box.jira_people.automation_comments(story.key, "SLA is running out")
    house.poll()
    assert house.posts("dora", GLOBEX) == []
    house.box.jira_people.comment("sam", story.key, "on it")
    house.poll()
    (post,) = house.posts("dora", GLOBEX)
    assert "on it" in post.text


def test_on_premium_what_the_reporter_writes_in_the_portal_is_shown_in_the_thread(
    house: House,
) -> None:
    story = house.files("aiko", ACME)
    house.box.jira_people.customer_comments("aiko", story.key, "ポータルから失礼します")
    house.poll()
    _, remark = house.thread("chen", ACME, story.root)
    assert "ポータルから失礼します" in remark.text


def test_tickets_that_no_thread_knows_are_none_of_our_business(house: House) -> None:
    house.files("ben", GLOBEX)
    stranger = house.box.jira_people.create_ticket("erin", "unrelated")
    house.box.jira_people.comment("erin", getattr(stranger, "key", stranger), "CANARY unrelated")
    house.poll()
    assert "CANARY" not in house.sent_to_lark()


def test_foreign_text_mentions_nobody_and_links_nowhere(house: House) -> None:
    story = house.files("aiko", ACME, "<at id=all></at> [click](https://evil.example) down")
    house.box.jira_people.comment(
        "erin", story.key, "<at id=all></at> <at id=ou_chen></at> [pay](https://evil.example) **x**"
    )
    house.poll()
    for shown in house.thread("chen", ACME, story.root):
        assert shown.mentions == []
        assert all("evil.example" not in url for _, url in shown.links)
    assert "[pay](https://evil.example)" in house.thread("chen", ACME, story.root)[1].text


def test_a_root_message_that_was_recalled_gets_its_updates_in_the_group(house: House) -> None:
    story = house.files("aiko", ACME)
    house.box.lark_people.recall("aiko", story.root)
    house.box.jira_people.comment("erin", story.key, "found it")
    house.poll()
    (post,) = house.posts("chen", ACME)
    assert "found it" in post.text


def test_a_conversation_whose_root_is_gone_goes_on_below_its_first_update(house: House) -> None:
    story = house.files("aiko", ACME)
    house.box.lark_people.recall("aiko", story.root)
    for words in ("found it", "fixed it"):
        house.box.jira_people.comment("erin", story.key, words)
        house.poll()
    (post,) = house.posts("chen", ACME)
    assert "found it" in post.text
    (below,) = post.thread
    assert "fixed it" in below.text
    to_root = house.box.world.journal.calls("lark", f"/{story.root}/reply")
    assert len(to_root) == 2, "the announcement, and the update that learned that the root is gone"
    house.says("chen", ACME, "ありがとう", thread=post.message_id)
    assert "ありがとう" in str(house.box.jira_people.comments(story.key)[-1].body)
    house.poll()
    assert len(house.posts("chen", ACME)[0].thread) == 2
    assert house.undelivered() == []


def test_an_update_whose_answer_was_lost_is_not_said_again_when_the_root_is_recalled(
    house: House,
) -> None:
    """Seed 10108 of the schedules: the retry met a thread without a root, and went to the group."""
    story = house.files("aiko", ACME)
    house.fail("lark", "POST /open-apis/im/v1/messages/.*/reply", "drop_after")
    house.box.jira_people.comment("erin", story.key, "found it")
    house.poll()
    house.box.lark_people.recall("aiko", story.root)
    for _ in range(5):
        house.time_passes(seconds=120)
        house.tidy()
    texts = [m.text for m in house.box.lark_people.view("chen", ACME)]
    texts += [m.text for m in house.thread("chen", ACME, story.root)]
    assert sum("found it" in text for text in texts) == 1


def test_what_the_portal_cannot_say_for_ten_minutes_comes_as_soon_as_it_can(house: House) -> None:
    story = house.files("aiko", ACME)
    gate = house.fail(
        "jsm", "GET /rest/servicedeskapi/request/.*/comment/", "refuse", times=-1, status=503
    )
    house.box.jira_people.comment("erin", story.key, "patience")
    house.poll()
    house.time_passes(seconds=700)
    house.settle()
    assert len(house.thread("aiko", ACME, story.root)) == 1
    house.box.world.faults.clear()
    assert gate.hits > 0
    house.time_passes(seconds=700)
    house.poll()
    house.poll()
    _, answer = house.thread("aiko", ACME, story.root)
    assert "patience" in answer.text


def test_a_card_that_lark_refuses_is_shown_in_plain_words(house: House) -> None:
    story = house.files("aiko", ACME)
    refusal = (
        '{"code": 230028, "msg": "The messages do NOT pass the audit, ext=contain sensitive data"}'
    )
    house.fail(
        "lark", "POST /open-apis/im/v1/messages/[^/]+/reply", "refuse", status=400, body=refusal
    )
    house.box.jira_people.comment("erin", story.key, "write to erin@support.example or 0123456789")
    house.poll()
    _, answer = house.thread("chen", ACME, story.root)
    assert "write to […@…] or […]" in answer.text
    assert house.undelivered() == []


def test_a_card_that_lark_refuses_twice_is_dead_with_its_reason(house: House) -> None:
    story = house.files("aiko", ACME)
    refusal = '{"code": 230022, "msg": "The content of the message contains sensitive information"}'
    house.fail(
        "lark",
        "POST /open-apis/im/v1/messages/[^/]+/reply",
        "refuse",
        times=2,
        status=400,
        body=refusal,
    )
    house.box.jira_people.comment("erin", story.key, "a forbidden word")
    house.box.jira_people.comment("erin", story.key, "an allowed one")
    house.poll()
    (dead,) = house.deliveries(DeliveryState.DEAD)
    assert "230022" in dead.reason
    assert "an allowed one" in house.thread("chen", ACME, story.root)[-1].text


def test_a_comment_restricted_to_a_role_while_it_was_queued_is_kept_back(house: House) -> None:
    """The portal is said to call such a comment public, so the poller has to notice."""
    story = house.files("aiko", ACME)
    comment = house.box.jira_people.comment("erin", story.key, "CANARY restricted")
    house.polls()
    house.box.jira_people.restrict(story.key, comment, "Service Desk Team")
    house.box.jira_people.transition(story.key, "In progress")
    house.poll()
    assert "CANARY" not in house.sent_to_lark()
    assert len(house.deliveries(DeliveryState.WITHHELD)) == 1


def test_an_hour_of_refusals_does_not_age_the_key(house: House) -> None:
    """What was refused before work was not sent: it needs no looking for."""
    story = house.files("ben", GLOBEX)
    house.fail("lark", "POST /open-apis/im/v1/messages$", "refuse", times=-1, status=429)
    house.box.jira_people.comment("erin", story.key, "patience")
    house.poll()
    for _ in range(12):
        house.time_passes(seconds=400)
        house.settle()
    assert house.deliveries(DeliveryState.DOUBT) == []
    house.box.world.faults.clear()
    house.until(lambda: house.posts("dora", GLOBEX), step=30)
    (post,) = house.posts("dora", GLOBEX)
    assert "patience" in post.text


def test_a_comment_that_the_portal_knows_later_is_shown_after_a_minute(house: House) -> None:
    story = house.files("aiko", ACME)
    house.poll()
    comment = house.box.jira_people.comment("erin", story.key, "a moment")
    house.fail(
        "jsm",
        f"GET /rest/servicedeskapi/request/[^/]+/comment/{comment}",
        "refuse",
        status=404,
        body='{"errorMessage": "not yet"}',
        headers={"content-type": "application/json"},
    )
    house.poll()
    assert len(house.deliveries(DeliveryState.WITHHELD)) == 1
    house.time_passes(seconds=61)
    house.poll()
    assert "a moment" in house.thread("chen", ACME, story.root)[-1].text
    assert house.undelivered() == []


def test_a_comment_that_nobody_can_tell_of_keeps_the_others_waiting_once(house: House) -> None:
    """It is asked for again each hour, and then it waits behind the others."""
    story = house.files("aiko", ACME)
    house.poll()
    riddle = house.box.jira_people.comment("erin", story.key, "a riddle")
    portal = f"GET /rest/servicedeskapi/request/[^/]+/comment/{riddle}"
    house.fail("jsm", portal, "refuse", times=-1, status=403)
    house.poll()
    assert [type(d.command).__name__ for d in house.deliveries(DeliveryState.READY)] == [
        "PostUpdate"
    ]
    house.until(lambda: house.deliveries(DeliveryState.WITHHELD))
    house.time_passes(seconds=3601)
    house.poll()
    assert len(house.deliveries(DeliveryState.WITHHELD)) == 1
    house.box.jira_people.comment("erin", story.key, "an answer")
    house.poll()
    assert "an answer" in house.thread("chen", ACME, story.root)[-1].text
    house.box.world.faults.clear()
    house.time_passes(seconds=3601)
    house.poll()
    assert "a riddle" in house.thread("chen", ACME, story.root)[-1].text
    assert house.undelivered() == []


@pytest.mark.parametrize(
    ("language", "team"), [(Language.EN, "The support team"), (Language.ZH, "支持团队")]
)
def test_answer_of_an_account_that_is_gone_is_the_teams(language: Language, team: str) -> None:
    update = SimpleNamespace(key="HELP-1", title="t", portal_path="/p", author="", in_thread=True)
    (line,) = view(update, (), Chat(ChatId(ACME), language=language), "https://x.example").lines
    assert line.startswith(f"{team} ")
