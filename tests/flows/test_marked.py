"""An emoji on a reply says whether it has reached its ticket, and never more than that."""

import base64
import threading
from pathlib import Path

import databases
import pytest
from house import ACME, GLOBEX, INITECH, House
from shell import Shell

from syncd.config.sections import ChatConfig
from syncd.core.kinds.replies.mark_reply import MarkReply
from syncd.core.model import DeliveryState, Destination, Plan

# On SQLite alone: hours pass.
url = databases.fresh_on(databases.SQLITE)

REACTIONS = "POST /open-apis/im/v1/messages/[^/]+/reactions"
COMMENTS = "POST /rest/api/3/issue/[^/]+/comment"
HANGS = 4.0
"""Less than the calls wait, so what hangs is answered in the end."""
POINT = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgAAAAAgAB4iG8MwAAAABJRU5ErkJggg=="
)
"""A picture of one point, a PNG."""
CHAT = ChatConfig(id=ACME, name=ACME, plan=Plan.ENTERPRISE, language="en")
THERE, LOST = [("DONE", ["Support Bot"])], [("CrossMark", ["Support Bot"])]


def marks(house: House, message: str) -> list[tuple[str, list[str]]]:
    """What people see below a message."""
    shown = [m for chat in (ACME, GLOBEX, INITECH) for m in house.box.lark_people.view("mei", chat)]
    for person, chat in (("chen", ACME), ("ben", GLOBEX), ("omar", INITECH)):
        shown += house.box.lark_people.view(person, chat)
    shown += [reply for root in shown for reply in root.thread]
    return next(one.reactions for one in shown if one.message_id == message)


def calls(house: House) -> list[int]:
    """What came of each call about reactions."""
    return [call.status for call in house.box.world.journal.calls("lark", "/reactions")]


def test_a_reply_that_reached_its_ticket_gets_one_emoji(house: House) -> None:
    story = house.files("chen", ACME)
    reply = house.says("aiko", ACME, "node 3, too", thread=story.root)
    assert marks(house, reply) == THERE
    assert calls(house) == [200]
    assert marks(house, story.root) == []


def test_the_bots_own_emoji_comes_back_as_an_event_and_means_nothing(house: House) -> None:
    story = house.files("chen", ACME)
    house.says("aiko", ACME, "node 3, too", thread=story.root)
    (mine,) = house.box.lark_state.reactions
    assert house.box.lark_people.wait_delivered(mine.reaction_id)
    house.settle()
    assert calls(house) == [200]
    assert house.undelivered() == []


def test_on_a_plan_whose_threads_are_no_tickets_nothing_is_marked(house: House) -> None:
    story = house.files("ben", GLOBEX)
    reply = house.says("ben", GLOBEX, "node 3, too", thread=story.root)
    assert marks(house, reply) == []
    assert calls(house) == []


def test_of_a_message_of_several_parts_the_last_one_marks_it(house: House) -> None:
    story = house.files("chen", ACME)
    reply = house.says("chen", ACME, "word " * 12_000, thread=story.root)
    assert len(house.box.jira_people.comments(story.key)) > 1
    assert marks(house, reply) == THERE
    assert calls(house) == [200]


def test_a_reply_that_did_not_arrive_gets_another_one_and_its_author_one_word(
    house: House, tmp_path: Path
) -> None:
    story = house.files("chen", ACME)
    away = house.fail("jsm", COMMENTS, "refuse", times=-1, status=403)
    reply = house.says("aiko", ACME, "node 3, too", thread=story.root)
    assert marks(house, reply) == []
    (waiting,) = house.undelivered()
    shell = Shell(tmp_path)
    shell.run("outbox", "drop", waiting.id)
    house.settle()
    assert marks(house, reply) == LOST
    told = [m.text for m in house.box.lark_people.direct("aiko") if "node 3" in m.title + m.text]
    assert len(told) == 1
    away.times = 0
    shell.run("outbox", "requeue", waiting.id)
    house.settle()
    assert len(house.box.jira_people.comments(story.key)) == 1
    assert marks(house, reply) == THERE


def test_a_file_whose_place_a_note_took_has_not_arrived(house: House) -> None:
    story = house.files("chen", ACME)
    people = house.box.lark_people
    reply = people.send_file("chen", ACME, "empty.txt", b"", thread=story.root)
    assert people.wait_delivered(reply)
    house.settle()
    assert marks(house, reply) == LOST
    arrived = people.send_file("chen", ACME, "trace.txt", b"line 1", thread=story.root)
    assert people.wait_delivered(arrived)
    house.settle()
    assert marks(house, arrived) == THERE


