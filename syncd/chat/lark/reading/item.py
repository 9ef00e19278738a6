"""One message as the API tells it, and as an event brings it.

https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/get
"""

import json

from syncd.chat.lark import message as messages
from syncd.chat.lark.members import Json, as_object, objects, parsed, string
from syncd.core.errors import Unavailable
from syncd.core.model import Language, PersonId
from syncd.core.prose.heard import as_blocks, readable
from syncd.core.text import Body
from syncd.core.wording.notes import Notes


def items_in(data: Json) -> list[Json]:
    items = data.get("items")
    if not isinstance(items, list):
        raise Unavailable("Lark answered without the messages that were asked for")
    return objects(items)


def created_ms(item: Json) -> int:
    told = string(item, "create_time")
    return int(told) if told.isdecimal() else 0


def content_of(item: Json) -> str:
    return string(item, "body", "content")


def by_person(item: Json) -> bool:
    return string(item, "sender", "sender_type") == "user"


def words_in(heard: messages.Heard, bot: PersonId, language: Language) -> tuple[str, Body]:
    """Return what a message says, and the same with its layout."""
    notes = Notes(heard.notes, language)
    body = as_blocks(heard.text, heard.body, heard.named, bot, notes)
    return readable(heard.text, heard.named, bot, notes), body


def heard_in(item: Json) -> messages.Heard:
    return messages.read(string(item, "msg_type"), _written(item), item.get("mentions"))


def _written(item: Json) -> Json:
    """Return the content; that of an edited text may come with a `<p>` for each line."""
    content = as_object(parsed(content_of(item)))
    if item.get("updated") and isinstance(said := content.get("text"), str):
        return {**content, "text": messages.unwrapped(said)}
    return content


def _sender(item: Json) -> Json:
    if not by_person(item):
        return {"sender_id": {}, "sender_type": "app"}
    return {"sender_id": {"open_id": item["sender"].get("id")}, "sender_type": "user"}


def as_event(item: Json) -> bytes:
    mentions = objects(item.get("mentions"))
    message = {
        "message_id": item.get("message_id"),
        "chat_id": item.get("chat_id"),
        "chat_type": "group",
        "message_type": item.get("msg_type"),
        "content": json.dumps(_written(item), ensure_ascii=False)
        if item.get("updated")
        else content_of(item),
        "create_time": item.get("create_time"),
        "mentions": [{**m, "id": {"open_id": m.get("id")}} for m in mentions],
    }
    told = ("root_id", "parent_id", "thread_id", "thread_message_position")
    message |= {k: item[k] for k in told if k in item}
    event = {
        "schema": "2.0",
        "header": {
            "event_id": f"history:{item.get('message_id')}",
            "event_type": "im.message.receive_v1",
        },
        "event": {
            "sender": _sender(item),
            "message": message,
        },
    }
    return json.dumps(event, ensure_ascii=False).encode()
