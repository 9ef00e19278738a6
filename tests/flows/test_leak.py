"""Marked secrets in every internal place of a ticket: syncd reads them, Lark never gets one."""

from collections import Counter
from collections.abc import Callable

import pytest
from house import ACME, GLOBEX, House, Story

from syncd.core.model import DeliveryState
from syncd.sandbox.jsm import adf
from syncd.sandbox.jsm.records import PUBLIC_PROPERTY, Attachment

ROLE = "Service Desk Team"
INTERNAL = {PUBLIC_PROPERTY: {"internal": True}}
OLD_INTERNAL = {PUBLIC_PROPERTY: {"internal": "true"}}
GATE = "GET /rest/servicedeskapi/request/.*/comment/"


def plant(house: House, key: str) -> None:
    """Put a marker into every place of the ticket that is not for the customer."""
    people, state = house.box.jira_people, house.box.jira_state
    people.comment("erin", key, "LEAK-comment of an engineer", public=False)
    people.comment("erin", key, "LEAK-role agents only", visibility=ROLE)
    people.automation_comments(key, "LEAK-rule of an automation", public=False)
    people.outsider_mails("sam", key, "LEAK-outsider who is no part of the request")
    with house.box.world.lock:
        ticket = state.find(key)
        assert ticket is not None
        file = Attachment(
            state.next_id(), "LEAK-filename.log", "text/plain", b"LEAK-content", "712020:erin",
            state.now(),
        )  # fmt: skip
        words = adf.from_text("LEAK-attached see the file")
        state.add_comment(ticket, "712020:erin", words, properties=INTERNAL, attachments=[file])
        old = adf.from_text("LEAK-oldstyle internal")
        state.add_comment(ticket, "712020:erin", old, properties=OLD_INTERNAL)
        ticket.fields["customfield_10900"] = "LEAK-field root cause: customer"
        ticket.resolution = "LEAK-resolution"
        state.touch(ticket)


RECEIVED = ("comment", "role", "rule", "outsider", "attached", "oldstyle", "resolution")
"""What the calls of the daemon do bring it; the file and the field it never asks for."""


def received(house: House) -> Counter[str]:
    """Return how often each marker came to the daemon out of the helpdesk."""
    seen: Counter[str] = Counter()
    for call in house.box.world.journal.calls("jsm"):
        answer = call.response.decode("utf-8", "replace")
        seen.update({kind: answer.count(f"LEAK-{kind}") for kind in RECEIVED})
    return seen


def sent(house: House) -> list[str]:
    """Return every call to Lark that carries a marker in any of its bytes."""
    return [
        f"{call.method} {call.path}"
        for call in house.box.world.journal.calls("lark")
        if "LEAK" in f"{call.path} {call.query} {call.headers}" or b"LEAK" in call.request
    ]


def quiet(house: House, story: Story) -> None:
    house.poll()


def answer_between(house: House, story: Story) -> None:
    house.box.jira_people.comment("erin", story.key, "for the customer")
    house.poll()


def turned_internal_before_the_post(house: House, story: Story) -> None:
    comment = house.box.jira_people.comment("erin", story.key, "LEAK-flipped")
    house.app.poller.run_once()
    house.box.jira_people.flip(story.key, comment, public=False)
    house.settle()


def turned_internal_while_the_portal_was_away(house: House, story: Story) -> None:
    comment = house.box.jira_people.comment("erin", story.key, "LEAK-flipped late")
    away = house.fail("jsm", GATE, "refuse", times=2, status=503)
    house.poll()
    house.box.jira_people.flip(story.key, comment, public=False)
    assert away.hits > 0


def portal_that_does_not_answer(house: House, story: Story) -> None:
    house.fail("jsm", GATE, "refuse", times=-1, status=503)
    house.box.jira_people.comment("erin", story.key, "LEAK-flipped unknown", public=False)
    house.poll()
    house.time_passes(seconds=700)
    house.poll()
    house.box.world.faults.clear()


def answer_that_was_lost(house: House, story: Story) -> None:
    house.fail("lark", "POST /open-apis/im/v1/messages", "drop_after")
    house.box.jira_people.comment("erin", story.key, "for the customer")
    house.poll()


def reply_and_its_lost_answer(house: House, story: Story) -> None:
    house.fail("jsm", "POST /rest/api/3/issue/.*/comment", "drop_after")
    chat = house.box.lark_state.messages[story.root].chat_id
    person = "chen" if chat == ACME else "dora"
    house.says(person, chat, "same here", thread=story.root)


def deleted_and_edited(house: House, story: Story) -> None:
    people = house.box.jira_people
    people.delete(
        story.key, people.comment("erin", story.key, "LEAK-comment deleted", public=False)
    )
    edited = people.comment("erin", story.key, "LEAK-comment first", public=False)
    people.edit(story.key, edited, "LEAK-comment second")
    house.poll()


STORIES: tuple[Callable[[House, Story], None], ...] = (
    quiet,
    answer_between,
    turned_internal_before_the_post,
    turned_internal_while_the_portal_was_away,
    portal_that_does_not_answer,
    answer_that_was_lost,
    reply_and_its_lost_answer,
    deleted_and_edited,
)


@pytest.mark.parametrize("story", STORIES, ids=lambda s: s.__name__)
@pytest.mark.parametrize(("person", "chat"), [("aiko", ACME), ("ben", GLOBEX)])
def test_no_marker_reaches_lark(
    house: House, person: str, chat: str, story: Callable[[House, Story], None]
) -> None:
    house.box.jira_state.switches.bot_roles = {ROLE}
    filed = house.files(person, chat)
    plant(house, filed.key)
    story(house, filed)
    for _ in range(3):
        house.time_passes(seconds=400)
        house.tidy()
        house.poll()
    house.app.poller.sweep(3 * 3_600_000)
    house.app.rereader.run_once()
    house.settle()
    assert sent(house) == []
    counts = received(house)
    assert [kind for kind in RECEIVED if counts[kind] == 0] == [], "it proves nothing unread"
    dead = [d.reason for d in house.deliveries(DeliveryState.DEAD)]
    assert dead == []
