"""Calls of the Lark REST API: one connection pool, one token, every outcome a value or failure."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import httpx

from syncd.chat.lark import answers
from syncd.chat.lark.answers import Answer
from syncd.chat.lark.pauses import Pauses
from syncd.chat.lark.token import TenantToken
from syncd.core.deadline import TooSlow, in_time
from syncd.core.errors import RemoteFailure, Unavailable, Uncertain

Json: TypeAlias = dict[str, Any]

# Before any byte of the request left.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


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
    ) -> None:
        self._login_body = {"app_id": app_id, "app_secret": app_secret}
        self._http = httpx.Client(
            base_url=base_url,
            headers={"Accept": "application/json", "User-Agent": "syncd"},
            timeout=httpx.Timeout(read_timeout, connect=connect_timeout, pool=connect_timeout),
            # A connection idle for long may be half closed, which would look like doubt.
            limits=httpx.Limits(keepalive_expiry=15.0),
            trust_env=False,
            follow_redirects=False,
        )
        self._seconds = read_timeout
        self._token = TenantToken(self._login, now)
        self._pauses = Pauses(now)

    def close(self) -> None:
        """Close every connection; nothing can be called afterwards."""
        self._http.close()

    def call(self, call: Call) -> Answer:
        """Return the answer of a call that succeeded; raises a RemoteFailure."""
        return accepted(self.ask(call), write=call.write)

    def ask(self, call: Call) -> Answer:
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
        try:
            with self._http.stream(
                call.method, call.path, params=call.query, headers=headers, content=content
            ) as response:
                # Unpacking gives no piece for long, however many come.
                packed = in_time(response.iter_raw(), self._seconds, time.monotonic)
            status, told = response.status_code, response.headers
            body = httpx.Response(status, headers=told, content=packed).content
        except (httpx.HTTPError, TooSlow) as error:
            raise _transport(error, write=call.write) from error
        return answers.read(status, told, body)

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


def _transport(error: httpx.HTTPError | TooSlow, *, write: bool) -> RemoteFailure:
    reason = f"Lark cannot be reached ({type(error).__name__})"
    if write and not isinstance(error, _NOT_SENT):
        return Uncertain(reason)
    return Unavailable(reason)
