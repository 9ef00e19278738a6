"""Which scope of a scoped API token a call needs.

https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/
https://developer.atlassian.com/cloud/jira/service-desk/scopes-for-oauth-2-3LO-and-forge-apps/
"""

from syncd.helpdesk.jsm.wire.call import V3, Call, Family

_READS = ("search/jql", "issue/bulkfetch", "comment/list")
"""What is asked by POST."""


def scope(call: Call) -> str:
    """Return the classic scope that the call needs."""
    # https://developer.atlassian.com/cloud/forms/rest/
    if call.to_forms:
        return f"{_verb(call)}:servicedesk-request"
    if call.family is Family.DESK:
        if "/customer" in call.path:
            return "manage:servicedesk-customer"
        return f"{_verb(call)}:servicedesk-request"
    route = call.path.removeprefix(f"{V3}/")
    if route.startswith(("myself", "user")):
        return "read:jira-user"
    return "read:jira-work" if route in _READS else f"{_verb(call)}:jira-work"


def _verb(call: Call) -> str:
    return "read" if call.method == "GET" else "write"
