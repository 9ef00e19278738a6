"""Why there is no long connection, in words that hold no ticket and no address."""

import json
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets.exceptions import InvalidStatus, ProxyError, WebSocketException

from syncd.network.causes import why
from syncd.network.proxies import is_loopback


class NoConnection(Exception):
    """The platform refused or fell silent; the message holds nothing secret."""


class Refused(NoConnection):
    """The platform answered with a definite no, which a person has to mend."""


OUTAGES = (NoConnection, OSError, httpx.HTTPError, WebSocketException)
"""What is no fault of ours."""
_TOLD = (OSError, httpx.HTTPError, ProxyError)


def reason(error: Exception) -> str:
    """Return what happened; messages that may hold the ticket are left out."""
    if isinstance(error, NoConnection):
        return str(error)
    return why(error) if isinstance(error, _TOLD) else type(error).__name__


_BUSY = (1, 1000040343)


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
            kind = NoConnection if code in _BUSY else Refused
            raise kind(f"discovery answered {code}: {str(body.get('msg', ''))[:200]}")
        url, config = body["data"]["URL"], body["data"].get("ClientConfig")
        parts = urlsplit(url)
        usable = parts.scheme in ("ws", "wss") and bool(parts.hostname)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NoConnection("discovery answered without an address") from None
    if not usable:
        raise NoConnection("discovery answered without an address")
    if parts.scheme == "ws" and not is_loopback(parts.hostname or ""):
        raise NoConnection("discovery answered with an address that is not encrypted (ws://)")
    return url, config if isinstance(config, dict) else {}


def handshake_refused(refused: InvalidStatus) -> Refused:
    """Return the refusal of the websocket's handshake, as its headers tell."""
    headers = refused.response.headers
    status = headers.get("Handshake-Status", str(refused.response.status_code))
    detail = headers.get("Handshake-Autherrcode") or headers.get("Handshake-Msg") or ""
    return Refused(f"the handshake was refused with {status} {detail}".rstrip())
