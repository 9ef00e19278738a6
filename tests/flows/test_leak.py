"""Marked secrets in every internal place of a ticket: syncd reads them, Lark never gets one."""

from collections.abc import Callable

import internal
import pytest
from house import ACME, GLOBEX, House, Story

from syncd.core.model import DeliveryState
from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.records import PUBLIC_PROPERTY
from syncd.sandbox.jsm.text import adf

ROLE = "Service Desk Team"
OLD_INTERNAL = {PUBLIC_PROPERTY: {"internal": "true"}}
GATE = "GET /rest/servicedeskapi/request/.*/comment/"
CREATE = "POST /rest/servicedeskapi/request$"

MARKERS = {
    "comment of an engineer": "LEAK-comment",
    "comment for a role": "LEAK-role",
    "comment of an automation": "LEAK-rule",
    "comment of an outsider": "LEAK-outsider",
    "comment with a file": "LEAK-attached",
    "name of that file": "LEAK-filename",
    "comment marked in the old way": "LEAK-oldstyle",
    "comment made internal": "LEAK-flipped",
    "resolution": "LEAK-resolution",
    "internal status": site.INTERNAL_STATUS,
}
"""What the calls of the daemon do bring it, by kind."""
NEVER_ASKED = {"content of the file": "LEAK-content", "field for engineers": "LEAK-field"}


def plant(house: House, key: str) -> None:
    """Put a marker into every place of the ticket that is not for the customer."""
    people, state = house.box.jira_people, house.box.jira_state
    people.comment("erin", key, "LEAK-comment of an engineer", public=False)
    people.comment("erin", key, "LEAK-role agents only", visibility=ROLE)
    people.automation_comments(key, "LEAK-rule of an automation", public=False)
    people.outsider_mails("sam", key, "LEAK-outsider who is no part of the request")
    internal.attach(
        house.box, key, "LEAK-attached see the file", "LEAK-filename.log", b"LEAK-content"
    )
    flipped = people.comment("erin", key, "for everybody, by mistake")
    house.poll()
    people.flip(key, flipped, public=False)
    people.edit(key, flipped, "LEAK-flipped and written anew")
    people.transition(key, site.INTERNAL_STATUS)
    with house.box.world.lock:
        ticket = state.find(key)
        assert ticket is not None
        old = adf.from_text("LEAK-oldstyle internal")
        state.add_comment(ticket, "712020:erin", old, properties=OLD_INTERNAL)
        ticket.fields["customfield_10900"] = "LEAK-field root cause: customer"
        ticket.resolution = "LEAK-resolution"
        state.touch(ticket)


def quiet(house: House, story: Story) -> None:
    house.poll()


def answer_between(house: House, story: Story) -> None:
    house.box.jira_people.comment("erin", story.key, "for the customer")
    house.poll()


def turned_internal_before_the_post(house: House, story: Story) -> None:
    house.hides_before_the_post(story.key, "LEAK-flipped")


def turned_internal_while_the_portal_was_away(house: House, story: Story) -> None:
    comment = house.box.jira_people.comment("erin", story.key, "LEAK-flipped late")
    away = house.fail("jsm", GATE, "refuse", times=2, status=503)
    house.poll()
    house.box.jira_people.flip(story.key, comment, public=False)
    assert away.hits > 0


def portal_that_does_not_answer(house: House, story: Story) -> None:
    house.fail("jsm", GATE, "refuse", times=-1, status=503)
    comment = house.box.jira_people.comment("erin", story.key, "LEAK-flipped unknown")
    house.poll()
    house.time_passes(seconds=700)
    house.poll()
    house.box.jira_people.flip(story.key, comment, public=False)
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


def shown(house: House, story: Story, words: str) -> str:
    comment = house.box.jira_people.comment("erin", story.key, words)
    house.poll()
    house.time_passes(seconds=2)
    return comment


def edited_for_engineers_before_the_change_was_said(house: House, story: Story) -> None:
    comment = shown(house, story, "for the customer")
    house.box.jira_people.edit(story.key, comment, "LEAK-flipped and edited")
    house.polls()
    house.box.jira_people.flip(story.key, comment, public=False)
    house.settle()


def edited_for_a_role_while_the_portal_was_away(house: House, story: Story) -> None:
    """The portal is said to call it public, and its own signs do not."""
    comment = shown(house, story, "for the customer")
    away = house.fail("jsm", GATE, "refuse", times=2, status=503)
    house.box.jira_people.edit(story.key, comment, "LEAK-role and edited")
    house.poll()
    house.box.jira_people.restrict(story.key, comment, ROLE)
    assert away.hits > 0


def rewritten_while_it_was_hidden(house: House, story: Story) -> None:
    people, comment = house.box.jira_people, shown(house, story, "for the customer")
    people.flip(story.key, comment, public=False)
    people.edit(story.key, comment, "LEAK-flipped for a while")
    house.poll()
    people.edit(story.key, comment, "for the customer again")
    people.flip(story.key, comment, public=True)
    house.rereads()


def edited_where_the_change_is_refused(house: House, story: Story) -> None:
    comment = shown(house, story, "for the customer")
    house.fail("lark", "PATCH", "refuse", status=400, body='{"code":230031,"msg":"too old"}')
    house.fail("lark", "POST /open-apis/im/v1/messages/", "refuse", status=429)
    house.box.jira_people.edit(story.key, comment, "for the customer, corrected")
    house.poll()
    house.box.jira_people.edit(story.key, comment, "LEAK-flipped correction")
    house.box.jira_people.flip(story.key, comment, public=False)


STORIES: tuple[Callable[[House, Story], None], ...] = (
    quiet,
    answer_between,
    turned_internal_before_the_post,
    turned_internal_while_the_portal_was_away,
    portal_that_does_not_answer,
    answer_that_was_lost,
    reply_and_its_lost_answer,
    deleted_and_edited,
    edited_for_engineers_before_the_change_was_said,
    edited_for_a_role_while_the_portal_was_away,
    rewritten_while_it_was_hidden,
    edited_where_the_change_is_refused,
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
    house.sweeps(3)
    house.rereads()
    house.poll()
    nothing_got_out(house)
    counts = internal.received(house.box, MARKERS)
    assert [kind for kind in MARKERS if counts[kind] == 0] == [], "it proves nothing unread"
    dead = [d.reason for d in house.deliveries(DeliveryState.DEAD)]
    assert dead == []


def test_a_ticket_found_after_a_lost_answer_is_told_with_the_customers_status(
    house: House,
) -> None:
    """A rule of the site moves new tickets at once, while nobody knows whether they exist."""
    house.fail("jsm", CREATE, "drop_after")
    root = house.asks("aiko", ACME)
    house.submits("aiko", ACME)
    house.box.jira_people.transition("HELP-1", site.INTERNAL_STATUS)
    house.until(lambda: house.tidy() or house.thread("aiko", ACME, root))
    (announced,) = house.thread("aiko", ACME, root)
    assert "In progress" in announced.text
    house.poll()
    assert internal.received(house.box, MARKERS)["internal status"] > 0
    nothing_got_out(house)


def nothing_got_out(house: House) -> None:
    assert internal.sent(house.box, "LEAK", site.INTERNAL_STATUS) == []
    assert internal.files_asked_for(house.box) == []
    brought = internal.received(house.box, NEVER_ASKED)
    assert brought.total() == 0, "what is never asked for came by itself, and has to be watched"
