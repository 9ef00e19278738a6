"""SLAs are fields: an issue shows them as JSM does, in each of the ways seen in the field."""

from typing import Any

from jsm_site import Site

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.records import SlaSays

FIELD = site.FIRST_RESPONSE_FIELD
HOUR = 3_600_000


def shown(jira: Site, field: str = FIELD) -> Any:
    body = {"issueIdsOrKeys": ["HELP-1"], "fields": ["status", field]}
    (issue,) = jira.http.post("/rest/api/3/issue/bulkfetch", json=body).json()["issues"]
    return issue["fields"].get(field, "left out")


def test_a_running_sla_tells_when_it_ends(jira: Site) -> None:
    jira.create()
    sla = shown(jira)
    assert set(sla) == {
        "id", "name", "_links", "completedCycles", "ongoingCycle", "slaDisplayFormat",
    }  # fmt: skip
    cycle = sla["ongoingCycle"]
    assert set(cycle) == {
        "startTime", "breachTime", "breached", "paused", "withinCalendarHours", "goalDuration",
        "elapsedTime", "remainingTime",
    }  # fmt: skip
    created = jira.people.ticket("HELP-1").created
    assert cycle["breachTime"]["epochMillis"] == created + 4 * HOUR
    assert (sla["completedCycles"], cycle["breached"], cycle["paused"]) == ([], False, False)
    jira.world.clock.move(seconds=5 * 3600)
    cycle = shown(jira)["ongoingCycle"]
    assert cycle["breached"] is True
    assert -HOUR - 60_000 < cycle["remainingTime"]["millis"] <= -HOUR


def test_the_first_public_answer_of_an_engineer_ends_it(jira: Site) -> None:
    jira.create()
    jira.people.customer_comments("aiko", "HELP-1", "Hello?")
    jira.people.comment("sam", "HELP-1", "It is the database", public=False)
    assert "ongoingCycle" in shown(jira)
    jira.people.comment("erin", "HELP-1", "We are on it")
    sla = shown(jira)
    assert "ongoingCycle" not in sla
    (cycle,) = sla["completedCycles"]
    assert "stopTime" in cycle
    assert "ongoingCycle" in shown(jira, site.RESOLUTION_FIELD)
    jira.people.resolve("HELP-1")
    assert "ongoingCycle" not in shown(jira, site.RESOLUTION_FIELD)


def test_whether_the_bots_own_comment_ends_it_can_be_chosen(jira: Site) -> None:
    jira.create()
    jira.state.add_comment(jira.state.tickets["HELP-1"], site.BOT_ACCOUNT_ID, {"type": "doc"})
    assert "ongoingCycle" not in shown(jira)
    jira.state.switches.bot_comment_stops_sla = False
    assert "ongoingCycle" in shown(jira)


def test_an_sla_that_has_ended_stays_ended(jira: Site) -> None:
    """It ends with an event, which hiding or deleting the comment does not undo."""
    jira.create()
    ticket = jira.state.tickets["HELP-1"]
    jira.people.comment("erin", "HELP-1", "We are on it")
    (said,) = ticket.comments
    ended = shown(jira)["completedCycles"]
    jira.state.set_public(ticket, said, False)
    assert shown(jira)["completedCycles"] == ended
    jira.state.delete_comment(ticket, said)
    assert shown(jira)["completedCycles"] == ended


def test_a_comment_that_is_made_public_ends_it_then(jira: Site) -> None:
    jira.create()
    ticket = jira.state.tickets["HELP-1"]
    jira.people.comment("sam", "HELP-1", "It is the database", public=False)
    jira.world.clock.move(seconds=60)
    assert "ongoingCycle" in shown(jira)
    (said,) = ticket.comments
    jira.state.set_public(ticket, said, True)
    (cycle,) = shown(jira)["completedCycles"]
    assert cycle["elapsedTime"]["millis"] >= 60_000


def test_it_can_be_paused_not_started_not_apply_or_fail(jira: Site) -> None:
    jira.create()
    switches = jira.state.switches
    switches.sla_says = SlaSays.PAUSED
    assert shown(jira)["ongoingCycle"]["paused"] is True
    switches.sla_says = SlaSays.NOT_STARTED
    assert "ongoingCycle" not in shown(jira)
    assert shown(jira)["completedCycles"] == []
    switches.sla_says = SlaSays.NOTHING
    assert shown(jira) is None
    switches.sla_says = SlaSays.ERROR
    assert set(shown(jira)) == {"errorMessage", "i18nErrorMessage"}
    switches.sla_says, switches.sla_begins_after_ms = SlaSays.RUNS, 60_000
    assert "ongoingCycle" not in shown(jira)
    jira.world.clock.move(seconds=61)
    assert "ongoingCycle" in shown(jira)


def test_the_sites_list_of_fields_has_them_where_the_site_does(jira: Site) -> None:
    def slas() -> dict[str, str]:
        listed = jira.http.get("/rest/api/3/field").json()
        found = [f for f in listed if f["schema"].get("custom", "").endswith(":sd-sla-field")]
        return {field["id"]: field["name"] for field in found}

    jira.create()
    assert slas() == site.SLA_NAMES
    jira.state.switches.slas_on_site = False
    assert slas() == {}
    assert shown(jira) == "left out"
