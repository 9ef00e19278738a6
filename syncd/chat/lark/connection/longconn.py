"""One long connection, on the SDK's frames. The only module that imports the SDK: import it late,
inside a running event loop, because the SDK takes the loop of the thread that imports it.

What is the SDK's own: the frame codec, the routing of frames, fragments, the ping frame. The
rest of its client loses events, answers late or gives up for good, so it is replaced here.
https://open.feishu.cn/document/ukTMukTMukTM/uYDNxYjL2QTM24iN0EjN/event-subscription-configure-/request-url-configuration-case
"""

import asyncio
import base64
import importlib.util
import json
import logging
import sys
from collections.abc import Awaitable, Callable, Coroutine
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from syncd.chat.lark.connection.outage import NoConnection, handshake_refused, read_endpoint
from syncd.chat.lark.connection.timing import Timing
from syncd.network.bounded import ACCEPTED, whole_async
from syncd.network.network import Network

Answer: TypeAlias = Callable[[bool, bytes], Awaitable[tuple[int, bytes | None]]]
"""Told whether a frame is a card's, and its payload; returns the ack's code and data."""

_ENDPOINT = "/callback/ws/endpoint"
_MAX_FRAME = 16 * 1024 * 1024
"""Also of all fragments of one event together."""
_MAX_FRAGMENTS = 1024
_MAX_ENDPOINT = 1024 * 1024
_TIMES = 3
"""The total time-out of discovery, in time-outs of one step."""


def _sdk() -> ModuleType:
    """Import the SDK's long connection without the 170 MB that its packages pull in beside it."""
    stubs = [] if "lark_oapi" in sys.modules else _stubs()
    try:
        from lark_oapi.ws import client
    finally:
        for name in stubs:
            del sys.modules[name]
    # It would print payloads and the connection's ticket on standard output.
    logging.getLogger("Lark").disabled = True
    module: ModuleType = client
    return module


def _stubs() -> list[str]:
    """Put empty modules in the place of the heavy ones and return their names."""
    spec = importlib.util.find_spec("lark_oapi")
    package, events, dispatcher = (
        ModuleType("lark_oapi"),
        ModuleType("lark_oapi.event"),
        ModuleType("lark_oapi.event.dispatcher_handler"),
    )
    package.__path__ = list((spec and spec.submodule_search_locations) or [])
    events.__path__ = []
    dispatcher.__dict__["EventDispatcherHandler"] = object
    stubs = {module.__name__: module for module in (package, events, dispatcher)}
    if "pkg_resources" not in sys.modules:
        # The SDK's own copy of protobuf asks it for a namespace that nobody shares; without it, and
        # it takes as long to load as all the rest, it manages as well.
        stubs["pkg_resources"] = ModuleType("pkg_resources")
        stubs["pkg_resources"].__dict__["declare_namespace"] = lambda _: None
    sys.modules.update(stubs)
    return list(stubs)


_client = _sdk()
_quiet = logging.getLogger("syncd.lark.websocket")
_quiet.disabled = True


if TYPE_CHECKING:

    class _SdkClient:
        """What is used of the SDK's client, which declares no types."""

        _app_id: str
        _app_secret: str
        _cache: Any
        _domain: str
        _ping_interval: int
        _service_id: str
        _user_agent: str

        def __init__(self, app_id: str, app_secret: str, *, domain: str) -> None: ...
        def _combine(self, msg_id: str, sum_: int, seq: int, bs: bytes | None) -> bytes | None: ...
        async def _handle_message(self, msg: str | bytes) -> None: ...
        async def _write_message(self, data: bytes) -> None: ...

else:
    _SdkClient = _client.Client


