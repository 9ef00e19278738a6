"""Why a call had no answer, in words for operators; they hold no address with a secret in it."""

import socket
import ssl
from collections.abc import Callable, Iterator
from typing import Any

import httpx
from websockets.exceptions import InvalidProxyStatus, ProxyError

from syncd.network.bounded import TooLong, TooSlow, Unreadable


def why(error: BaseException) -> str:
    """Return the cause as the deepest error tells it, beginning with the error's own name."""
    for one in _chain(error):
        if said := next((say(one) for kinds, say in _SAYINGS if isinstance(one, kinds)), ""):
            return f"{type(error).__name__}: {said}"
    return type(error).__name__


def _certificate(error: ssl.SSLCertVerificationError) -> str:
    return f"certificate verify failed: {error.verify_message}; see network.ca_file"


_SAYINGS: tuple[tuple[tuple[type[BaseException], ...], Callable[[Any], str]], ...] = (
    ((ssl.SSLCertVerificationError,), _certificate),
    ((ssl.SSLError,), lambda error: f"no TLS: {error.reason or error}"),
    ((socket.gaierror,), lambda error: f"its name is not known ({error.strerror})"),
    ((ConnectionRefusedError,), lambda error: "connection refused"),
    ((httpx.ProxyError,), lambda error: f"the proxy refused: {error}"),
    (
        (InvalidProxyStatus,),
        lambda error: f"the proxy refused: HTTP {error.response.status_code}",
    ),
    ((ProxyError,), lambda error: "the proxy gave no answer that makes sense"),
    ((TooSlow, TooLong, Unreadable), str),
    ((TimeoutError, httpx.TimeoutException), lambda error: "no answer in time"),
    ((OSError,), lambda error: error.strerror or str(error)),
    ((httpx.HTTPError,), str),
)
"""The first kind that an error is of says what it means."""


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and those behind it, the deepest first."""
    behind: list[BaseException] = []
    left: list[BaseException | None] = [error]
    while left:
        one = left.pop(0)
        if one is None or one in behind:
            continue
        behind.append(one)
        left += [one.__cause__ or one.__context__]
        if isinstance(one, BaseExceptionGroup):
            left += one.exceptions
    yield from reversed(behind)
