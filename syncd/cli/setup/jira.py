"""The Jira part: the site, our account, what can be asked for, where the marker stands."""

import re
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from syncd.cli.setup.answers import Answers
from syncd.cli.setup.asking import agrees, ask, choose, right, say, secret, title, wrong
from syncd.core.errors import Rejected, RemoteFailure, SyncdError, Unauthorized

T = TypeVar("T")
_TOKEN = "jsm_api_token"  # noqa: S105 - the name of a file
_TOKENS = "https://id.atlassian.com/manage-profile/security/api-tokens"
_SITE = ".atlassian.net"
_ATLASSIANS = (_SITE, "api.atlassian.com")
"""Hosts whose Forms are where Atlassian's documents have them."""


def account(answers: Answers) -> None:
    """Ask for the site and the login until Jira knows it."""
    title("Jira Service Management: the bot's account")
    say("  The bot needs an account of its own: an agent in the project (docs/jira.md).")
    cloud = _site(answers)
    say(f"  Make an API token as that account: {_TOKENS}")
    while True:
        _login(answers)
        if _is_known(answers, cloud):
            break
    day = answers.said("jsm", "token_expires")
    last = ask("The token's last day, like 2027-05-01, or Enter", day, _problem("token_expires"))
    answers.put("jsm", "token_expires", last)


def _problem(key: str) -> Callable[[str], str]:
    def problem(said: str) -> str:
        from syncd.config.answered import problem as found

        return found("jsm", key, said)

    return problem


def _site(answers: Answers) -> str:
    """Ask for the site until it answers; return its cloud id, empty where it tells none."""
    while True:
        now = answers.said("jsm", "api_base")
        said = ask("Your site, like acme or https://acme.atlassian.net", now, _no_site)
        address = whole_address(said)
        answers.put("jsm", "api_base", address)
        try:
            with answers.case(strangers=True) as case:
                site = case.helpdesk.site()
        except RemoteFailure as failure:
            wrong(str(failure))
            continue
        if not (urlsplit(address).hostname or "").endswith(_ATLASSIANS):
            answers.put("jsm", "forms_base", address)
        right(f"There is a Jira at {site.own_address or address}")
        portal = answers.said("jsm", "portal_base") or site.own_address or address
        question = "Where customers open the portal"
        answers.put("jsm", "portal_base", ask(question, portal, _problem("portal_base")))
        return site.cloud_id


def whole_address(said: str) -> str:
    """Return a site's address, however short it was typed."""
    said = said.strip().rstrip("/")
    if re.fullmatch(r"[\w-]+", said):
        said += _SITE
    return said if "://" in said else f"https://{said}"


def _no_site(said: str) -> str:
    return _problem("api_base")(whole_address(said)) if said else "Something has to be typed"


def _login(answers: Answers) -> None:
    now, site = answers.said("jsm", "account_email"), answers.said("jsm", "api_base")
    email = ask("The account's e-mail address", now, _problem("account_email"))
    knows_it = urlsplit(site)[:2] == urlsplit(answers.token_is_for)[:2]
    is_same = knows_it and email == now and bool(answers.secret(_TOKEN))
    answers.put("jsm", "account_email", email)
    answers.put_secret(_TOKEN, secret("Its API token", kept=is_same))
    answers.token_is_for = site


def _is_known(answers: Answers, cloud: str) -> bool:
    """Log in at once; a token with scopes is refused at the site, and works by the gateway."""
    try:
        right(_who(answers))
        return True
    except Unauthorized as refused:
        reason = str(refused)
    except RemoteFailure as failure:
        wrong(str(failure))
        return False
    site = answers.said("jsm", "api_base")
    if cloud and (urlsplit(site).hostname or "").endswith(_SITE):
        answers.put("jsm", "api_base", f"https://api.atlassian.com/ex/jira/{cloud}")
        try:
            right(f"{_who(answers)}, through the gateway, as a token with scopes wants it")
            return True
        except RemoteFailure:
            answers.put("jsm", "api_base", site)
    wrong(f"Jira does not take that login: {reason}")
    return False


def _who(answers: Answers) -> str:
    with answers.case() as case:
        case.helpdesk.whoami()
        ours = case.helpdesk.survey.account()
    return f"We are {ours.name or ours.email or ours.id}"


def desk(answers: Answers) -> None:
    """Choose the desk, the request type and the field of the marker from what there is."""
    if answers.raw.get("desks"):
        raise SyncdError("[[desks]] of the file say what is offered; change them there.")
    title("What people ask for")
    with answers.case() as case:
        case.helpdesk.whoami()
        survey = case.helpdesk.survey
        desks = [(f"{one.name} ({one.project})", one) for one in survey.desks()]
        chosen = _one("Which service desk", desks, "The account sees no service desk")
        types = survey.request_types(chosen.id)
        kinds = [(f"{one.name}{f': {one.about}' if one.about else ''}", one.id) for one in types]
        kind = _one("Which request type", kinds, "That desk has no request type")
    answers.put("jsm", "service_desk", chosen.id)
    answers.put("jsm", "project", chosen.project)
    answers.put("jsm", "request_type", kind)
    _marker(answers)


def _one(question: str, options: list[tuple[str, T]], none: str) -> T:
    if not options:
        raise Rejected(f"{none}: give the account its role in the project first")
    return choose(question, options)


def _marker(answers: Answers) -> None:
    """Ask for the field by which a ticket is known from every other one."""
    from syncd.core.fields.field import FieldKind
    from syncd.core.model import SUMMARY

    answers.put("jsm", "marker_field", "")
    with answers.case() as case:
        case.helpdesk.whoami()
        form = case.helpdesk.form()
    plain = [f for f in form.fields if f.kind is FieldKind.TEXT and f.id != SUMMARY]
    custom = [(f"the field {f.label} ({f.id})", f.id) for f in plain if f.id.startswith("custom")]
    rest = ("the labels, or the last line of the description", "")
    say("  Every ticket carries a token by which syncd knows it again. A short text field of its")
    say("  own, which no form shows, is best.")
    marker = choose("Where may it stand", [*custom, rest])
    answers.put("jsm", "marker_field", marker)
    shown = [field for field in form.fields if field.id != marker]
    fields = ", ".join(f"{f.label}{' (required)' if f.required else ''}" for f in shown)
    right(f"The form asks for: {fields}")


def later(error: Exception) -> bool:
    """Tell what failed, and return whether it is tried again."""
    wrong(str(error))
    return agrees("Try again")