class LongConnection(_SdkClient):
    """Opened once, read until it breaks, closed; a new one takes its place."""

    def __init__(
        self,
        base_url: str,
        app_id: str,
        app_secret: str,
        timing: Timing,
        answer: Answer,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        network: Network,
    ) -> None:
        super().__init__(app_id, app_secret, domain=base_url)
        self._network = network
        self._timing, self._answer, self._spawn = timing, answer, spawn
        self._conn: ClientConnection | None = None

    async def open(self) -> None:
        """Ask where to connect, and connect; raises on every refusal."""
        url = await self._discovered()
        query = parse_qs(urlsplit(url).query)
        self._service_id = query.get("service_id", ["0"])[0]
        try:
            self._conn = await connect(
                url,
                **_by(self._network, url),
                open_timeout=self._timing.open,
                close_timeout=3,
                ping_interval=20,
                ping_timeout=20,
                max_size=_MAX_FRAME,
                logger=_quiet,
            )
        except InvalidStatus as refused:
            raise handshake_refused(refused) from None

    async def read(self, on_frame: Callable[[], None]) -> None:
        """Handle frames until the connection breaks, which raises."""
        pings = asyncio.create_task(self._ping())
        try:
            while True:
                try:
                    async with asyncio.timeout(2 * self._ping_interval + self._timing.silence):
                        frame = await self._open_connection().recv()
                except TimeoutError:
                    raise NoConnection("nothing was received for too long") from None
                on_frame()
                self._spawn(self._handle_message(frame))
        finally:
            pings.cancel()
            await asyncio.gather(pings, return_exceptions=True)

    async def drain(self) -> None:
        """Handle what is still on its way, until nothing comes for a moment."""
        async with asyncio.timeout(self._timing.drain):
            while True:
                async with asyncio.timeout(self._timing.quiet):
                    frame = await self._open_connection().recv()
                self._spawn(self._handle_message(frame))

    async def hang_up(self) -> None:
        """End the connection, so that `read` raises."""
        if self._conn is not None:
            await self._conn.close()

    async def aclose(self) -> None:
        """Close the connection and the SDK's own task."""
        self._cache._cron.cancel()
        connection, self._conn = self._conn, None
        if connection is not None:
            await connection.close()

    def _open_connection(self) -> ClientConnection:
        if self._conn is None:
            raise NoConnection("the long connection is not open")
        return self._conn

    async def _ping(self) -> None:
        while True:
            frame = _client._new_ping_frame(int(self._service_id))
            await self._write_message(frame.SerializeToString())
            await asyncio.sleep(self._ping_interval)

    async def _discovered(self) -> str:
        # Reports say that the platform chooses the events of a connection by this header; what is
        # sent is what the SDK sends without tags: https://github.com/larksuite/oapi-sdk-python
        headers = {"locale": "zh", "User-Agent": self._user_agent, **ACCEPTED}
        body = {"AppID": self._app_id, "AppSecret": self._app_secret}
        timeout = self._timing.discovery
        async with (
            asyncio.timeout(_TIMES * timeout),
            httpx.AsyncClient(**self._network.options(self._domain), timeout=timeout) as http,
            http.stream("POST", _ENDPOINT, headers=headers, json=body) as response,
        ):
            content = await whole_async(response, _MAX_ENDPOINT)
        url, config = read_endpoint(response.status_code, content)
        self._configure(_client.ClientConfig(config))
        return url

    async def _handle_data_frame(self, frame: Any) -> None:
        started = asyncio.get_running_loop().time()
        headers = {header.key: header.value for header in frame.headers}
        payload: bytes | None = frame.payload
        total = int(headers.get("sum", "1"))
        if not 0 < total <= _MAX_FRAGMENTS or len(payload or b"") * total > _MAX_FRAME:
            raise NoConnection("an event is longer than anything that is taken")
        if total > 1:
            payload = self._combine(headers["message_id"], total, int(headers["seq"]), payload)
        if payload is None:
            return
        code, data = 200, None
        if headers.get("type") in ("event", "card"):
            code, data = await self._answer(headers["type"] == "card", payload)
        took = frame.headers.add()
        took.key = _client.HEADER_BIZ_RT
        took.value = str(round((asyncio.get_running_loop().time() - started) * 1000))
        frame.payload = _ack(code, data)
        await self._write_message(frame.SerializeToString())

    def _configure(self, config: Any) -> None:
        """Only the ping interval is used, within reason; a pong may tell only part of it all."""
        if type(config.PingInterval) is int:
            self._ping_interval = min(max(config.PingInterval, 1), 120)


def _by(network: Network, url: str) -> dict[str, Any]:
    """Return the way to the platform as websockets wants it."""
    proxy = network.way(url).proxy or None
    found: dict[str, Any] = {"proxy": proxy}
    if url.startswith("wss:"):
        found["ssl"] = network.tls
    if proxy and proxy.startswith("https:"):
        found["proxy_ssl"] = network.tls
    return found


def _ack(code: int, data: bytes | None) -> bytes:
    ack: dict[str, Any] = {"code": code}
    if data is not None:
        ack["data"] = base64.b64encode(data).decode()
    return json.dumps(ack).encode()
