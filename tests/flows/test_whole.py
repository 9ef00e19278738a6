"""What people write arrives whole and in order, or they are told what did not."""

import re

import pytest
from house import ACME, GLOBEX, House

from syncd.core.model import DeliveryState

CREATE = "POST /rest/servicedeskapi/request$"
COMMENT = "POST /rest/api/3/issue/.*/comment"


def log(lines: int) -> str:
    return "\n".join(f"log line {n:05} something  happened here" for n in range(lines))


def numbers(text: str) -> list[int]:
    return [int(n) for n in re.findall(r"log line (\d+)", text)]


def comments(house: House, key: str) -> list[str]:
    return [comment.text for comment in house.box.jira_people.comments(key)]


def description(house: House, key: str) -> str:
    return house.box.jira_people.ticket(key).description


@pytest.mark.parametrize(("person", "chat"), [("aiko", ACME), ("ben", GLOBEX)])
def test_a_message_longer_than_the_form_reaches_the_ticket_whole(
    house: House, person: str, chat: str
) -> None:
    written = "cluster is down, log follows\n" + log(100)
    house.asks(person, chat, written)
    card = house.form(person, chat)
    assert ("rest goes along" in card.text) or ("残りも一緒に" in card.text)
    house.submits(person, chat)
    (key,) = house.ticket_keys()
    assert description(house, key).startswith(written)
    assert comments(house, key) == []


def test_a_message_of_signs_that_count_twice_reaches_the_ticket_whole(house: House) -> None:
    house.asks("ben", GLOBEX, "🔥" * 900)
    house.submits("ben", GLOBEX)
    assert description(house, "HELP-1").count("🔥") == 900


def test_a_short_message_is_told_nothing_of_a_rest(house: House) -> None:
    house.asks("ben", GLOBEX)
    assert "goes along" not in house.form("ben", GLOBEX).text


def test_what_the_asker_typed_instead_stands_and_the_message_follows(house: House) -> None:
    house.asks("ben", GLOBEX, "cluster is down, log follows\n" + log(100))
    house.submits("ben", GLOBEX, description="In short: tikv-3 is down.")
    assert description(house, "HELP-1").startswith("In short: tikv-3 is down.")
    assert "log line" not in description(house, "HELP-1")
    (whole,) = comments(house, "HELP-1")
    assert whole.startswith("Ben Miller (via Lark):\nThe message as it was written:\n")
    assert numbers(whole) == [*range(100)]


def test_a_message_that_was_seen_whole_and_changed_does_not_follow(house: House) -> None:
    house.asks("ben", GLOBEX, "cluster is down, my password is hunter2")
    house.submits("ben", GLOBEX, description="cluster is down")
    assert "hunter2" not in description(house, "HELP-1")
    assert comments(house, "HELP-1") == []


@pytest.mark.parametrize("counts_json", [True, False])
def test_what_is_longer_than_jira_takes_follows_in_order_before_any_reply(
    house: House, counts_json: bool
) -> None:
    house.box.jira_state.switches.adf_limit_counts_json = counts_json
    root = house.asks("aiko", ACME, "log follows\n" + log(2_000))
    house.says("chen", ACME, "and on my side", thread=root)
    house.submits("aiko", ACME)
    told = comments(house, "HELP-1")
    assert numbers(description(house, "HELP-1") + "".join(told)) == [*range(2_000)]
    assert len(told) > 2
    assert told[0].startswith("Aiko Tanaka (via Lark):\n(1/")
    assert told[-1] == "陈伟 (via Lark):\nand on my side"
    assert house.undelivered() == []
    assert house.told("aiko") == []


def test_a_lost_answer_to_a_part_neither_doubles_nor_overtakes(house: House) -> None:
    house.asks("ben", GLOBEX, "log follows\n" + log(2_000))
    house.fail("jsm", COMMENT, "drop_after", skip=1)
    house.submits("ben", GLOBEX)
    assert len(house.deliveries(DeliveryState.DOUBT)) == 1
    for _ in range(3):
        house.time_passes(seconds=31)
        house.tidy()
    told = comments(house, "HELP-1")
    assert numbers(description(house, "HELP-1") + "".join(told)) == [*range(2_000)]
    house.poll()
    assert [post for post in house.posts("ben", GLOBEX) if "log line" in post.text] == []
    assert house.undelivered() == []


def test_a_form_that_comes_back_keeps_the_whole_message(house: House) -> None:
    house.asks("ben", GLOBEX, "log follows\n" + log(100))
    body = '{"errorMessage": "The due date lies in the past."}'
    house.fail("jsm", CREATE, "refuse", times=2, status=400, body=body)
    house.submits("ben", GLOBEX)
    assert house.ticket_keys() == []
    house.submits("ben", GLOBEX)
    assert numbers(description(house, "HELP-1")) == [*range(100)]
    assert comments(house, "HELP-1") == []


