"""Carries calls to Jira and answers back, and says what a missing answer means."""

import json
import math
import time
from collections.abc import Callable
from contextlib import closing
from typing import TypeVar

import httpx

from syncd.core.deadline import TooSlow, in_time
from syncd.core.errors import Cause, Rejected, Unauthorized, Unavailable, Uncertain
from syncd.core.model import AccountId
from syncd.helpdesk.jsm.login import Login
from syncd.helpdesk.jsm.pauses import Pauses
from syncd.helpdesk.jsm.settings import JsmSettings
from syncd.helpdesk.jsm.wire import failures, people
from syncd.helpdesk.jsm.wire.call import Answer, Call
from syncd.helpdesk.jsm.wire.members import UnreadableError

T = TypeVar("T")
Reader = Callable[[Answer], T]

_CONNECT_SECONDS = 5.0
_NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Connection:
    """Two clients to one site, what is known of the login, and what is to be left alone for a
    while. Retries nothing."""

    def __init__(self, settings: JsmSettings, login: Login, pauses: Pauses) -> None:
        kept = httpx.Limits(max_connections=10)
        self._reads = _client(settings, settings.read_seconds, kept)
        # A kept connection that the site has closed meanwhile would look like doubt.
        alone = httpx.Limits(max_connections=16, max_keepalive_connections=0)
        self._writes = _client(settings, settings.write_seconds, alone)
        self._login, self._pauses = login, pauses

    def close(self) -> None:
        self._reads.close()
        self._writes.close()

    def whoami(self) -> AccountId:
        """Return our own account, and remember that the login was proven now."""
        answer = self._send_read(people.myself())
        if answer.status != 200:
            raise failures.of_read(answer)
        account = _read(answer, people.read_myself)
        self._login.prove(account, answer)
        return account

    def exchange(self, call: Call) -> Answer:
        """Return an answer that was certainly given to us: success, or a definite no.

        For reads, and for writes that may be repeated: no answer is Unavailable, not Uncertain.
        """
        answer = self._send_read(call)
        if answer.status in (401, 408, 425) or not _is_plain(answer.status):
            raise failures.of_read(answer)
        self._require_login(answer, call)
        return answer

    def read(self, call: Call, reader: Reader[T]) -> T:
        """Return what a read tells; raises everything but Uncertain."""
        answer = self.exchange(call)
        if answer.status != 200:
            raise failures.of_read(answer)
        return _read(answer, reader)

    def write_once(
        self, call: Call, reader: Reader[T], *, bad_request: Cause, not_found: Cause
    ) -> T:
        """Do what must not be done twice; whatever may have happened is Uncertain."""
        try:
            answer = self._send(self._writes, call)
        except _NOTHING_SENT as lost:
            raise Unavailable(_told(call, lost)) from lost
        except httpx.RequestError as lost:
            raise Uncertain(_told(call, lost)) from lost
        if answer.status != 201:
            refusal = failures.of_write(answer, bad_request=bad_request, not_found=not_found)
            if isinstance(refusal, Rejected):
                self._require_login(answer, call)
            raise refusal
        try:
            return reader(answer)
        except UnreadableError as broken:
            raise Uncertain(f"done, but the answer is unreadable: {broken}") from broken

    def _send_read(self, call: Call) -> Answer:
        try:
            return self._send(self._reads, call)
        except httpx.RequestError as lost:
            raise Unavailable(_told(call, lost)) from lost

    def _send(self, client: httpx.Client, call: Call) -> Answer:
        """Unavailable when it is not to be made yet, or was one too many: nothing was done."""
        self._pauses.check(call)
        answer = _exchanged(client, call)
        self._pauses.learn(call, answer)
        if answer.status == 429:
            raise Unavailable(failures.complaint(answer), self._pauses.left(call))
        return answer

    # A 201 is a success whatever its headers say, and so is a 204.
    def _require_login(self, answer: Answer, call: Call) -> None:
        if answer.status in (201, 204) or self._login.accepts(answer, call.family):
            return
        self.whoami()
        if not self._login.accepts(answer, call.family):
            raise Unauthorized("nothing proves that the helpdesk knows us")


def _client(settings: JsmSettings, seconds: float, limits: httpx.Limits) -> httpx.Client:
    return httpx.Client(
        base_url=settings.api_base.rstrip("/"),
        auth=httpx.BasicAuth(settings.account_email, settings.api_token),
        headers={"Accept": "application/json", "User-Agent": "syncd"},
        timeout=httpx.Timeout(seconds, connect=_CONNECT_SECONDS, pool=_CONNECT_SECONDS),
        limits=limits,
        trust_env=False,
        follow_redirects=False,
    )


def _exchanged(client: httpx.Client, call: Call) -> Answer:
    headers = dict(call.headers)
    content = None
    if call.body is not None:
        headers["Content-Type"] = "application/json"
        content = json.dumps(call.body).encode()
    asked = client.build_request(
        call.method, call.path, params=list(call.query), content=content, headers=headers
    )
    with closing(client.send(asked, stream=True)) as response:
        packed = _whole(response, client.timeout.read)
    body = httpx.Response(response.status_code, headers=response.headers, content=packed).content
    lowered = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, lowered, body)


def _whole(response: httpx.Response, seconds: float | None) -> bytes:
    """Return it as it came: unpacking gives no piece for long, however many come."""
    try:
        return in_time(response.iter_raw(), seconds or math.inf, time.monotonic)
    except TooSlow as exc:
        raise httpx.ReadTimeout(str(exc)) from exc


def _read(answer: Answer, reader: Reader[T]) -> T:
    try:
        return reader(answer)
    except UnreadableError as broken:
        raise Unavailable(f"the helpdesk's answer is unreadable: {broken}") from broken


def _is_plain(status: int) -> bool:
    return status in (200, 201, 204) or 400 <= status < 500


def _told(call: Call, lost: httpx.RequestError) -> str:
    return f"no answer to {call.method} {call.path}: {type(lost).__name__} {lost}".rstrip()
