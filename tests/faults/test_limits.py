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
    story = house.files("aiko", ACME)
    reset = {"x-ogw-ratelimit-limit": "50", "x-ogw-ratelimit-reset": "30"}
    limit = lark_refuses(house, REPLY, 99991400, status=429, times=-1, headers=reset)
    engineer_says(house, story, "patience")
    house.poll()
    house.time_passes(seconds=20)
    house.settle()
    assert limit.hits == 1, "asked again before the time that Lark told"
    house.box.world.faults.clear()
    house.time_passes(seconds=20)
    house.settle()
    assert answers(house, story) == ["patience"]
    fault_row(
        "Lark limits the app (99991400, reset told)",
        "the update when the time is over",
        "a delivery READY until the told moment",
    )


def test_a_limited_private_form_comes_later(house: House, fault_row) -> None:
    lark_refuses(house, PRIVATE, 99991400, status=429, times=2)
    house.asks("ben", GLOBEX)
    assert house.box.lark_people.view("ben", GLOBEX)[-1].private is False
    house.time_passes(seconds=10)
    house.settle()
    house.time_passes(seconds=10)
    house.settle()
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
    jira_limits(house, SEARCH, "jira-quota-global-based", wait=30, times=3)
    for _ in range(3):
        assert house.poll() == 0
    assert answers(house, story) == []
    house.time_passes(seconds=60)
    house.poll()
    house.poll()
    house.poll()
    assert answers(house, story) == ["slowly"]
    fault_row(
        "Jira limits the poll", "the update later", "`poll_failed` once, `poll_recovered` once"
    )


def test_more_answers_than_a_chat_may_take_in_a_second_come_in_order(
    house: House, fault_row
) -> None:
    """Fourteen at once into a group that takes five a second, the limit being counted for real."""
    story = house.files("ben", GLOBEX)
    said = [f"answer {number}" for number in range(14)]
    for text in said:
        engineer_says(house, story, text)
        house.time_passes(seconds=1)
    house.poll()
    until_shown(house, story, said, GLOBEX)
    calls = house.box.world.journal.calls("lark", "/im/v1/messages")
    assert [c for c in calls if b"230020" in c.response] == []
    fault_row(
        "a burst of answers, more than Lark lets into a chat",
        "all of them, in order, spread over seconds",
        "deliveries READY for some seconds; Lark never has to refuse",
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
