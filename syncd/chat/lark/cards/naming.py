"""Names of components, and texts in which nothing is markup."""

import re

from syncd.chat.lark.members import Json
from syncd.core.prose.secrets import Answer
from syncd.core.text import clean

SUBMITS = tuple(Answer)
"""The buttons that submit a form."""
CANCEL = "cancel"
FORGET = "forget"
"""The button that forgets the address of last time."""
FORM = "form"
_RESERVED = (*SUBMITS, CANCEL, FORGET, FORM)
_CODED = "x_"
MAX_SHORT = 100
"""Characters of a placeholder, of a button's or a choice's text."""


def plain_text(foreign: str, limit: int = 0) -> Json:
    """Return text in which nothing is markup, cut to `limit` characters unless that is 0."""
    text = clean(foreign)
    return {"tag": "plain_text", "content": cut(text, limit) if limit else text}


def cut(text: str, limit: int) -> str:
    """Return at most `limit` characters, counted as UTF-16 does in case the platform does so."""
    if len(text) <= limit and len(text.encode("utf-16-le")) <= limit * 2:
        return text
    return text.encode("utf-16-le")[: limit * 2].decode("utf-16-le", "ignore")


def name_of(field_id: str) -> str:
    """Return the component name of a field; `field_id` reads it back."""
    plain = re.fullmatch(r"[A-Za-z]\w{0,99}", field_id, re.ASCII)
    if plain and field_id not in _RESERVED and not field_id.startswith(_CODED):
        return field_id
    return _CODED + field_id.encode().hex()


def field_id(name: str) -> str:
    """Return the id of the field that was given this component name; empty when it is not ours."""
    if not name.startswith(_CODED):
        return name if name.isascii() else ""
    try:
        return bytes.fromhex(name.removeprefix(_CODED)).decode()
    except ValueError:
        return ""
