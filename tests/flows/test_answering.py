"""Where customers answer an answer: below it, quoting it, or in the ticket's thread."""

import pytest
from house import ACME, GLOBEX, House, Story

from syncd.sandbox.lark.shown import Shown


def answered(house: House) -> tuple[Story, Shown]:
    """Ben's ticket, and the message that shows its answer in the group."""
    story = house.files("ben", GLOBEX)
    house.box.jira_people.comment("erin", story.key, "please restart node 3")
    house.poll()
    (post,) = [m for m in house.posts("ben", GLOBEX) if "restart node 3" in m.text]
    return story, post


def requests(house: House) -> list[str]:
    with house.app.store.read() as tx:
        return [str(state) for state, count in tx.requests.counts().items() for _ in range(count)]


@pytest.mark.parametrize("how", ["thread", "reply_to"])
def test_a_mention_below_an_update_is_about_its_ticket_and_opens_no_form(
    house: House, how: str
) -> None:
    story, post = answered(house)
    house.says("dora", GLOBEX, "@Support Bot I did, it still fails", **{how: post.message_id})
    (told,) = house.told("dora")
    assert story.key in told
    assert requests(house) == ["FILED"]


def test_who_quotes_a_quote_of_an_update_speaks_of_its_ticket_too(house: House) -> None:
    story, post = answered(house)
    quote = house.says("dora", GLOBEX, "what does that mean?", reply_to=post.message_id)
    house.says("ben", GLOBEX, "@Support Bot yes, what?", reply_to=quote)
    assert story.key in house.told("ben")[-1]
    assert requests(house) == ["FILED"]


def test_who_quotes_something_else_asks_anew(house: House) -> None:
    answered(house)
    other = house.says("dora", GLOBEX, "the printer is on fire")
    house.says("ben", GLOBEX, "@Support Bot please see to this", reply_to=other)
    assert house.form("ben", GLOBEX).fields
    assert sorted(requests(house)) == ["ASKED", "FILED"]


def test_an_answer_below_an_update_that_nobody_reads_is_told_once_a_thread(house: House) -> None:
    story, post = answered(house)
    for words in ("I did", "it still fails", "hello?"):
        house.says("ben", GLOBEX, words, thread=post.message_id)
    (hint,) = house.told("ben")
    assert story.key in hint
    house.says("ben", GLOBEX, "hello?", thread=story.root)
    assert len(house.told("ben")) == 2, "another thread"


def test_a_quote_of_an_update_that_nobody_reads_is_told_once(house: House) -> None:
    story, post = answered(house)
    for words in ("I did", "hello?"):
        house.says("ben", GLOBEX, words, reply_to=post.message_id)
    (hint,) = house.told("ben")
    assert story.key in hint


def test_on_enterprise_each_card_about_a_ticket_has_a_button_to_answer_in_the_portal(
    house: House,
) -> None:
    story, post = answered(house)
    (created,) = house.thread("ben", GLOBEX, story.root)
    for card in (created, post):
        button = card.button("Answer in the portal")
        assert button.url.startswith(f"{house.box.jsm_url}/servicedesk/customer/portal/")
        assert f"/{story.key}?" in button.url
        assert button.value is None


def test_on_premium_people_answer_by_writing_so_no_card_sends_them_away(house: House) -> None:
    story = house.files("aiko", ACME)
    house.box.jira_people.comment("erin", story.key, "please restart node 3")
    house.poll()
    cards = [m for m in house.thread("aiko", ACME, story.root) if m.kind == "card"]
    assert [card.buttons for card in cards] == [[], []]


def test_in_a_premium_group_without_threads_a_mention_that_quotes_becomes_a_comment(
    house: House,
) -> None:
    house.box.lark_state.chats[ACME].threads_allowed = False
    story = house.files("aiko", ACME)
    house.says("chen", ACME, "@Support Bot 还是不行", reply_to=story.root)
    (comment,) = house.box.jira_people.comments(story.key)
    assert "还是不行" in str(comment.body)
    house.says("chen", ACME, "真的吗", reply_to=story.root)
    assert len(house.box.jira_people.comments(story.key)) == 1, "said to others in the group"
    assert requests(house) == ["FILED"]


def test_on_premium_an_empty_mention_is_told_that_writing_in_the_thread_is_the_way(
    house: House,
) -> None:
    story = house.files("aiko", ACME)
    house.says("aiko", ACME, "@Support Bot", thread=story.root)
    assert "ここに書いた内容はそのままチケットに届きます" in house.told("aiko")[-1]
