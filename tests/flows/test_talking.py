"""The thread and the ticket as one conversation."""

from house import ACME, GLOBEX, House

from syncd.core.model import DeliveryState


def test_a_reply_in_the_thread_becomes_a_public_comment_with_its_authors_name(
    house: House,
) -> None:
    story = house.files("aiko", ACME)
    house.says("chen", ACME, "我这边也一样", thread=story.root)
    (comment,) = house.box.jira_people.comments(story.key)
    assert not comment.internal
    assert "陈伟" in str(comment.body)
    assert "我这边也一样" in str(comment.body)
    assert any(p == "syncd.ref" for p in comment.properties)


def test_own_comment_is_not_posted_back(house: House) -> None:
    story = house.files("aiko", ACME)
    house.says("aiko", ACME, "まだ直りません", thread=story.root)
    house.poll()
    house.poll()
    assert [m.sender for m in house.thread("chen", ACME, story.root)] == [
        "Support Bot",
        "Aiko Tanaka",
    ]
    assert len(house.box.jira_people.comments(story.key)) == 1


def test_what_the_bot_says_is_nobodys_reply(house: House) -> None:
    story = house.files("aiko", ACME)
    house.box.jira_people.comment("erin", story.key, "see the log")
    house.poll()
    house.poll()
    assert [c.author for c in house.box.jira_people.comments(story.key)] == ["712020:erin"]


def test_a_reply_before_the_ticket_exists_follows_it(house: House) -> None:
    root = house.asks("aiko", ACME)
    house.fail("jsm", "POST /rest/servicedeskapi/request$", "refuse", status=429)
    house.submits("aiko", ACME)
    house.says("aiko", ACME, "追加情報です", thread=root)
    assert house.ticket_keys() == []
    house.time_passes(seconds=60)
    house.settle()
    (comment,) = house.box.jira_people.comments("HELP-1")
    assert "追加情報です" in str(comment.body)


def test_a_lost_answer_to_a_comment_is_looked_up_and_never_written_twice(house: House) -> None:
    story = house.files("aiko", ACME)
    house.fail("jsm", "POST /rest/api/3/issue/.*/comment", "drop_after")
    house.says("aiko", ACME, "一度だけ", thread=story.root)
    assert len(house.deliveries(DeliveryState.DOUBT)) == 1
    house.box.jira_people.comment("erin", story.key, "after the doubtful one")
    house.poll()
    said = [m.sender for m in house.thread("chen", ACME, story.root)]
    assert said == ["Support Bot", "Aiko Tanaka", "Support Bot"], "the doubtful one was echoed"
    house.time_passes(seconds=31)
    house.tidy()
    house.poll()
    assert len(house.box.jira_people.comments(story.key)) == 2
    assert "after the doubtful one" in house.thread("chen", ACME, story.root)[-1].text
    assert house.undelivered() == []


def test_a_comment_that_never_arrived_is_written_after_the_grace(house: House) -> None:
    story = house.files("aiko", ACME)
    house.fail("jsm", "POST /rest/api/3/issue/.*/comment", "drop_before")
    house.says("aiko", ACME, "届いていますか", thread=story.root)
    house.time_passes(seconds=31)
    house.tidy()
    assert house.box.jira_people.comments(story.key) == []
    house.time_passes(seconds=300)
    house.tidy()
    assert len(house.box.jira_people.comments(story.key)) == 1
    assert house.undelivered() == []


def test_on_enterprise_replies_stay_in_the_chat_and_their_author_is_told_once_a_thread(
    house: House,
) -> None:
    story = house.files("ben", GLOBEX)
    for words in ("same here", "and still", "nobody?"):
        house.says("dora", GLOBEX, words, thread=story.root)
    (hint,) = house.told("dora")
    assert "do not reach" in hint
    assert story.key in hint
    assert house.told("ben") == []
    assert house.box.jira_people.comments(story.key) == []


def test_on_enterprise_a_mention_in_the_tickets_thread_is_told_where_the_ticket_is(
    house: House,
) -> None:
    story = house.files("ben", GLOBEX)
    house.says("dora", GLOBEX, "@Support Bot same here", thread=story.root)
    (told,) = house.told("dora")
    assert story.key in told
    assert house.box.jira_people.comments(story.key) == []


def test_a_hostile_reply_is_only_text_in_the_ticket(house: House) -> None:
    story = house.files("aiko", ACME)
    house.says(
        "aiko", ACME, "*bold* [~accountid:712020:erin] {code} !img! <b>x</b>", thread=story.root
    )
    (comment,) = house.box.jira_people.comments(story.key)
    nodes = str(comment.body)
    assert "[~accountid:712020:erin]" in nodes
    assert "'type': 'mention'" not in nodes
    assert "'marks'" not in nodes


def refused_at_first(house: House) -> str:
    """Aiko submits and says two things more, before Jira refuses what stands in her form."""
    create = "POST /rest/servicedeskapi/request$"
    house.fail("jsm", create, "refuse", status=429, headers={"retry-after": "30"})
    root = house.asks("aiko", ACME)
    house.submits("aiko", ACME)
    house.says("aiko", ACME, "一つ目", thread=root)
    house.says("chen", ACME, "二つ目", thread=root)
    house.fail(
        "jsm",
        create,
        "refuse",
        times=2,
        status=400,
        body='{"errorMessage": "The due date lies in the past."}',
        headers={"content-type": "application/json"},
    )
    house.time_passes(seconds=60)
    house.settle()
    assert "The due date lies in the past." in house.form("aiko", ACME).text
    return root


def test_replies_wait_while_the_form_is_corrected_and_follow_the_ticket_in_order(
    house: House,
) -> None:
    refused_at_first(house)
    house.time_passes(seconds=3600)
    house.settle()
    waiting = [(d.state, d.reason) for d in house.undelivered() if d.dedupe_key.startswith("comm")]
    assert waiting[0] == (DeliveryState.READY, "the form of this thread is not filed yet")
    house.submits("aiko", ACME)
    first, second = house.box.jira_people.comments("HELP-1")
    assert "一つ目" in str(first.body)
    assert "二つ目" in str(second.body)
    assert house.told("aiko") == house.told("chen") == []


def test_what_is_said_while_the_form_is_corrected_follows_the_ticket_too(house: House) -> None:
    root = refused_at_first(house)
    house.says("chen", ACME, "三つ目", thread=root)
    house.submits("aiko", ACME)
    said = [str(comment.body) for comment in house.box.jira_people.comments("HELP-1")]
    assert ["三つ目" in body for body in said] == [False, False, True]


def test_replies_behind_a_form_that_is_given_up_are_told_to_their_authors(house: House) -> None:
    refused_at_first(house)
    house.clicks("aiko", house.form("aiko", ACME), "cancel")
    assert house.ticket_keys() == []
    for author in ("aiko", "chen"):
        assert house.told(author) == [
            "返信をチケットに追加できませんでした：このスレッドからチケットは作成されませんでした。"
        ]
    dead = [type(d.command).__name__ for d in house.deliveries(DeliveryState.DEAD)]
    assert dead == ["FileTicket", "AddComment", "AddComment"]


def test_replies_behind_a_form_that_expires_are_told_to_their_authors(house: House) -> None:
    refused_at_first(house)
    house.time_passes(seconds=25 * 3600)
    house.tidy()
    assert [len(house.told(author)) for author in ("aiko", "chen")] == [1, 1]