def test_a_reply_longer_than_jira_takes_goes_in_parts(house: House) -> None:
    story = house.files("aiko", ACME)
    house.says("chen", ACME, "here it is\n" + log(1_500), thread=story.root)
    house.says("aiko", ACME, "thanks", thread=story.root)
    told = comments(house, story.key)
    count = len(told) - 1
    assert count > 2
    for number, part in enumerate(told[:-1], 1):
        assert part.startswith(f"陈伟 (via Lark):\n({number}/{count})\n")
    assert numbers("".join(told)) == [*range(1_500)]
    assert told[-1].endswith("thanks")
    house.poll()
    assert [m.sender for m in house.thread("aiko", ACME, story.root)] == [
        "Support Bot",
        "陈伟",
        "Aiko Tanaka",
    ], "none of our own comments comes back"
    assert house.told("chen") == []


def test_a_megabyte_of_one_line_arrives(house: House) -> None:
    story = house.files("aiko", ACME)
    house.says("chen", ACME, "x" * 150_000, thread=story.root)
    assert sum(part.count("x") for part in comments(house, story.key)) == 150_000


# -- between mention and Submit


def test_what_a_colleague_adds_before_submit_reaches_the_ticket_in_order(house: House) -> None:
    root = house.asks("aiko", ACME)
    house.says("chen", ACME, "stack trace: E1234", thread=root)
    house.says("aiko", ACME, "since noon", thread=root)
    house.submits("aiko", ACME)
    house.says("chen", ACME, "and after", thread=root)
    told = [said.partition("\n")[2] for said in comments(house, "HELP-1")]
    assert told == ["stack trace: E1234", "since noon", "and after"]
    assert house.told("chen") == []


@pytest.mark.parametrize("ends", ["cancel", "expires"])
def test_nobody_is_told_of_talk_before_a_form_that_is_not_submitted(
    house: House, ends: str
) -> None:
    root = house.asks("aiko", ACME)
    house.says("chen", ACME, "never mind, it is back", thread=root)
    if ends == "cancel":
        house.clicks("aiko", house.form("aiko", ACME), "cancel")
    house.time_passes(seconds=25 * 3600)
    house.tidy()
    house.settle()
    assert house.told("chen") == []
    assert house.undelivered() == []
    assert house.ticket_keys() == []


def test_on_enterprise_talk_before_submit_is_told_once_to_stay_in_the_chat(house: House) -> None:
    root = house.asks("ben", GLOBEX)
    house.says("dora", GLOBEX, "stack trace: E1234", thread=root)
    house.says("dora", GLOBEX, "and another", thread=root)
    (told,) = house.told("dora")
    assert "write them into the form" in told
    house.submits("ben", GLOBEX)
    assert comments(house, "HELP-1") == []


def test_on_enterprise_talk_while_the_ticket_is_being_created_is_told_once(house: House) -> None:
    root = house.asks("ben", GLOBEX)
    later = {"retry-after": "60"}
    house.fail("jsm", "POST /rest/servicedeskapi/request$", "refuse", status=429, headers=later)
    house.submits("ben", GLOBEX)
    house.says("dora", GLOBEX, "stack trace: E1234", thread=root)
    house.says("dora", GLOBEX, "and another", thread=root)
    (told,) = house.told("dora")
    assert "do not reach its ticket" in told


def test_what_the_asker_adds_with_another_mention_follows_too(house: House) -> None:
    root = house.asks("aiko", ACME)
    house.says("aiko", ACME, "@Support Bot tikv-4 too", thread=root)
    house.says("aiko", ACME, "@Support Bot", thread=root)
    house.submits("aiko", ACME)
    assert [said.partition("\n")[2] for said in comments(house, "HELP-1")] == ["tikv-4 too"]


# -- the message that a mention answers


def test_the_root_of_the_thread_stands_in_the_ticket_with_its_authors_name(house: House) -> None:
    root = house.says("dora", GLOBEX, "tikv-3 is down since 10:02:\n  panic: (x)")
    house.says("ben", GLOBEX, "@Support Bot please open a ticket", thread=root)
    assert "replied to goes along" in house.form("ben", GLOBEX).text
    house.submits("ben", GLOBEX)
    told = description(house, "HELP-1")
    assert told.startswith(
        "please open a ticket\nDora Silva wrote:\ntikv-3 is down since 10:02:\n  panic: (x)\n"
    )


