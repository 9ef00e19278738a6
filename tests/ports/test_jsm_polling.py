from threading import Thread

import pytest
from jsm_served import Served

from syncd.core.model import CommentId, Ms, Ticket, TicketId, TicketKey
from syncd.core.publicity import Publicity, first_test
from syncd.core.watching import ChangedTicket
from syncd.helpdesk.jsm.client import JsmHelpdesk
from syncd.sandbox.jsm.text.adf import from_text


def all_changed(helpdesk: JsmHelpdesk, since: int) -> list[ChangedTicket]:
    rows: list[ChangedTicket] = []
    token = ""
    while True:
        page = helpdesk.changed_since(Ms(since), token)
        rows += page.rows
        if not (token := page.next):
            return rows


def tickets_made(here: Served, count: int) -> list[TicketId]:
    keys = [here.people.create_ticket("aiko", f"Number {n}") for n in range(count)]
    return [TicketId(str(here.people.ticket(key).id)) for key in keys]


def test_changes_come_page_by_page_and_each_once(here: Served) -> None:
    here.state.switches.search_page_limit = 2
    made = tickets_made(here, 5)
    assert [row.id for row in all_changed(here.helpdesk(), 0)] == made
    assert len(here.calls("/search/jql")) == 3


def test_only_changes_since_then_are_told_in_milliseconds(here: Served) -> None:
    tickets_made(here, 1)
    here.world.clock.move(seconds=5)
    late = tickets_made(here, 1)
    helpdesk = here.helpdesk()
    stamp = here.people.ticket("HELP-2").updated
    assert [(row.id, row.updated_ms) for row in all_changed(helpdesk, stamp)] == [(late[0], stamp)]
    assert all_changed(helpdesk, stamp + 1) == []


def test_server_tells_its_own_time(here: Served) -> None:
    here.world.clock.move(seconds=86_400)
    before = here.world.clock.now_ms()
    told = here.helpdesk().changed_since(Ms(0), "").server_ms
    assert before - 1000 < told <= here.world.clock.now_ms()


def test_tickets_are_read_a_hundred_at_a_time(here: Served) -> None:
    here.state.switches.rate_limits = False
    made = tickets_made(here, 150)
    found = here.helpdesk().tickets(made)
    assert [ticket.id for ticket in found] == made
    assert len(here.calls("/issue/bulkfetch")) == 2
    assert here.helpdesk().tickets([]) == []


def test_ticket_tells_who_takes_part(here: Served) -> None:
    (made,) = tickets_made(here, 1)
    with here.world.lock:
        here.state.by_id[int(made)].participants.append("712020:ben")
    here.people.transition("HELP-1", "In progress")
    (ticket,) = here.helpdesk().tickets([made])
    assert (ticket.key, ticket.title, ticket.status) == ("HELP-1", "Number 0", "In progress")
    assert (ticket.reporter, ticket.participants) == ("qm:sandbox:aiko", ("712020:ben",))


@pytest.mark.parametrize("lists_errors", [True, False])
def test_ticket_that_we_may_not_see_is_missing(here: Served, lists_errors: bool) -> None:
    here.state.switches.bulkfetch_lists_errors = lists_errors
    (made,) = tickets_made(here, 1)
    helpdesk = here.helpdesk()
    assert [t.id for t in helpdesk.tickets([made, TicketId("99999")])] == [made]
    here.state.switches.bot_sees_project = False
    assert helpdesk.tickets([made]) == []


def test_comments_that_a_bulk_read_cut_off_are_fetched(here: Served) -> None:
    here.state.switches.comment_field_limit = 3
    (made,) = tickets_made(here, 1)
    written = [here.people.comment("erin", "HELP-1", f"{n}") for n in range(7)]
    (ticket,) = here.helpdesk().tickets([made])
    assert [comment.id for comment in ticket.comments] == written
    assert len(here.calls("/issue/10001/comment")) == 1


def test_what_is_deleted_while_a_long_ticket_is_read_hides_no_other_comment(here: Served) -> None:
    (made,) = tickets_made(here, 1)
    with here.world.lock:
        ticket = here.state.by_id[int(made)]
        for number in range(230):
            here.state.add_comment(ticket, "712020:erin", from_text(str(number)))
        newest = ticket.comments[-1].id
    fault = here.fault("GET /rest/api/3/issue/.*/comment", "hang", skip=1, seconds=1)
    found: list[Ticket] = []
    reading = Thread(target=lambda: found.extend(here.helpdesk().tickets([made])))
    reading.start()
    assert here.wait_until(lambda: fault.hits == 1)
    here.people.delete("HELP-1", str(newest))
    reading.join()
    assert {c.id for c in found[0].comments} >= {str(c.id) for c in ticket.comments}


def test_long_ticket_is_read_whole(here: Served) -> None:
    (made,) = tickets_made(here, 1)
    with here.world.lock:
        ticket = here.state.by_id[int(made)]
        for number in range(230):
            here.state.add_comment(ticket, "712020:erin", from_text(str(number)))
    (found,) = here.helpdesk().tickets([made])
    assert [int(c.id) for c in found.comments] == [c.id for c in ticket.comments]
    assert len(here.calls("/issue/10001/comment")) == 3


def test_details_show_what_a_bulk_read_does_not(here: Served) -> None:
    (made,) = tickets_made(here, 1)
    public = here.people.comment("erin", "HELP-1", "for you")
    flipped = here.people.comment("erin", "HELP-1", "later hidden")
    restricted = here.people.comment("erin", "HELP-1", "team", visibility="Service Desk Team")
    mailed = here.people.outsider_mails("ben", "HELP-1", "who am I")
    deleted = here.people.comment("erin", "HELP-1", "gone")
    helpdesk = here.helpdesk()
    (ticket,) = helpdesk.tickets([made])
    here.people.flip("HELP-1", flipped, public=False)
    here.people.delete("HELP-1", deleted)
    details = helpdesk.comment_details([comment.id for comment in ticket.comments])
    verdicts = {one.id: first_test(one.signs) for one in details.values()}
    assert verdicts == {
        public: Publicity.PUBLIC,
        flipped: Publicity.NOT_PUBLIC,
        restricted: Publicity.NOT_PUBLIC,
        mailed: Publicity.NOT_PUBLIC,
    }
    assert details[CommentId(flipped)].signs.internal is True


def test_details_of_nothing_need_no_call(here: Served) -> None:
    assert here.helpdesk().comment_details([]) == {}
    assert here.helpdesk().comment_details([CommentId("x"), CommentId("٣")]) == {}
    assert here.calls() == []


def test_fifty_changes_with_twelve_comments_are_fifteen_calls(here: Served) -> None:
    helpdesk = here.helpdesk()
    made = tickets_made(here, 50)
    helpdesk.tickets(made)
    keys = [f"HELP-{n + 1}" for n in range(12)]
    for key in keys:
        here.people.comment("erin", key, "Look")
    for number in range(12, 50):
        here.people.transition(f"HELP-{number + 1}", "In progress")

    def cycle() -> None:
        page = helpdesk.changed_since(Ms(0), "")
        tickets = helpdesk.tickets([row.id for row in page.rows])
        news = [(t.key, c.id) for t in tickets for c in t.comments]
        assert len(helpdesk.comment_details([c for _, c in news])) == 12
        for key, comment in news:
            assert helpdesk.publicity(TicketKey(key), comment) is Publicity.PUBLIC

    assert len(here.made_while(cycle)) == 15
