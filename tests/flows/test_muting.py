"""A thread is muted: what is news on its ticket waits, comes in order when it is unmuted, and what
stands there already stays true."""

from pathlib import Path

import databases
import pytest
from house import ACME, GLOBEX, House, Story
from shell import Shell

from syncd.core.model import DeliveryState
from syncd.sandbox.lark.shown import Shown

url = databases.fresh_on(databases.SQLITE)

PLANS = [(ACME, "aiko", "chen"), (GLOBEX, "ben", "dora")]


def answers(house: House, person: str, chat: str, story: Story) -> list[Shown]:
    """Return the cards that show comments, wherever the plan puts them."""
    found = house.thread(person, chat, story.root) if chat == ACME else house.posts(person, chat)
    return [m for m in found if m.kind == "card" and not m.recalled and "wrote-" in m.text]


def said(house: House, person: str, chat: str, story: Story) -> list[str]:
    texts = [m.text for m in answers(house, person, chat, story)]
    return [next(word for word in text.split() if word.startswith("wrote-")) for text in texts]


def writes(house: House, story: Story, word: str, **how: object) -> str:
    comment = house.box.jira_people.comment("erin", story.key, f"wrote-{word}", **how)
    house.poll()
    house.time_passes(seconds=2)
    return comment


def mutes(house: House, person: str, chat: str, story: Story, word: str = "mute") -> None:
    house.says(person, chat, f"@Support Bot {word}", thread=story.root)


def unmutes(house: House, person: str, chat: str, story: Story) -> None:
    mutes(house, person, chat, story, "unmute")
    house.poll()
    house.until(lambda: not house.undelivered(), step=5)


@pytest.mark.parametrize(("chat", "asker", "other"), PLANS)
def test_what_is_news_waits_and_comes_in_order_each_once(
    house: House, chat: str, asker: str, other: str
) -> None:
    story = house.files(asker, chat)
    writes(house, story, "1")
    mutes(house, other, chat, story)
    for word in ("2", "3", "4"):
        writes(house, story, word)
    house.sweeps(3)
    house.rereads()
    assert said(house, asker, chat, story) == ["wrote-1"]
    assert house.undelivered() == []
    unmutes(house, asker, chat, story)
    writes(house, story, "5")
    house.until(lambda: not house.undelivered(), step=5)
    assert said(house, asker, chat, story) == [f"wrote-{n}" for n in "12345"]
    assert house.told(asker) == house.told(other) == []


@pytest.mark.parametrize(("chat", "asker", "other"), PLANS)
def test_everybody_in_the_thread_sees_who_did_it(
    house: House, chat: str, asker: str, other: str
) -> None:
    story = house.files(asker, chat)
    mutes(house, other, chat, story)
    name = house.box.world.person(other).name
    (line,) = [m.text for m in house.thread(asker, chat, story.root) if name in m.text][-1:]
    assert story.key in line
    unmutes(house, asker, chat, story)
    assert house.box.world.person(asker).name in house.thread(other, chat, story.root)[-1].text


def test_what_stands_there_stays_true_meanwhile(house: House) -> None:
    story, desk = house.files("aiko", ACME), house.box.jira_people
    edited, hidden = writes(house, story, "old"), writes(house, story, "gone")
    mutes(house, "aiko", ACME, story)
    desk.edit(story.key, edited, "wrote-new")
    desk.flip(story.key, hidden, public=False)
    house.poll()
    house.settle()
    assert said(house, "chen", ACME, story) == ["wrote-new"]
    unmutes(house, "aiko", ACME, story)
    assert said(house, "chen", ACME, story) == ["wrote-new"]


def test_what_was_hidden_or_edited_before_it_was_unmuted_is_shown_as_it_is_then(
    house: House,
) -> None:
    story, desk = house.files("aiko", ACME), house.box.jira_people
    note = writes(house, story, "LEAK-note", public=False)
    mutes(house, "aiko", ACME, story)
    hidden = writes(house, story, "LEAK-mistake")
    edited = writes(house, story, "LEAK-draft")
    desk.flip(story.key, hidden, public=False)
    desk.edit(story.key, edited, "wrote-final")
    house.poll()
    house.time_passes(seconds=60)
    desk.edit(story.key, note, "wrote-last")
    desk.flip(story.key, note, public=True)
    house.poll()
    unmutes(house, "aiko", ACME, story)
    assert said(house, "chen", ACME, story) == ["wrote-final", "wrote-last"]
    assert "LEAK" not in house.sent_to_lark()


