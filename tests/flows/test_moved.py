"""A ticket that is moved to another project leaves the poll's search, and is followed."""

import json
from collections.abc import Iterator
from pathlib import Path

import databases
import pytest
from house import ACME, GLOBEX, LOBBY, House, Story
from sqlalchemy import NullPool, create_engine

from syncd import log
from syncd.core.doubt import OnDoubt, Probe
from syncd.core.errors import Unavailable
from syncd.core.model import DeliveryState, Destination, Ms, TicketId
from syncd.core.retry import Patience
from syncd.core.watching import Look, Reason
from syncd.loops.outgoing.doubts import Doubts
from syncd.loops.outgoing.kinds import performers
from syncd.loops.outgoing.performing import Policy, Tools
from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.records import OnPortal
from syncd.store import schema


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """On SQLite alone: what is due is due by the clock, and a server's cannot be moved."""
    with databases.fresh(databases.SQLITE, tmp_path) as address:
        yield address


@pytest.fixture
def house(make_house) -> House:
    """Operators sit in the lobby, which asks for no support."""
    house: House = make_house(**{"alerts.chat": LOBBY})
    return house


def hours_pass(house: House, hours: int = 1) -> None:
    """Let the hourly look come, and polls after it."""
    for _ in range(hours):
        house.time_passes(seconds=3600)
        house.looks_where()
        house.settle()
        house.poll()


def minute_passes(house: House) -> None:
    house.time_passes(seconds=61)
    house.poll()


def answers(house: House, story: Story) -> list[str]:
    return [reply.text for reply in house.thread("chen", ACME, story.root)[1:]]


def alarms(house: House) -> list[str]:
    return [m.text for m in house.box.lark_people.view("dora", LOBBY) if m.kind == "card"]


def settled(house: House) -> Story:
    """Return a ticket of which the chat was told everything, so that only a search finds news."""
    story = house.files("aiko", ACME)
    house.poll()
    house.time_passes(seconds=3600)
    house.poll()
    return story


@pytest.mark.parametrize("followed", [True, False])
def test_nobody_is_told_of_a_ticket_that_left_and_is_not_followed(
    house: House, followed: bool
) -> None:
    story = settled(house)
    kind = site.GET_HELP.id if followed else ""
    key = house.box.jira_people.move(story.key, request_type=kind)
    hours_pass(house)
    minute_passes(house)
    for word in ("list", "mine", f"status {key}"):
        house.says("aiko", ACME, f"@Support Bot {word}")
    told = [m for m in house.box.lark_people.direct("aiko") if m.sender == "Support Bot"]
    told_of = [m for m in told if m.links and (key in m.text or key in m.title)]
    assert len(told_of) == (3 if followed else 0)


def test_updates_go_on_with_the_new_key_and_link(house: House) -> None:
    story = settled(house)
    key = house.box.jira_people.move(story.key)
    assert key == "OPS-1"
    hours_pass(house)
    for words in ("at its new place", "and again"):
        house.box.jira_people.comment("erin", key, words)
        minute_passes(house)
    first, second = answers(house, story)
    assert "at its new place" in first
    assert key in first
    assert "and again" in second
    shown = house.thread("chen", ACME, story.root)[1:]
    assert [f"/portal/3/{key}?" in link for m in shown for _, link in m.links] == [True, True]


def test_what_was_written_before_anybody_noticed_is_shown_too(house: House) -> None:
    story = settled(house)
    key = house.box.jira_people.move(story.key)
    house.box.jira_people.comment("erin", key, "while nobody looked")
    minute_passes(house)
    assert answers(house, story) == []
    hours_pass(house)
    (answer,) = answers(house, story)
    assert "while nobody looked" in answer


def test_the_operators_are_told_of_a_move_once(house: House, make_house) -> None:
    story = settled(house)
    key = house.box.jira_people.move(story.key)
    hours_pass(house, 3)
    house.app.socket.stop()
    again: House = make_house(**{"alerts.chat": LOBBY})
    hours_pass(again, 2)
    (told,) = alarms(again)
    assert story.key in told
    assert key in told


