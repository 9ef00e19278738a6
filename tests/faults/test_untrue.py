"""Jira answers, but not with the truth: nothing is shown that is not public, nothing is lost."""

import pytest
from faults.stories import (
    DETAILS,
    FETCH,
    GATE,
    HOUR,
    MAINTENANCE,
    SEARCH,
    answers,
    engineer_says,
    jira_answers,
    until_shown,
    wait_and_poll,
)
from house import ACME, GLOBEX, House

from syncd.core.model import DeliveryState


def test_maintenance_page_delays_and_loses_nothing(house: House, fault_row) -> None:
    story = house.files("aiko", ACME)
    engineer_says(house, story, "before")
    page = {"content-type": "text/html", "retry-after": "10"}
    house.fail("jsm", ".*", "refuse", times=-1, status=503, body=MAINTENANCE, headers=page)
    house.says("chen", ACME, "are you there?", thread=story.root)
    house.asks("ben", GLOBEX)
    house.submits("ben", GLOBEX)
    wait_and_poll(house, 30, 30, 30)
    (told,) = house.told("ben")
    assert "longer than usual" in told
    doubts = house.deliveries(DeliveryState.DOUBT)
    assert [type(d.command).__name__ for d in doubts] == ["AddComment"], "a 503 may have done it"
    house.box.world.faults.clear()
    wait_and_poll(house, 10, 400, 400)
    assert house.ticket_keys() == ["HELP-1", "HELP-2"]
    assert len(house.box.jira_people.comments(story.key)) == 2
    assert answers(house, story) == ["before"]
    assert house.undelivered() == []
    fault_row(
        "Jira is in maintenance (503, HTML) for minutes",
        "forms still open; who submits is told after a minute that it takes longer; then all comes",
        "`poll_failed` once; creates READY, replies in DOUBT until looked up",
    )


@pytest.mark.parametrize(
    ("route", "body"),
    [
        *((SEARCH, body) for body in ("null", "", "[]", '{"isLast":', '"text"')),
        (FETCH, "null"),
        (FETCH, "[]"),
        (DETAILS, "null"),
        (DETAILS, '{"isLast":'),
    ],
)
def test_an_empty_or_broken_answer_is_asked_for_again(
    house: House, fault_row, route: str, body: str
) -> None:
    story = house.files("aiko", ACME)
    engineer_says(house, story, "whole")
    broken = jira_answers(house, route, body)
    house.poll()
    assert broken.hits == 1
    wait_and_poll(house, 1, 30)
    assert answers(house, story) == ["whole"]
    assert house.undelivered() == []
    fault_row(
        "Jira answers 200 with null, nothing, a list, half a JSON or a text",
        "the update one poll later",
        "`poll_failed` once; the cursor stays",
    )


def test_an_expired_login_shows_nothing_and_loses_nothing(house: House, fault_row) -> None:
    """Jira answers an expired token with 200 and an empty list."""
    story = house.files("aiko", ACME)
    with house.app.store.read() as tx:
        before = tx.cursors.get("poll")
    house.box.jira_state.token, good = "expired", house.box.jira_state.token
    engineer_says(house, story, "while nobody was logged in")
    wait_and_poll(house, 1, HOUR, HOUR)
    assert answers(house, story) == []
    with house.app.store.read() as tx:
        assert tx.cursors.get("poll") == before
    house.says("chen", ACME, "still there?", thread=story.root)
    assert house.deliveries(DeliveryState.DEAD) == []
    house.box.jira_state.token = good
    wait_and_poll(house, 1, 120)
    assert answers(house, story)[:1] == ["while nobody was logged in"]
    assert len(house.box.jira_people.comments(story.key)) == 2
    assert house.undelivered() == []
    fault_row(
        "the Jira token expired (search answers 200, as if nobody were there)",
        "nothing for as long as it lasts; then everything, in order",
        "`poll_failed` once, with the login as its reason; the cursor stays",
    )


def test_a_lost_permission_is_no_deletion(house: House, fault_row) -> None:
    story = house.files("aiko", ACME)
    house.box.jira_state.switches.bot_sees_project = False
    engineer_says(house, story, "unseen")
    wait_and_poll(house, 1, HOUR)
    assert answers(house, story) == []
    house.box.jira_state.switches.bot_sees_project = True
    wait_and_poll(house, 1, HOUR)
    assert answers(house, story) == ["unseen"]
    assert house.undelivered() == []
    fault_row(
        "the bot loses the permission to see the project, and gets it back",
        "nothing meanwhile, everything afterwards",
        "`poll_failed` once: none of the linked tickets is visible; the cursor stays",
    )


def test_a_search_that_goes_round_in_circles_ends_and_comes_back(house: House, fault_row) -> None:
    story = house.files("aiko", ACME)
    other = house.files("ben", GLOBEX)
    engineer_says(house, story, "one")
    engineer_says(house, other, "two")
    house.box.jira_state.switches.search_repeats_token = True
    house.box.jira_state.switches.search_page_limit = 1
    wait_and_poll(house, 1)
    house.box.jira_state.switches.search_repeats_token = False
    house.box.jira_state.switches.search_page_limit = 0
    wait_and_poll(house, 1)
    assert answers(house, story) == ["one"]
    assert answers(house, other, GLOBEX) == ["two"]
    fault_row(
        "Jira's search repeats its page token for ever",
        "updates at the latest when the search works again, each once",
        "`poll_failed`: the search goes round in circles; the cursor stays",
    )