def test_what_the_limits_keep_back_is_marked_as_often_as_they_let_pass(make_house) -> None:
    house: House = make_house(**{"limits.replies_per_person_per_hour": 2})
    story = house.files("chen", ACME)
    replies = [house.says("aiko", ACME, f"line {n}", thread=story.root) for n in range(6)]
    assert [marks(house, one) for one in replies] == [THERE, THERE, LOST, LOST, [], []]
    told = [m for m in house.box.lark_people.direct("aiko") if "line" in m.title]
    assert len(told) == 1


@pytest.mark.parametrize("again", ["same", "231015"])
def test_a_mark_whose_answer_is_lost_is_made_again_and_stands_once(
    house: House, again: str
) -> None:
    house.box.lark_state.switches.repeated_reaction = again
    story = house.files("chen", ACME)
    house.fail("lark", REACTIONS, "drop_after")
    reply = house.says("aiko", ACME, "node 3, too", thread=story.root)
    house.until(lambda: not house.undelivered(), step=30)
    assert marks(house, reply) == THERE


@pytest.mark.parametrize("why", ["scope", "emoji", "outside"])
def test_what_is_refused_is_remembered_and_alarms_nobody(make_house, why: str) -> None:
    emoji = "NO_SUCH" if why == "emoji" else "DONE"
    house: House = make_house(**{"reactions.arrived": emoji, "alerts.chat": "oc_lobby"})
    if why == "scope":
        house.box.lark_state.switches.scopes.discard("im:message.reactions:write_only")
    chat, person = ACME, "chen"
    if why == "outside":
        house.box.lark_state.chats[ACME].external = True
        house.box.lark_state.switches.ext_reactions = "231021"
        house.box.lark_state.switches.ext_ephemeral = "ok"
    story = house.files(person, chat)
    for word in ("one", "two", "three"):
        house.says(person, chat, word, thread=story.root)
    assert calls(house) == [400]
    assert len(house.box.jira_people.comments(story.key)) == 3
    assert house.undelivered() == []
    assert house.deliveries(DeliveryState.DEAD) == []
    assert house.box.lark_people.view("aiko", "oc_lobby") == []
    house.time_passes(seconds=25 * 3600)
    house.says(person, chat, "four", thread=story.root)
    assert len(calls(house)) > 1  # Among them one with a token that is too old.


def test_what_was_taken_back_needs_no_mark(house: House) -> None:
    story = house.files("chen", ACME)
    away = house.fail("lark", REACTIONS, "refuse", times=-1, status=503)
    reply = house.says("aiko", ACME, "node 3, too", thread=story.root)
    house.box.lark_people.recall("aiko", reply)
    away.times = 0
    house.until(lambda: not house.undelivered(), step=60)
    assert house.deliveries(DeliveryState.DEAD) == []


def test_they_can_be_switched_off(make_house) -> None:
    house: House = make_house(**{"reactions.arrived": "", "reactions.failed": ""})
    story = house.files("chen", ACME)
    reply = house.says("aiko", ACME, "node 3, too", thread=story.root)
    assert marks(house, reply) == []
    assert not any(isinstance(d.command, MarkReply) for d in house.deliveries(DeliveryState.DONE))
    assert calls(house) == []


def test_what_is_only_in_part_on_the_ticket_has_not_arrived(house: House) -> None:
    """Of what somebody forwards nothing but its name goes along."""
    story = house.files("chen", ACME)
    people = house.box.lark_people
    reply = people.forward("chen", ACME, [story.root], thread=story.root)
    assert people.wait_delivered(reply)
    house.settle()
    assert marks(house, reply) == LOST


def test_without_an_emoji_for_it_what_was_left_out_is_not_said_to_have_arrived(
    make_house,
) -> None:
    house: House = make_house(**{"reactions.failed": ""})
    story = house.files("chen", ACME)
    people = house.box.lark_people
    pictures = [b"", base64.b64decode(POINT)]
    reply = people.say_post("chen", ACME, "", "see", thread=story.root, pictures=pictures)
    assert people.wait_delivered(reply)
    house.settle()
    assert len(house.box.jira_people.comments(story.key)) == 3
    assert marks(house, reply) == []


def test_an_update_waits_for_one_mark_at_most(house: House) -> None:
    story = house.files("chen", ACME)
    people = house.box.lark_people
    replies = [people.say("chen", ACME, f"line {n}", thread=story.root) for n in range(12)]
    assert all(people.wait_delivered(one) for one in replies)
    jsm, lark = (house.app.couriers[to] for to in (Destination.JSM, Destination.LARK))
    while house.app.intake.run_once() + jsm.run_once() + house.settles():
        pass
    house.box.jira_people.comment("erin", story.key, "looking at it")
    house.polls()
    for _ in range(2):
        assert lark.run_once()
    assert any("looking" in m.text for m in house.thread("aiko", ACME, story.root))
    assert len(calls(house)) <= 1
    house.settle()
    assert all(marks(house, one) == THERE for one in replies)


