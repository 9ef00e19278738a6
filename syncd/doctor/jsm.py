"""The site, and our account there."""

from collections.abc import Iterator

from syncd.core.errors import Rejected, RemoteFailure, Unauthorized
from syncd.core.model import AccountId
from syncd.core.operators.platforms import Search
from syncd.core.operators.site import cloud_id_in
from syncd.doctor.case import Case
from syncd.doctor.finding import Finding, blocking, ok, unseen
from syncd.doctor.rounds import whole
from syncd.loops.keep.form_check import key_of_desk

RENEW = (
    "check jsm.account_email, and renew SYNCD_JSM__API_TOKEN or the credential jsm_api_token; "
    "a token with scopes needs the gateway's address in jsm.api_base"
)


def login(case: Case) -> Iterator[Finding]:
    try:
        account = case.account
    except RemoteFailure as failure:
        refused = isinstance(failure, Unauthorized)
        said = f"JSM at {case.config.jsm.api_base}: {whole(failure).rstrip('.')}"
        yield blocking(said, fix=RENEW if refused else "")
        return
    names = ", ".join(name for name in (account.name, account.email) if name)
    yield ok(f"JSM: we are {names} ({account.id})" if names else f"JSM: we are {account.id}")


def token(case: Case) -> Iterator[Finding]:
    """Tell what kind of login it is; of a token's scopes nothing can be read."""
    gateway = bool(cloud_id_in(case.config.jsm.api_base))
    kind = "a service account" if case.account.kind == "app" else "a person's account"
    by = "through the gateway, with a token with scopes" if gateway else "at the site itself"
    yield ok(f"JSM: we log in as {kind}, {by}")
    yield unseen(
        "JSM: whether the token has every scope, and the account may invite customers, is "
        "unproven: it shows when it is used, in the log as `denied` and in alerts.chat"
    )


def licence(case: Case) -> Iterator[Finding]:
    if case.helpdesk.survey.licensed():
        yield ok("JSM: the site has Jira Service Management")
    else:
        yield blocking("JSM: the site has no licence for Jira Service Management")


def projects(case: Case) -> Iterator[Finding]:
    for project, desk in {desk.project: desk.name for desk in case.config.all_desks()}.items():
        key = key_of_desk(desk, "project")
        try:
            newest = case.helpdesk.key_floor(project)
            lacking = case.helpdesk.lacking(project)
        except RemoteFailure as failure:
            refused = isinstance(failure, Unauthorized)
            yield blocking(f"{key}: {project}: {whole(failure)}", fix=RENEW if refused else "")
            continue
        tickets = f"tickets up to {project}-{newest}" if newest else "no ticket yet"
        yield ok(f"JSM: {project} has {tickets}")
        for permission in lacking:
            yield blocking(f"{key}: our account lacks the permission {permission!r} there")


def reporters(case: Case) -> Iterator[Finding]:
    """Tell whether tickets may be raised for customers, and what happens with unknown ones."""
    for desk in case.config.all_desks():
        kind = desk.request_types[0]
        key = key_of_desk(desk.name, "service_desk")
        try:
            allowed = case.helpdesk.survey.may_raise_for_others(desk.service_desk, kind)
        except Rejected:
            continue  # The form's own check tells.
        if allowed:
            yield ok(f"JSM: we may raise tickets for customers of desk {desk.service_desk}")
        else:
            yield blocking(f"{key}: our account may not raise tickets on behalf of customers")


def unknown_reporters(case: Case) -> Iterator[Finding]:
    rule = case.config.jsm.unknown_reporter
    if rule.startswith("account:"):
        yield from _shared(case, AccountId(rule.removeprefix("account:")))
    elif rule == "refuse":
        yield ok("JSM: whom the desk does not know is told so, and no ticket is made")
    else:
        verb = "invite customers" if rule == "invite" else "create customers"
        yield unseen(f"JSM: whether our account may {verb} shows when somebody unknown asks first")


def _shared(case: Case, account: AccountId) -> Iterator[Finding]:
    """Customers of the portal may be hidden from a search for accounts."""
    if case.helpdesk.survey.sees(account):
        yield ok(f"JSM: the account {account} of jsm.unknown_reporter is there")
    else:
        yield unseen(f"jsm.unknown_reporter: whether the account {account} is there is not shown")


def time_zone(case: Case) -> Iterator[Finding]:
    zone = case.account.zone
    if zone:
        yield ok(f"JSM: our account's time zone is {zone}; the search does not go by it")
    else:
        yield unseen("JSM: our account's time zone is not told")


def search(case: Case) -> Iterator[Finding]:
    for project in {desk.project for desk in case.config.all_desks()}:
        match case.helpdesk.survey.search(project):
            case Search.RIGHT:
                yield ok(f"JSM: {project} finds changes to the millisecond")
            case Search.WRONG:
                yield blocking(f"JSM: {project} does not find changes by milliseconds")
            case Search.UNPROVEN:
                yield unseen(f"JSM: {project} has no ticket on which the search could be proven")
