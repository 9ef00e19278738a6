"""Keeps calls back that Lark would refuse, without ever waiting.

https://open.feishu.cn/document/ukTMukTMukTM/uUzN04SN3QjL1cDN
https://open.feishu.cn/document/ukTMukTMukTM/ugjM14COyUjL4ITN
"""

from collections.abc import Callable

from syncd.chat.lark.answers import APP_LIMIT, MONTHLY_QUOTA, OPERATOR, Answer
from syncd.chat.lark.features import api
from syncd.core.errors import Unauthorized, Unavailable

_EVERYTHING = "every call"
_PROBE_SECONDS = 60.0
_QUOTA_PROBE_SECONDS = 600.0
"""Longer, because the monthly quota does not return soon and refused calls may count."""


class Pauses:
    """What was refused, and until when; safe from any thread.

    A restart forgets it, which costs one refused call. `now` returns monotonic seconds.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._until: dict[str, tuple[float, str]] = {}

    def check(self, method: str, path: str) -> None:
        """Raise why this call is not to be made yet, if so; nothing is sent then."""
        now = self._now()
        until, reason = self._until.get(_EVERYTHING, (now, ""))
        if until > now:
            raise Unauthorized(reason)
        until, reason = self._until.get(api(method, path), (now, ""))
        if until > now:
            raise Unavailable(reason, until - now)

    def learn(self, method: str, path: str, answer: Answer) -> None:
        """Take from an answer which calls are to wait."""
        away = answer.status == 503 and answer.told_after is not None
        if answer.code == APP_LIMIT or answer.status == 429 or away:
            name, seconds = api(method, path), answer.reset_after
        elif answer.code == MONTHLY_QUOTA:
            name, seconds = _EVERYTHING, _QUOTA_PROBE_SECONDS
        elif answer.code in OPERATOR:
            name, seconds = _EVERYTHING, _PROBE_SECONDS
        else:
            return
        self._until[name] = (self._now() + seconds, f"Lark answered {answer.code} just now")