def test_the_card_goes_on_and_the_news_of_its_status_waits(house: House) -> None:
    story = house.files("aiko", ACME)
    house.poll()
    mutes(house, "aiko", ACME, story)
    before = len(house.thread("chen", ACME, story.root))
    house.box.jira_people.resolve(story.key)
    for _ in range(2):
        house.poll()
        house.time_passes(seconds=10)
        house.settle()
    thread = house.thread("chen", ACME, story.root)
    assert len(thread) == before
    assert "Resolved" in next(m.text for m in thread if m.kind == "card")
    unmutes(house, "aiko", ACME, story)
    added = [m.text for m in house.thread("chen", ACME, story.root)][before:]
    assert len([text for text in added if "Resolved" in text]) == 1


def test_what_people_write_still_reaches_the_ticket(house: House) -> None:
    story = house.files("aiko", ACME)
    mutes(house, "aiko", ACME, story)
    house.says("chen", ACME, "node 4, too", thread=story.root)
    (comment,) = house.box.jira_people.comments(story.key)
    assert "node 4, too" in comment.text
    unmutes(house, "aiko", ACME, story)
    assert len(house.box.jira_people.comments(story.key)) == 1
    assert "node 4" not in str([m.text for m in answers(house, "chen", ACME, story)])


def test_another_ticket_of_the_group_is_not_muted_with_it(house: House) -> None:
    quiet, loud = house.files("ben", GLOBEX), house.files("ben", GLOBEX, "and that")
    mutes(house, "ben", GLOBEX, quiet)
    writes(house, quiet, "quiet")
    writes(house, loud, "loud")
    assert said(house, "ben", GLOBEX, loud) == ["wrote-loud"]


def test_who_does_it_twice_is_told_alone_and_a_sentence_is_none_of_it(house: House) -> None:
    story = house.files("aiko", ACME)
    mutes(house, "aiko", ACME, story, "unmute")
    mutes(house, "aiko", ACME, story)
    mutes(house, "chen", ACME, story)
    assert (len(house.told("aiko")), len(house.told("chen"))) == (1, 1)
    mutes(house, "aiko", ACME, story, "please mute the alarm")
    (comment,) = house.box.jira_people.comments(story.key)
    assert "please mute the alarm" in comment.text
    house.says("ben", GLOBEX, "@Support Bot mute")
    assert house.form("ben", GLOBEX).fields


def test_a_crowd_mutes_and_unmutes_and_nothing_is_lost_or_doubled(house: House) -> None:
    story, lark = house.files("aiko", ACME), house.box.lark_people
    for turn in range(4):
        sent = [
            lark.say(person, ACME, f"@Support Bot {word}", thread=story.root)
            for person, word in (("aiko", "mute"), ("chen", "unmute"), ("erin", "mute"))
        ]
        house.box.jira_people.comment("erin", story.key, f"wrote-{turn}")
        assert all([lark.wait_delivered(message) for message in sent])
        house.poll()
        house.time_passes(seconds=5)
    unmutes(house, "chen", ACME, story)
    assert said(house, "aiko", ACME, story) == [f"wrote-{n}" for n in range(4)]
    assert house.deliveries(DeliveryState.DEAD) == []


def test_the_portal_still_decides_on_what_comes_late(house: House) -> None:
    story = house.files("aiko", ACME)
    mutes(house, "aiko", ACME, story)
    comment = writes(house, story, "LEAK")
    house.says("aiko", ACME, "@Support Bot unmute", thread=story.root)
    house.polls()
    house.box.jira_people.flip(story.key, comment, public=False)
    house.settle()
    assert "LEAK" not in house.sent_to_lark()
    assert len(house.deliveries(DeliveryState.WITHHELD)) == 1


def test_trace_tells_operators_that_it_waits(house: House, tmp_path: Path) -> None:
    story = house.files("aiko", ACME)
    mutes(house, "aiko", ACME, story)
    writes(house, story, "1")
    told = Shell(tmp_path).run("trace", story.key)
    assert "its thread is muted" in told