def test_while_a_mark_hangs_all_else_goes_on_and_no_other_mark_is_begun(house: House) -> None:
    story = house.files("chen", ACME)
    people = house.box.lark_people
    replies = [people.say("chen", ACME, f"line {n}", thread=story.root) for n in range(4)]
    assert all(people.wait_delivered(one) for one in replies)
    jsm, lark = (house.app.couriers[to] for to in (Destination.JSM, Destination.LARK))
    while house.app.intake.run_once() + jsm.run_once() + house.settles():
        pass
    hanging = house.fail("lark", REACTIONS, "hang", seconds=HANGS)
    worker = threading.Thread(target=lark.run_once)
    worker.start()
    assert people.wait_until(lambda: hanging.hits, 20)
    house.box.jira_people.comment("erin", story.key, "looking at it")
    house.polls()
    while lark.run_once():
        pass
    assert any("looking" in m.text for m in house.thread("aiko", ACME, story.root))
    assert [marks(house, one) for one in replies].count([]) == len(replies)
    assert worker.is_alive()
    worker.join(30)
    house.settle()
    assert all(marks(house, one) == THERE for one in replies)


@pytest.mark.parametrize("why", ["plan", "emojis"])
def test_a_mark_that_is_no_longer_true_goes_whatever_has_changed(
    make_house, house: House, tmp_path: Path, why: str
) -> None:
    story = house.files("chen", ACME)
    away = house.fail("jsm", COMMENTS, "refuse", times=-1, status=403)
    reply = house.says("aiko", ACME, "node 3, too", thread=story.root)
    (waiting,) = house.undelivered()
    shell = Shell(tmp_path)
    shell.run("outbox", "drop", waiting.id)
    house.settle()
    assert marks(house, reply) == LOST
    away.times = 0
    shell.run("outbox", "requeue", waiting.id)
    changes: dict[str, object] = {"reactions.arrived": "", "reactions.failed": ""}
    if why == "plan":
        changes = {"chats": (CHAT,)}
    later: House = make_house(**changes)
    later.settle()
    assert len(later.box.jira_people.comments(story.key)) == 1
    assert marks(later, reply) == []


@pytest.mark.parametrize("how", ["refuse", "drop_before"])
def test_while_only_marks_fail_nothing_is_taken_for_away_and_they_are_given_up(
    house: House, how: str
) -> None:
    story = house.files("chen", ACME)
    house.fail("lark", REACTIONS, how, times=-1, status=503)
    for n in range(6):
        house.says("aiko", ACME, f"line {n}", thread=story.root)
    assert len(house.undelivered()) == 6
    made = len(calls(house))
    for n in range(3):
        house.box.jira_people.comment("erin", story.key, f"looking {n}")
        house.poll()
    assert len(calls(house)) == made
    lark = house.app.couriers[Destination.LARK]
    assert lark.settler.tools.reach.away() == {}
    with house.app.store.read() as tx:
        assert Destination.LARK not in tx.census.oldest_ready()
    house.until(lambda: not house.undelivered(), step=120)
    assert house.deliveries(DeliveryState.DEAD) == []


@pytest.mark.parametrize("code", [231019, 231020, 231022])
def test_one_persons_setting_leaves_the_marks_of_everybody_else(house: House, code: int) -> None:
    story = house.files("chen", ACME)
    body = f'{{"code": {code}, "msg": "no"}}'
    house.fail("lark", REACTIONS, "refuse", status=400, body=body)
    assert marks(house, house.says("aiko", ACME, "one", thread=story.root)) == []
    assert marks(house, house.says("chen", ACME, "two", thread=story.root)) == THERE


def test_what_was_said_before_submit_is_marked_when_no_ticket_comes(house: House) -> None:
    root = house.asks("chen", ACME, "our cluster is down")
    reply = house.says("chen", ACME, "node 3, too", thread=root)
    create = "POST /rest/servicedeskapi/request$"
    body = '{"errorMessage": "The due date lies in the past."}'
    json = {"content-type": "application/json"}
    house.fail("jsm", create, "refuse", times=2, status=400, body=body, headers=json)
    house.submits("chen", ACME)
    assert marks(house, reply) == []
    house.clicks("chen", house.form("chen", ACME), "cancel")
    house.time_passes(seconds=3600)
    house.settle()
    assert house.ticket_keys() == []
    assert marks(house, reply) == LOST


def test_of_a_form_that_nobody_submitted_nothing_is_marked(house: House) -> None:
    root = house.asks("chen", ACME, "our cluster is down")
    reply = house.says("chen", ACME, "node 3, too", thread=root)
    house.clicks("chen", house.form("chen", ACME), "cancel")
    house.time_passes(seconds=3600)
    house.settle()
    assert marks(house, reply) == []
