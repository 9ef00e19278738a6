"""Why there is no long connection, in words that hold no ticket and no address."""

import json
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets.exceptions import InvalidStatus, WebSocketException


class NoConnection(Exception):
    """The platform refused or fell silent; the message holds nothing secret."""


OUTAGES = (NoConnection, OSError, httpx.HTTPError, WebSocketException)
"""What is no fault of ours."""


def reason(error: Exception) -> str:
    """Return what happened; messages of other libraries may hold the ticket and are left out."""
    return str(error) if isinstance(error, NoConnection) else type(error).__name__


# Codes: 1 and 1000040343 busy, 403 forbidden, 514 wrong secret, 1000040350 too many connections,
# 1000040351 wrong domain (constants of the SDK, lark_oapi/ws/const.py). All are tried again.
def read_endpoint(status: int, content: bytes) -> tuple[str, dict[str, Any]]:
    """Return the address to connect to and the client configuration; raises NoConnection."""
    if status != 200:
        raise NoConnection(f"discovery answered HTTP {status}")
    try:
        body = json.loads(content)
        code = body["code"]
        if code != 0:
            raise NoConnection(f"discovery answered {code}: {str(body.get('msg', ''))[:200]}")
        url, config = body["data"]["URL"], body["data"].get("ClientConfig")
        usable = urlsplit(url).scheme in ("ws", "wss")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NoConnection("discovery answered without an address") from None
    if not usable:
        raise NoConnection("discovery answered without an address")
    return url, config if isinstance(config, dict) else {}


def handshake_refused(refused: InvalidStatus) -> NoConnection:
    """Return the refusal of the websocket's handshake, as its headers tell."""
    headers = refused.response.headers
    status = headers.get("Handshake-Status", str(refused.response.status_code))
    detail = headers.get("Handshake-Autherrcode") or headers.get("Handshake-Msg") or ""
    return NoConnection(f"the handshake was refused with {status} {detail}".rstrip())
