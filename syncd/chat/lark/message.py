"""A received message's content as plain text, its mention tokens kept.

https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/events/message_content
"""

import re
from typing import Any, TypeAlias

from syncd.core.events import Named
from syncd.core.model import PersonId
from syncd.core.text import clean

Json: TypeAlias = dict[str, Any]

_PLACEHOLDERS = {
    "image": "[image]",
    "audio": "[audio]",
    "sticker": "[sticker]",
    "interactive": "[card]",
    "merge_forward": "[forwarded messages]",
    "share_chat": "[shared group]",
    "share_user": "[shared contact]",
}


def text_of(message_type: str, content: Json) -> str:
    """Return the words of a message; what is not words stands as a name in brackets."""
    if message_type == "text":
        return clean(_string(content, "text"))
    if message_type == "post":
        return clean(_post(content))
    name = " ".join(clean(_string(content, "file_name") or _string(content, "name")).split())
    if message_type == "media":
        return _with_name("video", name)
    placeholder = _PLACEHOLDERS.get(message_type)
    return placeholder or _with_name(clean(message_type) or "unknown", name)


def mentioned(mentions: object) -> tuple[Named, ...]:
    """Return who is mentioned; an entry without a token is left out."""
    entries = mentions if isinstance(mentions, list) else []
    return tuple(
        Named(_string(m, "key"), PersonId(_open_id(m)), clean(_string(m, "name")))
        for m in entries
        if isinstance(m, dict) and re.fullmatch(r"@[\w-]+", _string(m, "key"), re.ASCII)
    )


def _open_id(mention: Json) -> str:
    """Events hold an object with several ids, lists of messages a string."""
    given = mention.get("id")
    found = _string(given, "open_id") if isinstance(given, dict) else given
    return found if isinstance(found, str) and found.isascii() else ""


def _post(content: Json) -> str:
    rows = content.get("content")
    lines = [_string(content, "title")] if _string(content, "title") else []
    for row in rows if isinstance(rows, list) else []:
        elements = row if isinstance(row, list) else []
        lines.append("".join(_element(e) for e in elements if isinstance(e, dict)))
    return "\n".join(lines)


def _element(element: Json) -> str:
    text = _string(element, "text")
    match element.get("tag"):
        case "text" | "md" | "code_block":
            return text
        case "a":
            href = _string(element, "href")
            return text if not href or text == href else f"{text} ({href})"
        case "at":
            return _string(element, "user_id")
        case "img":
            return "[image]"
        case "media":
            return _with_name("video", _string(element, "file_name"))
        case "emotion":
            return f"[{_string(element, 'emoji_type')}]"
        case "hr":
            return "---"
        case _:
            return text


def _with_name(kind: str, name: str) -> str:
    return f"[{kind}: {name}]" if name else f"[{kind}]"


def _string(body: Json, name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""
