"""An app that has all that doctor looks for, made by scanning a code."""

from collections.abc import Callable

from syncd.chat.lark.connection.registration import Registered, Wanted, register
from syncd.doctor.lark import CLICKS, EVENTS, MESSAGES
from syncd.doctor.scopes import ALL

__all__ = ["Registered", "app_by_code"]


def app_by_code(address: str, show: Callable[[str], None]) -> Registered:
    """Have the link shown, and wait for the app; SyncdError with the reason when there is none."""
    wanted = Wanted([scope.name for scope in ALL], [MESSAGES, *EVENTS], [CLICKS])
    return register(address, wanted, show)
