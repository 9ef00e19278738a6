"""Who is calling. A wrong or expired token makes the caller anonymous, not refused.

Measured on live sites: search answers 200 with nothing, an issue 404, and only a header tells.
https://developer.atlassian.com/cloud/jira/platform/basic-auth-for-rest-apis/
"""

import base64
import binascii
import hmac

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.exchange import Answer, RefusedError
from syncd.sandbox.jsm.records import Account
from syncd.sandbox.jsm.state import JiraState

_BEARER = {"error": "Failed to parse Connect Session Auth Token"}


def caller(state: JiraState, authorization: str) -> Account | None:
    """Return the bot's account, or None for everybody else; refuses a bearer token with 403."""
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() == "bearer":
        raise RefusedError(Answer(_BEARER, 403))
    if scheme.lower() != "basic":
        return None
    try:
        email, _, token = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    known = email.casefold() == site.BOT_EMAIL and hmac.compare_digest(
        token.encode(), state.token.encode()
    )
    return state.account(site.BOT_ACCOUNT_ID) if known else None


def refuse_wrong_door(state: JiraState, account: Account | None, *, gateway: bool) -> None:
    """Refuse with a true 401 what the gateway always refuses so, and the site a scoped token."""
    if gateway and account is None:
        refused = {"code": 401, "message": "Unauthorized"}
        raise RefusedError(Answer(refused, 401))
    if not gateway and account is not None and state.switches.scoped_token:
        raise RefusedError(Answer(b"Client must be authenticated to access this resource.", 401))


def answer_headers(
    state: JiraState, account: Account | None, *, tried: bool, path: str
) -> dict[str, str]:
    """Return what the answer's headers say about the login."""
    if account is None:
        return {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"} if tried else {}
    if path.startswith(("/jira/forms/", "/forms/")):
        return {}
    if path.startswith("/rest/servicedeskapi") and not state.switches.accountid_on_servicedeskapi:
        return {}
    return {"X-AACCOUNTID": account.account_id}
