"""The tenant access token, fetched once however many threads ask."""

import threading
from collections.abc import Callable
from copy import copy

from syncd.core.errors import RemoteFailure

# Asked with less than 30 minutes left the platform gives a new token and the old one stays good:
# https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal
_RENEW_BELOW = 30 * 60.0
_SPARE = 60.0


class TenantToken:
    """`fetch` returns a token and its seconds to live; `now` returns monotonic seconds."""

    def __init__(self, fetch: Callable[[], tuple[str, float]], now: Callable[[], float]) -> None:
        self._fetch, self._now = fetch, now
        self._lock = threading.Lock()
        self._token = ""
        self._renew_at = self._dead_at = 0.0
        self._failed_at = 0.0
        self._failure: RemoteFailure | None = None

    def get(self) -> str:
        """Return a token that is good for a while; raises Unavailable or Unauthorized."""
        asked_at = self._now()
        with self._lock:
            if self._token and self._now() < self._renew_at:
                return self._token
            if self._failure is not None and self._failed_at >= asked_at:
                # Somebody failed while we waited for the lock: their answer is ours too.
                # Each thread raises an exception of its own.
                raise copy(self._failure)
            return self._renewed()

    def drop(self, refused: str) -> None:
        """Forget a token that the platform refused, unless it was replaced meanwhile."""
        with self._lock:
            if self._token == refused:
                self._token = ""

    def _renewed(self) -> str:
        try:
            token, seconds = self._fetch()
        except RemoteFailure as failure:
            now = self._now()
            if self._token and now < self._dead_at:
                return self._token
            self._failure, self._failed_at = failure, now
            raise
        now = self._now()
        self._token, self._failure = token, None
        self._renew_at = now + max(seconds - _RENEW_BELOW, seconds / 2)
        self._dead_at = now + seconds - _SPARE
        return token
