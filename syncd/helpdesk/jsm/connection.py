"""Carries calls to Jira and answers back, and says what a missing answer means."""

import json
import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import BinaryIO, TypeAlias, TypeVar

import httpx

from syncd.core.errors import (
    Cause,
    Denied,
    Hears,
    Rejected,
    RemoteFailure,
    Unauthorized,
    Unavailable,
    Uncertain,
    hearing,
    nobody_hears,
)
from syncd.core.model import AccountId, Destination
from syncd.core.operators.meter import Meter
from syncd.helpdesk.jsm.features import feature
from syncd.helpdesk.jsm.login import Login
from syncd.helpdesk.jsm.pauses import Pauses
from syncd.helpdesk.jsm.settings import JsmSettings
from syncd.helpdesk.jsm.wire import failures, limits, people, scopes
from syncd.helpdesk.jsm.wire.call import Answer, Call
from syncd.helpdesk.jsm.wire.members import UnreadableError
from syncd.network.bounded import ACCEPTED, TooLong, whole
from syncd.network.causes import why
from syncd.network.network import Network
from syncd.network.spooled import spool

T = TypeVar("T")
Reader = Callable[[Answer], T]
Take: TypeAlias = Callable[[httpx.Response], bytes]
"""Takes an answer's body, and returns what of it is kept."""

_CONNECT_SECONDS = 5.0
_CONNECTIONS = 80
_NOTHING_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
)


class Connection:
    """Two clients to one site and one to the service of its Forms, what is known of the login, and
    what is to be left alone for a while. Retries nothing."""

    def __init__(
        self,
        settings: JsmSettings,
        login: Login,
        pauses: Pauses,
        network: Network,
        heard: Hears = nobody_hears,
        meter: Meter | None = None,
    ) -> None:
        # Enough for all workers of both platforms and the jobs beside them:
        # one that waits for a connection in vain looks like an outage.
        kept = httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=10)
        self._way = network.way(settings.api_base).shown
        self._reads = _client(network, settings, settings.read_seconds, kept)
        # A kept connection that the site has closed meanwhile would look like doubt.
        alone = httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=0)
        self._writes = _client(network, settings, settings.write_seconds, alone)
        forms = replace(settings, api_base=settings.forms_base or settings.api_base)
        self._forms = _client(network, forms, settings.read_seconds, kept)
        self._login, self._pauses, self._heard = login, pauses, heard
        self._meter = meter or Meter()

    def close(self) -> None:
        self._reads.close()
        self._writes.close()
        self._forms.close()

    def whoami(self) -> AccountId:
        """Return our own account, and remember that the login was proven now."""
        with hearing(Destination.JSM, self._heard):
            return self._whoami()

    def _whoami(self) -> AccountId:
        answer = self._send_read(people.myself())
        if answer.status != 200:
            raise failures.of_read(answer)
        account = _read(answer, people.read_myself)
        self._login.prove(account, answer)
        return account

    def ask_openly(self, call: Call, reader: Reader[T]) -> T:
        """Return what a read tells that is answered to everybody alike, whoever we are."""
        answer = self._send_read(call)
        if answer.status != 200:
            raise failures.of_read(answer)
        return _read(answer, reader)

    def exchange(self, call: Call) -> Answer:
        """Return an answer that was certainly given to us: success, or a definite no.

        For reads, and for writes that may be repeated: no answer is Unavailable, not Uncertain.
        """
        with hearing(Destination.JSM, self._heard):
            return self._exchange(call)

    def _exchange(self, call: Call) -> Answer:
        answer = self._send_read(call)
        if answer.status == 401:
            raise self._unauthorized(answer, call)
        if answer.status in (408, 425) or not _is_plain(answer.status):
            raise failures.of_read(answer)
        self._require_login(answer, call)
        return answer

    def ask_aside(self, call: Call) -> Answer:
        """As `exchange`, of a service whose outage says nothing of the site's."""
        return self._exchange(call)

    def read(self, call: Call, reader: Reader[T]) -> T:
        """Return what a read tells; raises everything but Uncertain."""
        with hearing(Destination.JSM, self._heard):
            answer = self._exchange(call)
            if answer.status != 200:
                raise failures.of_read(answer)
            return _read(answer, reader)

    def fetch(self, call: Call, into: BinaryIO, most: int) -> None:
        """Write down what a read is answered with; raises everything but Uncertain.

        Rejected with Cause.TOO_LARGE: it has more than `most` bytes.
        """

        def taken(response: httpx.Response) -> bytes:
            if response.status_code == 200:
                spool(response, into, most, time.monotonic)
                return b""
            return whole(response, self._reads.timeout.read or math.inf, time.monotonic)

        with hearing(Destination.JSM, self._heard):
            try:
                answer = self._send(self._reads, call, taken)
            except TooLong as error:
                raise Rejected(str(error), Cause.TOO_LARGE) from error
            except httpx.RequestError as lost:
                raise Unavailable(self._told(call, lost)) from lost
            if answer.status != 200:
                raise (
                    self._unauthorized(answer, call)
                    if answer.status == 401
                    else (failures.of_read(answer))
                )
            self._require_login(answer, call)

    def write_once(
        self,
        call: Call,
        reader: Reader[T],
        *,
        bad_request: Cause,
        not_found: Cause,
        told: Callable[[Answer], str] = lambda answer: "",
    ) -> T:
        """Do what must not be done twice; whatever may have happened is Uncertain.

        `told` reads what a person is told of a refusal, where that is more than a sentence.
        """
        with hearing(Destination.JSM, self._heard):
            return self._write_once(call, reader, bad_request, not_found, told)

    def _write_once(
        self,
        call: Call,
        reader: Reader[T],
        bad_request: Cause,
        not_found: Cause,
        told: Callable[[Answer], str],
    ) -> T:
        try:
            answer = self._send(self._writes, call)
        except _NOTHING_SENT as lost:
            raise Unavailable(self._told(call, lost)) from lost
        except httpx.RequestError as lost:
            raise Uncertain(self._told(call, lost)) from lost
        if answer.status not in (201, 204):
            if answer.status == 401:
                raise self._unauthorized(answer, call)
            refusal = failures.of_write(answer, bad_request=bad_request, not_found=not_found)
            if isinstance(refusal, Rejected):
                self._require_login(answer, call)
                refusal.told = told(answer)
            raise refusal
        try:
            return reader(answer)
        except UnreadableError as broken:
            raise Uncertain(f"done, but the answer is unreadable: {broken}") from broken

    # A scoped token is refused with 401 where a scope is missing, and works elsewhere:
    # https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/
    def _unauthorized(self, answer: Answer, call: Call) -> Unauthorized:
        """Tell a missing scope from a lost login, which /myself shows."""
        said = failures.complaint(answer)
        try:
            self._whoami()
        except RemoteFailure:
            return Unauthorized(said)
        lacks = f"the token lacks the scope {scopes.scope(call)} for {call.endpoint}"
        return Denied(f"{lacks} ({said})")

    def _send_read(self, call: Call) -> Answer:
        try:
            client = self._forms if call.to_forms else self._reads
            # What is uploaded takes as long as a write.
            return self._send(self._writes if call.upload else client, call)
        except httpx.RequestError as lost:
            raise Unavailable(self._told(call, lost)) from lost

    def _told(self, call: Call, lost: httpx.RequestError) -> str:
        way = f" {self._way}" if self._way else ""
        return f"no answer{way} to {call.method} {call.path}: {why(lost)}"

    def _send(self, client: httpx.Client, call: Call, taken: Take | None = None) -> Answer:
        """Unavailable when it is not to be made yet, or was one too many: nothing was done."""
        self._pauses.check(call)
        answer = self._exchanged(client, call, taken)
        self._pauses.learn(call, answer)
        if limit := limits.limit_hit(answer):
            self._meter.limited(str(Destination.JSM), limit)
        if answer.status == 429:
            raise Unavailable(failures.complaint(answer), self._pauses.left(call))
        return answer

    def _exchanged(self, client: httpx.Client, call: Call, taken: Take | None) -> Answer:
        began, status = time.monotonic(), 0
        try:
            answer = _exchanged(client, call, taken)
            status = answer.status
        finally:
            self._meter.called(Destination.JSM, feature(call), status, time.monotonic() - began)
        return answer

    # A 201 is a success whatever its headers say, and so is a 204.
    def _require_login(self, answer: Answer, call: Call) -> None:
        if answer.status in (201, 204) or self._login.accepts(answer, call.family):
            return
        self._whoami()
        if not self._login.accepts(answer, call.family):
            raise Unauthorized("nothing proves that the helpdesk knows us")


