"""The two shapes of one message on the wire: as an API item, and as an event."""

import html
import json
from typing import Any

from syncd.sandbox.lark.state import TENANT, LarkState, Mention, Message

Json = dict[str, Any]

# What a 2.0 card reads as when its own JSON was not asked for.
# https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/get
_STUB_LINE = "请升级至最新版本客户端，以查看内容"


def message_item(state: LarkState, message: Message, *, user_card_content: bool = True) -> Json:
    """Return the shape of create, reply, get and list. Ids of mentions are strings here."""
    item: Json = {
        "message_id": message.message_id,
        "msg_type": message.msg_type,
        "create_time": str(message.create_ms),
        "update_time": str(message.update_ms),
        "deleted": message.recalled,
        "updated": message.updated,
        "chat_id": message.chat_id,
        "sender": _sender(state, message),
        "body": {"content": _content(state, message, user_card_content)},
    }
    if message.recalled:
        item["body"] = {}
    for key in ("root_id", "parent_id", "thread_id"):
        value = getattr(message, key)
        if value and (not message.recalled or state.switches.recalled_keeps_thread):
            item[key] = value
    if message.mentions and not message.recalled:
        item["mentions"] = [
            {
                "key": m.key,
                "id": m.open_id,
                "id_type": "open_id",
                "name": m.name,
                "tenant_key": state.tenant_of(m.open_id),
            }
            for m in message.mentions
        ]
    return item


def _sender(state: LarkState, message: Message) -> Json:
    if message.sender:
        kind = {"id": message.sender, "id_type": "open_id", "sender_type": "user"}
    else:
        kind = {"id": state.app_id, "id_type": "app_id", "sender_type": "app"}
    return kind | {"tenant_key": state.tenant_of(message.sender)}


def _content(state: LarkState, message: Message, user_card_content: bool) -> str:
    if message.msg_type == "text" and message.updated and state.switches.edits_come_wrapped:
        return _wrapped(message)
    if message.msg_type != "interactive":
        return message.content
    if user_card_content and state.switches.cards_in_user_dsl:
        return json.dumps({"user_dsl": message.content}, ensure_ascii=False)
    if user_card_content:
        return message.content
    title = json.loads(message.content).get("header", {}).get("title", {}).get("content", "")
    stub = {"title": title, "elements": [[{"tag": "text", "text": _STUB_LINE}]]}
    return json.dumps(stub, ensure_ascii=False)


def _wrapped(message: Message) -> str:
    """Return an edited text as projects have seen it read back: a `<p>` a line, with entities."""
    text = html.escape(json.loads(message.content)["text"], quote=False)
    lines = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    return json.dumps({"text": lines}, ensure_ascii=False)


def person_id(state: LarkState, open_id: str) -> Json:
    """Return the ids of a person or of the bot.

    user_id only where the scope shows it, and never that of another company's people.
    """
    person = state.person_by_open_id(open_id)
    key = person.key if person else "bot"
    ids = {"open_id": open_id, "union_id": f"on_{key}"}
    shows = "contact:user.employee_id:readonly" in state.switches.scopes
    if shows and not state.is_outsider(open_id):
        ids["user_id"] = f"u_{key}"
    return ids


def message_event(state: LarkState, message: Message) -> Json:
    """Return the body of `im.message.receive_v1`.

    https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/events/receive
    """
    chat = state.chats[message.chat_id]
    wire: Json = {
        "message_id": message.message_id,
        "create_time": str(message.create_ms),
        "update_time": str(message.update_ms),
        "chat_id": message.chat_id,
        "chat_type": "p2p" if chat.chat_mode == "p2p" else "group",
        "message_type": message.msg_type,
        "content": message.content,
    }
    for key in ("root_id", "parent_id", "thread_id"):
        if value := getattr(message, key):
            wire[key] = value
    if message.mentions:
        wire["mentions"] = [_event_mention(state, m) for m in message.mentions]
    sender = {
        "sender_id": person_id(state, message.sender),
        "sender_type": "user",
        "tenant_key": state.tenant_of(message.sender),
    }
    return {"sender": sender, "message": wire}


def _event_mention(state: LarkState, mention: Mention) -> Json:
    return {
        "key": mention.key,
        "id": person_id(state, mention.open_id),
        "mentioned_type": "bot" if mention.is_bot else "user",
        "name": mention.name,
        "tenant_key": state.tenant_of(mention.open_id),
    }


def event_header(state: LarkState, sender: str = "", *, microseconds: bool = False) -> Json:
    """Return what every event's header holds; over the long connection its token is empty.

    `sender`: who wrote the message that it is about.

    https://open.feishu.cn/document/ukTMukTMukTM/uYDNxYjL2QTM24iN0EjN/event-subscription-configure-/request-url-configuration-case
    """
    now = state.world.clock.now_ms()
    senders = bool(sender) and state.switches.ext_header_tenant == "sender"
    return {
        "create_time": str(now * 1000 if microseconds else now),
        "token": "",
        "tenant_key": state.tenant_of(sender) if senders else TENANT,
        "app_id": state.app_id,
    }
