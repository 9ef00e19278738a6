"""What arrives from Lark may come twice, late, out of order, or be no event at all."""

import json
import uuid
from typing import Any

import pytest
from faults.stories import answers, engineer_says, wait_and_poll
from house import ACME, GLOBEX, House

from syncd.sandbox.lark.connection.delivery import Event

MESSAGE = "im.message.receive_v1"


def arrives(house: House, raw: bytes, kind: str = MESSAGE) -> Event:
    """Let Lark send these bytes, and wait for their ack."""
    event = house.box.lark_state.delivery.publish_raw(kind, raw, "", str(uuid.uuid4()))
    assert house.box.lark_people.wait_delivered(event.event_id)
    house.settle()
    return event


def mention(house: House) -> dict[str, Any]:
    """Return the last message event of the world, to be spoilt."""
    sent = [e for e in house.box.lark_state.delivery.events if e.event_type == MESSAGE]
    body: dict[str, Any] = json.loads(sent[-1].payload)
    body["header"]["event_id"] = str(uuid.uuid4())
    body["event"]["message"]["message_id"] = f"om_{uuid.uuid4().hex}"
    return body


def deep(levels: int) -> bytes:
    return b'{"header": {"event_type": "x"}, "event": ' + b"[" * levels + b"]" * levels + b"}"


POISON = {
    "not JSON": b"\x00\xff\xfe no json",
    "nothing": b"",
    "half an object": b'{"header": {"event_id": "e1"',
    "a list": b"[1, 2]",
    "deep": deep(100_000),
    "numbers for words": b'{"schema": 2, "header": {"event_id": 7, "event_type": 8}, "event": 9}',
    "half a character": b'{"header": {"event_id": "\\ud800", "event_type": "\\udfff"}}',
    "a huge number": b'{"header": {"event_id": "e", "create_time": ' + b"9" * 5000 + b"}}",
    "no event": b'{"header": {"event_id": "e2", "event_type": "im.message.receive_v1"}}',
}


@pytest.mark.parametrize("kind", POISON)
def test_a_frame_of_nonsense_stops_nothing(house: House, fault_row, kind: str) -> None:
    arrives(house, POISON[kind])
    root = house.asks("ben", GLOBEX)
    house.submits("ben", GLOBEX)
    assert len(house.thread("dora", GLOBEX, root)) == 1
    fault_row(
        "a frame that is not JSON, half, huge, nested 100,000 deep, or of wrong types",
        "nothing; everybody is served as before",
        "`event_dead` with the reason where it cannot be read; `status` counts it",
    )


@pytest.mark.parametrize("text", ["\ud800 half", "nul \x00 here", "x" * 1_000_000, "\u202egnp"])
def test_a_mention_with_odd_characters_opens_a_form(house: House, fault_row, text: str) -> None:
    house.asks("ben", GLOBEX, "first")
    body = mention(house)
    content = json.loads(body["event"]["message"]["content"])
    content["text"] = content["text"].replace("first", text)
    body["event"]["message"]["content"] = json.dumps(content)
    forms = house.box.world.journal
    before = len(forms.calls("lark", "ephemeral/v1/send"))
    arrives(house, json.dumps(body).encode())
    assert len(forms.calls("lark", "ephemeral/v1/send")) == before + 1
    house.submits("ben", GLOBEX)
    assert len(house.ticket_keys()) == 1
    fault_row(
        "a mention with half characters, NUL, right-to-left marks or a megabyte of text",
        "a form, cut to what a form can hold",
        "nothing",
    )


@pytest.mark.parametrize("spoilt", ["content", "sender", "mentions", "chat_id", "create_time"])
def test_a_message_that_lacks_a_part_stops_nothing(house: House, fault_row, spoilt: str) -> None:
    house.asks("aiko", ACME, "first")
    for value in (None, 7, {}, [], "\x00"):
        body = mention(house)
        part = body["event"] if spoilt == "sender" else body["event"]["message"]
        part[spoilt] = value
        arrives(house, json.dumps(body).encode())
    story = house.files("ben", GLOBEX)
    assert story.key == "HELP-1"
    fault_row(
        "a message of which a part is missing or of another type",
        "nothing; everybody is served as before",
        "`event_dead`, or the event is closed as meaning nothing",
    )