def _client(
    network: Network, settings: JsmSettings, seconds: float, limits: httpx.Limits
) -> httpx.Client:
    return httpx.Client(
        **network.options(settings.api_base.rstrip("/")),
        auth=httpx.BasicAuth(settings.account_email, settings.api_token),
        headers={"Accept": "application/json", "User-Agent": "syncd", **ACCEPTED},
        timeout=httpx.Timeout(seconds, connect=_CONNECT_SECONDS, pool=_CONNECT_SECONDS),
        limits=limits,
    )


def _exchanged(client: httpx.Client, call: Call, taken: Take | None) -> Answer:
    headers = dict(call.headers)
    content = None
    if call.body is not None:
        headers["Content-Type"] = "application/json"
        content = json.dumps(call.body).encode()
    files = None
    if call.upload is not None:
        # Its name has to stand there as raw UTF-8: https://github.com/pycontribs/jira/issues/223
        files = {"file": (call.upload.name, call.upload.file, call.upload.type)}
    with client.stream(
        call.method,
        call.path,
        params=list(call.query),
        content=content,
        files=files,
        headers=headers,
    ) as response:
        if taken is not None:
            body = taken(response)
        else:
            body = whole(response, client.timeout.read or math.inf, time.monotonic)
    return Answer(response.status_code, response.headers, body)


def _read(answer: Answer, reader: Reader[T]) -> T:
    try:
        return reader(answer)
    except UnreadableError as broken:
        raise Unavailable(f"the helpdesk's answer is unreadable: {broken}") from broken


def _is_plain(status: int) -> bool:
    return status in (200, 201, 204) or 400 <= status < 500
