"""Calls of the Lark REST API: one connection pool, one token, every outcome a value or failure."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO, TypeAlias

import httpx

from syncd.chat.lark import answers
from syncd.chat.lark.answers import Answer
from syncd.chat.lark.features import feature
from syncd.chat.lark.members import Json
from syncd.chat.lark.pauses import Pauses
from syncd.chat.lark.token import TenantToken
from syncd.core.errors import (
    Cause,
    Hears,
    Rejected,
    RemoteFailure,
    Unavailable,
    Uncertain,
    hearing,
    nobody_hears,
)
from syncd.core.model import Destination
from syncd.core.operators.meter import Meter
from syncd.network.bounded import ACCEPTED, TooLong, whole
from syncd.network.causes import why
from syncd.network.network import Network
from syncd.network.spooled import spool

Take: TypeAlias = Callable[[httpx.Response], Answer]
"""Takes an answer's body."""

# Before any byte of the request left.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


@dataclass(frozen=True)
class Upload:
    """A file that goes along with a few fields; it is never read whole."""

    part: str
    name: str
    file: BinaryIO
    fields: dict[str, str]


@dataclass(frozen=True)
class Call:
    """One call to make. `write`: it changes something that must not be changed twice."""

    method: str
    path: str
    body: Json | None = None
    query: dict[str, str] = field(default_factory=dict)
    write: bool = False
    upload: Upload | None = None
    telling: bool = True
    """Whether what comes of it tells that the platform is away, or is back."""


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
        telling = all(call.telling for call in ways)
        with hearing(Destination.LARK, self._heard if telling else nobody_hears):
            for call in ways:
                answer = self._ask(call)
                if answer.code not in until:
                    break
            return accepted(answer, write=call.write)

    def fetch(self, call: Call, into: BinaryIO, most: int) -> None:
        """Write the file that a call is answered with; raises a RemoteFailure, but not Uncertain.

        Rejected with Cause.TOO_LARGE: it has more than `most` bytes.
        """
        with hearing(Destination.LARK, self._heard):
            accepted(
                self._ask(call, lambda response: self._spool(response, into, most)), write=False
            )

    def _spool(self, response: httpx.Response, into: BinaryIO, most: int) -> Answer:
        """Return an answer of success without a body, or what is told instead of a file."""
        if _is_file(response):
            try:
                spool(response, into, most, time.monotonic)
            except TooLong as error:
                raise Rejected(str(error), Cause.TOO_LARGE) from error
            return Answer(response.status_code, 0)
        return self._whole(response)

    def _whole(self, response: httpx.Response) -> Answer:
        body = whole(response, self._seconds, time.monotonic)
        return answers.read(response.status_code, response.headers, body)

    def _ask(self, call: Call, taken: Take | None = None) -> Answer:
        """Return the answer whatever it says; asks once more when the token is refused."""
        self._pauses.check(call.method, call.path)
        token = self._token.get()
        answer = self._exchange(call, token, taken)
        if answer.code in answers.TOKEN_REFUSED:
            self._token.drop(token)
            answer = self._exchange(call, self._token.get(), taken)
        self._pauses.learn(call.method, call.path, answer)
        return answer

    def _exchange(self, call: Call, token: str, taken: Take | None = None) -> Answer:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        content = None
        if call.body is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
            content = json.dumps(call.body, ensure_ascii=False).encode()
        data, files = None, None
        if call.upload is not None:
            call.upload.file.seek(0)
            data, files = (
                call.upload.fields,
                {call.upload.part: (call.upload.name, call.upload.file)},
            )
        began, status = time.monotonic(), 0
        try:
            with self._http.stream(
                call.method,
                call.path,
                params=call.query,
                headers=headers,
                content=content,
                data=data,
                files=files,
            ) as response:
                status = response.status_code
                answer = (taken or self._whole)(response)
        except httpx.HTTPError as error:
            raise _transport(error, self._way, write=call.write) from error
        finally:
            about, took = feature(call.method, call.path), time.monotonic() - began
            self._meter.called(Destination.LARK, about, status, took)
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


# Refusals are JSON with HTTP 400 by the pages; a file of JSON comes with its name:
# https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message-resource/get
def _is_file(response: httpx.Response) -> bool:
    told = response.headers.get("content-type", "").startswith("application/json")
    named = "content-disposition" in response.headers
    return response.status_code in (200, 206) and (named or not told)


def accepted(answer: Answer, *, write: bool) -> Answer:
    """Return the answer when it is a success; raises the RemoteFailure that it means."""
    if failure := answers.failure(answer, write=write):
        failure.code = answer.code or 0
        raise failure
    return answer


def _transport(error: httpx.HTTPError, way: str, *, write: bool) -> RemoteFailure:
    reason = " ".join(filter(None, ("Lark cannot be reached", way, f"({why(error)})")))
    if write and not isinstance(error, _NOT_SENT):
        return Uncertain(reason)
    return Unavailable(reason)
