"""Accounts and customers."""

from collections.abc import Mapping

from syncd.core.model import AccountId, TicketKey
from syncd.core.operators.platforms import Account
from syncd.core.text import clean
from syncd.helpdesk.jsm.wire.call import DESK, V3, Answer, Call, segment
from syncd.helpdesk.jsm.wire.members import (
    Obj,
    as_objects,
    children,
    flag,
    lenient,
    parse,
    root,
    text,
)
from syncd.helpdesk.jsm.wire.paging import Portion

_PAGE = 50


# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-myself/
def myself() -> Call:
    return Call("GET", f"{V3}/myself")


def read_myself(answer: Answer) -> AccountId:
    return AccountId(text(root(answer), "accountId"))


def read_account(answer: Answer) -> Account:
    """Return what we are told of ourselves."""
    told = root(answer)
    name, email = clean(lenient(told, "displayName")), lenient(told, "emailAddress")
    zone, kind = clean(lenient(told, "timeZone")), lenient(told, "accountType")
    return Account(text(told, "accountId"), name, email, zone, kind)


# Matches beginnings of names and addresses, and only addresses that are not hidden:
# https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-user-search/
def users(email: str) -> Call:
    return Call("GET", f"{V3}/user/search", (("query", email), ("maxResults", str(_PAGE))))


def account(id: AccountId) -> Call:
    return Call("GET", f"{V3}/user/search", (("accountId", id), ("maxResults", "1")))


def read_is_one(answer: Answer) -> bool:
    return bool(as_objects(parse(answer), "users"))


def read_users(answer: Answer, email: str) -> AccountId | None:
    """Return the account with exactly that address."""
    accounts = (_with_address(user, email) for user in as_objects(parse(answer), "users"))
    return next(filter(None, accounts), None)


# Lists end where isLastPage says so, not where a page is short:
# https://developer.atlassian.com/cloud/jira/service-desk/rest/intro/#pagination
def customers(desk: str, email: str, start: int) -> Call:
    query = (("query", email), ("start", str(start)), ("limit", str(_PAGE)))
    return Call("GET", _customers_of(desk), query)


def read_customers(answer: Answer, email: str) -> Portion[AccountId | None]:
    """Return the account of each customer that has exactly that address, None for the others."""
    page = root(answer)
    accounts = [_with_address(customer, email) for customer in children(page, "values")]
    return Portion(accounts, last=flag(page, "isLastPage"))


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


# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-issueidorkey-participant-post
def participation(ticket: TicketKey, account: AccountId) -> Call:
    """Make an account a participant of a request; asking twice changes nothing."""
    path = f"{DESK}/request/{segment(ticket)}/participant"
    return Call("POST", path, body={"accountIds": [account]})


_STRICT = (("strictConflictStatusCode", "true"),)


def _customers_of(desk: str) -> str:
    return f"{DESK}/servicedesk/{segment(desk)}/customer"


def _person(email: str, name: str) -> Mapping[str, object]:
    return {"displayName": name or email, "email": email}


def _with_address(person: Obj, email: str) -> AccountId | None:
    address = person.get("emailAddress")
    exact = isinstance(address, str) and address.casefold() == email.casefold()
    usable = person.get("active") is not False and person.get("accountType") != "app"
    return AccountId(text(person, "accountId")) if exact and usable else None
