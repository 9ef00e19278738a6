"""Who asks how it works is told, and so is a group that the bot joins."""

import pytest
from house import ACME, GLOBEX, LOBBY, House

from syncd.sandbox.lark.shown import Shown


def requests_url(house: House) -> str:
    return f"{house.box.jsm_url}/servicedesk/customer/user/requests"


def last_told(house: House, person: str) -> Shown:
    return [m for m in house.box.lark_people.direct(person) if m.sender == "Support Bot"][-1]


@pytest.mark.parametrize("word", ["help", "Help!", "?", "ヘルプ", "帮助", ""])
def test_who_asks_for_help_is_told_privately_what_can_be_done(make_house, word: str) -> None:
    house: House = make_house(**{"help.contact": "desk@support.example"})
    house.says("ben", GLOBEX, f"@Support Bot {word}")
    help = last_told(house, "ben")
    assert "Mention me and say what is wrong" in help.text
    assert "desk@support.example" in help.text
    assert help.links[0][1].startswith(requests_url(house))
    assert not [m for m in house.box.lark_people.view("dora", GLOBEX) if m.kind == "card"]
    assert not [m for m in house.box.lark_people.view("ben", GLOBEX) if m.fields]


def test_the_button_below_the_help_opens_a_form(house: House) -> None:
    root = house.says("ben", GLOBEX, "@Support Bot help")
    house.clicks("ben", last_told(house, "ben"), "open_form")
    form = house.form("ben", GLOBEX)
    assert [f.default for f in form.fields if f.name == "summary"] == [""]
    house.submits("ben", GLOBEX, summary="our cluster is down")
    (key,) = house.ticket_keys()
    assert key in house.thread("ben", GLOBEX, root)[-1].title


def test_help_that_nobody_uses_leaves_one_request_and_is_no_open_form(house: House) -> None:
    for _ in range(5):
        house.says("ben", GLOBEX, "@Support Bot help")
    house.asks("ben", GLOBEX, "our cluster is down")
    assert house.form("ben", GLOBEX).field_named("summary").default == "our cluster is down"
    with house.app.store.read() as tx:
        assert sum(tx.requests.counts().values()) == 2


@pytest.mark.parametrize("asker", ["ben", "dora"])
def test_help_in_a_thread_keeps_nobody_from_asking_there(house: House, asker: str) -> None:
    root = house.says("ben", GLOBEX, "@Support Bot help")
    house.says(asker, GLOBEX, "@Support Bot the printer burns", thread=root)
    assert house.form(asker, GLOBEX).field_named("summary").default == "the printer burns"
    house.submits(asker, GLOBEX, reporter=f"{asker}@globex.example")
    (key,) = house.ticket_keys()
    assert key in house.thread("ben", GLOBEX, root)[-1].title


@pytest.mark.parametrize(
    ("chat", "asker", "other"), [(GLOBEX, "ben", "dora"), (ACME, "aiko", "chen")]
)
def test_talk_below_a_question_for_help_is_no_request(
    house: House, chat: str, asker: str, other: str
) -> None:
    root = house.says(asker, chat, "@Support Bot help")
    house.says(other, chat, "what is this bot?", thread=root)
    assert house.told(other) == []
    assert house.undelivered() == []


def test_on_premium_the_help_says_that_the_thread_reaches_the_ticket(house: House) -> None:
    house.says("aiko", ACME, "@Support Bot 使い方")
    assert "そこに書いた内容はチケットに届きます" in last_told(house, "aiko").text


def test_a_sentence_with_the_word_help_in_it_is_a_request(house: House) -> None:
    house.asks("ben", GLOBEX, "help me with the printer")
    assert house.form("ben", GLOBEX).field_named("summary").default == "help me with the printer"


def test_a_bare_mention_in_a_thread_is_about_what_stands_there(house: House) -> None:
    root = house.says("ben", GLOBEX, "the printer burns")
    house.says("ben", GLOBEX, "@Support Bot", thread=root)
    assert house.form("ben", GLOBEX).fields


def test_a_served_group_is_greeted_once_when_the_bot_joins(make_house) -> None:
    house: House = make_house(**{"help.contact": "desk@support.example"})
    for _ in range(2):
        house.box.lark_people.remove_bot(GLOBEX)
        house.box.lark_people.add_bot(GLOBEX)
        assert house.box.lark_people.wait_delivered(GLOBEX)
        house.until(lambda: house.posts("dora", GLOBEX))
    house.settle()
    (greeting,) = house.posts("dora", GLOBEX)
    assert "Mention me and say what is wrong" in greeting.text
    assert "desk@support.example" in greeting.text
    assert greeting.buttons == []


def test_who_adds_the_bot_to_a_group_that_is_not_served_is_told_what_enables_it(
    house: House,
) -> None:
    house.box.lark_people.remove_bot(LOBBY)
    house.box.lark_people.add_bot(LOBBY)
    adder = house.box.world.person("aiko")
    assert min(house.box.lark_state.chats[LOBBY].members) == adder.open_id
    house.until(lambda: house.told("aiko"))
    (told,) = house.told("aiko")
    assert f"syncd chats enable {LOBBY}" in told
    assert house.posts("aiko", LOBBY) == []


def test_direct_messages_are_answered_each_time_but_not_more_than_once_a_minute(
    make_house,
) -> None:
    house: House = make_house(**{"help.contact": "desk@support.example"})
    for _ in range(3):
        house.time_passes(seconds=61 - house.box.world.clock.now_ms() // 1000 % 60)
        for _ in range(3):
            house.says("ben", "p2p", "hello?")
    answers = [text for text in house.told("ben") if "mention me in your support group" in text]
    if house.app.store.alone:
        assert len(answers) == 3
    assert 1 <= len(answers) <= 3, "a server goes by its own clock"
    assert "desk@support.example" in answers[0]
    assert last_told(house, "ben").links[0][1].startswith(requests_url(house))
