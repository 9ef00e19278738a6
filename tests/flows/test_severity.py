"""How urgent a ticket is matters: by when its first answer comes, and who is told at once."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import databases
import pytest
from house import ACME, GLOBEX, INITECH, LOBBY, House, Story

from syncd.config.sections import ResponseConfig
from syncd.core.model import DeliveryState, Plan
from syncd.core.watching import NO_SLA_YET_MS, Reason
from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.records import SlaSays

# On SQLite alone: what is promised is a moment, and the clock of a server does not move in stories.
url = databases.fresh_on(databases.SQLITE)

Builder = Callable[..., House]
SEVERITY = site.SEVERITY.id
ZONE = "Asia/Tokyo"
HOUR = 3_600_000
TABLE = {
    "responses": (
        ResponseConfig(plan=Plan.PREMIUM, severity="1-Critical", hours=1),
        ResponseConfig(hours=3),
    )
}
SLA = {"severity.first_response": "Time to first response"}
SEND, REPLY = "POST /open-apis/im/v1/messages$", "POST /open-apis/im/v1/messages/.*/reply"


def house_with(make: Builder, **changes: Any) -> House:
    """A syncd that knows the field Severity and tells times of Tokyo."""
    return make(**{"severity.field": SEVERITY, "defaults.zone": ZONE} | changes)


def asks(
    house: House, person: str = "ben", chat: str = GLOBEX, severity: str = "1-Critical"
) -> Story:
    root = house.asks(person, chat)
    house.submits(person, chat, **{SEVERITY: severity})
    return Story(root, house.ticket_keys()[-1])


def lines(house: House, story: Story, person: str = "ben", chat: str = GLOBEX) -> list[str]:
    thread = house.thread(person, chat, story.root)
    return [line for message in thread for line in message.text.splitlines() if ZONE in line]


def due(house: House, story: Story, hours: float) -> str:
    """The line that promises an answer so many hours after the ticket was made."""
    made = house.box.jira_people.ticket(story.key).created
    there = datetime.fromtimestamp(made // 1000, UTC).astimezone(ZoneInfo(ZONE))
    end = datetime.fromtimestamp(made // 1000 + hours * 3600, UTC).astimezone(ZoneInfo(ZONE))
    told = end.strftime("%H:%M" if end.date() == there.date() else "%Y-%m-%d %H:%M")
    return f"First answer by {told} ({ZONE})"


def bulk_reads(house: House) -> list[str]:
    calls = house.box.world.journal.calls("jsm", "/rest/api/3/issue/bulkfetch", "POST")
    return [call.request.decode() for call in calls]


def read_again(house: House) -> None:
    """Let a minute pass, and what is due then."""
    house.time_passes(seconds=NO_SLA_YET_MS / 1000)
    house.app.watch.look(Reason.READ)
    house.settle()


# By when the first answer comes.


def test_nothing_is_promised_nor_asked_for_where_nobody_said_so(house: House) -> None:
    root = house.files("ben", GLOBEX).root
    house.poll()
    (announced,) = house.thread("ben", GLOBEX, root)
    assert "First answer" not in announced.text
    assert site.FIRST_RESPONSE_FIELD not in "".join(bulk_reads(house))


def test_the_announcement_says_what_the_table_promises(make_house: Builder) -> None:
    house = house_with(make_house, **TABLE)
    story = asks(house)
    (announced,) = house.thread("ben", GLOBEX, story.root)
    assert due(house, story, 3) in announced.text
    story = asks(house, "aiko", ACME)
    (announced,) = house.thread("aiko", ACME, story.root)
    end = due(house, story, 1).partition("by ")[2].partition(" (")[0]
    assert f"最初の回答の期限：{end}（{ZONE}）" in announced.text
    house.poll()
    assert len(house.thread("aiko", ACME, story.root)) == 1


def test_what_was_announced_too_late_promises_nothing(make_house: Builder) -> None:
    house = house_with(make_house, **TABLE)
    house.fail("lark", REPLY, "refuse", times=-1, status=503)
    story = asks(house)
    house.time_passes(seconds=4 * 3600)
    house.box.world.faults.clear()
    for _ in range(4):  # What Lark forgot meanwhile is read back first.
        house.time_passes(seconds=300)
        house.tidy()
    (announced,) = house.thread("ben", GLOBEX, story.root)
    assert story.key in announced.text
    assert "First answer" not in announced.text


def test_the_sla_of_the_site_is_told_with_the_first_read_and_no_call_more(
    make_house: Builder,
) -> None:
    house = house_with(make_house, **SLA, **TABLE)
    story = asks(house)
    (announced,) = house.thread("ben", GLOBEX, story.root)
    assert "First answer" not in announced.text, "the SLA counts, not the table"
    before = len(bulk_reads(house))
    house.poll()
    assert lines(house, story) == [due(house, story, 4)]
    assert len(bulk_reads(house)) == before + 1
    assert house.box.world.journal.calls("jsm", "/sla") == []
    house.box.jira_state.switches.sla_goal_ms = 2 * HOUR
    house.box.jira_people.rename(story.key, "It is still down")
    house.poll()
    read_again(house)
    assert len(lines(house, story)) == 1, "it is told once"
    assert house.undelivered() == []


@pytest.mark.parametrize("goal", [4, 30])
def test_an_answer_of_another_day_is_promised_with_its_date(make_house: Builder, goal: int) -> None:
    house = house_with(make_house, **SLA)
    house.box.jira_state.switches.sla_goal_ms = goal * HOUR
    story = asks(house)
    house.poll()
    assert lines(house, story) == [due(house, story, goal)]


def test_an_sla_that_begins_late_is_read_once_more_and_told(make_house: Builder) -> None:
    house = house_with(make_house, **SLA)
    house.box.jira_state.switches.sla_begins_after_ms = 10_000
    story = asks(house)
    house.poll()
    assert lines(house, story) == []
    read_again(house)
    assert lines(house, story) == [due(house, story, 4)]


@pytest.mark.parametrize("says", [s for s in SlaSays if s is not SlaSays.RUNS])
def test_an_sla_that_does_not_run_promises_nothing_and_is_not_asked_for_ever(
    make_house: Builder, says: SlaSays
) -> None:
    house = house_with(make_house, **SLA, **TABLE)
    house.box.jira_state.switches.sla_says = says
    story = asks(house)
    house.poll()
    read_again(house)
    before = len(bulk_reads(house))
    for _ in range(3):
        read_again(house)
    assert len(bulk_reads(house)) == before
    assert lines(house, story) == []
    assert house.undelivered() == []


def test_a_ticket_that_is_answered_already_promises_nothing(make_house: Builder) -> None:
    house = house_with(make_house, **SLA)
    story = asks(house)
    house.box.jira_people.comment("erin", story.key, "We are on it")
    house.poll()
    read_again(house)
    assert lines(house, story) == []
    assert "We are on it" in house.posts("ben", GLOBEX)[-1].text


def test_on_a_site_without_that_sla_the_table_counts(make_house: Builder, box: Any) -> None:
    box.jira_state.switches.slas_on_site = False
    house = house_with(make_house, **SLA, **TABLE)
    story = asks(house)
    house.poll()
    read_again(house)
    assert lines(house, story) == [due(house, story, 3)]


def test_a_promise_whose_answer_was_lost_stands_there_once(make_house: Builder) -> None:
    house = house_with(make_house, **SLA)
    story = asks(house)
    house.fail("lark", REPLY, "drop_after")
    house.poll()
    house.until(lambda: not house.undelivered(), step=2)
    assert lines(house, story) == [due(house, story, 4)]


def test_an_old_ticket_promises_nothing_when_the_configuration_changes(
    make_house: Builder,
) -> None:
    house = house_with(make_house)
    story = asks(house)
    house.poll()
    house.time_passes(seconds=2 * 3600)
    house.app.socket.stop()
    house = house_with(make_house, **SLA)
    house.box.jira_people.rename(story.key, "It is still down")
    house.poll()
    assert lines(house, story) == []


# Who is told at once.


def test_a_person_is_told_at_once_of_the_highest_severity(make_house: Builder) -> None:
    house = house_with(make_house, **{"defaults.escalate_to": "ou_erin"})
    asks(house, severity="2-Major")
    assert house.told("erin") == []
    story = asks(house)
    (message,) = house.box.lark_people.direct("erin")
    assert message.title == "1-Critical: a new ticket of Globex support"
    assert story.key in message.text
    assert "our cluster is down" in message.text
    assert "ben@globex.example" not in message.text
    (announced,) = house.thread("ben", GLOBEX, story.root)
    assert "erin" not in announced.text.casefold()
    house.poll()
    house.tidy()
    assert len(house.told("erin")) == 1
    assert house.undelivered() == []


def test_which_severities_are_the_highest_can_be_named(make_house: Builder) -> None:
    named = {"defaults.escalate_to": "ou_erin", "severity.highest": ("2", "4-Question")}
    house = house_with(make_house, **named)
    asks(house)
    assert house.told("erin") == []
    asks(house, severity="2-Major")
    asks(house, severity="4-Question")
    assert len(house.told("erin")) == 2


def test_a_chat_of_ones_own_company_is_told(make_house: Builder) -> None:
    house = house_with(make_house, **{"defaults.escalate_to": LOBBY})
    story = asks(house)
    (message,) = house.posts("erin", LOBBY)
    assert message.title == "1-Critical: a new ticket of Globex support"
    assert story.key in message.text


def test_a_chat_with_another_company_in_it_is_told_nothing_and_operators_why(
    make_house: Builder,
) -> None:
    house = house_with(make_house, **{"defaults.escalate_to": INITECH, "alerts.chat": LOBBY})
    story = asks(house)
    assert house.posts("mei", INITECH) == []
    (alarm,) = house.posts("erin", LOBBY)
    assert story.key in alarm.text
    assert INITECH in alarm.text
    assert "our cluster is down" not in alarm.text
    assert [d.command.kind() for d in house.deliveries(DeliveryState.DEAD)] == ["Escalate"]


def test_a_person_of_another_company_is_told_nothing(make_house: Builder) -> None:
    house = house_with(make_house, **{"defaults.escalate_to": "ou_mei", "alerts.chat": LOBBY})
    house.says("mei", INITECH, "@Support Bot help")
    told = house.told("mei")
    asks(house)
    assert house.told("mei") == told
    assert len(house.posts("erin", LOBBY)) == 1


@pytest.mark.parametrize("how", ["drop_before", "drop_after"])
def test_an_escalation_whose_answer_was_lost_is_there_once(make_house: Builder, how: str) -> None:
    house = house_with(make_house, **{"defaults.escalate_to": "ou_erin"})
    house.asks("ben", GLOBEX)
    house.fail("lark", SEND, how)
    house.submits("ben", GLOBEX, **{SEVERITY: "1-Critical"})
    house.until(lambda: not house.undelivered(), step=2)
    assert len(house.told("erin")) == 1


def test_a_ticket_that_was_in_doubt_is_escalated_once(make_house: Builder) -> None:
    house = house_with(make_house, **{"defaults.escalate_to": "ou_erin"})
    house.asks("ben", GLOBEX)
    house.fail("jsm", "POST /rest/servicedeskapi/request$", "drop_after")
    house.submits("ben", GLOBEX, **{SEVERITY: "1-Critical"})
    assert house.told("erin") == []
    for seconds in (3, 6):
        house.time_passes(seconds=seconds)
        house.tidy()
    assert house.ticket_keys() == ["HELP-1"]
    assert len(house.told("erin")) == 1
