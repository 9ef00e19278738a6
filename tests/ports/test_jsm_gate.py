import json

import pytest
from jsm_served import Served

from syncd.core.errors import Unavailable
from syncd.core.model import CommentId, TicketKey
from syncd.core.publicity import Publicity

GATE = r"GET /rest/servicedeskapi/request/"


def judged(here: Served, key: str, comment: str) -> Publicity:
    return here.helpdesk().publicity(TicketKey(key), CommentId(comment))


def test_portal_shows_a_public_comment_and_hides_an_internal_one(here: Served) -> None:
    key = here.people.create_ticket("aiko", "Down")
    public = here.people.comment("erin", key, "for you")
    internal = here.people.comment("erin", key, "among us", public=False)
    assert judged(here, key, public) is Publicity.PUBLIC
    assert judged(here, key, internal) is Publicity.NOT_PUBLIC


def test_comment_hidden_at_the_last_moment_is_not_public(here: Served) -> None:
    key = here.people.create_ticket("aiko", "Down")
    comment = here.people.comment("erin", key, "oops")
    assert judged(here, key, comment) is Publicity.PUBLIC
    here.people.flip(key, comment, public=False)
    assert judged(here, key, comment) is Publicity.NOT_PUBLIC


def test_deleted_comment_is_not_public(here: Served) -> None:
    key = here.people.create_ticket("aiko", "Down")
    comment = here.people.comment("erin", key, "oops")
    here.people.delete(key, comment)
    assert judged(here, key, comment) is Publicity.NOT_PUBLIC


def test_ticket_that_we_may_no_longer_see_shows_nothing(here: Served) -> None:
    key = here.people.create_ticket("aiko", "Down")
    comment = here.people.comment("erin", key, "hello")
    here.state.switches.bot_sees_project = False
    assert judged(here, key, comment) is Publicity.NOT_PUBLIC


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, "<html>Please log in</html>"),
        (200, json.dumps({"id": "0", "public": True})),
        (200, "[]"),
        (400, "{}"),
        (403, "{}"),
        (410, "{}"),
    ],
)
def test_answer_that_proves_nothing_is_unreadable(here: Served, status: int, body: str) -> None:
    key = here.people.create_ticket("aiko", "Down")
    comment = here.people.comment("erin", key, "hello")
    here.fault(GATE, "refuse", status=status, body=body)
    assert judged(here, key, comment) is Publicity.UNREADABLE


@pytest.mark.parametrize("status", [302, 429, 500, 503])
def test_outage_is_not_an_answer(here: Served, status: int) -> None:
    key = here.people.create_ticket("aiko", "Down")
    comment = here.people.comment("erin", key, "hello")
    here.fault(GATE, "refuse", status=status, headers={"Retry-After": "9"})
    with pytest.raises(Unavailable) as failure:
        judged(here, key, comment)
    assert failure.value.retry_after == 9.0
