"""What the fake answers beyond Atlassian's OpenAPI documents, each with its source.

The documents list few error statuses; the tests hold every other answer to them.
"""

import re
from dataclasses import dataclass

_RATE_LIMITS = "https://developer.atlassian.com/cloud/jira/platform/rate-limiting/"


@dataclass(frozen=True)
class Beyond:
    """One answer; `*` is any method, and `*` in a route is any text."""

    method: str
    route: str
    status: int
    source: str


UNDOCUMENTED = (
    Beyond("*", "*", 429, _RATE_LIMITS),
    Beyond("*", "*", 500, "any gateway; a write may have happened"),
    Beyond("*", "*", 502, "any gateway; a write may have happened"),
    Beyond("*", "*", 503, _RATE_LIMITS + " (503 with Retry-After)"),
    Beyond("*", "*", 504, "any gateway; a write may have happened"),
    Beyond("*", "*", 403, "a bearer token on the site's address; measured by backlot 0.1.0"),
    Beyond(
        "*", "/rest/api/3/search", 410, "https://developer.atlassian.com/changelog/#CHANGE-2046"
    ),
    Beyond(
        "GET",
        "/rest/servicedeskapi/servicedesk/{desk}/customer",
        412,
        "the X-ExperimentalApi header is missing; the status is from memory, "
        "the header from the OpenAPI text",
    ),
    Beyond(
        "*",
        "/rest/servicedeskapi/request/{key}/feedback",
        412,
        "the X-ExperimentalApi header is missing, as above",
    ),
    Beyond(
        "POST",
        "/rest/servicedeskapi/request/validate",
        404,
        "a site that does not have it yet, or Data Center",
    ),
    Beyond(
        "POST",
        "/rest/servicedeskapi/request/{key}/transition",
        409,
        "another transition of the same request at the same moment; known from clients",
    ),
    *(
        Beyond("POST", route, status, "the site or a gateway before it; nothing was written")
        for route in ("/rest/servicedeskapi/request", "/rest/api/3/issue/{key}/comment")
        for status in (404, 409, 413, 415, 422)
    ),
    *(
        Beyond(
            "POST",
            "/rest/servicedeskapi/servicedesk/{desk}/customer/invite",
            status,
            "since 2026; npm jira.js 6.2.0 and atlassian-python-api of August 2026",
        )
        for status in (201, 400, 401, 403, 404, 409)
    ),
)


def is_known(method: str, path: str, status: int) -> bool:
    """Return whether the table lists this answer."""
    return any(
        beyond.method in ("*", method)
        and beyond.status == status
        and _pattern(beyond.route).fullmatch(path)
        for beyond in UNDOCUMENTED
    )


def _pattern(route: str) -> re.Pattern[str]:
    text = re.escape(route).replace(r"\*", ".*")
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", text))
