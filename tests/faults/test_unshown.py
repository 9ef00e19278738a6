"""What is not public, not there any more, elsewhere or odd: shown only what may be shown."""

import pytest
from faults.stories import GATE, answers, engineer_says, jira_answers, wait_and_poll
from house import ACME, GLOBEX, House

from syncd.core.model import DeliveryState
from syncd.sandbox.jsm.records import OnPortal


@pytest.mark.parametrize("body", ["null", "", "[]", '{"isLast":'])
def test_a_comment_of_which_nobody_can_read_whether_it_is_public_waits(
    house: House, fault_row, body: str
) -> None:
    story = house.files("aiko", ACME)
    engineer_says(house, story, "is it public?")
    jira_answers(house, GATE, body)
    house.poll()
    assert answers(house, story) == []
    wait_and_poll(house, 30)
    assert answers(house, story) == ["is it public?"]
    fault_row(
        "the portal's answer on a comment cannot be read",
        "the update as soon as the portal says that it is public",
        "PostUpdate READY; after ten minutes WITHHELD, listed",
    )


def test_a_comment_for_a_role_that_claims_to_be_public_is_not_shown(
    house: House, fault_row
) -> None:
    house.box.jira_state.switches.restricted_is_public_on_desk = True
    story = house.files("aiko", ACME)
    house.box.jira_people.comment(
        "erin", story.key, "CANARY for the team", visibility="Service Desk Team"
    )
    engineer_says(house, story, "for everybody")
    wait_and_poll(house, 1, 10)
    assert answers(house, story) == ["for everybody"]
    assert "CANARY" not in house.sent_to_lark()
    read = [c.response for c in house.box.world.journal.calls("jsm")]
    assert any(b"CANARY for the team" in body for body in read), "the daemon never had the text"
    fault_row(
        "a role-restricted comment says jsdPublic: true, and the portal agrees",
        "nothing of it",
        "nothing; it counts as internal",
    )


def test_a_comment_that_turns_internal_between_poll_and_post_is_not_shown(
    house: House, fault_row
) -> None:
    story = house.files("ben", GLOBEX)
    comment = engineer_says(house, story, "CANARY not for you")
    house.polls()
    house.box.jira_people.flip(story.key, comment, public=False)
    house.settle()
    engineer_says(house, story, "for you")
    wait_and_poll(house, 1)
    assert answers(house, story, GLOBEX) == ["for you"]
    assert "CANARY" not in house.sent_to_lark()
    (withheld,) = house.deliveries(DeliveryState.WITHHELD)
    assert "portal" in withheld.reason
    fault_row(
        "a comment is made internal between the poll and the post",
        "nothing of it; the next public one comes",
        "WITHHELD, listed with its reason",
    )


def test_a_comment_deleted_between_poll_and_post_is_not_shown(house: House, fault_row) -> None:
    story = house.files("ben", GLOBEX)
    comment = engineer_says(house, story, "CANARY deleted")
    house.polls()
    house.box.jira_people.delete(story.key, comment)
    house.settle()
    assert "CANARY" not in house.sent_to_lark()
    assert len(house.deliveries(DeliveryState.WITHHELD)) == 1
    fault_row(
        "a comment is deleted between the poll and the post", "nothing of it", "WITHHELD, listed"
    )


@pytest.mark.parametrize("says", [OnPortal.HIDDEN, OnPortal.MISSING])
def test_a_comment_that_only_the_portal_hides_does_not_stay(
    house: House, fault_row, says: OnPortal
) -> None:
    story = house.files("aiko", ACME)
    comment = engineer_says(house, story, "too much said")
    wait_and_poll(house, 1)
    assert answers(house, story) == ["too much said"]
    house.box.jira_people.hide_on_portal(story.key, comment, says)
    house.asks_portal()
    house.settle()
    shown = [m for m in house.thread("chen", ACME, story.root) if not m.recalled]
    assert all("too much said" not in m.text for m in shown)
    fault_row(
        "a comment is hidden by the portal after it was shown, and Jira still calls it public",
        "its message goes, at the next round in which its ticket has its turn",
        "`comments_withdrawn`; `syncd trace` says that it is deleted, or hidden by the portal",
    )


def test_a_ticket_that_is_gone_stops_no_other(house: House, fault_row) -> None:
    gone, stays = house.files("aiko", ACME), house.files("ben", GLOBEX)
    engineer_says(house, gone, "CANARY gone")
    engineer_says(house, stays, "still here")
    state = house.box.jira_state
    with house.box.world.lock:
        del state.tickets[gone.key]
    wait_and_poll(house, 1)
    assert answers(house, stays, GLOBEX) == ["still here"]
    fault_row(
        "a linked ticket is deleted in Jira",
        "the thread hears no more; other threads hear theirs",
        "nothing; `linked_tickets_gone` once where none of the tickets linked last is left",
    )


def test_a_ticket_that_moved_is_followed(house: House, fault_row) -> None:
    """Jira finds a moved issue by its old key, and answers with the new one."""
    story = house.files("aiko", ACME)
    state = house.box.jira_state
    with house.box.world.lock:
        ticket = state.find(story.key)
        assert ticket is not None
        ticket.number = 900
        state.tickets[ticket.key] = ticket
        state.touch(ticket)
    assert ticket.key == "HELP-900"
    house.box.jira_people.comment("erin", "HELP-900", "at its new place")
    wait_and_poll(house, 1)
    answer = house.thread("chen", ACME, story.root)[-1]
    assert "at its new place" in answer.text
    assert "HELP-900" in answer.text
    fault_row("a ticket gets another key", "its updates as before, with the new key", "nothing")


def test_a_ticket_in_another_project_is_followed(house: House, fault_row) -> None:
    story = house.files("aiko", ACME)
    wait_and_poll(house, 1, 3600)
    key = house.box.jira_people.move(story.key)
    house.box.jira_people.comment("erin", key, "at its new place")
    wait_and_poll(house, 60)
    assert answers(house, story) == []
    house.looks_where()
    wait_and_poll(house, 1)
    assert answers(house, story) == ["at its new place"]
    fault_row(
        "a ticket is moved to another project",
        "its updates within the hour, then every minute, with the new key and link",
        "`ticket_moved` and an alarm; another one, and no updates, where it is no request there",
    )


def test_parts_of_a_comment_that_nobody_knows_are_read_around(house: House, fault_row) -> None:
    story = house.files("aiko", ACME)
    odd = {
        "type": "doc",
        "version": 1,
        "content": [
            {"type": "hologram", "attrs": {"text": 7}, "content": [{"type": "text", "text": "A"}]},
            {"type": "paragraph", "content": [{"type": "sparkle"}, {"type": "text", "text": "B"}]},
        ],
    }
    house.box.jira_people.comment("erin", story.key, odd)
    wait_and_poll(house, 1)
    (answer,) = house.thread("chen", ACME, story.root)[1:]
    assert "A" in answer.text
    assert "B" in answer.text
    fault_row("a comment has parts that nobody knows yet", "the words in them", "nothing")