def test_a_move_that_the_poll_sees_first_is_told_as_well(house: House) -> None:
    """The new ticket's first reading is due when somebody has moved it already."""
    story = house.files("aiko", ACME)
    key = house.box.jira_people.move(story.key)
    house.poll()
    (told,) = alarms(house)
    assert key in told
    hours_pass(house)
    house.box.jira_people.comment("erin", key, "at its new place")
    minute_passes(house)
    assert "at its new place" in answers(house, story)[-1]
    assert len(alarms(house)) == 1


def test_replies_reach_a_ticket_that_has_moved(house: House) -> None:
    story = settled(house)
    key = house.box.jira_people.move(story.key)
    hours_pass(house)
    house.says("chen", ACME, "any news?", thread=story.root)
    house.until(lambda: house.box.jira_people.comments(key), step=1)
    (comment,) = house.box.jira_people.comments(key)
    assert "any news?" in comment.text


def test_a_ticket_that_is_no_request_any_more_is_left_and_that_is_told_once(house: House) -> None:
    """The platform calls its comments public still, as those of any issue."""
    story = settled(house)
    key = house.box.jira_people.move(story.key, request_type="")
    hours_pass(house, 3)
    (told,) = alarms(house)
    assert key in told
    assert "no request" in told
    house.box.jira_people.comment("erin", key, "CANARY for operations only")
    reads = [call.request for call in house.box.world.journal.calls("jsm", "bulkfetch")]
    for _ in range(5):
        minute_passes(house)
    again = [call.request for call in house.box.world.journal.calls("jsm", "bulkfetch")]
    assert [b for b in again[len(reads) :] if b"comment" in b] == []
    assert answers(house, story) == []
    assert house.undelivered() == []


def test_a_ticket_that_becomes_a_request_there_is_followed_from_then_on(house: House) -> None:
    story = settled(house)
    key = house.box.jira_people.move(story.key, request_type="")
    hours_pass(house)
    with house.box.world.lock:
        house.box.jira_state.tickets[key].request_type = "10"
    house.box.jira_people.comment("erin", key, "here we are")
    hours_pass(house)
    assert "here we are" in answers(house, story)[-1]


def test_a_ticket_that_moves_back_is_found_by_the_search_again(house: House) -> None:
    story = settled(house)
    house.box.jira_people.move(story.key)
    hours_pass(house)
    with house.box.world.lock:
        state = house.box.jira_state
        ticket = state.find(story.key)
        assert ticket is not None
        state.move(ticket, site.HOME, "10")
    house.box.jira_people.comment("erin", story.key, "home again")
    minute_passes(house)
    assert "home again" in answers(house, story)[-1]
    with house.app.store.read() as tx:
        assert tx.looks.of(Reason.READ, tx.links.recent(1)[0].ticket_id) is None


def test_a_ticket_that_nobody_can_see_any_more_is_no_move(house: House) -> None:
    settled(house)
    house.box.jira_state.switches.bot_sees_project = False
    house.looks_where()
    house.box.jira_state.switches.bot_sees_project = True
    house.looks_where()
    house.settle()
    assert alarms(house) == []


def test_a_ticket_in_another_project_does_not_prove_that_ours_is_visible(house: House) -> None:
    moved = settled(house)
    house.box.jira_people.move(moved.key)
    hours_pass(house)
    gone = house.files("ben", GLOBEX)
    house.poll()
    house.box.jira_people.delete_ticket(gone.key)
    house.time_passes(seconds=400)
    house.poll()
    house.app.alarms.run_once()
    house.settle()
    assert any("None of the linked tickets" in text for text in alarms(house))


def test_an_outage_of_the_portal_delays_the_news(house: House) -> None:
    story = settled(house)
    house.box.jira_people.move(story.key)
    house.fail("jsm", "GET /rest/servicedeskapi/request/[^/]+$", "refuse", status=503)
    with pytest.raises(Unavailable):
        hours_pass(house)
    assert alarms(house) == []
    hours_pass(house)
    assert len(alarms(house)) == 1
    assert house.deliveries(DeliveryState.DEAD) == []


