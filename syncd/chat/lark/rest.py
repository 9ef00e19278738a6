"""Calls of the Lark REST API: one connection pool, one token, every outcome a value or failure."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from syncd.chat.lark import answers
from syncd.chat.lark.answers import Answer
from syncd.chat.lark.features import feature
from syncd.chat.lark.members import Json
from syncd.chat.lark.pauses import Pauses
from syncd.chat.lark.token import TenantToken
from syncd.core.errors import (
    Hears,
    RemoteFailure,
    Unavailable,
    Uncertain,
    hearing,
    nobody_hears,
)
from syncd.core.model import Destination
from syncd.core.operators.meter import Meter
from syncd.network.bounded import ACCEPTED, whole
from syncd.network.causes import why
from syncd.network.network import Network

# Before any byte of the request left.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


@dataclass(frozen=True)
class Call:
    """One call to make. `write`: it changes something that must not be changed twice."""

    method: str
    path: str
    body: Json | None = None
    query: dict[str, str] = field(default_factory=dict)
    write: bool = False


class LarkRest:
    """May be used from any thread; `now` returns monotonic seconds, timeouts are in seconds."""

    def __init__(
        self,
        base_url: str,
        app_id: str,
        app_secret: str,
        now: Callable[[], float],
        connect_timeout: float,
        read_timeout: float,
        network: Network,
        heard: Hears = nobody_hears,
        meter: Meter | None = None,
    ) -> None:
        self._login_body = {"app_id": app_id, "app_secret": app_secret}
        self._way = network.way(base_url).shown
        self._http = httpx.Client(
            **network.options(base_url),
            headers={"Accept": "application/json", "User-Agent": "syncd", **ACCEPTED},
            timeout=httpx.Timeout(read_timeout, connect=connect_timeout, pool=connect_timeout),
            # A connection idle for long may be half closed, which would look like doubt.
            limits=httpx.Limits(keepalive_expiry=15.0),
        )
        self._seconds, self._heard = read_timeout, heard
        self._meter = meter or Meter()
        self._token = TenantToken(self._login, now)
        self._pauses = Pauses(now)

    def close(self) -> None:
        """Close every connection; nothing can be called afterwards."""
        self._http.close()

    def call(self, call: Call) -> Answer:
        """Return the answer of a call that succeeded; raises a RemoteFailure."""
        return self.first_accepted(call)

    def first_accepted(self, *ways: Call, until: frozenset[int] = frozenset()) -> Answer:
        """Return the answer of the first call whose code is not in `until`, or of the last."""
        with hearing(Destination.LARK, self._heard):
            for call in ways:
                answer = self._ask(call)
                if answer.code not in until:
                    break
            return accepted(answer, write=call.write)

    def _ask(self, call: Call) -> Answer:
        """Return the answer whatever it says; asks once more when the token is refused."""
        self._pauses.check(call.method, call.path)
        token = self._token.get()
        answer = self._exchange(call, token)
        if answer.code in answers.TOKEN_REFUSED:
            self._token.drop(token)
            answer = self._exchange(call, self._token.get())
        self._pauses.learn(call.method, call.path, answer)
        return answer

    def _exchange(self, call: Call, token: str) -> Answer:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        content = None
        if call.body is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
            content = json.dumps(call.body, ensure_ascii=False).encode()
        began, status = time.monotonic(), 0
        try:
            with self._http.stream(
                call.method, call.path, params=call.query, headers=headers, content=content
            ) as response:
                body = whole(response, self._seconds, time.monotonic)
            status = response.status_code
        except httpx.HTTPError as error:
            raise _transport(error, self._way, write=call.write) from error
        finally:
            about, took = feature(call.method, call.path), time.monotonic() - began
            self._meter.called(Destination.LARK, about, status, took)
        answer = answers.read(status, response.headers, body)
        if limit := answers.limit_hit(answer):
            self._meter.limited(str(Destination.LARK), limit)
        return answer

    # https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal
    def _login(self) -> tuple[str, float]:
        path = "/open-apis/auth/v3/tenant_access_token/internal"
        answer = self._exchange(Call("POST", path, self._login_body), token="")
        if failure := answers.login_failure(answer):
            raise failure
        token, seconds = answer.body.get("tenant_access_token"), answer.body.get("expire")
        if not isinstance(token, str) or not token.isascii() or not isinstance(seconds, int):
            raise Unavailable("Lark answered the login without a token")
        return token, float(seconds)


def accepted(answer: Answer, *, write: bool) -> Answer:
    """Return the answer when it is a success; raises the RemoteFailure that it means."""
    if failure := answers.failure(answer, write=write):
        raise failure
    return answer


def _transport(error: httpx.HTTPError, way: str, *, write: bool) -> RemoteFailure:
    reason = " ".join(filter(None, ("Lark cannot be reached", way, f"({why(error)})")))
    if write and not isinstance(error, _NOT_SENT):
        return Uncertain(reason)
    return Unavailable(reason)
