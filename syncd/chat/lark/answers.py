"""What an answer of the REST API means: the error table, without I/O.

https://open.feishu.cn/document/ukTMukTMukTM/ugjM14COyUjL4ITN
https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/create
https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/reply
https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message-resource/get
https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message-reaction/create
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from syncd.chat.lark.members import Json, as_object, parsed, part
from syncd.core.errors import (
    Cause,
    Denied,
    Rejected,
    RemoteFailure,
    Unauthorized,
    Unavailable,
    Uncertain,
)
from syncd.core.text import clean

TOKEN_REFUSED = frozenset({99991661, 99991663, 99991664, 99991665, 99991668, 99991671})
EPHEMERAL_GONE = 18051
REACTS_ALREADY = 231015
NO_THREAD_REPLY = frozenset({230071, 230072})
_SCOPE_MISSING = 99991672
APP_LIMIT = 99991400
MONTHLY_QUOTA = 99991403
# Bot switched off, app switched off, address not allowed.
OPERATOR = frozenset({230006, 99991662, 99991401, MONTHLY_QUOTA})
_RATE = frozenset({APP_LIMIT, 230020, 11232, 11233})
_SAME_KEY_RUNNING = frozenset({230049, 18121})
_TRANSIENT = frozenset({1, 1500, 232096, 234019, 1000040343})

_CAUSES: dict[int, Cause] = {
    18053: Cause.PLACE,  # no private cards in a topic group
    230002: Cause.OUTSIDE,  # the bot is not in the chat: a direct message may still arrive
    230013: Cause.PLACE,  # the app is not available to this person
    230018: Cause.SILENCED,  # the group's settings forbid it
    230029: Cause.PLACE,  # the person has resigned
    230034: Cause.PLACE,  # no such receiver
    230038: Cause.PLACE,  # a person of another company
    230035: Cause.SILENCED,  # the bot is muted
    230054: Cause.CARDS,  # a connection group takes texts and posts
    230071: Cause.PLACE,
    230072: Cause.PLACE,
    232009: Cause.OUTSIDE,  # the chat is dissolved
    EPHEMERAL_GONE: Cause.GONE,
    230011: Cause.GONE,  # recalled
    230019: Cause.GONE,  # the topic is gone
    230050: Cause.GONE,  # invisible
    230110: Cause.GONE,  # deleted
    230111: Cause.GONE,  # destroyed itself
    231001: Cause.CONTENT,  # no such emoji
    231002: Cause.OUTSIDE,  # the bot is not in the chat, where it wants to react
    231003: Cause.GONE,  # not found
    231004: Cause.OUTSIDE,  # the chat is dissolved
    231005: Cause.GONE,  # the topic is gone
    231007: Cause.OTHER,  # not ours to take away
    231008: Cause.OUTSIDE,
    231010: Cause.GONE,  # no such reaction
    231011: Cause.GONE,  # not a reaction to that message
    231012: Cause.OTHER,  # a page that there is none of
    231017: Cause.OTHER,  # of a kind of message that takes no reactions
    231018: Cause.GONE,  # invisible
    231019: Cause.OTHER,  # its sender's settings forbid it
    231020: Cause.OTHER,  # an administrator's, about its sender
    231021: Cause.FORBIDDEN,  # reactions in a group with people of other companies
    231022: Cause.OTHER,  # one person's setting
    230009: Cause.OTHER,  # too old to be recalled
    230026: Cause.OTHER,  # not ours to recall
    230001: Cause.CONTENT,
    230022: Cause.CONTENT,  # sensitive
    230025: Cause.CONTENT,  # too long
    230028: Cause.CONTENT,  # refused by data loss prevention
    230099: Cause.CONTENT,  # bad card
    234003: Cause.GONE,  # not in that message
    234004: Cause.OUTSIDE,
    234006: Cause.TOO_LARGE,
    234009: Cause.FORBIDDEN,  # a group with people of other companies
    234010: Cause.CONTENT,  # empty
    234011: Cause.CONTENT,  # no picture
    234037: Cause.TOO_LARGE,
    234038: Cause.FORBIDDEN,  # the group keeps its files
    234039: Cause.CONTENT,  # a picture with too many points
    234040: Cause.GONE,  # from before the bot came
    234043: Cause.CONTENT,  # of a kind of message that hands out nothing
    230031: Cause.TOO_OLD,  # a card can be changed for 14 days
    230027: Cause.FORBIDDEN,
    _SCOPE_MISSING: Cause.FORBIDDEN,
}


@dataclass(frozen=True)
class Answer:
    """One HTTP answer as the API means it; `code` is None when the body is not its JSON."""

    status: int
    code: int | None
    message: str = ""
    body: Json = field(default_factory=dict)
    told_after: float | None = None
    """Seconds after which it may be tried again, as the headers tell."""

    @property
    def reset_after(self) -> float:
        """Seconds until a rate limit opens."""
        return 1.0 if self.told_after is None else self.told_after

    @property
    def data(self) -> Json:
        return part(self.body, "data")


def read(status: int, headers: Mapping[str, str], content: bytes) -> Answer:
    """Return the answer; whatever the bytes, never an error. Header names are in lower case."""
    # Retry-After is what gateways send:
    # https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
    told = [_seconds(headers.get(name, "")) for name in ("x-ogw-ratelimit-reset", "retry-after")]
    waits = [seconds for seconds in told if seconds is not None]
    reset = max(waits) if waits else None
    body = as_object(parsed(content))
    code = body.get("code")
    if type(code) is not int:
        return Answer(status, None, told_after=reset)
    message = clean(str(body.get("msg", ""))).replace("\n", " ")[:200]
    return Answer(status, code, message, body, reset)


def failure(answer: Answer, *, write: bool) -> RemoteFailure | None:
    """Return what an answer asks of the caller, None when the call succeeded.

    `write`: the call changes something that must not be changed twice.
    """
    code = answer.code
    if code == 0 and answer.status < 300:
        return None
    reason = _reason(answer)
    if answer.status == 429 or code in _RATE:
        return Unavailable(reason, answer.reset_after)
    if code in _SAME_KEY_RUNNING:
        return Unavailable(reason, 1.0)
    if code in TOKEN_REFUSED or code in OPERATOR:
        return Unauthorized(reason)
    if write and code == _SCOPE_MISSING:
        return Denied(reason)  # Lark's words name the scopes.
    if code in _CAUSES:
        return Rejected(reason, _CAUSES[code])
    if not code or code in _TRANSIENT or answer.status >= 500:
        return Uncertain(reason) if write else Unavailable(reason, answer.told_after)
    return Rejected(reason, Cause.UNKNOWN)


def limit_hit(answer: Answer) -> str:
    """Return the limit of Lark's that refused a call, empty when none did."""
    if answer.code == MONTHLY_QUOTA:
        return "month"
    if answer.code in _RATE - {APP_LIMIT}:
        return "chat"
    if answer.status == 429 or answer.code == APP_LIMIT:
        return "app"
    return "busy" if answer.status == 503 and answer.told_after is not None else ""


def login_failure(answer: Answer) -> RemoteFailure | None:
    """Return why no token was given; nothing is sent without one, so nothing is uncertain.

    https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal
    """
    found = failure(answer, write=False)
    return Unauthorized(str(found)) if isinstance(found, Rejected) else found


def _reason(answer: Answer) -> str:
    if answer.code is None:
        return f"Lark answered HTTP {answer.status} without its JSON"
    return f"Lark answered {answer.code}: {answer.message}"


def _seconds(header: str) -> float | None:
    try:
        told = float(header)
    except ValueError:
        return None
    return min(max(told, 0.1), 300.0) if math.isfinite(told) else None
