"""What an answer means by its status alone: its words may quote what was sent."""

import httpx

from syncd.core.errors import Rejected, RemoteFailure, Unavailable

_LONGEST_PAUSE_SECONDS = 600.0


def refusal(host: str, response: httpx.Response) -> RemoteFailure | None:
    """Return why it is no success, None where it is one."""
    status = response.status_code
    if response.is_success:
        return None
    reason = f"{host} answered HTTP {status}"
    if status >= 500 or status in (408, 425, 429):
        return Unavailable(reason, _pause(response.headers.get("retry-after", "")))
    if response.is_redirect:
        reason += ": no redirect is followed; name the address to which it leads"
    refused = Rejected(reason)
    refused.status = status
    return refused


# https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3; a date is as good as nothing here.
def _pause(told: str) -> float | None:
    seconds = told.isascii() and told.isdecimal() and len(told) < 9
    return min(float(told), _LONGEST_PAUSE_SECONDS) if seconds else None
