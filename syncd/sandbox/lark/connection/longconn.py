"""Discovery and the websocket of the long connection."""

import asyncio
import contextlib
import json
import time
import uuid
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from syncd.sandbox.lark.connection.connections import SERVICE_ID, Connection, pong
from syncd.sandbox.lark.connection.frames import CONTROL, BadFrame, Frame, decode
from syncd.sandbox.lark.state import LarkState
from syncd.sandbox.server import transport_of

# The codes are the constants of the vendor's SDK (`lark_oapi/ws/const.py`).
AUTH_FAILED = 514
CONNECTION_LIMIT = 1000040350
WRONG_DOMAIN = 1000040351
BAD_TICKET = 1000040349  # inferred: no page and no SDK names the refusal of a used ticket
TICKET_LIFE_SECONDS = 60
TICK_SECONDS = 0.05


class LongConnection:
    """The two routes, and the timer that drives deliveries while they are served."""

    def __init__(self, state: LarkState) -> None:
        self._state = state
        self._tickets: dict[str, float] = {}
        self._timer: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/callback/ws/endpoint", self.endpoint, methods=["POST"]),
            WebSocketRoute("/ws/v2", self.websocket),
        ]

    async def endpoint(self, request: Request) -> Response:
        """Tell where to connect."""
        self._start_timer()
        switches = self._state.switches
        await asyncio.sleep(switches.endpoint_hang_seconds)
        if switches.endpoint_502:
            return HTMLResponse("<html><body>502 Bad Gateway</body></html>", 502)
        code, message = self._refusal(await request.body())
        if code:
            return JSONResponse({"code": code, "msg": message, "data": None})
        ticket = uuid.uuid4().hex
        self._tickets[ticket] = time.monotonic() + TICKET_LIFE_SECONDS
        query = {
            "device_id": uuid.uuid4().int % 10**19,
            "service_id": SERVICE_ID,
            "ticket": ticket,
        }
        base = switches.endpoint_base or f"ws://{request.headers['host']}"
        url = f"{base}/ws/v2?{urlencode(query)}"
        data = {"URL": url, "ClientConfig": self._client_config()}
        return JSONResponse({"code": 0, "msg": "", "data": data})

    def _refusal(self, body: bytes) -> tuple[int, str]:
        state = self._state
        try:
            asked = json.loads(body)
        except ValueError:
            return 1, "bad request"
        if state.switches.endpoint_code:
            return state.switches.endpoint_code, "refused"
        if asked.get("AppID") != state.app_id:
            return WRONG_DOMAIN, "app not found"
        if asked.get("AppSecret") != state.app_secret:
            return AUTH_FAILED, "app_id or app_secret is wrong"
        if not state.switches.bot_enabled:
            return 403, "forbidden"
        if state.delivery.connections.full():
            return CONNECTION_LIMIT, "the number of connections exceeded the limit"
        return 0, ""

    def _client_config(self) -> dict[str, int]:
        return {
            "ReconnectCount": self._state.switches.reconnect_count,
            "ReconnectInterval": 120,
            "ReconnectNonce": 30,
            "PingInterval": self._state.switches.ping_interval,
        }

    async def websocket(self, websocket: WebSocket) -> None:
        """Serve one connection until either side ends it."""
        refused = self._handshake_refusal(websocket)
        if refused is not None:
            await websocket.send_denial_response(refused)
            return
        await websocket.accept()
        connection = Connection(
            device_id=websocket.query_params["device_id"],
            loop=asyncio.get_running_loop(),
            transport=transport_of(websocket.scope),
        )
        with self._state.changed:
            self._state.delivery.connections.add(connection)
            self._state.changed.notify_all()
        writer = asyncio.create_task(self._write(websocket, connection))
        try:
            await self._read(websocket, connection)
        finally:
            writer.cancel()
            self._state.delivery.closed(connection)

    def _handshake_refusal(self, websocket: WebSocket) -> Response | None:
        switches = self._state.switches
        if switches.handshake_status:
            return _refuse(switches.handshake_status, switches.handshake_auth_code)
        expires = self._tickets.pop(websocket.query_params.get("ticket", ""), 0.0)
        if expires < time.monotonic():
            return _refuse(AUTH_FAILED, BAD_TICKET)
        if self._state.delivery.connections.full():
            return _refuse(AUTH_FAILED, CONNECTION_LIMIT)
        return None

    async def _read(self, websocket: WebSocket, connection: Connection) -> None:
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                message = await websocket.receive()
                if message["type"] == "websocket.disconnect":
                    return
                data = message.get("bytes")
                if connection.half_open:
                    continue
                try:
                    self._take(connection, decode(data or b""))
                except BadFrame as exc:
                    self._state.delivery.protocol_faults.append(str(exc))

    def _take(self, connection: Connection, frame: Frame) -> None:
        if frame.method != CONTROL:
            self._state.delivery.received(connection, frame)
        elif frame.header("type") != "ping":
            self._state.delivery.protocol_faults.append(f"control frame {frame.headers}")
        elif frame.service != SERVICE_ID:
            self._state.delivery.protocol_faults.append(f"ping for service {frame.service}")
        else:
            connection.pings += 1
            connection.post(pong(frame, self._pong_payload()))

    def _pong_payload(self) -> bytes:
        if self._state.switches.silent_pong:
            return b""
        config = self._client_config()
        if self._state.switches.partial_pong:
            config = {"PingInterval": config["PingInterval"]}
        return json.dumps(config).encode()

    async def _write(self, websocket: WebSocket, connection: Connection) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while (data := await connection.outbox.get()) is not None:
                await websocket.send_bytes(data)
            await websocket.close(1000)

    def _start_timer(self) -> None:
        loop = asyncio.get_running_loop()
        if self._loop is not loop or self._timer is None or self._timer.done():
            self._loop, self._timer = loop, loop.create_task(self._tick_forever())

    async def _tick_forever(self) -> None:
        while True:
            self._state.delivery.tick()
            await asyncio.sleep(TICK_SECONDS)


def _refuse(status: int, auth_code: int | None) -> Response:
    """https://open.feishu.cn/document/ukTMukTMukTM/uYDNxYjL2QTM24iN0EjN (header names: SDK)"""
    headers = {"Handshake-Status": str(status), "Handshake-Msg": "handshake refused"}
    if auth_code is not None:
        headers["Handshake-Autherrcode"] = str(auth_code)
    return Response(status_code=403, headers=headers)
