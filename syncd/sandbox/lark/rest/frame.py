"""The frame around every API call: body, token, scopes, rate, errors."""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from syncd.sandbox.lark.rest import refusals
from syncd.sandbox.lark.rest.limits import Limits
from syncd.sandbox.lark.rest.refusals import Refused
from syncd.sandbox.lark.state import LarkState

Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One authorised call."""

    state: LarkState
    path: dict[str, str]
    query: dict[str, str]
    body: Json
    raw: bytes
    content_type: str
    range: str = ""
    """What the header Range asks for."""


Answer = Json | Response
Handler = Callable[[Call], Answer]


@dataclass(frozen=True)
class Api:
    """One route: any of `scopes` lets the app call it, and every one of `all_scopes` is needed."""

    method: str
    path: str
    handler: Handler
    scopes: tuple[str, ...] = ()
    all_scopes: tuple[str, ...] = ()
    json_body: bool = True
    public: bool = False
    """Whether it is called without a token."""
    old: bool = False
    """Whether it answers the app's rate limit with 400 instead of 429, as the oldest APIs do."""

    def route(self, state: LarkState) -> Route:
        async def endpoint(request: Request) -> Response:
            raw = await request.body()
            with state.world.lock:
                response = _answer(self, state, request, raw)
                state.notify()
            return response

        return Route(self.path, endpoint, methods=[self.method])


def success(data: Json, message: str = "success") -> Json:
    return {"code": 0, "msg": message, "data": data}


def field(body: Json, name: str, kind: type, *, required: bool = True) -> Any:
    """Return a member of the body; a missing or mistyped one is refused."""
    value = body.get(name)
    if value is None and not required:
        return None
    if type(value) is not kind:
        raise refusals.bad_field(f"{name} is required as {kind.__name__}")
    return value


def no_other_fields(body: Json, *names: str) -> None:
    """Refuse members the API does not have. The platform ignores them; a sender means them."""
    if unknown := set(body) - set(names):
        raise refusals.bad_field(f"unknown fields {sorted(unknown)}")


def _answer(api: Api, state: LarkState, request: Request, raw: bytes) -> Response:
    log_id = {"X-Tt-Logid": uuid.uuid4().hex}
    try:
        if not api.public:
            _authorise(api, state, request)
        body = _body(request, raw) if api.json_body and request.method != "GET" else {}
        path = {k: str(v) for k, v in request.path_params.items()}
        content_type = request.headers.get("content-type", "")
        query = dict(request.query_params)
        wanted = request.headers.get("range", "")
        answer = api.handler(Call(state, path, query, body, raw, content_type, wanted))
    except Refused as refused:
        error = {
            "code": refused.code,
            "msg": refused.message,
            "error": {"log_id": log_id["X-Tt-Logid"]},
        }
        return JSONResponse(error, refused.status, headers=refused.headers | log_id)
    if isinstance(answer, Response):
        return answer
    return JSONResponse(answer, headers=log_id)


def _authorise(api: Api, state: LarkState, request: Request) -> None:
    header = request.headers.get("authorization", "")
    if not header.startswith("Bearer ") or not header[7:].strip():
        raise refusals.no_token()
    if not state.tokens.valid(header[7:].strip()):
        raise refusals.bad_token()
    if wait := state.limits.admit_api(f"{api.method} {api.path}"):
        raise refusals.app_rate(wait, Limits.API_PER_SECOND, 400 if api.old else 429)
    granted = state.switches.scopes
    if api.scopes and not granted & set(api.scopes):
        raise refusals.no_scope(sorted(api.scopes))
    if missing := set(api.all_scopes) - granted:
        raise refusals.no_scope(sorted(missing))


def _body(request: Request, raw: bytes) -> Json:
    if not raw:
        return {}
    # The vendor's Python SDK posts its first call, for a token, without any Content-Type.
    content_type = request.headers.get("content-type", "application/json")
    if not content_type.startswith("application/json"):
        raise refusals.bad_request("content-type must be application/json")
    try:
        body = json.loads(raw)
    except ValueError as exc:
        raise refusals.bad_request("the body is not JSON") from exc
    if not isinstance(body, dict):
        raise refusals.bad_request("the body is not an object")
    return body