@pytest.mark.parametrize("pages", [3, 9])
def test_empty_pages_before_the_real_ones(house: House, fault_row, pages: int) -> None:
    story = house.files("aiko", ACME)
    house.poll()
    engineer_says(house, story, "behind empty pages")
    house.box.jira_state.switches.search_empty_pages = pages
    wait_and_poll(house, 1)
    assert answers(house, story) == (["behind empty pages"] if pages <= 5 else [])
    house.box.jira_state.switches.search_empty_pages = 0
    wait_and_poll(house, 1)
    assert answers(house, story) == ["behind empty pages"]
    fault_row(
        "Jira's search begins with empty pages",
        "the update, at once up to five of them, else when they end",
        "`poll_failed` above five; the cursor stays",
    )


def test_a_cut_comment_list_is_read_to_its_end(house: House, fault_row) -> None:
    story = house.files("aiko", ACME)
    house.box.jira_state.switches.comment_field_limit = 2
    said = [f"part {number}" for number in range(5)]
    for text in said:
        engineer_says(house, story, text)
        house.time_passes(seconds=1)
    until_shown(house, story, said)
    fault_row(
        "Jira leaves the oldest comments out of a ticket's list",
        "every comment, in order",
        "nothing; one call more for that ticket",
    )


def hide_from_search(house: House, key: str, seconds: int) -> None:
    state = house.box.jira_state
    with house.box.world.lock:
        ticket = state.find(key)
        assert ticket is not None
        state.index.hide(ticket.id, state.now() + seconds * 1000)


def test_an_index_that_lags_by_seconds(house: House, fault_row) -> None:
    story = house.files("aiko", ACME)
    house.poll()
    hide_from_search(house, story.key, 3)
    engineer_says(house, story, "late in the index")
    house.poll()
    assert answers(house, story) == []
    wait_and_poll(house, 2, 2)
    assert answers(house, story) == ["late in the index"]
    fault_row("Jira's index lags by seconds", "the update that much later", "nothing")


def test_an_index_that_lags_by_an_hour(house: House, fault_row) -> None:
    """Meanwhile the cursor has passed the change, so that only a look far back finds it."""
    late, other = house.files("aiko", ACME), house.files("ben", GLOBEX)
    house.poll()
    hide_from_search(house, late.key, HOUR)
    engineer_says(house, late, "an hour late")
    wait_and_poll(house, HOUR // 2)
    engineer_says(house, other, "in time")
    wait_and_poll(house, 1, HOUR // 2 + 60)
    assert answers(house, late) == []
    assert answers(house, other, GLOBEX) == ["in time"]
    house.sweeps(3)
    house.settle()
    assert answers(house, late) == ["an hour late"]
    house.sweeps(3)
    house.settle()
    assert answers(house, late) == ["an hour late"]
    fault_row(
        "Jira's index lags by hours",
        "the update at the next sweep: 15 minutes, an hour or a day later",
        "`sweep_found` with the number of tickets",
    )


def test_a_comment_about_which_the_portal_always_fails_keeps_no_other_waiting(
    house: House, fault_row
) -> None:
    acme, globex = house.files("aiko", ACME), house.files("ben", GLOBEX)
    odd = engineer_says(house, acme, "odd")
    engineer_says(house, acme, "behind it")
    house.fail("jsm", f"{GATE}{odd}", "refuse", times=-1, status=500)
    for number in range(4):  # The first may have been asked about before the odd one.
        engineer_says(house, globex, f"elsewhere {number}")
        wait_and_poll(house, 120)
    for _ in range(30):  # It is tried at longer and longer intervals, which chance varies.
        if not answers(house, acme):
            wait_and_poll(house, 60)
    assert answers(house, acme) == ["behind it"]
    (kept,) = house.undelivered()
    assert (kept.state, kept.command.comment_id) == (DeliveryState.WITHHELD, odd)
    house.box.world.faults.clear()
    wait_and_poll(house, HOUR, 60)
    assert answers(house, acme) == ["behind it", "odd"]
    assert house.undelivered() == []
    fault_row(
        "Jira's portal fails whenever it is asked about one comment, and answers about others",
        "what was said after it within half an hour; that comment when the portal answers",
        "WITHHELD with the reason, an alarm",
    )


def test_an_outage_of_the_portal_withholds_nothing(house: House) -> None:
    acme, globex = house.files("aiko", ACME), house.files("ben", GLOBEX)
    engineer_says(house, globex, "before")
    house.poll()
    outage = house.fail("jsm", GATE, "refuse", times=-1, status=503)
    for number in range(3):
        engineer_says(house, acme, f"for ACME {number}")
        engineer_says(house, globex, f"for Globex {number}")
        wait_and_poll(house, 600)
    assert outage.hits >= 6
    assert house.deliveries(DeliveryState.WITHHELD) == []
    house.box.world.faults.clear()
    wait_and_poll(house, 600, 600)
    assert answers(house, acme) == [f"for ACME {n}" for n in range(3)]
    assert answers(house, globex, GLOBEX) == ["before", *(f"for Globex {n}" for n in range(3))]
