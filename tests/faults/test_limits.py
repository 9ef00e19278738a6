"""Too many calls: whoever is limited waits, nobody else does, nothing is lost or doubled."""

import pytest
from faults.stories import (
    COMMENT,
    CREATE,
    MESSAGE,
    PRIVATE,
    REPLY,
    SEARCH,
    answers,
    engineer_says,
    jira_limits,
    lark_refuses,
    until_shown,
    waiting,
)
from house import ACME, GLOBEX, House

from syncd.chat.lark import limiter
from syncd.core.model import DeliveryState


def test_a_limited_chat_gets_its_update_later_and_no_other_chat_waits(
    house: House, fault_row
) -> None:
    acme, globex = house.files("aiko", ACME), house.files("ben", GLOBEX)
    lark_refuses(house, REPLY, 230020)
    engineer_says(house, acme, "for ACME")
    engineer_says(house, globex, "for Globex")
    house.poll()
    assert answers(house, acme) == []
    assert answers(house, globex, GLOBEX) == ["for Globex"]
    assert any("230020" in reason for reason in waiting(house, "PostUpdate"))
    house.time_passes(seconds=5)
    house.settle()
    assert answers(house, acme) == ["for ACME"]
    assert house.undelivered() == []
    fault_row(
        "Lark limits one chat (230020)",
        "that chat's update a little later; other chats at once",
        "a delivery READY with the reason; nothing to do",
    )


def test_the_apps_limit_is_waited_for_as_long_as_lark_says(house: House, fault_row) -> None:
    """Lark's limits go by real seconds."""
    acme, other = house.files("aiko", ACME), house.files("aiko", ACME)
    reset = {"x-ogw-ratelimit-limit": "50", "x-ogw-ratelimit-reset": "2"}
    limit = lark_refuses(house, REPLY, 99991400, status=429, headers=reset)
    engineer_says(house, acme, "patience")
    engineer_says(house, other, "please")
    house.poll()
    assert limit.hits == 1
    assert len(waiting(house, "PostUpdate")) == 2
    until_shown(house, acme, ["patience"])
    until_shown(house, other, ["please"])
    assert house.undelivered() == []
    fault_row(
        "Lark limits the app (99991400, reset told)",
        "the update when the time is over",
        "deliveries READY until the told moment; that API is not called before",
    )


def test_a_used_up_month_is_probed_slowly_and_loses_nothing(
    house: House, make_house, fault_row
) -> None:
    story = house.files("aiko", ACME)
    limit = lark_refuses(house, REPLY, 99991403)
    engineer_says(house, story, "in time")
    house.poll()
    house.time_passes(seconds=90)
    house.settle()
    assert limit.hits == 1
    assert all("99991403" in reason for reason in waiting(house, "PostUpdate"))
    house.time_passes(seconds=90)
    again = make_house()
    again.settle()
    assert answers(again, story) == ["in time"]
    assert again.undelivered() == []
    fault_row(
        "Lark's monthly quota is used up (99991403)",
        "the update when calls are allowed again",
        "deliveries READY with the code as their reason; one try in ten minutes",
    )


def test_a_limited_private_form_comes_later(house: House, fault_row) -> None:
    lark_refuses(house, PRIVATE, 99991400, status=429, times=2)
    house.asks("ben", GLOBEX)
    assert house.box.lark_people.view("ben", GLOBEX)[-1].private is False
    house.until(lambda: house.box.lark_people.view("ben", GLOBEX)[-1].private, step=5)
    assert house.form("ben", GLOBEX).private
    assert house.undelivered() == []
    fault_row(
        "Lark limits private cards", "the form some seconds later", "ShowForm READY with the reason"
    )


@pytest.mark.parametrize("reason", ["jira-burst-based", "jira-quota-tenant-based", ""])
def test_a_limited_create_makes_one_ticket_and_no_doubt(
    house: House, fault_row, reason: str
) -> None:
    house.asks("ben", GLOBEX)
    limit = jira_limits(house, CREATE, reason, wait=20)
    house.submits("ben", GLOBEX)
    assert house.ticket_keys() == []
    assert house.deliveries(DeliveryState.DOUBT) == []
    assert waiting(house, "FileTicket") != []
    house.time_passes(seconds=30)
    house.settle()
    assert house.ticket_keys() == ["HELP-1"]
    assert limit.hits == 1
    assert house.undelivered() == []
    fault_row(
        "Jira limits a create (429: burst, quota, or a gateway's without a header)",
        "the ticket's link a little later; after a minute one word that it takes longer",
        "FileTicket READY with the reason; never in DOUBT",
    )


def test_a_limited_ticket_delays_no_other_ticket(house: House, fault_row) -> None:
    first = house.files("aiko", ACME, "disk full")
    second = house.files("aiko", ACME, "login slow")
    route = f"POST /rest/api/3/issue/{first.key}/comment"
    jira_limits(house, route, "jira-per-issue-on-write", wait=10)
    house.says("chen", ACME, "about the disk", thread=first.root)
    house.says("chen", ACME, "about the login", thread=second.root)
    assert house.box.jira_people.comments(first.key) == []
    assert len(house.box.jira_people.comments(second.key)) == 1
    house.time_passes(seconds=15)
    house.settle()
    assert len(house.box.jira_people.comments(first.key)) == 1
    fault_row(
        "Jira limits writes to one ticket",
        "nothing; replies on other tickets are carried at once",
        "AddComment READY with the reason",
    )