def test_two_thousand_tickets_an_hour_are_looked_for_in_turn(house: House) -> None:
    links(house, 2_050)
    before = len(bulk_reads(house))
    for made in range(1, 42):
        house.app.slow_watch.run_once()
        assert len(bulk_reads(house)) - before == made
        house.time_passes(seconds=180)
    asked = [id for body in bulk_reads(house)[before:] for id in json.loads(body)["issueIdsOrKeys"]]
    assert len({*asked[:2_050]}) == 2_050
    assert len({*asked[2_050:4_050]}) == 2_000


def bulk_reads(house: House) -> list[bytes]:
    return [call.request for call in house.box.world.journal.calls("jsm", "bulkfetch")]


def links(house: House, count: int) -> None:
    """Link threads to tickets that are not there any more."""
    texts = ("request_id", "asker", "portal_path", "updated_seen")
    rows = [
        {
            **dict.fromkeys(texts, ""),
            "thread_root": f"om_{number:06}",
            "chat_id": GLOBEX,
            "ticket_id": f"9{number:06}",
            "ticket_key": f"HELP-9{number:06}",
            "created_ms": 1,
            "muted": False,
        }
        for number in range(count)
    ]
    with create_engine(house.url, poolclass=NullPool).begin() as connection:
        connection.execute(schema.links.insert(), rows)
    with house.app.store.begin() as tx:
        for row in rows:
            tx.looks.ask(Look(row["ticket_id"], Reason.WHERE, Ms(1)))


def test_a_ticket_of_which_the_portal_fails_keeps_no_other_from_being_followed(
    house: House,
) -> None:
    stories = [settled(house) for _ in range(3)]
    by_root = sorted(stories, key=lambda story: story.root)
    broken, others = by_root[0], by_root[1:]
    moved = {story.key: house.box.jira_people.move(story.key) for story in stories}
    ids = {t.key: t.id for t in house.box.jira_people.tickets()}
    route = f"GET /rest/servicedeskapi/request/{ids[moved[broken.key]]}$"
    house.fail("jsm", route, "refuse", times=-1, status=500)
    for _ in range(3):
        hours_pass(house)
    for story in others:
        house.box.jira_people.comment("erin", moved[story.key], "at its new place")
        minute_passes(house)
        assert "at its new place" in answers(house, story)[-1]


class Looker:
    """A helpdesk that is asked for a create, and remembers by what it is to prove its sight."""

    def __init__(self) -> None:
        self.proofs: tuple[TicketId, ...] | None = None

    def find_created(
        self, project: str, marker: str, floor: int, sent_ms: Ms, canaries: tuple[TicketId, ...]
    ) -> Probe:
        self.proofs = canaries
        return Probe((), proven=False)


def test_a_moved_ticket_does_not_prove_that_we_see_the_project(house: House) -> None:
    stayed, left = settled(house), settled(house)
    house.box.jira_people.move(left.key)
    hours_pass(house)
    house.asks("ben", GLOBEX)
    house.fail("jsm", "POST /rest/servicedeskapi/request$", "drop_after")
    house.submits("ben", GLOBEX)
    looker, app = Looker(), house.app
    policy = Policy("invite", 300_000, OnDoubt.RETRY, Patience())
    tools = Tools(app.records, app.messenger, looker, policy, log.get("doubts"))
    doubts = Doubts(tools, performers(tools), Destination.JSM, lambda: 0)
    doubts.run_once()
    house.time_passes(seconds=10)
    doubts.run_once()
    with app.store.read() as tx:
        (link,) = [one for one in tx.links.recent(9) if one.ticket_key == stayed.key]
    assert looker.proofs == (link.ticket_id,)


def test_a_comment_that_the_portal_hides_does_not_make_the_others_of_a_moved_ticket_wait(
    house: House,
) -> None:
    story = settled(house)
    key = house.box.jira_people.move(story.key)
    hours_pass(house)
    comment = house.box.jira_people.comment("erin", key, "hidden by the portal")
    house.box.jira_people.hide_on_portal(key, comment, OnPortal.MISSING)
    for _ in range(8):
        minute_passes(house)
    house.box.jira_people.comment("erin", key, "for everybody")
    for _ in range(3):
        minute_passes(house)
    assert "for everybody" in answers(house, story)[-1]
