"""The portal may hide a comment that was shown while the platform's signs still call it public."""

import pytest
from house import ACME, GLOBEX, House, Story
from sqlalchemy import NullPool, create_engine

from syncd.core.model import (
    CommentId,
    MessageId,
    Ms,
    Origin,
    SeenComment,
    SeenVerdict,
    TicketId,
    Twin,
)
from syncd.core.watching import Look, Reason
from syncd.sandbox.jsm.records import OnPortal
from syncd.store import schema
from syncd.store.tables.rows import columns

PERSON_IN = {ACME: "aiko", GLOBEX: "ben"}
LIST = "GET /rest/servicedeskapi/request/[^/]+/comment$"


def answered(house: House, words: str, chat: str = GLOBEX) -> tuple[Story, str]:
    story = house.files(PERSON_IN[chat], chat)
    comment = house.box.jira_people.comment("erin", story.key, words)
    house.poll()
    house.until(lambda: words in " ".join(standing(house)), step=1)
    return story, comment


def standing(house: House) -> list[str]:
    """Return the last line of each answer that people can still read."""
    acme = [reply for m in house.box.lark_people.view("chen", ACME) for reply in m.thread]
    seen = [m for m in [*acme, *house.posts("dora", GLOBEX)] if not m.recalled]
    return [m.text.splitlines()[-1] for m in seen if m.text]


def ask_the_portal(house: House) -> int:
    asked = house.asks_portal()
    house.settle()
    return asked


def desk_calls(house: House) -> list[str]:
    calls = house.box.world.journal.calls("jsm", "/rest/servicedeskapi/request/")
    return [f"{call.method} {call.path}" for call in calls if call.method == "GET"]


@pytest.mark.parametrize("says", [OnPortal.HIDDEN, OnPortal.MISSING])
@pytest.mark.parametrize("chat", [ACME, GLOBEX])
def test_what_the_portal_alone_hides_is_withdrawn(house: House, chat: str, says: OnPortal) -> None:
    story, comment = answered(house, "too much said", chat)
    house.box.jira_people.comment("erin", story.key, "still here")
    house.poll()
    house.until(lambda: "still here" in standing(house), step=1)
    house.box.jira_people.hide_on_portal(story.key, comment, says)
    house.poll()
    house.rereads()
    assert "too much said" in standing(house)
    ask_the_portal(house)
    assert "too much said" not in standing(house)
    assert "still here" in standing(house)
    assert house.undelivered() == []
    ask_the_portal(house)
    house.poll()
    assert "still here" in standing(house)


def test_what_the_portal_shows_again_is_shown_again(house: House) -> None:
    story, comment = answered(house, "too much said")
    house.box.jira_people.hide_on_portal(story.key, comment, OnPortal.HIDDEN)
    ask_the_portal(house)
    house.box.jira_people.assign(story.key, "erin")
    house.poll()
    assert "too much said" not in standing(house)
    house.box.jira_people.hide_on_portal(story.key, comment, OnPortal.SHOWN)
    house.box.jira_people.assign(story.key, "")
    house.poll()
    assert standing(house) == ["too much said"]
    assert house.undelivered() == []


@pytest.mark.parametrize("empty_page", [True, False])
def test_a_ticket_that_the_portal_does_not_have_takes_no_comment_along(
    house: House, empty_page: bool
) -> None:
    """As for a while after a lost permission, or when it is no request any more."""
    answered(house, "still here")
    house.box.jira_state.switches.empty_page_for_unseen = empty_page
    house.box.jira_state.switches.bot_sees_project = False
    ask_the_portal(house)
    house.box.jira_state.switches.bot_sees_project = True
    ask_the_portal(house)
    assert "still here" in standing(house)


def test_a_ticket_of_which_the_portal_fails_keeps_no_other_waiting(
    house: House, make_house
) -> None:
    stories = [answered(house, f"answer {number}") for number in range(3)]
    fault = house.fail("jsm", LIST, "refuse", status=503)
    assert ask_the_portal(house) == 2
    assert fault.hits == 1
    house.app.socket.stop()
    house.app.slow_watch.hand_over()
    again = make_house()
    for story, comment in stories:
        house.box.jira_people.hide_on_portal(story.key, comment, OnPortal.HIDDEN)
    assert ask_the_portal(again) == 3
    assert standing(again) == []


def test_a_ticket_that_is_no_request_stops_no_other(house: House) -> None:
    odd, _ = answered(house, "still here")
    story, comment = answered(house, "too much said")
    house.fail("jsm", f"GET .*/request/{odd.key}/comment$", "refuse", status=404, body="{}")
    house.box.jira_people.hide_on_portal(story.key, comment, OnPortal.HIDDEN)
    assert ask_the_portal(house) == 2
    assert standing(house) == ["still here"]


def test_an_hour_asks_about_a_hundred_tickets(house: House) -> None:
    """All of them have a comment in the chat, of a day ago and of a month ago."""
    told(house, [str(number) for number in range(50_000, 50_150)], days=1)
    told(house, [str(number) for number in range(40_000, 40_010)], days=30)
    asked = []
    for _ in range(2 + 30 + 20):
        house.app.slow_watch.run_once()
        asked.append(len(desk_calls(house)))
        house.time_passes(seconds=180)
    assert asked[:2] == [0, 0], "what is too old is asked about no more"
    assert (asked[21], asked[31]) == (100, 150)
    calls = desk_calls(house)
    assert len({*calls[:150]}) == 150
    assert calls[150:] == calls[: len(calls) - 150]


def told(house: House, tickets: list[str], days: int) -> None:
    """Link threads to tickets of which a comment was told so long ago."""
    at = house.box.world.clock.now_ms() - days * 86_400_000
    rows = [(f"9{id}", f"om_{id}", id) for id in tickets]
    links = [
        {
            "thread_root": root,
            "chat_id": GLOBEX,
            "ticket_id": id,
            "ticket_key": f"HELP-{id}",
            "request_id": f"r{id}",
            "asker": "ou_ben",
            "created_ms": at,
            "portal_path": "",
            "updated_seen": "",
            "muted": False,
        }
        for _, root, id in rows
    ]
    seen = [
        columns(
            SeenComment(TicketId(id), CommentId(comment), SeenVerdict.TOLD, Ms(at)),
            schema.seen_comments,
        )
        for comment, _, id in rows
    ]
    twins = [
        columns(
            Twin(MessageId(f"{root}_m"), TicketId(id), CommentId(comment), Origin.HELPDESK),
            schema.twins,
        )
        for comment, root, id in rows
    ]
    with create_engine(house.url, poolclass=NullPool).begin() as connection:
        connection.execute(schema.links.insert(), links)
        connection.execute(schema.seen_comments.insert(), seen)
        connection.execute(schema.twins.insert(), twins)
    with house.app.store.begin() as tx:
        for id in tickets:
            tx.looks.ask(Look(id, Reason.PORTAL, Ms(at + 3_600_000)))
