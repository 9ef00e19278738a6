"""Apps that are made by scanning a code: the accounts' side of the SDK's `register_app`.

No page of the vendor's describes it; the wire is that of the SDK, `lark_oapi/scene/registration`:
https://github.com/larksuite/oapi-sdk-python/tree/v2_main/lark_oapi/scene/registration
"""

import base64
import gzip
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

Json = dict[str, Any]
_LASTS_SECONDS = 600
_BEGIN = {
    "archetype": "PersonalAgent",
    "auth_method": "client_secret",
    "request_user_info": "open_id",
}


@dataclass
class Registration:
    """What was begun, and what whoever scanned the code decided."""

    interval: int = 5
    """Seconds that the SDK is told to leave between its questions."""
    brand: str = "feishu"
    """The `tenant_brand` of whoever scans."""
    wanted: Json = field(default_factory=dict)
    """What the last link that was opened asks for: scopes, events, callbacks."""
    begun: dict[str, str] = field(default_factory=dict)
    """By the device's code, the code in the link."""
    decided: dict[str, str] = field(default_factory=dict)
    """By the code in the link: `made` or `denied`."""
    asked_at: dict[str, float] = field(default_factory=dict)

    def routes(self, app_id: str, app_secret: str, address: str) -> list[BaseRoute]:
        """`address`: where the page of the link is, beside the endpoint."""

        async def endpoint(request: Request) -> Response:
            said = {k: v[-1] for k, v in parse_qs((await request.body()).decode()).items()}
            if request.headers.get("content-type") != "application/x-www-form-urlencoded":
                return JSONResponse({"error": "invalid_request"}, 400)
            made = {"client_id": app_id, "client_secret": app_secret}
            base = str(request.base_url).rstrip("/") + address
            status, answer = self._answer(said, made, base)
            return JSONResponse(answer, status)

        async def page(request: Request) -> Response:
            return PlainTextResponse(*self._opened(request.query_params))

        return [
            Route("/oauth/v1/app/registration", endpoint, methods=["POST"]),
            Route(address, page, methods=["GET"]),
        ]

    def decide(self, user_code: str, decision: str = "made") -> None:
        """`decision`: `made`, `denied` or `expired`."""
        self.decided[user_code] = decision

    def _answer(self, said: Json, made: Json, page: str) -> tuple[int, Json]:
        action = said.get("action")
        if action == "init":
            return 200, {"nonce": uuid.uuid4().hex, "supported_auth_methods": ["client_secret"]}
        if action == "begin":
            if any(said.get(name) != value for name, value in _BEGIN.items()):
                return 400, {"error": "invalid_request"}
            device, user = uuid.uuid4().hex, uuid.uuid4().hex[:8].upper()
            self.begun[device] = user
            return 200, {
                "device_code": device,
                "user_code": user,
                "verification_uri_complete": f"{page}?user_code={user}",
                "interval": self.interval,
                "expires_in": _LASTS_SECONDS,
            }
        if action != "poll" or said.get("device_code") not in self.begun:
            return 400, {"error": "invalid_grant", "error_description": "unknown device_code"}
        return self._polled(str(said["device_code"]), made)

    def _polled(self, device: str, made: Json) -> tuple[int, Json]:
        last, now = self.asked_at.get(device, 0.0), time.monotonic()
        self.asked_at[device] = now
        decision = self.decided.get(self.begun[device])
        if decision == "made":
            del self.begun[device]
            return 200, {**made, "user_info": {"open_id": "ou_x", "tenant_brand": self.brand}}
        if decision == "denied":
            return 400, {"error": "access_denied", "error_description": "the user refused"}
        if decision == "expired":
            return 400, {"error": "expired_token"}
        too_soon = now - last < self.interval * 0.9
        return 400, {"error": "slow_down" if too_soon else "authorization_pending"}

    def _opened(self, query: Any) -> tuple[str, int]:
        """Whoever opens the link agrees, as one tap on the phone does."""
        code = query.get("user_code", "")
        if code not in self.begun.values():
            return "This code is not known any more.", 404
        if addons := query.get("addons"):
            packed = base64.urlsafe_b64decode(addons + "=" * (-len(addons) % 4))
            self.wanted = json.loads(gzip.decompress(packed))
        self.decide(code)
        return "The app is made.", 200
