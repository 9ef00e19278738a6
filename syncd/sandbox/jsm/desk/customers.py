"""/rest/servicedeskapi customers: search, create, invite, add to the desk.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-servicedesk/
"""

import re

from syncd.sandbox.jsm.desk import wire
from syncd.sandbox.jsm.desk.setup import check_desk
from syncd.sandbox.jsm.exchange import Answer, Ask, refuse_desk, wrong_members
from syncd.sandbox.jsm.records import Account

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")
# The body of the May 2026 report, community.atlassian.com qaq-p/3237647.
_NOT_ADMIN = (
    "Unauthorized to perform the requested action, "
    "JIRA Administrators global permission is required."
)
_NOT_DESK_ADMIN = "You do not have the permission to administer this service desk."


def search(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/servicedesk/{desk}/customer: experimental, customers of the desk."""
    opted_in(ask)
    desk = check_desk(ask)
    wanted = ask.query.get("query", "").casefold()
    state = ask.state
    found = [
        wire.user(state, a.account_id, ask.base)
        for a in state.accounts()
        if a.account_id in state.customers_of(desk) and _matches(ask, a, wanted)
    ]
    path = f"/rest/servicedeskapi/servicedesk/{desk.desk_id}/customer"
    return Answer(wire.page(ask, found, path))


def opted_in(ask: Ask) -> None:
    """Refuse an experimental call without the header that asks for it."""
    if ask.headers.get("x-experimentalapi", "").lower() not in ("opt-in", "true"):
        refuse_desk(
            412,
            "This API is experimental. Experimental APIs are not guaranteed to be stable within "
            "the preview period. You must set the header 'X-ExperimentalApi: opt-in' to use it.",
            "sd.experimental.api.opt.in.required",
        )


def create(ask: Ask) -> Answer:
    """POST /rest/servicedeskapi/customer: needs a Jira administrator."""
    if not ask.state.switches.bot_may_create_customers:
        refuse_desk(403, _NOT_ADMIN, "sd.customer.create.error.permission")
    account = _new_customer(ask)
    return Answer(wire.user(ask.state, account.account_id, ask.base), 201)


def invite(ask: Ask) -> Answer:
    """POST /rest/servicedeskapi/servicedesk/{desk}/customer/invite (2026)."""
    desk = check_desk(ask)
    if not ask.state.switches.bot_may_invite:
        refuse_desk(403, _NOT_DESK_ADMIN, "sd.customer.invite.error.permission")
    account = _new_customer(ask)
    if ask.state.switches.invite_joins_desk:
        ask.state.customers_of(desk).add(account.account_id)
    return Answer(wire.user(ask.state, account.account_id, ask.base), 201)


def add(ask: Ask) -> Answer:
    """POST /rest/servicedeskapi/servicedesk/{desk}/customer: by accountId, idempotent."""
    desk = check_desk(ask)
    if not ask.state.switches.bot_may_add_customers:
        refuse_desk(403, _NOT_DESK_ADMIN)
    body = ask.json_object()
    if wrong_members(body, {"accountIds": "strings"}) or not body.get("accountIds"):
        refuse_desk(400, "The list of accountIds is missing or not valid.")
    unknown = [i for i in body["accountIds"] if ask.state.account(i) is None]
    if unknown:
        refuse_desk(400, f"The user '{unknown[0]}' does not exist.")
    ask.state.customers_of(desk).update(body["accountIds"])
    return Answer(status=204)


def _matches(ask: Ask, account: Account, wanted: str) -> bool:
    hidden = account.email in ask.state.switches.hidden_emails
    return wanted in account.name.casefold() or (not hidden and wanted in account.email.casefold())


def _new_customer(ask: Ask) -> Account:
    body = ask.json_object()
    if wrong_members(body, {"displayName": "string", "email": "string", "fullName": "string"}):
        refuse_desk(400, "The customer has an e-mail and a displayName.")
    address, name = body.get("email", ""), body.get("displayName", "")
    if not name.strip() or not _EMAIL.match(address):
        refuse_desk(400, "The email or the displayName is not valid.", "sd.customer.invalid")
    if any(a.email.casefold() == address.casefold() for a in ask.state.accounts()):
        strict = ask.flag("strictConflictStatusCode", False)
        refuse_desk(
            409 if strict else 400,
            "An account already exists for this email.",
            "sd.customer.create.error.exists",
        )
    return ask.state.create_customer(address, name)
