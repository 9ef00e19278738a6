"""What names the site, its desks and their request types."""

from syncd.core.operators.platforms import Offered, ServiceDesk
from syncd.core.text import clean
from syncd.helpdesk.jsm.wire.call import DESK, V3, Answer, Call, segment
from syncd.helpdesk.jsm.wire.members import children, flag, lenient, optional_text, root, text
from syncd.helpdesk.jsm.wire.paging import Portion

_PAGE = "50"


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


# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-info/
def service_management() -> Call:
    return Call("GET", f"{DESK}/info")


def read_licensed(answer: Answer) -> bool:
    """Tell whether Jira Service Management may be used on the site."""
    return root(answer).get("isLicensedForUse") is not False


# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-servicedesk/
def desks(start: int) -> Call:
    return Call("GET", f"{DESK}/servicedesk", (("start", str(start)), ("limit", _PAGE)))


def read_desks(answer: Answer) -> Portion[ServiceDesk]:
    page = root(answer)
    found = [
        ServiceDesk(text(one, "id"), _line(lenient(one, "projectName")), text(one, "projectKey"))
        for one in children(page, "values")
    ]
    return Portion(found, last=flag(page, "isLastPage"))


def request_types(desk: str, start: int) -> Call:
    path = f"{DESK}/servicedesk/{segment(desk)}/requesttype"
    return Call("GET", path, (("start", str(start)), ("limit", _PAGE)))


def read_request_types(answer: Answer) -> Portion[Offered]:
    page = root(answer)
    found = [
        Offered(text(one, "id"), _line(lenient(one, "name")), _line(lenient(one, "description")))
        for one in children(page, "values")
    ]
    return Portion(found, last=flag(page, "isLastPage"))


def _line(said: str) -> str:
    return " ".join(clean(said).split())
