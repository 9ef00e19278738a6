"""SLAs as fields of an issue: what a bulk read shows of them.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-issueidorkey-sla-get
"""

from dataclasses import dataclass
from typing import Any

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.platform.dates import date
from syncd.sandbox.jsm.records import SlaSays, Ticket
from syncd.sandbox.jsm.state import JiraState

Json = dict[str, Any]
_HOUR_MS = 3_600_000
TYPE, CUSTOM = "sd-servicelevelagreement", "com.atlassian.servicedesk:sd-sla-field"


def first_response(state: JiraState, ticket: Ticket, base: str) -> Json | None:
    """Return the SLA that ends with the first public comment of an engineer.

    That is an event: it stays ended when the comment is hidden or deleted afterwards.
    """
    bot_counts = state.switches.bot_comment_stops_sla
    stopped = min(
        (at for who, at in ticket.answered.items() if bot_counts or who != site.BOT_ACCOUNT_ID),
        default=None,
    )
    goal = state.switches.sla_goal_ms
    return _sla(state, ticket, base, site.FIRST_RESPONSE_FIELD, goal, stopped)


def resolution(state: JiraState, ticket: Ticket, base: str) -> Json | None:
    """Return the SLA that ends when the ticket is resolved."""
    stopped = ticket.status_since if ticket.resolution else None
    goal = 2 * state.switches.sla_goal_ms
    return _sla(state, ticket, base, site.RESOLUTION_FIELD, goal, stopped)


@dataclass(frozen=True)
class Clock:
    """An SLA as the agent's view shows it; without a cycle it does not run (yet)."""

    name: str
    state: str
    """`running`, `paused`, `met` or `missed`."""
    left_ms: int
    """What was or is left of the goal; less than nothing once it is missed."""


def clocks(state: JiraState, ticket: Ticket) -> list[Clock]:
    """Return the SLAs that have a cycle."""
    slas = (first_response(state, ticket, ""), resolution(state, ticket, ""))
    return [_clock(sla["name"], _cycle_of(sla)) for sla in slas if sla and _cycle_of(sla)]


def _cycle_of(sla: Json) -> Json:
    cycle: Json = sla.get("ongoingCycle") or next(iter(sla.get("completedCycles", [])), {})
    return cycle


def _clock(name: str, cycle: Json) -> Clock:
    ended = "stopTime" in cycle
    running = "paused" if cycle.get("paused") else "running"
    over = "missed" if cycle["breached"] else "met"
    return Clock(name, over if ended else running, cycle["remainingTime"]["millis"])


def _sla(
    state: JiraState, ticket: Ticket, base: str, field: str, goal: int, stopped: int | None
) -> Json | None:
    """A goal without an ongoing cycle lacks the member; none at all is null."""
    says, number = state.switches.sla_says, field.partition("_")[2]
    if says is SlaSays.NOTHING:
        return None
    if says is SlaSays.ERROR:
        told = "The SLA could not be calculated"
        return {"errorMessage": told, "i18nErrorMessage": {"i18nKey": "sla", "parameters": []}}
    answer: Json = {
        "id": number,
        "name": site.SLA_NAMES[field],
        "_links": {"self": f"{base}/rest/servicedeskapi/request/{ticket.id}/sla/{number}"},
        "completedCycles": [],
        "slaDisplayFormat": "NEW_SLA_FORMAT",
    }
    if stopped is not None:
        ended = _cycle(state, ticket, goal, stopped) | {"stopTime": date(state, stopped)}
        answer["completedCycles"] = [ended]
    elif _runs(state, ticket):
        ongoing = _cycle(state, ticket, goal, state.now())
        paused = says is SlaSays.PAUSED
        answer["ongoingCycle"] = ongoing | {"paused": paused, "withinCalendarHours": True}
    return answer


def _runs(state: JiraState, ticket: Ticket) -> bool:
    begun = state.now() >= ticket.created + state.switches.sla_begins_after_ms
    return begun and state.switches.sla_says is not SlaSays.NOT_STARTED


def _cycle(state: JiraState, ticket: Ticket, goal: int, until: int) -> Json:
    elapsed = until - ticket.created
    return {
        "startTime": date(state, ticket.created),
        "breachTime": date(state, ticket.created + goal),
        "breached": elapsed > goal,
        "goalDuration": _duration(goal),
        "elapsedTime": _duration(elapsed),
        "remainingTime": _duration(goal - elapsed),
    }


def _duration(ms: int) -> Json:
    return {"millis": ms, "friendly": f"{ms // _HOUR_MS}h {abs(ms) % _HOUR_MS // 60_000}m"}
