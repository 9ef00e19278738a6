"""What people write in a thread reaches the ticket in the order in which they wrote it."""

import re

import pytest
from house import ACME, GLOBEX, House, build_house
from test_intake import nothing_can_be_decided

from syncd.core.arrival import READS_BACK_MS
from syncd.core.model import DeliveryState
from syncd.store.schema import InboxState

CREATE = "POST /rest/servicedeskapi/request$"
HISTORY = "GET /open-apis/im/v1/messages$"


def writes(house: House, root: str, *texts: str) -> list[str]:
    """Let Aiko write these on after the other; they stay on their way until they are let go."""
    house.box.lark_state.switches.hold_events = True
    people = house.box.lark_people
    said = [people.say("aiko", ACME, f"<{text}>", thread=root) for text in texts]
    house.box.lark_state.switches.hold_events = False
    return said


def arrive(house: House, said: list[str], *, backwards: bool = False) -> None:
    house.box.lark_state.delivery.release(backwards=backwards)
    assert all(house.box.lark_people.wait_delivered(message) for message in said)


def in_ticket(house: House, key: str) -> list[str]:
    comments = house.box.jira_people.comments(key)
    return [found for c in comments for found in re.findall(r"<(.*?)>", str(c.body))]


def is_listening(house: House) -> None:
    state = house.app.socket.state
    assert house.box.lark_people.wait_until(lambda: state().connected_since is not None)


@pytest.mark.parametrize("backwards", [False, True])
def test_a_burst_reaches_the_ticket_as_it_was_written_however_it_arrives(
    house: House, backwards: bool
) -> None:
    story = house.files("aiko", ACME)
    texts = [f"line {n:02}" for n in range(15)]
    arrive(house, writes(house, story.root, *texts), backwards=backwards)
    house.settle()
    assert in_ticket(house, story.key) == texts


def test_a_mention_at_the_top_level_waits_for_nothing(house: House) -> None:
    message = house.box.lark_people.say("ben", GLOBEX, "@Support Bot it is down")
    assert house.box.lark_people.wait_delivered(message)
    assert house.app.intake.run_once() == 1


def test_one_that_comes_very_late_is_carried_after_those_that_were_carried(house: House) -> None:
    story = house.files("aiko", ACME)
    late = writes(house, story.root, "first")
    house.says("aiko", ACME, "<second>", thread=story.root)
    arrive(house, late)
    house.settle()
    assert in_ticket(house, story.key) == ["second", "first"]


def test_one_that_comes_late_goes_before_later_ones_that_wait_for_the_ticket(house: House) -> None:
    house.fail("jsm", CREATE, "refuse", status=429, headers={"retry-after": "30"})
    root = house.asks("aiko", ACME)
    house.submits("aiko", ACME)
    late = writes(house, root, "first")
    house.says("aiko", ACME, "<second>", thread=root)
    house.says("aiko", ACME, "<third>", thread=root)
    arrive(house, late)
    house.settle()
    assert len(house.deliveries(DeliveryState.READY)) == 4
    house.time_passes(seconds=60)
    house.settle()
    (key,) = house.ticket_keys()
    assert in_ticket(house, key) == ["first", "second", "third"]


def test_what_was_missed_is_read_back_before_what_comes_first_on_a_new_connection(
    house: House, make_house, url: str, tmp_path
) -> None:
    story = house.files("aiko", ACME)
    house.app.catchup.run_once()
    house.app.socket.stop()
    house.box.lark_people.say("aiko", ACME, "<missed>", thread=story.root)
    again = build_house(house.box, url, tmp_path, {})
    again.app.socket.start()
    is_listening(again)
    assert again.box.lark_people.wait_connected()
    again.says("aiko", ACME, "<next>", thread=story.root)
    assert in_ticket(again, story.key) == []
    again.app.catchup.run_once()
    again.settle()
    assert in_ticket(again, story.key) == ["missed", "next"]
    again.app.socket.stop()
    again.app.close()


