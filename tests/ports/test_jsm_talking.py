import json

import pytest
from jsm_served import Served

from syncd.core.errors import Cause, Rejected, Unavailable, Uncertain
from syncd.core.model import CommentId, DeliveryId, TicketId, TicketKey
from syncd.core.prose.said import blocks
from syncd.core.publicity import Publicity
from syncd.core.text import Anchor, Body, Mention, Paragraph, Text

HELP_1 = TicketKey("HELP-1")
SAID = blocks("It is *still* down.\nSince [noon|https://x.example].\n\n@Erin [~accountid:1]")


@pytest.fixture
def here(here: Served) -> Served:
    here.people.create_ticket("aiko", "Down")
    return here


def say(here: Served, key: str = "D1", body: Body = SAID) -> CommentId:
    return here.helpdesk().add_comment(HELP_1, "Aiko Tanaka", body, DeliveryId(key))


def test_customer_sees_who_said_what_as_it_was_said(here: Served) -> None:
    written = say(here)
    (comment,) = here.people.comments("HELP-1")
    assert str(comment.id) == written
    assert comment.text.splitlines()[0] == "Aiko Tanaka (via Lark):"
    assert "It is *still* down.\nSince [noon|https://x.example]." in comment.text
    assert "accountid" in comment.text
    assert '"mention"' not in json.dumps(comment.body)
    assert here.helpdesk().publicity(HELP_1, written) is Publicity.PUBLIC
    assert here.people.portal_view("HELP-1").comments


def test_comment_carries_our_reference_from_its_first_moment(here: Served) -> None:
    written = say(here)
    assert len(here.calls("/comment", "POST")) == 1
    details = here.helpdesk().comment_details([written])
    assert details[written].ref == "D1"
    (ticket,) = here.helpdesk().tickets([TicketId("10001")])
    assert ticket.comments[0].ref == ""


def test_mentions_and_unsafe_links_stay_text(here: Served) -> None:
    say(here, body=(Paragraph((Mention("Erin"), Anchor("x", "javascript:1"), Text("\u202e!"))),))
    (comment,) = here.people.comments("HELP-1")
    assert comment.text.splitlines()[1] == "@Erinx!"


def test_comment_is_found_by_its_reference_among_many(here: Served) -> None:
    here.people.comment("erin", "HELP-1", "before")
    mine = say(here, "D1")
    other = say(here, "D2")
    for number in range(120):
        here.world.clock.move(seconds=2)
        here.people.comment("erin", "HELP-1", str(number))
    helpdesk = here.helpdesk()
    assert helpdesk.find_comment(HELP_1, DeliveryId("D1")) == mine
    assert helpdesk.find_comment(HELP_1, DeliveryId("D2")) == other
    assert helpdesk.find_comment(HELP_1, DeliveryId("D3")) is None


@pytest.mark.parametrize(("kind", "there"), [("drop_before", False), ("drop_after", True)])
def test_doubt_about_a_comment_is_resolved_by_looking(here: Served, kind: str, there: bool) -> None:
    here.fault("POST /rest/api/3/issue/", kind)
    with pytest.raises(Uncertain):
        say(here)
    found = here.helpdesk().find_comment(HELP_1, DeliveryId("D1"))
    assert (found is not None) is there


def test_reference_of_somebody_else_is_not_ours(here: Served) -> None:
    comment = here.people.comment("erin", "HELP-1", "copied")
    with here.world.lock:
        ticket = here.state.tickets["HELP-1"]
        copied = here.state.comment(ticket, comment)
        assert copied is not None
        copied.properties["syncd.ref"] = {"id": "D1"}
    assert here.helpdesk().find_comment(HELP_1, DeliveryId("D1")) is None


def test_comment_of_ours_that_cannot_be_read_proves_nothing(here: Served) -> None:
    mine = say(here)
    with here.world.lock:
        comment = here.state.comment(here.state.tickets["HELP-1"], mine)
        assert comment is not None
        comment.properties[""] = "odd"
    with pytest.raises(Unavailable):
        here.helpdesk().find_comment(HELP_1, DeliveryId("D1"))


def test_ticket_that_is_gone_takes_no_comment(here: Served) -> None:
    with pytest.raises(Rejected) as failure:
        here.helpdesk().add_comment(TicketKey("HELP-9"), "A", SAID, DeliveryId("D1"))
    assert failure.value.cause is Cause.GONE
    with pytest.raises(Rejected) as failure:
        here.helpdesk().find_comment(TicketKey("HELP-9"), DeliveryId("D1"))
    assert failure.value.cause is Cause.GONE


def test_comment_that_is_too_long_is_refused_for_what_it_says(here: Served) -> None:
    with pytest.raises(Rejected) as failure:
        say(here, body=blocks("x" * 40_000))
    assert failure.value.cause is Cause.CONTENT


@pytest.mark.parametrize("public", [False, None, "true"])
def test_comment_that_the_portal_does_not_show_is_no_success(here: Served, public: object) -> None:
    body = json.dumps({"id": "77", "jsdPublic": public})
    here.fault("POST /rest/api/3/issue/", "refuse", status=201, body=body)
    with pytest.raises(Rejected) as failure:
        say(here)
    assert "77" in str(failure.value)
