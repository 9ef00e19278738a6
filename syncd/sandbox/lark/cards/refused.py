"""How a card is refused, and the check that everything else is built from.

https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/create
"""

from collections.abc import Collection
from typing import Any

BAD_PERSON = 100290
BAD_JSON = 200621
UNSUPPORTED_TAG = 200861
BAD_IMAGE = 200570
LIMITS = 11310
NO_TEMPLATE = 200380


class CardRefused(Exception):
    """The platform does not take this card."""

    def __init__(self, code: int, message: str, value: object) -> None:
        self.code = code
        text = f"ext=ErrCode: {code}; ErrMsg: {message}; ErrorValue: {str(value)[:200]}"
        super().__init__(f"Failed to create card content, {text}")


def only(value: object, allowed: Collection[str], where: str) -> dict[str, Any]:
    """Return `value` when it is an object with no property but those allowed."""
    if not isinstance(value, dict):
        raise CardRefused(BAD_JSON, f"{where} is not an object", value)
    for key in value:
        if key not in allowed:
            raise CardRefused(BAD_JSON, f"parse card json err, unknown property in {where}", key)
    return value
