"""A word alone is answered, to whoever says it and nobody else, and opens no form."""

import pytest
from house import ACME, GLOBEX, House

from syncd.sandbox.lark.shown import Shown


def last_told(house: House, person: str) -> Shown:
    return [m for m in house.box.lark_people.direct(person) if m.sender == "Support Bot"][-1]


def forms(house: House, person: str, chat: str) -> list[Shown]:
    return [m for m in house.box.lark_people.view(person, chat) if m.fields and not m.recalled]


@pytest.mark.parametrize(
    ("chat", "asker", "other", "word"),
    [(GLOBEX, "ben", "dora", "status"), (ACME, "aiko", "chen", "状態")],
)
def test_status_in_a_tickets_thread_is_told_as_the_customer_sees_it(
    house: House, chat: str, asker: str, other: str, word: str
) -> None:
    story = house.files(asker, chat)
    house.box.jira_people.transition(story.key, "Waiting for customer")
    before = len(house.thread(asker, chat, story.root))
    house.says(other, chat, f"@Support Bot {word}", thread=story.root)
    answer = last_told(house, other)
    assert story.key in answer.title
    assert "Waiting for customer" in answer.text
    assert f"/{story.key}?" in answer.links[0][1]
    assert len(house.thread(asker, chat, story.root)) == before + 1, "the word itself"
    assert house.box.jira_people.comments(story.key) == []
    assert house.undelivered() == []


def test_status_with_a_key_is_told_in_its_group_and_in_no_other(house: House) -> None:
    story = house.files("ben", GLOBEX)
    house.says("dora", GLOBEX, f"@Support Bot status {story.key.lower()}")
    assert "Waiting for support" in last_told(house, "dora").text
    house.says("aiko", ACME, f"@Support Bot status {story.key}")
    (told,) = house.told("aiko")
    assert f"{story.key} というチケットはありません" in told
    house.says("aiko", ACME, "@Support Bot status HELP-999")
    assert house.told("aiko")[-1].replace("HELP-999", story.key) == told
    assert forms(house, "aiko", ACME) == []


def test_mine_and_list_tell_what_is_open_to_whoever_asks(house: House) -> None:
    one = house.files("ben", GLOBEX, "the cluster is down")
    two = house.files("ben", GLOBEX, "the printer burns")
    other = house.files("aiko", ACME, "障害です")
    house.box.jira_people.resolve(one.key)
    house.poll()
    house.says("ben", GLOBEX, "@Support Bot mine")
    mine = last_told(house, "ben")
    assert f"{two.key}: the printer burns" in mine.text
    assert one.key not in mine.text
    house.says("dora", GLOBEX, "@Support Bot mine")
    assert "no open tickets" in last_told(house, "dora").text
    house.says("dora", GLOBEX, "@Support Bot list")
    everything = last_told(house, "dora")
    assert f"{two.key}: the printer burns" in everything.text
    assert other.key not in everything.text
    assert any(f"/{two.key}" in url for _, url in everything.links)
    assert forms(house, "dora", GLOBEX) == []
    assert house.posts("ben", GLOBEX) == []


def test_to_the_bot_alone_people_hear_of_what_they_asked_for_in_any_group(house: House) -> None:
    story = house.files("ben", GLOBEX, "the cluster is down")
    house.says("ben", "p2p", "mine")
    assert f"{story.key}: the cluster is down" in last_told(house, "ben").text
    house.says("ben", "p2p", f"status {story.key}")
    assert "Waiting for support" in last_told(house, "ben").text
    house.says("aiko", "p2p", "list")
    assert story.key not in last_told(house, "aiko").text
    house.says("aiko", "p2p", f"status {story.key}")
    assert "Waiting for support" not in last_told(house, "aiko").text


@pytest.mark.parametrize("status", [401, 403, 404, 503])
def test_where_the_portal_does_not_tell_people_are_told_where_to_look(
    house: House, status: int
) -> None:
    story = house.files("ben", GLOBEX)
    house.fail("jsm", "GET /rest/servicedeskapi/request/[^/]+$", "refuse", status=status, times=-1)
    house.says("ben", GLOBEX, "@Support Bot status", thread=story.root)
    answer = last_told(house, "ben")
    assert "See for yourself" in answer.text
    assert f"/{story.key}?" in answer.links[0][1]
    assert house.undelivered() == []


def test_help_says_which_words_there_are(house: House) -> None:
    house.says("ben", GLOBEX, "@Support Bot help")
    assert "“mine”" in last_told(house, "ben").text
    story = house.files("ben", GLOBEX)
    house.says("dora", GLOBEX, "@Support Bot help", thread=story.root)
    assert "“mine”" in last_told(house, "dora").text


def test_help_me_the_cluster_is_down_opens_a_form(house: House) -> None:
    house.asks("ben", GLOBEX, "help me, the cluster is down")
    shown = house.form("ben", GLOBEX).field_named("summary")
    assert shown.default == "help me, the cluster is down"
