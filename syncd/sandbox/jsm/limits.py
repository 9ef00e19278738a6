"""429 as Atlassian sends it: the limits that hold always, and faults that imitate the others.

https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
"""

import re
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import UTC, datetime

from syncd.sandbox.clock import Clock
from syncd.sandbox.faults import Fault

_ISSUE = re.compile(r"/(?:issue|request)/([A-Za-z]+-\d+|\d+)(?:/|$)")
_PER_ISSUE_WRITES = ((20, 2), (100, 30))
"""Writes allowed on one issue, and in how many seconds."""
_BURST = {"GET": 100, "POST": 100, "PUT": 50, "DELETE": 50}
"""Calls per second on one route of a tenant."""
_BURST_OF_ROUTE = {
    ("GET", "/rest/api/3/issue/{key}"): 150,
    ("POST", "/rest/api/3/search/approximate-count"): 150,
    ("GET", "/rest/servicedeskapi/servicedesk/{desk}/customer"): 5,
}


@dataclass(frozen=True)
class Refusal:
    """Which limit was hit, and when to come back."""

    reason: str
    retry_after: int
    limit: int


class Limits:
    """Counts calls in sliding windows of the sandbox's clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: dict[str, deque[int]] = defaultdict(deque)

    def check(self, method: str, route: str, path: str) -> Refusal | None:
        """Count a call; a refused one is not counted, since it did no work."""
        rules = [(f"{method} {route}", _burst(method, route), 1, "jira-burst-based")]
        issue = _ISSUE.search(path)
        if issue and method in ("POST", "PUT", "DELETE"):
            name = f"write {issue[1].upper()}"
            rules += [(name, n, s, "jira-per-issue-on-write") for n, s in _PER_ISSUE_WRITES]
        now = self._clock.now_ms()
        for name, limit, seconds, reason in rules:
            recent = [at for at in self._seen[name] if now - seconds * 1000 < at <= now]
            if len(recent) >= limit:
                wait = max(1, -(-(recent[0] + seconds * 1000 - now) // 1000))
                return Refusal(reason, wait, limit)
        for name in {rule[0] for rule in rules}:
            seen = self._seen[name]
            seen.append(now)
            while seen[0] <= now - 30_000:
                seen.popleft()
        return None


def _burst(method: str, route: str) -> int:
    return _BURST_OF_ROUTE.get((method, route), _BURST.get(method, 100))


def headers(refusal: Refusal, now_ms: int) -> dict[str, str]:
    """Return the headers of a 429; the reset is an ISO time without seconds, as sites send it."""
    reset = datetime.fromtimestamp(now_ms / 1000 + refusal.retry_after, UTC)
    return {
        "Retry-After": str(refusal.retry_after),
        "X-RateLimit-Limit": str(refusal.limit),
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": reset.strftime("%Y-%m-%dT%H:%MZ"),
        "RateLimit-Reason": refusal.reason,
    }


def too_many(
    route: str, *, reason: str, now_ms: int, retry_after: int = 2, times: int = 1
) -> Fault:
    """Return a fault that answers 429 with the headers of `reason`.

    Reasons seen: jira-burst-based, jira-per-issue-on-write, jira-quota-global-based,
    jira-quota-tenant-based, jira-cost-based. An empty reason is a gateway's 429 without headers.
    """
    refusal = Refusal(reason, retry_after, 100)
    return Fault(
        side="jsm",
        route=route,
        times=times,
        status=429,
        headers=headers(refusal, now_ms) if reason else {},
    )