def test_the_quoted_message_stands_in_the_ticket(house: House) -> None:
    asked = house.says("chen", ACME, "tikv-3 is down")
    house.says("aiko", ACME, "@Support Bot チケットをお願いします", reply_to=asked)
    house.submits("aiko", ACME)
    assert "陈伟 さんのメッセージ：\ntikv-3 is down" in description(house, "HELP-1")


def test_forwarded_messages_that_are_answered_stand_in_the_ticket(house: House) -> None:
    told = [house.says("chen", ACME, words) for words in ("tikv-3 is down", "panic: (x)")]
    people = house.box.lark_people
    root = people.forward("dora", GLOBEX, told)
    assert people.wait_delivered(root)
    house.says("ben", GLOBEX, "@Support Bot see above", thread=root)
    house.submits("ben", GLOBEX)
    assert "Dora Silva wrote:\ntikv-3 is down\npanic: (x)\n" in description(house, "HELP-1")


def test_a_card_of_ours_that_is_answered_is_nothing_new(house: House) -> None:
    story = house.files("ben", GLOBEX)
    house.box.jira_people.comment("erin", story.key, "Please restart.")
    house.poll()
    card = house.posts("ben", GLOBEX)[-1]
    house.says("dora", GLOBEX, "@Support Bot me too", reply_to=card.message_id)
    assert house.ticket_keys() == [story.key]


def test_a_long_quoted_message_follows_in_comments(house: House) -> None:
    root = house.says("dora", GLOBEX, "my log\n" + log(1_500))
    house.says("ben", GLOBEX, "@Support Bot see above", thread=root)
    house.submits("ben", GLOBEX)
    told = comments(house, "HELP-1")
    assert "Dora Silva wrote:" in told[0]
    assert numbers("".join(told)) == [*range(1_500)]


def test_a_message_that_was_recalled_meanwhile_stays_out_of_the_ticket(house: House) -> None:
    root = house.says("dora", GLOBEX, "my password is hunter2")
    house.says("ben", GLOBEX, "@Support Bot see above", thread=root)
    house.box.lark_people.recall("dora", root)
    house.submits("ben", GLOBEX)
    assert "hunter2" not in description(house, "HELP-1")
    assert house.ticket_keys() == ["HELP-1"]


def test_without_the_scope_to_read_it_the_ticket_comes_all_the_same(house: House) -> None:
    root = house.says("dora", GLOBEX, "tikv-3 is down")
    house.box.lark_state.switches.scopes.discard("im:message.group_msg")
    house.says("ben", GLOBEX, "@Support Bot see above", thread=root)
    house.submits("ben", GLOBEX)
    assert description(house, "HELP-1").startswith("see above")


@pytest.mark.parametrize("times", [1, -1])
def test_a_message_that_cannot_be_read_just_now_delays_no_form_and_hardly_the_ticket(
    house: House, times: int
) -> None:
    root = house.says("dora", GLOBEX, "tikv-3 is down")
    house.fail("lark", f"GET .*/messages/{root}", "refuse", times=times, status=502)
    house.says("ben", GLOBEX, "@Support Bot see above", thread=root)
    house.submits("ben", GLOBEX)
    house.until(house.ticket_keys, step=5)
    assert house.ticket_keys() == ["HELP-1"]
    assert ("tikv-3" in description(house, "HELP-1")) is (times == 1)


# -- where it comes from


def test_the_ticket_says_where_it_comes_from_and_who_will_see_answers(house: House) -> None:
    house.files("ben", GLOBEX)
    house.files("aiko", ACME)
    name, told = "Globex support", description(house, "HELP-1")
    assert f"Asked by Ben Miller in the Lark group “{name}”." in told
    assert "does not come back to this ticket" in told
    assert "comes back as public comments" in description(house, "HELP-2")


# -- what is no words


def forwards(house: House, person: str, root: str) -> None:
    people = house.box.lark_people
    message = people.forward(person, ACME, [root], thread=root)
    assert people.wait_delivered(message)
    house.settle()


def test_what_cannot_be_carried_is_told_to_its_sender_once_a_thread(house: House) -> None:
    story = house.files("aiko", ACME)
    for _ in range(2):
        forwards(house, "chen", story.root)
    (told,) = house.told("chen")
    assert story.key in told
    assert [said.partition("\n")[2] for said in comments(house, story.key)] == [
        "[転送されたメッセージ]"
    ] * 2


def test_what_cannot_be_carried_right_after_the_mention_is_told_too(house: House) -> None:
    root = house.asks("aiko", ACME)
    forwards(house, "aiko", root)
    assert len([told for told in house.told("aiko") if "転送" in told]) == 1
    house.submits("aiko", ACME)
    assert "[転送されたメッセージ]" in comments(house, "HELP-1")[0]
