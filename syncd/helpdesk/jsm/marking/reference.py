"""The short reference at the end of a summary, where the request type has no other place for the
marker; it goes again when the ticket is known.

It is one word of letters and digits, which a search of texts takes whole; it is compared exactly
all the same, since that search lags:
https://support.atlassian.com/jira-software-cloud/docs/search-syntax-for-text-fields/
"""

import re

from syncd.core.model import TicketId
from syncd.helpdesk.jsm.wire.call import V3, Answer, Call, segment
from syncd.helpdesk.jsm.wire.members import Obj, child, optional_text, root

PROPERTY = "syncd.ref"
"""The property of a ticket, or of a comment, that says what of ours it is."""
_LENGTH = 10
ROOM = _LENGTH + len(" [LK]")
"""How much of a summary it takes."""
_ANY = re.compile(rf"\s*\[LK[0-9A-Z]{{{_LENGTH}}}\]$")


def reference(marker: str) -> str:
    """Return what stands for a marker: its end, which chance has made."""
    return f"[LK{marker[-_LENGTH:]}]"


def added(summary: str, marker: str) -> str:
    return f"{summary} {reference(marker)}".strip()


def stands_in(summary: str, marker: str) -> bool:
    return reference(marker) in summary


def taken_away(summary: str, marker: str) -> str:
    """Return the summary without the reference, wherever somebody who renamed it has put that."""
    before, _, after = summary.partition(reference(marker))
    return " ".join(part for part in (before.strip(), after.strip()) if part)


def as_read(summary: str) -> str:
    """Return the summary as people read it, whichever ticket's reference stands at its end."""
    return _ANY.sub("", summary)


# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-properties/
def remember(ticket: TicketId, marker: str) -> Call:
    """Keep the marker where nobody sees it; doing it twice changes nothing."""
    path = f"{V3}/issue/{segment(ticket)}/properties/{PROPERTY}"
    return Call("PUT", path, body={"id": marker})


def is_remembered(issue: Obj, marker: str) -> bool:
    kept = issue.get("properties")
    ours = kept.get(PROPERTY) if isinstance(kept, dict) else None
    return isinstance(ours, dict) and ours.get("id") == marker


def summary_of(ticket: TicketId) -> Call:
    return Call("GET", f"{V3}/issue/{segment(ticket)}", (("fields", "summary"),))


def read_summary(answer: Answer) -> str:
    return optional_text(child(root(answer), "fields"), "summary")


# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-issueidorkey-put
def rename(ticket: TicketId, title: str) -> Call:
    return Call("PUT", f"{V3}/issue/{segment(ticket)}", body={"fields": {"summary": title}})
