"""Run ASGI applications as real loopback servers in a thread, behind the journal and the faults."""

import asyncio
import gzip
import logging
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from email.utils import formatdate
from typing import Any, cast

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from syncd.sandbox.faults import Fault
from syncd.sandbox.journal import Call
from syncd.sandbox.world import World

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_TRANSPORTS: dict[tuple[str, int], asyncio.BaseTransport] = {}


class CuttableProtocol(H11Protocol):
    """Remembers its transport, so that a fault can cut the connection without an answer."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))
        if self.client is not None:
            _TRANSPORTS[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.client is not None:
            _TRANSPORTS.pop(self.client, None)
        super().connection_lost(exc)


class Watched:
    """Wraps a fake: applies faults, and writes every HTTP call into the journal."""

    def __init__(self, app: App, side: str, world: World) -> None:
        self._app, self._side, self._world = app, side, world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = await _read_body(receive)
        if request is None:
            return
        fault = self._world.faults.take(self._side, scope["method"], scope["path"], request)
        status, response, answer = await self._perform(fault, scope, request)
        # Before the answer leaves: whoever has the answer finds the call in the journal.
        self._world.journal.add(
            Call(
                side=self._side,
                method=scope["method"],
                path=scope["path"],
                query=scope["query_string"].decode("latin-1"),
                request=request,
                status=status,
                response=response,
                at_ms=self._world.clock.now_ms(),
                headers={k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]},
            )
        )
        if not answer:
            _cut(scope)
        if fault is not None and fault.kind == "trickle":
            await _trickle(scope, answer[0], response, send, fault.seconds)
            return
        for message in answer:
            await send(message)

    async def _perform(
        self, fault: Fault | None, scope: Scope, request: bytes
    ) -> tuple[int, bytes, list[Message]]:
        """Return status, body and the messages to send; without messages the call is cut."""
        if fault is not None and fault.kind == "drop_before":
            return 0, b"", []
        if fault is not None and fault.kind == "refuse":
            body = fault.body.encode()
            headers = [(k.lower().encode(), v.encode()) for k, v in fault.headers.items()]
            headers.append(self._date())
            start = {"type": "http.response.start", "status": fault.status, "headers": headers}
            return fault.status, body, [start, {"type": "http.response.body", "body": body}]
        if fault is not None and fault.kind == "hang":
            await asyncio.sleep(fault.seconds)
        answer: list[Message] = []

        async def keep(message: Message) -> None:
            answer.append(message)

        await self._app(scope, _replay(request), keep)
        body = b"".join(m.get("body", b"") for m in answer if m["type"] == "http.response.body")
        if fault is not None and fault.kind == "drop_after":
            return 0, body, []
        answer[0]["headers"] = [*answer[0].get("headers", []), self._date()]
        return int(answer[0]["status"]), body, answer

    def _date(self) -> tuple[bytes, bytes]:
        """The Date header tells the world's time, which a test may have moved."""
        return b"date", formatdate(self._world.clock.now_ms() / 1000, usegmt=True).encode()


def transport_of(scope: Scope) -> asyncio.Transport | None:
    """Return the TCP transport below a request or a websocket."""
    transport = _TRANSPORTS.get(tuple(scope["client"]))
    return transport if isinstance(transport, asyncio.Transport) else None


def _cut(scope: Scope) -> None:
    transport = transport_of(scope)
    if transport is not None:
        transport.abort()


async def _trickle(scope: Scope, start: Message, body: bytes, send: Send, seconds: float) -> None:
    """Send it compressed to those who take that, as both platforms do."""
    accepted = dict(scope["headers"]).get(b"accept-encoding", b"")
    packed = gzip.compress(body) if b"gzip" in accepted else body
    headers = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
    encoding = [(b"content-encoding", b"gzip")] if packed is not body else []
    await send({**start, "headers": [*headers, *encoding]})
    transport = transport_of(scope)
    for byte in packed:
        if transport is None or transport.is_closing():
            return
        await send({"type": "http.response.body", "body": bytes((byte,)), "more_body": True})
        await asyncio.sleep(seconds)
    await send({"type": "http.response.body", "body": b""})


async def _read_body(receive: Receive) -> bytes | None:
    """Return the body; None when whoever asked went away in the middle, which asks for nothing."""
    parts = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _replay(body: bytes) -> Receive:
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


class Servers:
    """Some ASGI applications on 127.0.0.1, all on one event loop in one thread."""

    def __init__(self, apps: dict[str, App], ports: dict[str, int] | None = None) -> None:
        logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
        self._servers: dict[str, uvicorn.Server] = {}
        for name, app in apps.items():
            config = uvicorn.Config(
                app,
                host="127.0.0.1",
                port=(ports or {}).get(name, 0),
                http=CuttableProtocol,
                ws="websockets-sansio",
                ws_ping_interval=None,
                lifespan="off",
                log_config=None,
                access_log=False,
                date_header=False,
                timeout_graceful_shutdown=1,
            )
            self._servers[name] = uvicorn.Server(config)
        self._ready = threading.Event()
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)
        self.loop: asyncio.AbstractEventLoop

    def start(self) -> None:
        """Bind every port and serve; raises OSError when a port is taken."""
        self._thread.start()
        self._ready.wait()
        if self._failed is not None:
            raise OSError(f"the sandbox could not start: {self._failed}")

    def address(self, name: str) -> str:
        """Return `http://127.0.0.1:port` of one application."""
        port = self._servers[name].servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def stop(self) -> None:
        for server in self._servers.values():
            server.should_exit = True
            server.force_exit = True
        self._thread.join()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        try:
            for server in self._servers.values():
                server.config.load()
                server.lifespan = server.config.lifespan_class(server.config)
                await server.startup()
        except (OSError, SystemExit) as exc:
            self._failed = exc.__context__ or exc  # uvicorn exits on a port that is taken
            for server in self._servers.values():
                if server.started:
                    await server.shutdown()
            return
        finally:
            self._ready.set()
        await asyncio.gather(*(server.main_loop() for server in self._servers.values()))
        await asyncio.gather(*(server.shutdown() for server in self._servers.values()))
