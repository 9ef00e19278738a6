"""Accounts and customers."""

from collections.abc import Mapping
from dataclasses import dataclass

from syncd.core.model import AccountId
from syncd.helpdesk.jsm.wire.call import DESK, V3, Answer, Call, segment
from syncd.helpdesk.jsm.wire.members import Obj, as_objects, children, flag, parse, root, text

_PAGE = 50


@dataclass(frozen=True)
class Listed:
    """One page of a list of servicedeskapi: the account looked for, and whether to go on."""

    account: AccountId | None
    more: bool
    size: int


# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-myself/
def myself() -> Call:
    return Call("GET", f"{V3}/myself")


def read_myself(answer: Answer) -> AccountId:
    return AccountId(text(root(answer), "accountId"))


# Matches beginnings of names and addresses, and only addresses that are not hidden:
# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-user-search/
def users(email: str) -> Call:
    return Call("GET", f"{V3}/user/search", (("query", email), ("maxResults", str(_PAGE))))


def read_users(answer: Answer, email: str) -> AccountId | None:
    """Return the account with exactly that address."""
    return _with_address(as_objects(parse(answer), "users"), email)


# Lists end where isLastPage says so, not where a page is short:
# https://developer.atlassian.com/cloud/jira/service-desk/rest/intro/#pagination
def customers(desk: str, email: str, start: int) -> Call:
    query = (("query", email), ("start", str(start)), ("limit", str(_PAGE)))
    return Call("GET", _customers_of(desk), query)


def read_customers(answer: Answer, email: str) -> Listed:
    page = root(answer)
    values = children(page, "values")
    return Listed(_with_address(values, email), not flag(page, "isLastPage"), len(values))


# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-customer/
def new_customer(email: str, name: str) -> Call:
    return Call("POST", f"{DESK}/customer", _STRICT, _person(email, name))


# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-servicedesk/
def invitation(desk: str, email: str, name: str) -> Call:
    return Call("POST", f"{_customers_of(desk)}/invite", _STRICT, _person(email, name))


def read_customer(answer: Answer) -> AccountId:
    return AccountId(text(root(answer), "accountId"))


def admission(desk: str, account: AccountId) -> Call:
    """Put an account on the desk's list of customers; asking twice changes nothing."""
    return Call("POST", _customers_of(desk), body={"accountIds": [account]})


_STRICT = (("strictConflictStatusCode", "true"),)


def _customers_of(desk: str) -> str:
    return f"{DESK}/servicedesk/{segment(desk)}/customer"


def _person(email: str, name: str) -> Mapping[str, object]:
    return {"displayName": name or email, "email": email}


def _with_address(people: list[Obj], email: str) -> AccountId | None:
    for person in people:
        address = person.get("emailAddress")
        exact = isinstance(address, str) and address.casefold() == email.casefold()
        usable = person.get("active") is not False and person.get("accountType") != "app"
        if exact and usable:
            return AccountId(text(person, "accountId"))
    return None
