"""Keeps calls back that Lark would refuse, without ever waiting.

https://open.feishu.cn/document/ukTMukTMukTM/uUzN04SN3QjL1cDN
https://open.feishu.cn/document/ukTMukTMukTM/ugjM14COyUjL4ITN
"""

import re
import threading
from collections.abc import Callable

from syncd.chat.lark.answers import APP_LIMIT, MONTHLY_QUOTA, OPERATOR, Answer
from syncd.core.errors import RemoteFailure, Unauthorized, Unavailable

_EVERYTHING = "every call"
_PROBE_SECONDS = 60.0
_QUOTA_PROBE_SECONDS = 600.0
"""A month's quota does not come back within a minute, and refused calls may count, too."""
_ID = re.compile(r"/(messages|chats|users)/[^/]+")


class Pauses:
    """What was refused, and until when; safe from any thread.

    A restart forgets it, which costs one refused call. `now` returns monotonic seconds.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._until: dict[str, tuple[float, str]] = {}

    def check(self, method: str, path: str) -> None:
        """Raise why this call is not to be made yet, if so; nothing is sent then."""
        with self._lock:
            now = self._now()
            kept_back = self._kept_back(_EVERYTHING, now) or self._kept_back(
                _api(method, path), now
            )
        if kept_back is not None:
            raise kept_back

    def learn(self, method: str, path: str, answer: Answer) -> None:
        """Take from an answer which calls are to wait."""
        if answer.code == APP_LIMIT or answer.status == 429:
            name, seconds = _api(method, path), answer.reset_after
        elif answer.code == MONTHLY_QUOTA:
            name, seconds = _EVERYTHING, _QUOTA_PROBE_SECONDS
        elif answer.code in OPERATOR:
            name, seconds = _EVERYTHING, _PROBE_SECONDS
        else:
            return
        with self._lock:
            self._until[name] = (self._now() + seconds, f"Lark answered {answer.code} just now")

    def _kept_back(self, name: str, now: float) -> RemoteFailure | None:
        until, reason = self._until.get(name, (now, ""))
        if until <= now:
            return None
        return Unauthorized(reason) if name == _EVERYTHING else Unavailable(reason, until - now)


def _api(method: str, path: str) -> str:
    """Limits are an app's for an API, whichever message or chat it is about."""
    return f"{method} {_ID.sub(lambda found: f'/{found[1]}/*', path)}"
