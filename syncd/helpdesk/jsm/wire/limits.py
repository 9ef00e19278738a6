"""Which calls stop when the helpdesk has had too many, and for how long.

https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
"""

from syncd.helpdesk.jsm.wire.call import Answer, Call
from syncd.helpdesk.jsm.wire.failures import retry_after

EVERYTHING = "every call"

_LIMITS = {
    "jira-burst-based": "burst",
    "jira-per-issue-on-write": "ticket",
    "jira-quota-global-based": "quota",
    "jira-quota-tenant-based": "quota",
    "jira-cost-based": "cost",
}
_LONGEST_STEP = 60.0
_SPREAD = 0.3
_MOST_SPREAD = 240.0
"""What the longest wait is spread by; a delivery's wait may not reach beyond 65 minutes."""


def scopes(call: Call) -> tuple[str, ...]:
    """Return what a call belongs to: of each of these it may have been too many."""
    ticket = (_writes_to(call),) if call.writes_to else ()
    everything = () if call.to_forms else (EVERYTHING,)
    return (*everything, call.endpoint, *ticket)


def stopped(call: Call, answer: Answer) -> str | None:
    """Return what has to stop after this answer, None when it is no refusal of that kind.

    A reason that is new to us, or a gateway's 429 that gives none, stops everything.
    """
    if answer.status == 503:
        return call.endpoint if retry_after(answer) is not None else None
    if answer.status != 429:
        return None
    if call.to_forms:
        return call.endpoint  # It counts by itself.
    match _reason(answer):
        case "jira-burst-based":
            return call.endpoint
        case "jira-per-issue-on-write":
            return _writes_to(call) if call.writes_to else call.endpoint
        case _:
            return EVERYTHING


def limit_hit(answer: Answer) -> str:
    """Return the limit of Jira's that refused a call, empty when none did."""
    if answer.status == 503:
        return "busy" if retry_after(answer) is not None else ""
    if answer.status != 429:
        return ""
    return _LIMITS.get(_reason(answer), "other")


def wait(answer: Answer, before: int, chance: float) -> float:
    """Return the seconds to stop for, after so many refusals `before`; `chance` is in [0, 1)."""
    least = max(retry_after(answer) or 0.0, min(2.0 ** min(before, 16), _LONGEST_STEP))
    return least + min(_SPREAD * least, _MOST_SPREAD) * chance


def _reason(answer: Answer) -> str:
    return answer.headers.get("ratelimit-reason", "").strip().lower()


def _writes_to(call: Call) -> str:
    return f"writes to {call.writes_to}"
