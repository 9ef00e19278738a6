"""Reading messages back: one, or the history of a chat or thread."""

import hashlib

from syncd.sandbox.lark.rest import outsiders, refusals
from syncd.sandbox.lark.rest.access import check_inside
from syncd.sandbox.lark.rest.frame import Api, Call, Json, success
from syncd.sandbox.lark.rest.messages import existing
from syncd.sandbox.lark.rest.refusals import Refused
from syncd.sandbox.lark.rest.shapes import message_item
from syncd.sandbox.lark.state import Chat, LarkState, Message

READ = ("im:message", "im:message:readonly", "im:message.history:readonly")
GROUP_HISTORY = ("im:message.group_msg", "im:message.group_msg:readonly")
_QUERY = {
    "container_id_type",
    "container_id",
    "start_time",
    "end_time",
    "sort_type",
    "page_size",
    "page_token",
    "card_msg_content_type",
}


def get(call: Call) -> Json:
    """https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/get"""
    message = existing(call.state, call.path["message_id"])
    _may_read(call.state, call.state.chats[message.chat_id])
    inner = [call.state.messages[id] for id in message.forwarded]
    items = [_item(call, one) | {"upper_message_id": message.message_id} for one in inner]
    return success({"items": [_item(call, message), *items]})


def history(call: Call) -> Json:
    """https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/list"""
    if unknown := set(call.query) - _QUERY:
        raise refusals.bad_parameter(f"unknown query {sorted(unknown)}")
    messages = _container(call)
    if call.query.get("sort_type", "ByCreateTimeAsc") == "ByCreateTimeDesc":
        messages.reverse()
    elif call.query.get("sort_type", "ByCreateTimeAsc") != "ByCreateTimeAsc":
        raise refusals.bad_parameter("sort_type")
    size = _number(call, "page_size", 20)
    if not 1 <= size <= 50:
        raise refusals.bad_parameter("page_size is 1 to 50")
    start = _page_start(call)
    page = messages[start : start + size]
    data: Json = {
        "items": [_listed(call, m) for m in page],
        "has_more": start + size < len(messages),
    }
    if data["has_more"]:
        data["page_token"] = f"{_walk(call)}-{start + size}"
    return success(data)


def _listed(call: Call, message: Message) -> Json:
    """A list says of a recalled message that it was; the message alone says nothing."""
    item = _item(call, message)
    if message.recalled:
        item["body"] = {"content": "This message was recalled"}
    return item


def _item(call: Call, message: Message) -> Json:
    wanted = call.query.get("card_msg_content_type", "")
    if wanted not in ("", "user_card_content"):
        raise refusals.bad_parameter("card_msg_content_type")
    whole = bool(wanted) and not call.state.switches.stub_cards
    return message_item(call.state, message, user_card_content=whole)


def _container(call: Call) -> list[Message]:
    state, kind = call.state, call.query.get("container_id_type", "")
    wanted = call.query.get("container_id", "")
    if kind == "thread":
        if {"start_time", "end_time"} & set(call.query):
            raise refusals.bad_parameter("a thread takes no start_time or end_time")
        messages = [m for m in state.messages.values() if m.thread_id == wanted]
        if not messages:
            raise Refused(230019, "The topic does NOT exist.")
        _may_read(state, state.chats[messages[0].chat_id])
        return messages
    chat = state.chats.get(wanted)
    if kind != "chat" or chat is None:
        raise refusals.bad_parameter("container_id_type or container_id")
    _may_read(state, chat)
    start = _number(call, "start_time", 0) * 1000
    end = _number(call, "end_time", 1 << 50) * 1000 + 999
    return [
        m for m in state.in_chat(chat) if start <= m.create_ms <= end and not m.in_thread_below_root
    ]


def _may_read(state: LarkState, chat: Chat) -> None:
    check_inside(state, chat)
    outsiders.check_change(state, chat, "ext_history")
    if chat.chat_mode != "p2p" and not state.switches.scopes & set(GROUP_HISTORY):
        raise refusals.not_permitted(f"need scope: {GROUP_HISTORY[0]}")


def _number(call: Call, name: str, default: int) -> int:
    value = call.query.get(name)
    if value is None:
        return default
    if not value.isdecimal():
        raise refusals.bad_parameter(f"{name} is not a number")
    if name.endswith("_time") and len(value) > 11:
        raise refusals.bad_parameter(f"{name} is in seconds")
    return int(value)


def _walk(call: Call) -> str:
    """Name what is being walked through: a token goes on with that, and in that order, alone."""
    asked = [call.query.get(name, "") for name in ("container_id", "start_time", "sort_type")]
    return hashlib.sha256("\n".join(asked).encode()).hexdigest()[:16]


def _page_start(call: Call) -> int:
    token = call.query.get("page_token", "")
    if not token:
        return 0
    walk, _, number = token.partition("-")
    if walk != _walk(call) or not number.isdecimal():
        raise refusals.bad_parameter("invalid page_token")
    return int(number)


APIS = (
    Api("GET", "/open-apis/im/v1/messages", history, scopes=READ),
    Api("GET", "/open-apis/im/v1/messages/{message_id}", get, scopes=READ),
)