def test_a_limited_search_costs_time_and_no_comment(house: House, fault_row) -> None:
    story = house.files("aiko", ACME)
    engineer_says(house, story, "slowly")
    limit = jira_limits(house, SEARCH, "jira-burst-based", wait=30, times=3)
    for refused in (1, 2, 3):
        assert house.poll() == 0
        assert house.poll() == 0
        assert limit.hits == refused
        house.says("aiko", ACME, f"hello {refused}", thread=story.root)
        house.time_passes(seconds=60)
    assert answers(house, story) == []
    assert len(house.box.jira_people.comments(story.key)) == 4
    house.poll()
    assert answers(house, story) == ["slowly"]
    fault_row(
        "Jira limits the poll",
        "the update later; replies reach the ticket at once",
        "`poll_failed` once, `poll_recovered` once",
    )


@pytest.mark.parametrize("reason", ["jira-quota-global-based", "jira-cost-based"])
def test_a_used_up_quota_is_left_alone_until_it_is_there_again(
    house: House, fault_row, reason: str
) -> None:
    story = house.files("aiko", ACME)
    house.asks("ben", GLOBEX)
    engineer_says(house, story, "in time")
    jira_limits(house, SEARCH, reason, wait=1800)
    house.poll()
    asked = len(house.box.world.journal.calls("jsm"))
    house.poll()
    house.says("chen", ACME, "one more thing", thread=story.root)
    house.submits("ben", GLOBEX)
    house.tidy()
    assert house.asks("dora", GLOBEX)
    assert house.form("dora", GLOBEX).private
    assert len(house.box.world.journal.calls("jsm")) == asked
    assert house.deliveries(DeliveryState.DOUBT) == []
    assert {d.attempts for d in house.deliveries(DeliveryState.READY)} == {0}
    assert waiting(house, "FileTicket") == waiting(house, "AddComment") != []
    house.time_passes(seconds=2400)
    house.settle()
    house.poll()
    assert answers(house, story) == ["in time"]
    assert len(house.box.jira_people.comments(story.key)) == 2
    assert house.ticket_keys() == ["HELP-1", "HELP-2"]
    assert house.undelivered() == []
    fault_row(
        "Jira's quota is used up (429: quota or cost)",
        "forms still open; tickets, replies and updates when Jira is ready again",
        "`jsm_limited` and `jsm_limit_over`; no call until the told moment; deliveries READY",
    )


def test_more_answers_than_a_chat_may_take_in_a_second_come_in_order(
    house: House, fault_row
) -> None:
    """Fourteen at once into a group that takes five a second, the limit being counted for real.

    A call that was slow on its way may meet Lark's next second, so that a few are refused.
    """
    story = house.files("ben", GLOBEX)
    said = [f"answer {number}" for number in range(14)]
    for text in said:
        engineer_says(house, story, text)
        house.time_passes(seconds=1)
    house.poll()
    until_shown(house, story, said, GLOBEX)
    calls = house.box.world.journal.calls("lark", "/im/v1/messages")
    refused = [c for c in calls if b"230020" in c.response]
    assert len(refused) < len(said) - limiter.to_chat(ACME).most
    fault_row(
        "a burst of answers, more than Lark lets into a chat",
        "all of them, in order, spread over seconds",
        "deliveries READY for some seconds; Lark hardly ever has to refuse",
    )


def test_a_ticket_that_others_write_to_all_the_time_gets_its_replies_later_and_in_order(
    house: House, fault_row
) -> None:
    """Jira takes a hundred writes to one ticket in half a minute, and counts them here, too."""
    busy, other = house.files("aiko", ACME), house.files("aiko", ACME)
    path = f"/rest/api/3/issue/{busy.key}/comment"
    for _ in range(5):
        for _ in range(20):
            house.box.jira_state.limits.check("POST", "an automation", path)
        house.time_passes(seconds=2)
    for number in range(3):
        house.says("chen", ACME, f"line {number}", thread=busy.root)
    house.says("chen", ACME, "elsewhere", thread=other.root)
    assert len(house.box.jira_people.comments(other.key)) == 1
    assert house.box.jira_people.comments(busy.key) == []
    assert len(waiting(house, "AddComment")) == 3
    for _ in range(10):
        house.time_passes(seconds=10)
        house.settle()
    comments = house.box.jira_people.comments(busy.key)
    assert len(comments) == 3
    assert all(f"line {number}" in str(one.body) for number, one in enumerate(comments))
    assert house.undelivered() == []
    fault_row(
        "an automation writes to a ticket until Jira takes no more",
        "replies reach that ticket in order, half a minute later; other tickets at once",
        "`jsm_limited` with the ticket; AddComment READY, never in DOUBT",
    )


def test_a_comment_of_ours_waits_for_the_limited_create(house: House, fault_row) -> None:
    root = house.asks("aiko", ACME)
    jira_limits(house, CREATE, "jira-cost-based", wait=20)
    house.submits("aiko", ACME)
    jira_limits(house, COMMENT, "jira-burst-based", wait=3)
    house.says("aiko", ACME, "one more thing", thread=root)
    house.time_passes(seconds=30)
    house.settle()
    house.time_passes(seconds=10)
    house.settle()
    assert len(house.box.jira_people.comments("HELP-1")) == 1
    lark_refuses(house, MESSAGE, 230020)
    assert house.undelivered() == []
    fault_row(
        "a create and then the reply behind it are limited",
        "ticket and reply, in this order, each once",
        "both READY until their time",
    )
