"""What each call is for, as it is counted; never an id."""

import re

_ID = re.compile(r"/(messages|chats|users|applications|app_versions|resources|reactions)/[^/]+")
_OF = {
    "POST /open-apis/auth/v3/tenant_access_token/internal": "login",
    "GET /open-apis/bot/v3/info": "bot",
    "GET /open-apis/application/v6/scopes": "application",
    "GET /open-apis/application/v6/applications/*": "application",
    "GET /open-apis/application/v6/applications/*/app_versions/*": "application",
    "GET /open-apis/contact/v3/users/*": "profile",
    "POST /open-apis/contact/v3/users/*": "names",
    "GET /open-apis/im/v1/chats": "chat",
    "GET /open-apis/im/v1/chats/*": "chat",
    "GET /open-apis/im/v1/chats/*/members": "members",
    "POST /open-apis/im/v1/messages": "send",
    "POST /open-apis/im/v1/messages/*/reply": "reply",
    "PATCH /open-apis/im/v1/messages/*": "update",
    "DELETE /open-apis/im/v1/messages/*": "recall",
    "GET /open-apis/im/v1/messages": "history",
    "GET /open-apis/im/v1/messages/*": "message",
    "GET /open-apis/im/v1/messages/*/resources/*": "file",
    "POST /open-apis/im/v1/messages/*/reactions": "reaction",
    "GET /open-apis/im/v1/messages/*/reactions": "reaction",
    "DELETE /open-apis/im/v1/messages/*/reactions/*": "reaction",
    "POST /open-apis/im/v1/images": "file",
    "POST /open-apis/im/v1/files": "file",
    "POST /open-apis/translation/v1/text/detect": "translation",
    "POST /open-apis/translation/v1/text/translate": "translation",
    "POST /open-apis/ephemeral/v1/send": "private_card",
    "POST /open-apis/ephemeral/v1/delete": "private_card_removal",
}
OTHER = "other"
FEATURES = (*dict.fromkeys(_OF.values()), OTHER)
# Nor what ends in 4xx or 5xx:
# https://open.larksuite.com/document/uAjLw4CM/ukTMukTMukTM/api-call-guide/api-billing
FREE = ("login", "profile", "translation")
"""What the tenant's monthly quota does not count."""


def api(method: str, path: str) -> str:
    """Return what Lark limits: the API, whichever message, chat or person a call is about."""
    return f"{method} {_ID.sub(lambda found: f'/{found[1]}/*', path)}"


def feature(method: str, path: str) -> str:
    return _OF.get(api(method, path), OTHER)