def test_an_event_that_comes_many_times_counts_once(house: House, fault_row) -> None:
    house.box.lark_state.switches.duplicate_events = -1
    story = house.files("aiko", ACME)
    house.says("chen", ACME, "only once", thread=story.root)
    sent = list(house.box.lark_state.delivery.events)
    for event in sent:
        if not event.is_callback:
            arrives(house, event.payload, event.event_type)
            arrives(house, event.payload, event.event_type)
    assert house.ticket_keys() == [story.key]
    assert len(house.box.jira_people.comments(story.key)) == 1
    sends = house.box.world.journal.calls("lark", "ephemeral/v1/send")
    assert len(sends) == 1
    fault_row(
        "Lark delivers every event four times", "everything once", "`received` with new=False"
    )


def test_events_of_eight_hours_ago_change_nothing(house: House, fault_row) -> None:
    story = house.files("aiko", ACME)
    house.says("chen", ACME, "早上好", thread=story.root)
    engineer_says(house, story, "Good morning.")
    house.poll()
    events = [e for e in house.box.lark_state.delivery.events if not e.is_callback]
    house.time_passes(seconds=8 * 3600)
    for event in reversed(events):
        arrives(house, event.payload, event.event_type)
    wait_and_poll(house, 10)
    assert house.ticket_keys() == [story.key]
    assert len(house.box.jira_people.comments(story.key)) == 2
    assert answers(house, story) == ["Good morning."]
    fault_row("Lark delivers everything again eight hours later, backwards", "nothing", "nothing")


def test_a_mention_that_comes_eight_hours_late_is_served(house: House, fault_row) -> None:
    house.box.lark_state.switches.hold_events = True
    message = house.box.lark_people.say("ben", GLOBEX, "@Support Bot our cluster is down")
    house.time_passes(seconds=8 * 3600)
    house.box.lark_state.delivery.release()
    assert house.box.lark_people.wait_delivered(message)
    house.settle()
    house.submits("ben", GLOBEX)
    assert house.ticket_keys() == ["HELP-1"]
    fault_row("Lark delivers a mention eight hours late", "the form, late", "nothing")


def test_replies_that_overtake_each_other_become_one_comment_each(house: House, fault_row) -> None:
    story = house.files("aiko", ACME)
    house.box.lark_state.switches.hold_events = True
    people = house.box.lark_people
    said = [people.say("chen", ACME, f"reply {n}", thread=story.root) for n in range(4)]
    house.box.lark_state.delivery.release(backwards=True)
    for message in said:
        assert people.wait_delivered(message)
    house.settle()
    comments = [str(c.body) for c in house.box.jira_people.comments(story.key)]
    assert [f"reply {n}" in comment for n, comment in enumerate(comments)] == [True] * 4
    fault_row(
        "Lark delivers replies in the wrong order",
        "each of them in the ticket once, as they were written",
        "nothing",
    )


def test_a_click_before_its_mention_was_handled_twice(house: House, fault_row) -> None:
    house.asks("ben", GLOBEX)
    card = house.form("ben", GLOBEX)
    first = house.clicks("ben", card, "submit", customfield_10041="2-Major")
    raw = next(e for e in house.box.lark_state.delivery.events if e.is_callback).payload
    again = house.box.lark_state.delivery.publish_raw(
        "card.action.trigger", raw, card.message_id, str(uuid.uuid4())
    )
    assert house.box.lark_people.wait_delivered(again.event_id)
    house.settle()
    assert first.toast.content
    assert house.ticket_keys() == ["HELP-1"]
    fault_row("the same click arrives twice", "one ticket", "nothing")
