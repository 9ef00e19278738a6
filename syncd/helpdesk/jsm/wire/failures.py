"""Refusals as the four failures.

Messages are in the language of the bot's account, so nothing is decided by their text:
https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/#status-codes
"""

import json
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime

from syncd.core.errors import Cause, Rejected, RemoteFailure, Unauthorized, Unavailable, Uncertain
from syncd.core.text import clean
from syncd.helpdesk.jsm.wire.call import Answer

_LONGEST_WAIT = 3600.0
_LONGEST_COMPLAINT = 500


def of_read(answer: Answer) -> RemoteFailure:
    """Return what a read that was not answered with 200 means."""
    said = complaint(answer)
    if answer.status == 401:
        return Unauthorized(said)
    if 400 <= answer.status < 500 and answer.status not in (408, 425, 429):
        causes = {403: Cause.FORBIDDEN, 404: Cause.GONE}
        refusal = Rejected(said, causes.get(answer.status, Cause.OTHER))
        refusal.status = answer.status
        return refusal
    return Unavailable(said, retry_after(answer))


# What is certain to have created nothing, and what is not:
# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-post
def of_write(answer: Answer, *, bad_request: Cause, not_found: Cause) -> RemoteFailure:
    """Return what a write that was not answered with 201 means; every doubt is Uncertain."""
    said = complaint(answer)
    causes = {
        400: bad_request,
        403: Cause.FORBIDDEN,
        404: not_found,
        405: Cause.OTHER,
        409: Cause.OTHER,
        410: not_found,
        413: Cause.TOO_LARGE,
        415: Cause.OTHER,
        422: bad_request,
    }
    if answer.status == 401:
        return Unauthorized(said)
    if answer.status == 429:
        return Unavailable(said, retry_after(answer))
    if answer.status in causes:
        refusal = Rejected(said, causes[answer.status])
        refusal.status = answer.status
        return refusal
    return Uncertain(said)


def complaint(answer: Answer) -> str:
    """Return the answer's own words on what is wrong, or its status."""
    body = answer.body.decode("utf-8", "replace")
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    found = list(dict.fromkeys(_messages(said))) if isinstance(said, dict) else [body[:200]]
    words = " ".join(clean("; ".join(found)).split())
    return words[:_LONGEST_COMPLAINT] or f"HTTP {answer.status}"


def _messages(said: dict[str, object]) -> Iterator[str]:
    yield from _strings(said.get("errorMessage"))
    yield from _strings(said.get("errorMessages"))
    errors = said.get("errors")
    if isinstance(errors, dict):
        yield from (f"{name}: {text}" for name, text in errors.items() if isinstance(text, str))
    for error in errors if isinstance(errors, list) else ():
        if isinstance(error, dict):
            yield from _strings(error.get("detail") or error.get("title"))
    for name in ("detail", "message", "error"):
        yield from _strings(said.get(name))


def _strings(value: object) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and item.strip():
            yield item.strip()


# https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
def retry_after(answer: Answer) -> float | None:
    """Return the seconds to wait, the longest of those told; None when nothing is told."""
    told = [_seconds(answer), _until_reset(answer)]
    waits = [wait for wait in told if wait is not None]
    return min(max(waits), _LONGEST_WAIT) if waits else None


def _seconds(answer: Answer) -> float | None:
    value = answer.headers.get("retry-after", "").strip()
    return float(value) if value.isascii() and value.isdecimal() else None


def _until_reset(answer: Answer) -> float | None:
    """The reset is told as a time, with or without seconds; the answer's own Date is the clock."""
    try:
        reset = datetime.fromisoformat(answer.headers.get("x-ratelimit-reset", ""))
        told = parsedate_to_datetime(answer.headers.get("date", ""))
        return max((reset - told).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None
