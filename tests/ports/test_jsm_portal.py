"""What the portal is proven not to show, and what proves nothing."""

from collections.abc import Iterator

import pytest
from jsm_served import Served, served

from syncd.core.errors import Rejected, Unavailable
from syncd.core.model import CommentId, TicketKey
from syncd.sandbox.jsm.records import OnPortal

LIST = "GET /rest/servicedeskapi/request/[^/]+/comment$"
REQUEST = "GET /rest/servicedeskapi/request/[^/]+$"
PAGE = '{{"size": {n}, "start": 0, "limit": 100, "isLastPage": {last}, "values": [{values}]}}'


@pytest.fixture
def here() -> Iterator[Served]:
    with served() as site_there:
        yield site_there


@pytest.fixture
def key(here: Served) -> str:
    return here.people.create_ticket("aiko", "Down")


def hidden(here: Served, key: str, *comments: str) -> set[str]:
    return set(here.helpdesk().portal_hides(TicketKey(key), {CommentId(c) for c in comments}))


def test_what_is_internal_hidden_or_gone_is_not_shown_and_the_rest_is(
    here: Served, key: str
) -> None:
    desk = here.people
    shown, internal, hid, missing, deleted = (desk.comment("erin", key, f"{n}") for n in range(5))
    assert hidden(here, key, shown, internal, hid, missing, deleted) == set()
    desk.flip(key, internal, public=False)
    desk.hide_on_portal(key, hid, OnPortal.HIDDEN)
    desk.hide_on_portal(key, missing, OnPortal.MISSING)
    desk.delete(key, deleted)
    found = hidden(here, key, shown, internal, hid, missing, deleted)
    assert found == {internal, hid, missing, deleted}


def test_only_what_is_asked_about_is_told(here: Served, key: str) -> None:
    here.people.comment("erin", key, "among us", public=False)
    shown = here.people.comment("erin", key, "for you")
    assert hidden(here, key, shown) == set()
    assert here.made_while(lambda: hidden(here, key)) == []


@pytest.mark.parametrize(("newest_first", "pages"), [(False, 3), (True, 1)])
def test_a_hidden_comment_behind_a_hundred_others_is_found(
    here: Served, key: str, newest_first: bool, pages: int
) -> None:
    here.state.switches.desk_lists_newest_first = newest_first
    for number in range(120):
        here.people.comment("erin", key, f"remark {number}")
    last = here.people.comment("erin", key, "too much said", public=False)
    calls = here.made_while(lambda: hidden(here, key, last))
    assert hidden(here, key, last) == {last}
    assert sum(call.path.endswith("/comment") for call in calls) == pages


@pytest.mark.parametrize("says", ['"public": "false"', '"public": null', '"public": 0', '"x": 1'])
def test_a_list_that_says_neither_yes_nor_no_proves_nothing(
    here: Served, key: str, says: str
) -> None:
    comment = here.people.comment("erin", key, "hello")
    value = f'{{"id": "{comment}", {says}}}'
    here.fault(LIST, "refuse", status=200, body=PAGE.format(n=1, last="true", values=value))
    assert hidden(here, key, comment) == set()


def test_to_be_left_out_of_a_list_proves_nothing(here: Served, key: str) -> None:
    comment = here.people.comment("erin", key, "hello")
    here.fault(LIST, "refuse", status=200, body=PAGE.format(n=0, last="true", values=""))
    assert hidden(here, key, comment) == set()


def test_of_many_left_out_some_are_asked_for_each_time(here: Served, key: str) -> None:
    comments = [here.people.comment("erin", key, f"{number}") for number in range(25)]
    for comment in comments:
        here.people.delete(key, comment)
    assert hidden(here, key, *comments) == set(comments[5:])


@pytest.mark.parametrize("before", [0, 1])
def test_a_ticket_that_is_not_there_before_and_after_proves_nothing(
    here: Served, key: str, before: int
) -> None:
    comment = here.people.comment("erin", key, "hello")
    here.people.hide_on_portal(key, comment, OnPortal.MISSING)
    here.fault(REQUEST, "refuse", status=404, body="{}", skip=before)
    assert hidden(here, key, comment) == set()
    assert hidden(here, key, comment) == {comment}


@pytest.mark.parametrize("status", [400, 403])
def test_a_ticket_of_which_nobody_can_tell_proves_nothing(
    here: Served, key: str, status: int
) -> None:
    comment = here.people.comment("erin", key, "hello")
    here.people.hide_on_portal(key, comment, OnPortal.MISSING)
    here.fault(REQUEST, "refuse", status=status, body="{}")
    with pytest.raises(Rejected):
        hidden(here, key, comment)


@pytest.mark.parametrize("empty_page", [True, False])
def test_a_lost_permission_hides_nothing(here: Served, key: str, empty_page: bool) -> None:
    comment = here.people.comment("erin", key, "hello")
    here.state.switches.empty_page_for_unseen = empty_page
    here.state.switches.bot_sees_project = False
    if empty_page:
        assert hidden(here, key, comment) == set()
    else:
        with pytest.raises(Rejected):
            hidden(here, key, comment)


@pytest.mark.parametrize("body", ["null", "[]", "<html>Please log in</html>", '{"values": []}'])
def test_a_list_that_cannot_be_read_is_an_outage(here: Served, key: str, body: str) -> None:
    comment = here.people.comment("erin", key, "hello")
    here.fault(LIST, "refuse", status=200, body=body)
    with pytest.raises(Unavailable):
        hidden(here, key, comment)


def test_a_list_that_never_ends_is_left(here: Served, key: str) -> None:
    comment = here.people.comment("erin", key, "hello")
    page = PAGE.format(n=1, last="false", values='{"id": "1", "public": true}')
    endless = here.fault(LIST, "refuse", times=-1, status=200, body=page)
    assert hidden(here, key, comment) == set()
    assert endless.hits == 2
