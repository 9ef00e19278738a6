"""When operators are reminded that the helpdesk's API token ends (`jsm.token_expires`)."""

from datetime import date

from syncd.core.delivery import Order
from syncd.core.kinds.alert import alert
from syncd.core.known import Rules
from syncd.core.model import Language, Ms
from syncd.core.wording import words

_DAY_MS = 86_400_000
_EPOCH = date(1970, 1, 1).toordinal()
_REMINDED = (0, 1, 3, 7, 14)
"""Days before the token's last one, in UTC, on which operators are reminded."""


def days_left(day: str, now: Ms) -> int | None:
    """Return the whole days until that one, negative when it is past; None where none is named."""
    if not day:
        return None
    return date.fromisoformat(day).toordinal() - _EPOCH - now // _DAY_MS


def mind(day: str, now: Ms) -> str:
    """Return the sentence about a token that ends soon; empty while there is time."""
    left = days_left(day, now)
    if left is None or left > _REMINDED[-1]:
        return ""
    return words(Language.EN).alarm_expires.format(day=day)


def reminder(day: str, now: Ms, rules: Rules) -> tuple[Order, ...]:
    """Return the alarm about a token that ends soon, the same one until the next is due."""
    left = days_left(day, now)
    due = [days for days in _REMINDED if left is not None and left <= days]
    if not due:
        return ()
    text = words(rules.alarm_language).alarm_expires.format(day=day)
    return alert(rules, text, f"token-expires:{day}:{due[0]}")
