"""Whether an address answers at all: its name, the way, the certificate, the time."""

import socket
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx

from syncd.core.model import Ms
from syncd.network.causes import why
from syncd.network.network import Network

_SECONDS = 10.0


@dataclass(frozen=True)
class Reached:
    """What came of one try."""

    failure: str = ""
    """Why no answer came; empty: one came, whatever it says."""
    unknown_name: bool = False
    """Whether the failure is that nobody knows the host's name."""
    date_ms: Ms | None = None
    """The time that the other side tells; None where it tells none."""
    took_ms: int = 0


def reach(address: str, network: Network) -> Reached:
    """Ask for the address once, by the way that every other call goes. The answer is not read."""
    host = urlsplit(address).hostname or ""
    if not network.way(address).proxy and (failure := _unknown(host)):
        return Reached(failure, unknown_name=True)
    began = time.monotonic()
    try:
        with (
            httpx.Client(**network.options(address), timeout=_SECONDS) as http,
            http.stream("GET", "/") as answer,
        ):
            date = _date(answer.headers.get("date", ""))
    except httpx.HTTPError as error:
        return Reached(why(error))
    return Reached(date_ms=date, took_ms=round((time.monotonic() - began) * 1000))


def _unknown(host: str) -> str:
    """Return why the name has no address; empty where it has. A proxy looks names up itself."""
    try:
        socket.getaddrinfo(host, None)
    except (socket.gaierror, UnicodeError) as error:
        return f"the name {host} is not known ({getattr(error, 'strerror', '') or error})"
    return ""


def _date(header: str) -> Ms | None:
    try:
        return Ms(int(parsedate_to_datetime(header).timestamp() * 1000))
    except (ValueError, OverflowError):
        return None