def test_what_could_not_be_stored_is_read_back_before_what_follows_it(house: House) -> None:
    story = house.files("aiko", ACME)
    with nothing_can_be_decided(house, missing="inbox"):
        refused = house.box.lark_people.say("aiko", ACME, "<refused>", thread=story.root)
        (event,) = house.box.lark_state.delivery.about(refused)
        assert house.box.lark_people.wait_until(lambda: "500" in event.answers)
    house.says("aiko", ACME, "<next>", thread=story.root)
    assert in_ticket(house, story.key) == []
    house.app.catchup.run_once()
    house.settle()
    assert in_ticket(house, story.key) == ["refused", "next"]


def test_where_the_history_cannot_be_read_nothing_waits_for_it_for_long(
    house: House, make_house, url: str, tmp_path
) -> None:
    story = house.files("aiko", ACME)
    house.app.socket.stop()
    house.fail("lark", HISTORY, "refuse", status=503, times=-1)
    again = build_house(house.box, url, tmp_path, {})
    again.app.socket.start()
    is_listening(again)
    assert again.box.lark_people.wait_connected()
    again.says("aiko", ACME, "<next>", thread=story.root)
    again.app.catchup.run_once()
    again.settle()
    assert in_ticket(again, story.key) == []
    again.time_passes(seconds=READS_BACK_MS / 1000)
    again.settle()
    assert in_ticket(again, story.key) == ["next"]
    again.app.socket.stop()
    again.app.close()


def test_two_processes_hand_one_thread_to_each_other_and_keep_its_order(make_house) -> None:
    first: House = make_house()
    if first.app.store.alone:
        return
    second: House = make_house()
    story = first.files("aiko", ACME)
    texts = [f"line {n:02}" for n in range(12)]
    arrive(first, writes(first, story.root, *texts))
    for _ in texts:
        second.app.intake.run_once()
        first.settle()
    second.settle()
    assert in_ticket(first, story.key) == texts


def unheard(house: House, text: str) -> str:
    """Let Aiko begin a thread with a message that stays on its way."""
    house.box.lark_state.switches.hold_events = True
    root = house.box.lark_people.say("aiko", ACME, text)
    house.box.lark_state.switches.hold_events = False
    return root


@pytest.mark.parametrize("late_seconds", [3, 15])
def test_replies_that_come_before_the_mention_that_began_their_thread_wait_for_it(
    house: House, late_seconds: int
) -> None:
    root = unheard(house, "@Support Bot it is down")
    house.says("aiko", ACME, "<first>", thread=root)
    house.says("chen", ACME, "<second>", thread=root)
    house.time_passes(seconds=late_seconds)
    house.settle()
    arrive(house, [root])
    house.settle()
    house.says("aiko", ACME, "<third>", thread=root)
    house.submits("aiko", ACME)
    (key,) = house.ticket_keys()
    assert in_ticket(house, key) == ["first", "second", "third"]


def test_talk_in_a_thread_of_old_keeps_no_mention_waiting_and_no_part_of_it_is_filed(
    house: House,
) -> None:
    root = unheard(house, "lunch?")
    house.says("aiko", ACME, "<noodles>", thread=root)
    house.says("aiko", ACME, "@Support Bot it is down", thread=root)
    house.submits("aiko", ACME)
    house.says("aiko", ACME, "<since noon>", thread=root)
    house.time_passes(seconds=30)
    house.settle()
    (key,) = house.ticket_keys()
    assert in_ticket(house, key) == ["since noon"]


def test_talk_in_a_thread_whose_root_never_comes_is_forgotten_within_half_a_minute(
    house: House,
) -> None:
    root = unheard(house, "lunch?")
    house.says("aiko", ACME, "<noodles>", thread=root)
    with house.app.store.read() as tx:
        assert tx.inbox.counts()[InboxState.NEW] == 1
    house.time_passes(seconds=30)
    house.settle()
    with house.app.store.read() as tx:
        assert InboxState.NEW not in tx.inbox.counts()
