"""What names the site: its cloud id, and the address that it calls its own."""

from syncd.helpdesk.jsm.wire.call import V3, Answer, Call
from syncd.helpdesk.jsm.wire.members import optional_text, root


# Needs no login: https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/#other-integrations
def tenant() -> Call:
    return Call("GET", "/_edge/tenant_info")


def read_tenant(answer: Answer) -> str:
    return optional_text(root(answer), "cloudId")


# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-server-info/
def server() -> Call:
    return Call("GET", f"{V3}/serverInfo")


def read_server(answer: Answer) -> str:
    return optional_text(root(answer), "baseUrl")
