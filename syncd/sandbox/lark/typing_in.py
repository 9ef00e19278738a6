"""What a person types, as it stands on the wire."""

import json
import re
from collections.abc import Sequence
from typing import Any

from syncd.sandbox.lark.state import Chat, LarkState, Mention


def wire_text(state: LarkState, chat: Chat, typed: str) -> tuple[str, tuple[Mention, ...], bool]:
    """Return text with mention tokens, the mentions, and whether everybody is mentioned.

    "@name" of the bot or of a member becomes `@_user_N`, "@all" becomes `@_all` without an entry.
    https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/events/receive
    """
    names = {state.name_of(open_id): open_id for open_id in chat.members}
    if chat.bot_in_chat and chat.chat_mode != "p2p":
        names[state.bot_name] = state.bot_open_id
    mentions: list[Mention] = []
    at_all = False

    def token(match: re.Match[str]) -> str:
        nonlocal at_all
        name = match[1]
        if name == "all":
            at_all = True
            return "@_all"
        key = f"@_user_{len(mentions) + 1}"
        open_id = names[name]
        mentions.append(Mention(key, open_id, name, open_id == state.bot_open_id))
        return key

    longest_first = sorted([*names, *(["all"] if chat.at_all_allowed else [])], key=len)[::-1]
    pattern = "@(" + "|".join(map(re.escape, longest_first)) + r")(?!\w)"
    text = re.sub(pattern, token, typed)
    return text, tuple(mentions), at_all


def text_content(text: str) -> str:
    return json.dumps({"text": text}, ensure_ascii=False)


def post_content(
    title: str, text: str, mentions: tuple[Mention, ...], pictures: Sequence[str] = ()
) -> str:
    """Return the content of a post as it is received: rows of elements, without a locale."""
    keys = {m.key: m for m in mentions}
    rows = []
    for line in text.split("\n"):
        row: list[dict[str, object]] = []
        for piece in re.split(r"(@_user_\d+|@_all)", line):
            if piece in keys:
                name = keys[piece].name
                row.append({"tag": "at", "user_id": piece, "user_name": name, "style": []})
            elif piece == "@_all":
                row.append({"tag": "at", "user_id": piece, "user_name": "", "style": []})
            elif piece:
                row.append({"tag": "text", "text": piece, "style": []})
        rows.append(row)
    rows += [[{"tag": "img", "image_key": key}] for key in pictures]
    return json.dumps({"title": title, "content": rows}, ensure_ascii=False)


Rows = Sequence[Sequence[dict[str, Any]]]
"""Elements of a post, line by line."""
# `md` is only ever sent: https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/im-v1/message/events/message_content
_RECEIVED = ("text", "a", "at", "img", "media", "emotion", "code_block", "hr")


def rows_content(
    state: LarkState, chat: Chat, title: str, rows: Rows
) -> tuple[str, tuple[Mention, ...]]:
    """Return the content of a post of these elements, and whom it mentions.

    An `at` says whom it means by `user_name`; lists and quotes are words, as Lark makes them.
    """
    names = {state.name_of(open_id): open_id for open_id in chat.members}
    names[state.bot_name] = state.bot_open_id
    mentions: list[Mention] = []

    def wired(element: dict[str, Any]) -> dict[str, Any]:
        if element["tag"] not in _RECEIVED:
            raise ValueError(f"nobody receives a post with {element['tag']}")
        if element["tag"] != "at":
            return element
        name = element["user_name"]
        key, open_id = f"@_user_{len(mentions) + 1}", names[name]
        mentions.append(Mention(key, open_id, name, open_id == state.bot_open_id))
        return {"tag": "at", "user_id": key, "user_name": name, "style": []}

    content = {"title": title, "content": [[wired(one) for one in row] for row in rows]}
    return json.dumps(content, ensure_ascii=False), tuple(mentions)
