"""One address that operators named, called within bounds; who knows it may call it, so nobody is
told it."""

import json
import time
from urllib.parse import urlsplit

import httpx

from syncd.core.errors import RemoteFailure, Unavailable, Uncertain
from syncd.network.bounded import ACCEPTED, whole
from syncd.network.causes import why
from syncd.network.network import Network
from syncd.network.refusal import refusal

_SECONDS = 5.0
_MOST_BYTES = 64 * 1024
"""How much of an answer is read, where it is read at all."""
# Before any byte of the request left.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


class Address:
    """Makes one call at a time, on a connection of its own; follows no redirect."""

    def __init__(self, url: str, network: Network, seconds: float = _SECONDS) -> None:
        """`seconds`: how long to wait for a connection, and for each piece of an answer."""
        self._url, self._seconds = url, seconds
        self.host = urlsplit(url).netloc
        """All of the address that is shown."""
        self._http = httpx.Client(
            **network.options(url),
            headers={"User-Agent": "syncd", **ACCEPTED},
            timeout=seconds,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def close(self) -> None:
        self._http.close()

    def get(self) -> None:
        """Call it; of the answer its status alone is read. Raises a RemoteFailure."""
        self._call("GET", None, reads=False)

    def post(self, said: dict[str, object], *, reads: bool) -> bytes:
        """Post it as JSON and return the answer, empty unless `reads`; raises a RemoteFailure."""
        return self._call("POST", json.dumps(said, ensure_ascii=False).encode(), reads=reads)

    def _call(self, method: str, body: bytes | None, *, reads: bool) -> bytes:
        headers = {} if body is None else {"Content-Type": "application/json; charset=utf-8"}
        try:
            with self._http.stream(method, self._url, headers=headers, content=body) as response:
                if failure := refusal(self.host, response):
                    raise failure
                return whole(response, self._seconds, time.monotonic, _MOST_BYTES) if reads else b""
        except httpx.HTTPError as error:
            raise self._unreached(error) from None

    def _unreached(self, error: httpx.HTTPError) -> RemoteFailure:
        # What is no HTTP is quoted by the error, and may repeat what was asked.
        told = isinstance(error, httpx.ProtocolError)
        cause = "its answer is no HTTP" if told else why(error)
        reason = f"{self.host} cannot be reached ({cause})"
        return Unavailable(reason) if isinstance(error, _NOT_SENT) else Uncertain(reason)
